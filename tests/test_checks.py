"""What blocks a report, what makes one think, and which promises customers read in an old state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from incidents.checks import Finding, findings, stale_promises
from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.snapshot import Image, Promise, Section, Snapshot
from tests.public.samples import PUBLISHED_AT, SEED, at

ON = date(2023, 3, 25)
OPEN = Promise("open00", "Build a second feed", "prevent", "in_progress", None, None)
NO_END = "No end of impact yet: give Recovered or Resolved."


def messages(snapshot: Snapshot, *, blocking: bool | None = None) -> list[str]:
    found = findings(snapshot, at=PUBLISHED_AT)
    return [finding.message for finding in found if blocking is None or finding.blocks == blocking]


def with_milestones(*milestones: Milestone) -> Snapshot:
    return replace(SEED, milestones=milestones, timeline=SEED.timeline[:1])


def test_nothing_is_in_the_way_of_a_whole_report() -> None:
    assert messages(SEED) == []


RESOLVED = Milestone(MilestoneKind.RESOLVED, at(8, 20))
STARTED = Milestone(MilestoneKind.IMPACT_STARTED, at(5))
START_UNKNOWN = Milestone(MilestoneKind.IMPACT_STARTED, None, Precision.UNKNOWN)
RESOLVED_UNKNOWN = Milestone(MilestoneKind.RESOLVED, None, Precision.UNKNOWN)


@pytest.mark.parametrize(
    ("milestones", "is_missing"),
    [
        ((STARTED,), True),
        ((STARTED, RESOLVED_UNKNOWN), True),
        ((STARTED, RESOLVED), False),
        ((START_UNKNOWN, RESOLVED), False),
        ((RESOLVED,), False),
    ],
)
def test_an_end_is_asked_for_only_where_there_is_none(milestones: tuple[Milestone, ...], is_missing: bool) -> None:
    assert (NO_END in messages(with_milestones(*milestones))) == is_missing


def test_a_row_says_what_its_milestone_says() -> None:
    later = replace(SEED, timeline=(replace(SEED.timeline[1], occurred_at=at(5, 1)),))
    vaguer = replace(SEED, timeline=(replace(SEED.timeline[1], precision=Precision.ABOUT),))

    assert messages(later, blocking=True) == [
        "The row that marks “Impact starts” says another time than the milestone."
    ]
    assert messages(vaguer, blocking=True) == [
        "The row that marks “Impact starts” says “about”, the milestone “exact”."
    ]


@pytest.mark.parametrize(
    "markdown",
    ["![](attachment:picaaa)", '![room](attachment:picaaa "The room")', "![room](<attachment:picaaa>)"],
)
def test_an_internal_image_blocks_however_it_is_written(markdown: str) -> None:
    shown = replace(SEED, sections=(Section("summary", markdown),))
    image = Image("picaaa", "ab" * 32, "image/png", 8, 8, "The room")

    assert messages(shown, blocking=True) == [
        "“Summary” shows an image that is internal: make it public or take it out."
    ]
    assert messages(replace(shown, images=(image,)), blocking=True) == []


def stale(told: tuple[Promise, ...], now: tuple[Promise, ...]) -> list[str]:
    found = stale_promises(replace(SEED, promises=told), replace(SEED, promises=now), on=ON)
    assert all(finding == Finding(finding.message, "actions", blocks=False) for finding in found)
    return [finding.message for finding in found]


DONE = replace(OPEN, state="done", closed_on=ON)
LATE = replace(OPEN, due_on=ON - timedelta(days=3))


@pytest.mark.parametrize(
    ("told", "now", "message"),
    [
        (OPEN, DONE, "Customers still read “In progress” for 1 promise that is done inside: start a correction."),
        (
            LATE,
            replace(LATE, state="done", closed_on=ON),
            "Customers still read “Late” for 1 promise that is done inside: start a correction.",
        ),
        (
            OPEN,
            replace(OPEN, state="wont_do", closed_on=ON),
            "Customers still read “In progress” for 1 promise that is dropped inside: start a correction.",
        ),
        (DONE, OPEN, "Customers still read “Done” for 1 promise that is in progress inside: start a correction."),
        (
            replace(OPEN, state="open"),
            OPEN,
            "Customers still read “Planned” for 1 promise that is in progress inside: start a correction.",
        ),
    ],
)
def test_customers_read_an_old_state(told: Promise, now: Promise, message: str) -> None:
    assert stale((told,), (now,)) == [message]


def test_old_states_are_told_together() -> None:
    second, third = replace(OPEN, key="second"), replace(OPEN, key="third0", state="open")

    assert stale((OPEN, second, third), (DONE, replace(DONE, key="second"), replace(DONE, key="third0"))) == [
        "Customers still read “In progress” for 2 promises that are done inside: start a correction.",
        "Customers still read “Planned” for 1 promise that is done inside: start a correction.",
    ]


@pytest.mark.parametrize(
    "now",
    [
        (OPEN,),
        (replace(OPEN, text="In other words", due_on=ON),),  # said again by the next correction, and no old state
        (),  # no promise to customers any more
        (OPEN, replace(DONE, key="second")),  # not told yet
    ],
)
def test_nothing_is_old(now: tuple[Promise, ...]) -> None:
    assert stale((OPEN,), now) == []
