"""What keeps a report from going out, and what to think about before it does.

Reads the customer version (a `Snapshot`), never the draft, so that it judges what customers would see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from incidents.milestones import MILESTONE_LABELS, Grade, MilestoneKind, contradictions
from incidents.snapshot import Snapshot

_ATTACHMENT = re.compile(r"\(attachment:([a-z0-9]+)\)")


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


def _missing(snapshot: Snapshot) -> list[Finding]:
    found = []
    if not snapshot.title:
        found.append(Finding("No headline for customers yet.", "facts", blocks=True))
    if snapshot.section("summary") is None:
        found.append(Finding("No summary for customers yet.", "section-summary", blocks=True))
    if snapshot.milestone(MilestoneKind.IMPACT_STARTED) is None:
        found.append(Finding("Nobody confirmed when the impact started.", "milestones", blocks=True))
    if snapshot.impact is None:
        found.append(Finding("No end of impact yet: give Recovered or Resolved.", "milestones", blocks=False))
    if not snapshot.components:
        found.append(Finding("No affected component named.", "facts", blocks=False))
    if not snapshot.timeline:
        found.append(Finding("No timeline row is public.", "timeline", blocks=False))
    if snapshot.section("root_cause") is None:
        found.append(Finding("No root cause for customers.", "section-root_cause", blocks=False))
    return found


def _times(snapshot: Snapshot, *, at: datetime) -> list[Finding]:
    milestones = {milestone.kind: milestone for milestone in snapshot.milestones}
    found = [
        Finding(problem.message, "milestones", blocks=problem.grade is Grade.IMPOSSIBLE)
        for problem in contradictions(milestones, at=at)
    ]
    found.extend(
        Finding(
            f"The row that marks “{MILESTONE_LABELS[row.milestone]}” says another time than the milestone.",
            "milestones",
            blocks=True,
        )
        for row in snapshot.timeline
        if row.milestone in milestones and row.occurred_at != milestones[row.milestone].at
    )
    if any(row.occurred_at > at for row in snapshot.timeline):
        found.append(Finding("A timeline row lies in the future.", "timeline", blocks=True))
    return found


def _images(snapshot: Snapshot) -> list[Finding]:
    public = {image.key for image in snapshot.images}
    return [
        Finding(
            f"“{section.heading}” shows an image that is internal: make it public or take it out.",
            f"section-{section.key}",
            blocks=True,
        )
        for section in snapshot.sections
        if set(_ATTACHMENT.findall(section.markdown)) - public
    ]


def _promises(snapshot: Snapshot) -> list[Finding]:
    if not snapshot.promises:
        return [Finding("No action item is public: what will you do about it?", "actions", blocks=False)]
    return [
        Finding(f"“{promise.text}” has no due date.", "actions", blocks=False)
        for promise in snapshot.promises
        if promise.due_on is None and promise.closed_on is None
    ]
