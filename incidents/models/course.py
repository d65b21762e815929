"""What the updates of an event add up to: its step, what is how bad since when, and when it was over.

Everything that is stored of an event beside its updates is worked out from them here, so that a backdated post or a
corrected time can't leave a window behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from incidents.models.component import ComponentStatus
from incidents.models.event import OVER, EventImpact, EventStatus, EventUpdate, impact_of

Levels = dict[str, str]  # the public id of a component → its level


@dataclass(frozen=True)
class Spell:
    """A component was worse than operational from `started_at` until `ended_at`, or still is."""

    component: str
    level: str
    started_at: datetime
    ended_at: datetime | None


@dataclass
class Course:
    """An event as its updates tell it, after the last of them."""

    status: str = ""
    levels: Levels = field(default_factory=dict)
    spells: list[Spell] = field(default_factory=list)
    impact: str = EventImpact.NONE
    first_told_at: datetime | None = None
    work_began_at: datetime | None = None
    monitoring_at: datetime | None = None
    over_at: datetime | None = None
    affected: dict[int, list[dict[str, str]]] = field(default_factory=dict)  # of each update, with true old levels


def course_of(updates: Iterable[EventUpdate]) -> Course:
    """Go through the updates in the order that readers see. What an update doesn't name stays as it was."""
    course = Course()
    since: dict[str, datetime] = {}
    for update in sorted(updates, key=lambda each: (each.display_at, each.pk)):
        course.affected[update.pk] = affected = _affected(course.levels, update)
        for key, level in ((entry["component"], entry["new"]) for entry in affected):
            old = course.levels.get(key, ComponentStatus.OPERATIONAL.value)
            if level != old:
                _close(course, key, since.get(key), update.display_at)
                since[key] = update.display_at
            course.levels[key] = level
        _note_step(course, update)
    for key in course.levels:
        _close(course, key, since.get(key), None)
    course.spells = _joined(course.spells)
    course.impact = impact_of({spell.level for spell in course.spells})
    return course


def affected_list(old: Mapping[str, str], new: Mapping[str, str], names: Mapping[str, str]) -> list[dict[str, str]]:
    """What an update stores of its components."""
    good = ComponentStatus.OPERATIONAL.value
    return [
        {"component": key, "name": names[key], "old": old.get(key, good), "new": level} for key, level in new.items()
    ]


def _affected(levels: Levels, update: EventUpdate) -> list[dict[str, str]]:
    named = {entry["component"]: entry for entry in update.affected}
    new = {key: entry["new"] for key, entry in named.items()}
    if update.status in OVER:
        new = dict.fromkeys([*new, *levels], ComponentStatus.OPERATIONAL.value)
    names = {key: named[key]["name"] if key in named else "" for key in new}
    return affected_list(levels, new, names)


def _note_step(course: Course, update: EventUpdate) -> None:
    at = update.display_at
    course.status = update.status
    course.first_told_at = course.first_told_at or at
    if update.status in OVER:
        course.over_at = course.over_at or at
        return
    course.over_at = None
    if update.status == EventStatus.MONITORING:
        course.monitoring_at = course.monitoring_at or at
    else:
        course.monitoring_at = None
    if update.status == EventStatus.IN_PROGRESS:
        course.work_began_at = course.work_began_at or at


def _close(course: Course, key: str, since: datetime | None, at: datetime | None) -> None:
    level = course.levels.get(key, ComponentStatus.OPERATIONAL)
    if level != ComponentStatus.OPERATIONAL and since is not None and since != at:
        course.spells.append(Spell(key, level, since, at))


def _joined(spells: Sequence[Spell]) -> list[Spell]:
    """Neighbours of one level as one: two posts of the same minute may say worse and then as before."""
    joined: list[Spell] = []
    for spell in sorted(spells, key=lambda each: (each.component, each.started_at)):
        last = joined[-1] if joined else None
        if last and (last.component, last.level, last.ended_at) == (spell.component, spell.level, spell.started_at):
            joined[-1] = Spell(last.component, last.level, last.started_at, spell.ended_at)
        else:
            joined.append(spell)
    return joined
