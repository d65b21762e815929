"""An appointment to publish: made, changed, cancelled, and what makes it fall."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from incidents.authoring.operations import add_action_item, add_impact, revise_action_item, revise_section
from incidents.models import Activity, Publication, Report, ReportStatus, WrongState
from incidents.publishing.operations import (
    NoAppointment,
    NotApproved,
    NoteMissing,
    NotReady,
    WrongHour,
    cancel_schedule,
    publish_report,
    schedule_publication,
    start_correction,
    withdraw_report,
)
from incidents.review.operations import approve_report, send_back, submit_for_review
from tests.factories import NOW, START, approve, make_component, make_draft, make_incident, make_user, publish

pytestmark = pytest.mark.django_db

MONDAY = NOW + timedelta(days=7)


@pytest.fixture
def petra(db: None) -> User:
    return make_user("publisher", name="Petra")


def scheduled(by: User, report: Report | None = None, **changes: Any) -> Report:
    values = {"publish_at": MONDAY, "note": "", "by": by, "at": NOW} | changes
    return schedule_publication(report or approve(make_draft()), **values)


def appointment(report: Report) -> tuple[datetime | None, str, User | None]:
    stored = Report.objects.get(pk=report.pk)
    return stored.publish_at, stored.publish_note, stored.publish_by


def log(report: Report) -> list[tuple[str, dict[str, Any]]]:
    verbs = Activity.objects.filter(incident=report.incident, verb__contains="appointment").order_by("pk")
    return [(each.verb, each.detail) for each in verbs]


def approved_correction() -> Report:
    return approve(start_correction(publish().incident.report, by=make_user(), at=NOW))


NONE = (None, "", None)


def test_an_appointment_waits_and_publishes_nothing_yet(petra: User) -> None:
    report = scheduled(petra)

    assert appointment(report) == (MONDAY, "", petra)
    assert report.status == ReportStatus.APPROVED
    assert not Publication.objects.exists()
    assert log(report) == [("made an appointment to publish", {"publish_at": MONDAY.isoformat(), "note": ""})]


def test_another_appointment_takes_its_place(petra: User) -> None:
    report = scheduled(petra)
    other = make_user("admin")

    scheduled(other, report, publish_at=MONDAY + timedelta(hours=1))

    assert appointment(report) == (MONDAY + timedelta(hours=1), "", other)


@pytest.mark.parametrize(
    ("late", "refused"),
    [
        (timedelta(0), "This hour has passed"),
        (timedelta(seconds=-1), "This hour has passed"),
        (timedelta(seconds=1), ""),
        (timedelta(days=366), ""),
        (timedelta(days=366, seconds=1), "more than a year ahead"),
    ],
)
def test_the_hour_lies_ahead_and_within_a_year(petra: User, late: timedelta, refused: str) -> None:
    report = approve(make_draft())
    if not refused:
        assert scheduled(petra, report, publish_at=NOW + late).publish_at == NOW + late
        return
    with pytest.raises(WrongHour, match=refused):
        scheduled(petra, report, publish_at=NOW + late)
    assert appointment(report) == NONE


def in_review() -> Report:
    return submit_for_review(make_draft(), by=make_user(), at=NOW)


@pytest.mark.parametrize(
    "make", [make_draft, in_review, lambda: publish().incident.report], ids=["draft", "in review", "published"]
)
def test_only_an_approved_report_waits_for_its_hour(petra: User, make: Callable[[], Report]) -> None:
    with pytest.raises(WrongState, match="Only an approved one waits"):
        scheduled(petra, make())


def test_what_would_refuse_it_then_refuses_it_now(petra: User) -> None:
    component = make_component("Websites")
    moved = make_draft()
    add_impact(moved.incident, component, by=petra, at=NOW)
    moved = approve(Report.objects.get(pk=moved.pk))
    component.name = "Sites"
    component.save()

    with pytest.raises(NotApproved):
        scheduled(petra, moved)
    with pytest.raises(NotReady, match="No summary for customers yet"):
        scheduled(petra, approve(make_incident().report))
    with pytest.raises(NoteMissing):
        scheduled(petra, approved_correction())
    assert not Report.objects.exclude(publish_at=None).exists()


def test_readiness_is_judged_as_of_the_hour(petra: User) -> None:
    """A row that lies ahead today will have happened by then."""
    draft = make_draft()
    draft.incident.entries.update(occurred_at=NOW + timedelta(hours=1))
    report = approve(Report.objects.get(pk=draft.pk))

    with pytest.raises(NotReady, match="lies in the future"):
        scheduled(petra, report, publish_at=NOW + timedelta(minutes=30))
    assert scheduled(petra, report, publish_at=NOW + timedelta(hours=2)).publish_at is not None


def test_a_correction_waits_with_its_note(petra: User) -> None:
    report = scheduled(petra, approved_correction(), note="The end was wrong.")

    assert appointment(report) == (MONDAY, "The end was wrong.", petra)


def test_cancelling_leaves_the_approval(petra: User) -> None:
    report = scheduled(petra)

    cancel_schedule(report, by=petra, at=NOW)

    assert appointment(report) == NONE
    assert Report.objects.get(pk=report.pk).status == ReportStatus.APPROVED
    assert log(report)[1:] == [("cancelled the appointment to publish", {"publish_at": MONDAY.isoformat()})]
    with pytest.raises(NoAppointment):
        cancel_schedule(report, by=petra, at=NOW)


# ── What makes it fall ──────────────────────────────────────────────────────
def edits_a_section(report: Report, by: User) -> None:
    revise_section(report.incident, "impact", changes={"public_text": "All."}, by=by, at=NOW)


def edits_a_promise(report: Report, by: User) -> None:
    revise_action_item(report.incident.action_items.get(), changes={"state": "done"}, by=by, at=NOW)


def adds_a_promise(report: Report, by: User) -> None:
    add_action_item(report.incident, values={"text": "Another"}, by=by, at=NOW)


def sends_back(report: Report, by: User) -> None:
    send_back(report, reason="Unclear.", by=by, at=NOW)


FALLS = {
    edits_a_section: ("The text changed.", ReportStatus.IN_REVIEW),
    edits_a_promise: ("The text changed.", ReportStatus.IN_REVIEW),
    adds_a_promise: ("The text changed.", ReportStatus.IN_REVIEW),
    sends_back: ("The report was sent back.", ReportStatus.DRAFT),
}


@pytest.mark.parametrize("deed", FALLS)
def test_it_falls_and_the_log_says_why(petra: User, deed: Callable[[Report, User], None]) -> None:
    report = scheduled(petra)
    reason, status = FALLS[deed]

    deed(report, petra)

    assert appointment(report) == NONE
    assert Report.objects.get(pk=report.pk).status == status
    assert log(report)[1:] == [("appointment to publish fell", {"publish_at": MONDAY.isoformat(), "reason": reason})]
    fallen = report.incident.activities.fallen_appointment()
    assert (fallen.publish_at, fallen.actor) == (MONDAY, petra)


@pytest.mark.parametrize("deed", FALLS)
def test_where_there_was_none_none_falls(petra: User, deed: Callable[[Report, User], None]) -> None:
    report = approve(make_draft())

    deed(report, petra)

    assert log(report) == []


def test_a_new_approval_of_what_moved_ends_it_too(petra: User) -> None:
    component = make_component("Websites")
    draft = make_draft()
    add_impact(draft.incident, component, by=petra, at=NOW)
    report = scheduled(petra, approve(Report.objects.get(pk=draft.pk)))
    component.name = "Sites"
    component.save()

    approve_report(report, seen=report.to_snapshot().checksum, by=petra, at=NOW)

    assert appointment(report) == NONE
    assert log(report)[1][1]["reason"] == "What customers would read changed."


def test_a_withdrawal_ends_it_and_leaves_the_approval(petra: User) -> None:
    """What was wrong in the old version may be in the next one, too: it goes out when somebody says so again."""
    report = scheduled(petra, approved_correction(), note="Mended.")

    withdraw_report(report, reason="It named a customer.", by=petra, at=NOW)

    assert appointment(report) == NONE
    assert Report.objects.get(pk=report.pk).status == ReportStatus.APPROVED
    assert log(report)[1][1]["reason"] == "The report was withdrawn."
    assert publish_report(report, by=petra, change_note="Mended.", at=NOW).number == 2


def test_publishing_at_once_leaves_nothing_behind(petra: User) -> None:
    report = scheduled(petra)

    publish_report(report, by=petra, change_note="", at=NOW)

    assert appointment(report) == NONE
    assert [verb for verb, _ in log(report)] == ["made an appointment to publish"]


@pytest.mark.parametrize("after", ["a new one", "a cancelled one", "publishing"])
def test_what_fell_is_told_until_something_took_its_place(petra: User, after: str) -> None:
    report = scheduled(petra)
    edits_a_section(report, petra)
    report = Report.objects.get(pk=report.pk)
    approve_report(report, seen=report.to_snapshot().checksum, by=petra, at=NOW)
    assert report.incident.activities.fallen_appointment() is not None

    if after == "publishing":
        publish_report(report, by=petra, change_note="", at=NOW)
    else:
        scheduled(petra, report)
    if after == "a cancelled one":
        cancel_schedule(report, by=petra, at=NOW)

    assert report.incident.activities.fallen_appointment() is None


def test_edits_that_change_no_public_word_end_it_too(petra: User) -> None:
    """As they take the approval back: nobody has to guess which edit counts."""
    report = scheduled(petra)

    revise_section(report.incident, "notes", changes={"text": "Only for us."}, by=petra, at=START)

    assert appointment(report) == NONE
