"""What blocks a report because it is missing or can't be, and what makes one think."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from incidents.checks import CheckContext, PromiseFacts, findings
from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.snapshot import Image, Promise, Section, Snapshot
from tests.checks.saying import of
from tests.public.samples import PUBLISHED_AT, SEED, at

ALL = frozenset({"summary", "impact", "detection", "root_cause", "resolution", "went_well", "went_badly", "got_lucky"})
NO_END = "No end of impact yet: give Recovered or Resolved."


def messages(snapshot: Snapshot, *, blocking: bool | None = None) -> list[str]:
    found = findings(snapshot, at=PUBLISHED_AT)
    return [finding.message for finding in found if blocking is None or finding.blocks == blocking]


def places(snapshot: Snapshot, **context: object) -> list[tuple[str, str, bool]]:
    return [(finding.code, finding.place, finding.blocks) for finding in of(snapshot, **context)]


def with_milestones(*milestones: Milestone) -> Snapshot:
    return replace(SEED, milestones=milestones, timeline=SEED.timeline[:1])


def test_nothing_is_in_the_way_of_a_whole_report() -> None:
    assert findings(SEED, at=PUBLISHED_AT) == []


def test_an_empty_report_lacks_everything_and_what_blocks_comes_first() -> None:
    empty = replace(SEED, title="", sections=(), milestones=(), components=(), timeline=(), promises=())

    assert places(empty) == [
        ("no-headline", "facts", True),
        ("no-summary", "section-summary", True),
        ("no-start", "milestones", True),
        ("no-end", "milestones", False),
        ("no-component", "facts", False),
        ("empty-section", "section-root_cause", False),
        ("no-timeline", "timeline", False),
        ("no-promise", "actions", False),
    ]


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


def test_what_cannot_be_blocks_and_what_is_unusual_does_not() -> None:
    backwards = replace(SEED, milestones=(STARTED, Milestone(MilestoneKind.RESOLVED, at(4, 40))), timeline=())
    early = replace(SEED, milestones=(STARTED, Milestone(MilestoneKind.DETECTED, at(4, 50)), RESOLVED), timeline=())

    assert ("impossible-time", "milestones", True) in places(backwards)
    assert ("unusual-time", "milestones", False) in places(early)


def test_a_row_says_what_its_milestone_says() -> None:
    later = replace(SEED, timeline=(replace(SEED.timeline[1], occurred_at=at(5, 1)),))
    vaguer = replace(SEED, timeline=(replace(SEED.timeline[1], precision=Precision.ABOUT),))

    assert messages(later, blocking=True) == [
        "The row that marks “Impact starts” says another time than the milestone."
    ]
    assert messages(vaguer, blocking=True) == [
        "The row that marks “Impact starts” says “about”, the milestone “exact”."
    ]
    assert ("row-milestone", "entry-rowbbb", True) in places(later)


def test_a_row_in_the_future_blocks_at_its_place() -> None:
    late = replace(SEED, timeline=(*SEED.timeline, replace(SEED.timeline[0], key="rowzzz", occurred_at=at(5, day=30))))

    assert places(late) == [("future-row", "entry-rowzzz", True)]


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


# ── Sections that the severity asks ─────────────────────────────────────────
def test_what_customers_ask_themselves_must_be_told_to_them() -> None:
    found = of(SEED, asked=ALL, answered=ALL)

    assert [(finding.code, finding.place) for finding in found] == [("empty-section", "section-resolution")]
    assert found[0].message == ("Customers read nothing under “Resolution”, which a report of this severity is asked.")


def test_the_rest_may_be_answered_for_colleagues_only() -> None:
    found = of(SEED, asked=ALL, answered=frozenset({"resolution", "went_well"}))

    assert [(finding.code, finding.place) for finding in found] == [
        ("empty-section", "section-resolution"),
        ("unanswered", "section-detection"),
    ]
    assert found[1].message == (
        "Nothing is written under “Detection”, “What went badly” and “Where we got lucky”. "
        "A line for colleagues is enough."
    )


def test_a_low_severity_is_not_asked_for_more() -> None:
    assert of(SEED, asked=frozenset({"summary", "impact", "root_cause"})) == []


# ── Promises ────────────────────────────────────────────────────────────────
OPEN = Promise("open00", "Build a second feed", "prevent", "in_progress", date(2023, 6, 30), None)


@pytest.mark.parametrize(
    ("promise", "facts", "message"),
    [
        (OPEN, PromiseFacts(has_owner=True, done_when="Both feeds carry load."), None),
        (OPEN, PromiseFacts(has_owner=False, done_when="Both feeds carry load."), "has no owner."),
        (OPEN, PromiseFacts(has_owner=True, done_when=" "), "has nothing that says when it is done."),
        (replace(OPEN, due_on=None), PromiseFacts(has_owner=True, done_when="Then."), "has no due date."),
        (
            replace(OPEN, due_on=None),
            PromiseFacts(has_owner=False, done_when=""),
            "has no owner, no due date and nothing that says when it is done.",
        ),
        (replace(OPEN, due_on=None), None, "has no due date."),
        (
            replace(OPEN, due_on=None, state="done", closed_on=date(2023, 3, 8)),
            PromiseFacts(has_owner=False, done_when=""),
            None,
        ),
    ],
)
def test_an_open_promise_has_somebody_a_day_and_an_end(
    promise: Promise, facts: PromiseFacts | None, message: str | None
) -> None:
    known = {} if facts is None else {promise.key: facts}
    found = findings(replace(SEED, promises=(promise,)), at=PUBLISHED_AT, context=CheckContext(promises=known))

    assert [(finding.place, finding.message) for finding in found] == (
        [] if message is None else [("action-open00", f"“Build a second feed” {message}")]
    )


@pytest.mark.parametrize("state", ["open", "done"])
def test_what_customers_read_of_a_promise_says_what_it_does(state: str) -> None:
    unset = replace(OPEN, kind="", state=state, closed_on=date(2023, 3, 8) if state == "done" else None)
    known = {unset.key: PromiseFacts(has_owner=True, done_when="Then.")}

    found = of(replace(SEED, promises=(unset,)), promises=known)

    assert [(finding.code, finding.place, finding.blocks) for finding in found] == [("no-kind", "action-open00", True)]
    assert found[0].message == "“Build a second feed” doesn’t say what it does: prevent, detect, limit or repair?"
    assert of(replace(SEED, promises=(replace(unset, kind="repair"),)), promises=known) == []
