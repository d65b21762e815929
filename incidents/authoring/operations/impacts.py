"""Which components an incident touched, how badly and when: one row each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from incidents.drafts import Refused, begin_edit, locked
from incidents.edits import Seen, check_as_seen, check_unchanged, stored_values
from incidents.models import Activity, Component, ComponentStatus, Incident, IncidentComponent

if TYPE_CHECKING:
    from accounts.models import User

_FIELDS = ("component", "level", "share", "started_at", "ended_at")


class ImpactTwice(Refused):
    """A component is named twice with the same start."""

    def __init__(self, component: Component) -> None:
        super().__init__(f"{component} is here already with the same start. Give this one a start of its own.")


class EndsBeforeItStarts(Refused):
    """One person set the start and another the end, or a caller both."""

    def __init__(self, impact: IncidentComponent, start: datetime, end: datetime, field: str) -> None:
        zone = impact.incident.zone
        start, end = start.astimezone(zone), end.astimezone(zone)
        super().__init__(f"It would start at {start:%Y-%m-%d %H:%M} and end at {end:%Y-%m-%d %H:%M} by now.")
        self.field = field


@transaction.atomic
def add_impact(
    incident: Incident,
    component: Component,
    *,
    by: User,
    at: datetime,
    level: str = ComponentStatus.MAJOR_OUTAGE,
    share: int | None = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> IncidentComponent:
    """Name an affected component; without times it was touched as long as the incident. `share` is a percentage.

    Raises ReportLocked, ImpactTwice, EndsBeforeItStarts.
    """
    begin_edit(incident, by=by, at=at)
    impact = IncidentComponent(
        incident=incident,
        component=component,
        level=level,
        share=share,
        started_at=started_at,
        ended_at=ended_at,
    )
    _save(impact, field="ended_at")
    Activity.objects.record(incident, "added an affected component", by=by, at=at, new=_said(impact))
    return impact


@transaction.atomic
def revise_impact(
    impact: IncidentComponent, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> IncidentComponent:
    """Change what `changes` names. Raises ReportLocked, EditConflict, Gone, ImpactTwice, EndsBeforeItStarts."""
    begin_edit(impact.incident, by=by, at=at)
    impact = locked(impact)
    stored = impact_values(impact)
    check_unchanged(stored, changes, seen)
    old = _said(impact)
    for name in _FIELDS:
        setattr(impact, name, changes.get(name, stored[name]))
    _save(impact, field="started_at" if "started_at" in changes and "ended_at" not in changes else "ended_at")
    new = _said(impact)
    if new != old:
        Activity.objects.record_edit(
            impact.incident, "changed an affected component", of=str(impact.pk), by=by, at=at, old=old, new=new
        )
    return impact


@transaction.atomic
def delete_impact(impact: IncidentComponent, *, by: User, at: datetime, seen: Seen | None = None) -> None:
    """Take a component out. Raises ReportLocked, Gone, EditConflict."""
    begin_edit(impact.incident, by=by, at=at)
    impact = locked(impact)
    check_as_seen(impact_values(impact), seen)
    Activity.objects.record(impact.incident, "removed an affected component", by=by, at=at, old=_said(impact))
    impact.delete()


def impact_values(impact: IncidentComponent) -> dict[str, Any]:
    """An affected component as its form shows it, by the names of the fields."""
    return stored_values(impact, _FIELDS)


def _save(impact: IncidentComponent, *, field: str) -> None:
    start, end = impact.started_at, impact.ended_at
    if start and end and end <= start:
        raise EndsBeforeItStarts(impact, start, end, field)
    try:
        with transaction.atomic():
            impact.save()
    except IntegrityError as error:
        if "impact_once_per_component_and_start" not in str(error):
            raise
        raise ImpactTwice(impact.component) from error


def _said(impact: IncidentComponent) -> dict[str, str]:
    return {
        "component": str(impact.component),
        "level": impact.get_level_display(),
        "share": f"{impact.share} %" if impact.share else "",
        "from": impact.started_at.isoformat() if impact.started_at else "",
        "until": impact.ended_at.isoformat() if impact.ended_at else "",
    }
