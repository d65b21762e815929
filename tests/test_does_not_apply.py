"""A milestone that an incident never had is not one that nobody remembers: no length, no doubt, no word to customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import User
from incidents import checks
from incidents.authoring.operations import MilestoneValue, record_milestones
from incidents.milestones import (
    Grade,
    Milestone,
    MilestoneKind,
    Precision,
    contradictions,
    durations,
    impact_end,
    lacks_end,
)
from incidents.public.changes import differences
from incidents.public.phase_bar import phase_bar
from incidents.public.words import precisely
from incidents.snapshot import Snapshot
from tests.factories import NOW, make_draft, make_user
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, at, publish

# What no customer may read of such a milestone, wherever it would stand.
SAID_WRONGLY = ("unknown", "not_applicable", "not applicable", "does not apply")


def never(kind: MilestoneKind) -> Milestone:
    return Milestone(kind, None, Precision.NOT_APPLICABLE)


def without(*kinds: MilestoneKind, snapshot: Snapshot = SEED) -> Snapshot:
    """The snapshot with these milestones marked as ones that the incident never had."""
    kept = [milestone for milestone in snapshot.milestones if milestone.kind not in kinds]
    order = list(MilestoneKind)
    milestones = sorted([*kept, *map(never, kinds)], key=lambda milestone: order.index(milestone.kind))
    rows = tuple(replace(row, milestone=None) if row.milestone in kinds else row for row in snapshot.timeline)
    return replace(snapshot, milestones=tuple(milestones), timeline=rows)


@pytest.fixture
def publisher(db: None) -> User:
    return make_user("publisher")


def table(snapshot: Snapshot) -> dict[MilestoneKind, Milestone]:
    return {milestone.kind: milestone for milestone in snapshot.milestones}


def test_no_length_is_made_of_it() -> None:
    lengths = durations(table(without(MilestoneKind.DETECTED, MilestoneKind.MITIGATED)))

    assert (lengths.to_detect, lengths.to_acknowledge, lengths.to_mitigate) == (None, None, None)
    assert lengths.impact is not None
    assert lengths.impact.length == timedelta(hours=3, minutes=20)


def test_customers_wait_until_it_is_resolved_where_nothing_had_to_recover() -> None:
    end = impact_end(table(without(MilestoneKind.RECOVERED)))

    assert end is not None
    assert end.kind is MilestoneKind.RESOLVED


@pytest.mark.parametrize(
    ("kinds", "is_lacking"),
    [
        ((), False),
        ((MilestoneKind.RESOLVED,), True),
        ((MilestoneKind.IMPACT_STARTED, MilestoneKind.RESOLVED), False),
        ((MilestoneKind.IMPACT_STARTED, MilestoneKind.RECOVERED, MilestoneKind.RESOLVED), False),
    ],
)
def test_an_end_is_asked_for_only_where_customers_were_affected(
    kinds: tuple[MilestoneKind, ...], is_lacking: bool
) -> None:
    snapshot = without(*kinds)
    found = [finding.message for finding in checks.findings(snapshot, at=PUBLISHED_AT)]

    assert lacks_end(table(snapshot)) is is_lacking
    assert any(message.startswith("No end of impact") for message in found) is is_lacking


def test_it_contradicts_nothing() -> None:
    for kind in MilestoneKind:
        assert contradictions(table(without(kind)), at=PUBLISHED_AT) == []


def test_customers_who_were_never_affected_do_not_recover() -> None:
    near_miss = table(without(MilestoneKind.IMPACT_STARTED))
    recovered = {**near_miss, MilestoneKind.RECOVERED: Milestone(MilestoneKind.RECOVERED, at(8))}

    [problem] = contradictions(recovered, at=PUBLISHED_AT)

    assert (problem.grade, problem.kind) == (Grade.UNUSUAL, MilestoneKind.RECOVERED)
    assert problem.message == (
        "“Recovered” has a time, but “Impact starts” does not apply. Give both or neither; if this is right, say why."
    )
    for told in (never(MilestoneKind.RECOVERED), Milestone(MilestoneKind.RECOVERED, None, Precision.UNKNOWN)):
        assert contradictions({**near_miss, MilestoneKind.RECOVERED: told}, at=PUBLISHED_AT) == []


@pytest.mark.django_db
def test_it_goes_from_the_draft_into_the_document_and_back() -> None:
    report = make_draft()
    record_milestones(
        report.incident,
        {MilestoneKind.DETECTED: MilestoneValue(None, Precision.NOT_APPLICABLE)},
        by=report.incident.opened_by,
        at=NOW,
    )

    snapshot = report.to_snapshot()

    assert snapshot.milestone(MilestoneKind.DETECTED) == never(MilestoneKind.DETECTED)
    assert Snapshot.from_data(snapshot.to_data()) == snapshot


@pytest.mark.parametrize("precision", [Precision.UNKNOWN, Precision.NOT_APPLICABLE, Precision.EXACT])
def test_no_word_stands_before_a_time_that_is_not_there(precision: Precision) -> None:
    assert precisely(precision) == ""


@pytest.mark.parametrize("kind", MilestoneKind)
def test_customers_read_nothing_of_it(client: Client, publisher: User, kind: MilestoneKind) -> None:
    publish(by=publisher)
    publish(without(kind), by=publisher, note="We mended the facts.", at=PUBLISHED_AT + timedelta(days=1))
    root = f"/incidents/{PUBLIC_ID}/"

    for address in (root, f"{root}report.md", f"{root}versions/2/changes/", "/", "/history.atom"):
        response = client.get(address)
        assert response.status_code == 200, address
        body = response.content.decode().lower()
        assert [word for word in SAID_WRONGLY if word in body] == [], address
    document = client.get(f"{root}report.json").json()["report"]
    assert {"kind": kind, "at": None, "precision": "not_applicable"} in document["milestones"]


def test_the_difference_shows_what_is_gone_and_nothing_in_its_place() -> None:
    unknown = replace(
        SEED, milestones=(*SEED.milestones[:1], Milestone(MilestoneKind.DETECTED, None, Precision.UNKNOWN))
    )
    never_was = replace(SEED, milestones=(*SEED.milestones[:1], never(MilestoneKind.DETECTED)))
    missing = replace(SEED, milestones=SEED.milestones[:1])

    [facts] = differences(unknown, never_was)
    [change] = facts.changes

    assert (change.label, [(piece.mark, piece.text) for piece in change.pieces]) == (
        "Detected",
        [("removed", "unknown")],
    )
    assert differences(missing, never_was) == ()


@pytest.mark.parametrize(
    ("kinds", "phases"),
    [
        (
            (MilestoneKind.DETECTED,),
            ["10 min of impact", "2 h 40 min being worked on", "30 min mitigated, recovering"],
        ),
        (
            (MilestoneKind.ACKNOWLEDGED,),
            ["2 min undetected", "2 h 48 min after detection", "30 min mitigated, recovering"],
        ),
        (
            (MilestoneKind.DETECTED, MilestoneKind.ACKNOWLEDGED, MilestoneKind.MITIGATED),
            ["3 h 20 min of impact"],
        ),
    ],
)
def test_no_phase_claims_that_it_was_still_to_come(kinds: tuple[MilestoneKind, ...], phases: list[str]) -> None:
    bar = phase_bar(without(*kinds).milestones)

    assert bar is not None
    assert [phase.words for phase in bar.phases] == phases


@pytest.mark.parametrize("kind", [MilestoneKind.DETECTED, MilestoneKind.ACKNOWLEDGED])
def test_no_phase_claims_it_of_a_moment_that_is_unknown_or_missing_either(kind: MilestoneKind) -> None:
    rest = tuple(milestone for milestone in SEED.milestones if milestone.kind is not kind)
    expected = phase_bar(without(kind).milestones)

    assert phase_bar(rest) == expected
    assert phase_bar((*rest, Milestone(kind, None, Precision.UNKNOWN))) == expected


def test_no_bar_where_no_customer_was_affected() -> None:
    assert phase_bar(without(MilestoneKind.IMPACT_STARTED).milestones) is None


def test_the_page_of_an_incident_without_impact_is_whole(client: Client, publisher: User) -> None:
    publish(without(MilestoneKind.IMPACT_STARTED), by=publisher)

    page = Page(client.get(f"/incidents/{PUBLIC_ID}/").content.decode())

    assert page.faults == []
    assert "3 h 20 min" not in page.text
    assert date(2023, 3, 6).isoformat() in "".join(page.values("datetime"))
