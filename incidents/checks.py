"""What keeps a report from going out, and what to think about before it does.

Reads the customer version (a `Snapshot`), never the draft, so that it judges what customers would see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from incidents.milestones import MILESTONE_LABELS, Grade, Milestone, MilestoneKind, contradictions, lacks_end
from incidents.rendering.attachments import attachment_keys
from incidents.snapshot import Promise, Snapshot

# The states of a promise as customers read them, by the model's values.
PROMISE_WORDS = {"open": "Planned", "in_progress": "In progress", "done": "Done", "wont_do": "Dropped"}


@dataclass(frozen=True)
class Finding:
    """`place` is the anchor of the part of the form where it is mended."""

    message: str
    place: str
    blocks: bool


def findings(snapshot: Snapshot, *, at: datetime) -> list[Finding]:
    """What is missing or wrong, blocking ones first."""
    found = [*_missing(snapshot), *_times(snapshot, at=at), *_images(snapshot), *_promises(snapshot)]
    return sorted(found, key=lambda finding: not finding.blocks)


def stale_promises(published: Snapshot, current: Snapshot, *, on: date) -> list[Finding]:
    """Promises that customers read in a state which is no longer true inside, told together where they are alike."""
    now = {promise.key: promise for promise in current.promises}
    alike = Counter(
        (_told(promise, on), _inside(now[promise.key]))
        for promise in published.promises
        if promise.key in now and promise.state != now[promise.key].state
    )
    return [
        Finding(
            f"Customers still read “{told}” for {count} promise{'' if count == 1 else 's'} "
            f"that {'is' if count == 1 else 'are'} {inside} inside: start a correction.",
            "actions",
            blocks=False,
        )
        for (told, inside), count in alike.items()
    ]


def _told(promise: Promise, on: date) -> str:
    return "Late" if promise.days_late(on) else PROMISE_WORDS[promise.state]


def _inside(promise: Promise) -> str:
    return PROMISE_WORDS[promise.state].lower()


def _missing(snapshot: Snapshot) -> list[Finding]:
    found = []
    if not snapshot.title:
        found.append(Finding("No headline for customers yet.", "facts", blocks=True))
    if snapshot.section("summary") is None:
        found.append(Finding("No summary for customers yet.", "section-summary", blocks=True))
    if snapshot.milestone(MilestoneKind.IMPACT_STARTED) is None:
        found.append(Finding("Nobody confirmed when the impact started.", "milestones", blocks=True))
    if lacks_end(_by_kind(snapshot)):
        found.append(Finding("No end of impact yet: give Recovered or Resolved.", "milestones", blocks=False))
    if not snapshot.components:
        found.append(Finding("No affected component named.", "facts", blocks=False))
    if not snapshot.timeline:
        found.append(Finding("No timeline row is public.", "timeline", blocks=False))
    if snapshot.section("root_cause") is None:
        found.append(Finding("No root cause for customers.", "section-root_cause", blocks=False))
    return found


def _times(snapshot: Snapshot, *, at: datetime) -> list[Finding]:
    found = [
        Finding(problem.message, "milestones", blocks=problem.grade is Grade.IMPOSSIBLE)
        for problem in contradictions(_by_kind(snapshot), at=at)
    ]
    found.extend(Finding(message, "milestones", blocks=True) for message in _rows_and_milestones(snapshot))
    if any(row.occurred_at > at for row in snapshot.timeline):
        found.append(Finding("A timeline row lies in the future.", "timeline", blocks=True))
    return found


def _rows_and_milestones(snapshot: Snapshot) -> Iterator[str]:
    """Where a row and the milestone that it marks tell customers two different things."""
    milestones = _by_kind(snapshot)
    for row in snapshot.timeline:
        if row.milestone is None or row.milestone not in milestones:
            continue
        marks, milestone = f"The row that marks “{MILESTONE_LABELS[row.milestone]}”", milestones[row.milestone]
        if row.occurred_at != milestone.at:
            yield f"{marks} says another time than the milestone."
        elif row.precision != milestone.precision:
            yield f"{marks} says “{row.precision}”, the milestone “{milestone.precision}”."


def _by_kind(snapshot: Snapshot) -> dict[MilestoneKind, Milestone]:
    return {milestone.kind: milestone for milestone in snapshot.milestones}


def _images(snapshot: Snapshot) -> list[Finding]:
    public = {image.key for image in snapshot.images}
    return [
        Finding(
            f"“{section.heading}” shows an image that is internal: make it public or take it out.",
            f"section-{section.key}",
            blocks=True,
        )
        for section in snapshot.sections
        if attachment_keys(section.markdown) - public
    ]


def _promises(snapshot: Snapshot) -> list[Finding]:
    if not snapshot.promises:
        return [Finding("No action item is public: what will you do about it?", "actions", blocks=False)]
    return [
        Finding(f"“{promise.text}” has no due date.", "actions", blocks=False)
        for promise in snapshot.promises
        if promise.due_on is None and promise.closed_on is None
    ]
