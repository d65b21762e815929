"""What changed between two published versions, word by word. Plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from incidents.milestones import MILESTONE_LABELS, Milestone
from incidents.models import ActionKind, ActionState, ComponentStatus
from incidents.public.word_diff import Piece, compare_chapters, compare_lines
from incidents.public.words import Moment, day_in_words, precisely
from incidents.snapshot import CAUSES, SECTION_HEADINGS, ComponentImpact, Promise, Snapshot, TimelineRow
from incidents.tags import in_one_line


@dataclass(frozen=True)
class Change:
    """One thing that differs: old and new text woven together. `label` may be empty."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Difference:
    """A part of the report, by its heading on the page, and at least one change in it."""

    heading: str
    changes: tuple[Change, ...]


def differences(old: Snapshot, new: Snapshot) -> tuple[Difference, ...]:
    """What differs, parts in the order of the page. Empty where nothing does that customers can see."""
    chapters = {key: tuple(_chapter(key, old, new)) for key in SECTION_HEADINGS}
    opening = ("summary", "impact")
    parts = [
        ("Facts", _lines(_facts(old), _facts(new), labelled=True)),
        *((SECTION_HEADINGS[key], chapters[key]) for key in opening),
        ("Timeline", _lines(_timeline(old), _timeline(new))),
        *((SECTION_HEADINGS[key], change) for key, change in chapters.items() if key not in opening),
        ("What we are doing about it", _lines(_measures(old), _measures(new))),
        ("Images", _lines(_images(old), _images(new))),
    ]
    return tuple(Difference(heading, changes) for heading, changes in parts if changes)


def places_that_differ(old: Snapshot, new: Snapshot) -> int:
    """How many changes `differences` tells."""
    return sum(len(difference.changes) for difference in differences(old, new))


def _chapter(key: str, old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before, after = (section.markdown if (section := each.section(key)) else "" for each in (old, new))
    if before != after:
        yield Change("", compare_chapters(before, after))


def _lines(old: Mapping[str, str], new: Mapping[str, str], *, labelled: bool = False) -> tuple[Change, ...]:
    return tuple(
        Change(key if labelled else "", compare_lines(old.get(key, ""), new.get(key, "")))
        for key in _in_either(old, new)
        if old.get(key) != new.get(key)
    )


def _in_either(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The new order, with what is gone after what it used to follow."""
    keys = list(new)
    place = 0
    for key in old:
        if key in new:
            place = keys.index(key) + 1
        else:
            keys.insert(place, key)
            place += 1
    return keys


def _facts(snapshot: Snapshot) -> dict[str, str]:
    facts = {"Headline": snapshot.title, "By": snapshot.byline, "Severity": snapshot.severity.name}
    facts |= {"Cause": CAUSES.get(snapshot.cause, ""), "Tags": in_one_line(snapshot.tags)}
    facts |= {MILESTONE_LABELS[each.kind]: _milestone(each) for each in snapshot.milestones if each.applies}
    for component in snapshot.components:
        told = _impact(component)
        facts[component.name] = f"{facts[component.name]}; {told}" if component.name in facts else told
    return facts


def _milestone(milestone: Milestone) -> str:
    if milestone.at is None:
        return "unknown"
    return f"{precisely(milestone.precision)}{Moment(milestone.at).full}"


def _impact(component: ComponentImpact) -> str:
    start = f" from {Moment(component.started_at).full}" if component.started_at else ""
    end = f" until {Moment(component.ended_at).full}" if component.ended_at else ""
    share = f", {component.share} % affected" if component.share else ""
    return f"{ComponentStatus(component.level).label}{start}{end}{share}"


def _timeline(snapshot: Snapshot) -> dict[str, str]:
    return {row.key: _row(row) for row in snapshot.timeline}


def _row(row: TimelineRow) -> str:
    milestone = f" [{MILESTONE_LABELS[row.milestone]}]" if row.milestone else ""
    return f"{precisely(row.precision)}{Moment(row.occurred_at).full}{milestone}: {row.text}"


def _measures(snapshot: Snapshot) -> dict[str, str]:
    promises = {promise.key: _promise(promise) for promise in snapshot.promises}
    return promises or {"": snapshot.no_action}


def _promise(promise: Promise) -> str:
    due = f"due {day_in_words(promise.due_on)}" if promise.due_on else ""
    closed = f" {day_in_words(promise.closed_on)}" if promise.closed_on else ""
    kind = ActionKind(promise.kind).label if promise.kind else ""
    told = ", ".join(part for part in (kind, due) if part)
    state = f"{ActionState(promise.state).label}{closed}"
    return f"{promise.text} ({'; '.join(part for part in (told, state) if part)})"


def _images(snapshot: Snapshot) -> dict[str, str]:
    return {image.key: image.alt for image in snapshot.images}
