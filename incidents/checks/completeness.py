"""What is missing, and what customers would read and could not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidents.checks.context import CheckContext, PromiseFacts
from incidents.checks.finding import Finding, shortened
from incidents.milestones import MILESTONE_LABELS, Grade, Milestone, MilestoneKind, contradictions, lacks_end
from incidents.rendering.attachments import attachment_keys
from incidents.rendering.conversion import ATTACHMENT
from incidents.snapshot import SECTION_HEADINGS, Promise, Snapshot

# Of these customers ask themselves; the others may be answered for colleagues only.
_FOR_CUSTOMERS = ("impact", "root_cause", "resolution")
_OPEN = {"open", "in_progress"}
_LONGEST_QUOTE = 60


def missing(snapshot: Snapshot, context: CheckContext) -> Iterator[Finding]:
    if not snapshot.title:
        yield Finding("no-headline", "No headline for customers yet.", "facts", blocks=True)
    if snapshot.section("summary") is None:
        yield Finding("no-summary", "No summary for customers yet.", "section-summary", blocks=True)
    if snapshot.milestone(MilestoneKind.IMPACT_STARTED) is None:
        yield Finding("no-start", "Nobody confirmed when the impact started.", "milestones", blocks=True)
    if lacks_end(by_kind(snapshot)):
        yield Finding("no-end", "No end of impact yet: give Recovered or Resolved.", "milestones")
    if not snapshot.components:
        yield Finding("no-component", "No affected component named.", "facts")
    if not snapshot.timeline:
        yield Finding("no-timeline", "No timeline row is public.", "timeline")
    if not snapshot.promises and not snapshot.no_action:
        yield Finding("no-promise", "No action item is public: what will you do about it?", "actions")
    yield from _empty_sections(snapshot, context)


def _empty_sections(snapshot: Snapshot, context: CheckContext) -> Iterator[Finding]:
    empty = [key for key in SECTION_HEADINGS if key in context.asked and snapshot.section(key) is None]
    for key in empty:
        if key in _FOR_CUSTOMERS:
            message = (
                f"Customers read nothing under “{SECTION_HEADINGS[key]}”, which a report of this severity is asked."
            )
            yield Finding("empty-section", message, f"section-{key}")
    rest = [key for key in empty if key not in (*_FOR_CUSTOMERS, "summary") and key not in context.answered]
    if rest:
        names = [f"“{SECTION_HEADINGS[key]}”" for key in rest]
        told = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
        message = f"Nothing is written under {told}. A line for colleagues is enough."
        yield Finding("unanswered", message, f"section-{rest[0]}", about=" ".join(rest))


def promises(snapshot: Snapshot, context: CheckContext) -> Iterator[Finding]:
    """Action items that don't say what they do, and open ones that nobody can be held to."""
    for promise in snapshot.promises:
        if not promise.kind:
            quote = shortened(promise.text, _LONGEST_QUOTE)
            message = f"“{quote}” doesn’t say what it does: prevent, detect, limit or repair?"
            yield Finding("no-kind", message, f"action-{promise.key}", blocks=True, words=(promise.text,))
        lacks = _lacks(promise, context.promises.get(promise.key)) if promise.state in _OPEN else []
        if lacks:
            told = " and ".join(part for part in (", ".join(lacks[:-1]), lacks[-1]) if part)
            message = f"“{shortened(promise.text, _LONGEST_QUOTE)}” has {told}."
            yield Finding(
                "open-promise", message, f"action-{promise.key}", words=(promise.text,), about=", ".join(lacks)
            )


def _lacks(promise: Promise, facts: PromiseFacts | None) -> list[str]:
    lacks = []
    if facts is not None and not facts.has_owner:
        lacks.append("no owner")
    if promise.due_on is None:
        lacks.append("no due date")
    if facts is not None and not facts.done_when.strip():
        lacks.append("nothing that says when it is done")
    return lacks


def images(snapshot: Snapshot) -> Iterator[Finding]:
    public = {image.key for image in snapshot.images}
    for section in snapshot.sections:
        internal = attachment_keys(section.markdown) - public if ATTACHMENT in section.markdown else set()
        if internal:
            message = f"“{section.heading}” shows an image that is internal: make it public or take it out."
            yield Finding(
                "internal-image", message, f"section-{section.key}", blocks=True, about=" ".join(sorted(internal))
            )


def times(snapshot: Snapshot, *, at: datetime) -> Iterator[Finding]:
    """Milestones and rows against one another and against now."""
    milestones = by_kind(snapshot)
    told = " ".join(f"{kind} {milestone.at} {milestone.precision}" for kind, milestone in milestones.items())
    for problem in contradictions(milestones, at=at):
        is_impossible = problem.grade is Grade.IMPOSSIBLE
        code = "impossible-time" if is_impossible else "unusual-time"
        yield Finding(code, problem.message, "milestones", blocks=is_impossible, about=told)
    for row in snapshot.timeline:
        place = f"entry-{row.key}"
        if row.occurred_at > at:
            yield Finding(
                "future-row", f"The row “{shortened(row.text, _LONGEST_QUOTE)}” lies in the future.", place, blocks=True
            )
        if row.milestone is None or row.milestone not in milestones:
            continue
        marks, milestone = f"The row that marks “{MILESTONE_LABELS[row.milestone]}”", milestones[row.milestone]
        if row.occurred_at != milestone.at:
            yield Finding("row-milestone", f"{marks} says another time than the milestone.", place, blocks=True)
        elif row.precision != milestone.precision:
            said = f"{marks} says “{row.precision}”, the milestone “{milestone.precision}”."
            yield Finding("row-milestone", said, place, blocks=True)


def by_kind(snapshot: Snapshot) -> dict[MilestoneKind, Milestone]:
    return {milestone.kind: milestone for milestone in snapshot.milestones}
