from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.action_items import give_waiting_days
from incidents.drafts import begin_edit
from incidents.edits import EditConflict, Seen, digest, met_in
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Activity, Incident, Milestone, TimelineEntry

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class MilestoneValue:
    """What a person says of one moment. `at` is None exactly when the precision is one WITHOUT_TIME."""

    at: datetime | None
    precision: Precision = Precision.EXACT
    note: str = ""


@transaction.atomic
def record_milestones(
    incident: Incident,
    values: Mapping[MilestoneKind, MilestoneValue | None],
    *,
    seen: Seen | None = None,
    by: User,
    at: datetime,
) -> None:
    """Set, change or (with None) clear the milestones named; what isn't named stays. They count as confirmed.

    `seen` is by the names of `milestone_values`. A time and its precision are one word, so who changes either is asked
    about both where a colleague changed one of them. Raises EditConflict, ReportLocked.
    A milestone given another time or precision than the row that marks it lets go of that row.
    """
    begin_edit(incident, by=by, at=at)
    stored = {MilestoneKind(row.kind): row for row in incident.milestones.select_related("entry")}
    old = {kind: stored[kind].state if kind in stored else "" for kind in values}
    if met := _met(stored, values, seen):
        raise EditConflict(met)
    for kind, value in values.items():
        _record(incident, kind, stored.get(kind), value)
    new = {row.kind: row.state for row in incident.milestones.filter(kind__in=values)}
    if new != old:
        if MilestoneKind.RESOLVED in values:
            give_waiting_days(incident, at=at)
        Activity.objects.record_edit(incident, "recorded milestones", of="milestones", by=by, at=at, old=old, new=new)


def milestone_values(milestones: Iterable[Milestone]) -> dict[str, Any]:
    """All six as their form shows them: `<kind>_at` and `<kind>_precision`."""
    stored = {MilestoneKind(row.kind): row for row in milestones}
    return {name: value for kind in MilestoneKind for name, value in _pair(kind, stored.get(kind)).items()}


def _pair(kind: MilestoneKind, told: Milestone | MilestoneValue | None) -> dict[str, Any]:
    at, precision = (told.at, told.precision) if told else (None, Precision.EXACT)
    return {f"{kind}_at": at, f"{kind}_precision": precision}


def _met(
    stored: Mapping[MilestoneKind, Milestone], values: Mapping[MilestoneKind, MilestoneValue | None], seen: Seen | None
) -> dict[str, Any]:
    """What is stored of the milestones that a colleague changed too, where it differs from what is to be written."""
    met: dict[str, Any] = {}
    for kind, value in values.items():
        now, mine = _pair(kind, stored.get(kind)), _pair(kind, value)
        if met_in(now, mine, seen):
            met |= {name: now[name] for name in now if digest(now[name]) != digest(mine[name])}
    return met


def _record(incident: Incident, kind: MilestoneKind, milestone: Milestone | None, value: MilestoneValue | None) -> None:
    if value is None:
        if milestone is not None:
            milestone.delete()
        return
    milestone = milestone or Milestone(incident=incident, kind=kind)
    milestone.at, milestone.precision, milestone.note = value.at, value.precision, value.note
    milestone.is_confirmed = True
    entry = milestone.entry
    if entry is not None and (entry.occurred_at, entry.precision) != (value.at, value.precision):
        milestone.entry = None
    milestone.save()


def mark_milestone(entry: TimelineEntry, kind: str | None, *, at: datetime) -> None:
    """Let a row mark a milestone, or none: the row's time and precision become the milestone's.

    Choosing a mark confirms it; keeping a proposed one does not. Called by the timeline's operations, inside
    their transaction.
    """
    others = Milestone.objects.filter(entry=entry).exclude(kind=kind or "")
    others.filter(is_confirmed=False).delete()
    others.update(entry=None)
    if not kind:
        return
    milestone = Milestone.objects.filter(incident=entry.incident, kind=kind).first()
    was_marked = milestone is not None and milestone.entry_id == entry.pk
    milestone = milestone or Milestone(incident=entry.incident, kind=kind)
    milestone.at, milestone.precision, milestone.entry = entry.occurred_at, entry.precision, entry
    milestone.is_confirmed = milestone.is_confirmed or not was_marked
    milestone.save()
    if kind == MilestoneKind.RESOLVED:
        give_waiting_days(entry.incident, at=at)
