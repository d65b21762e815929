"""Incidents whose times are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.milestones import MilestoneKind, Precision
from incidents.models import Component, Incident, IncidentComponent, Milestone
from tests.factories import make_incident, make_user

BEGAN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def happened(
    minutes: dict[str, int | None],
    *,
    began: datetime = BEGAN,
    precision: Precision = Precision.EXACT,
    hit: dict[Component, tuple[int, int, int | None]] | None = None,
    **fields: Any,
) -> Incident:
    """Minutes after the start by the kind of moment, None for unknown. `hit` has from, to and the share."""
    fields.setdefault("by", make_user())
    team = fields.pop("team", None)
    incident = make_incident(**fields)
    Incident.objects.filter(pk=incident.pk).update(team=team, opened_at=began)
    Milestone.objects.filter(incident=incident).delete()
    known = {MilestoneKind.IMPACT_STARTED: 0, **minutes}
    Milestone.objects.bulk_create(
        Milestone(
            incident=incident,
            kind=kind,
            at=None if after is None else began + timedelta(minutes=after),
            precision=Precision.UNKNOWN if after is None else precision if after else Precision.EXACT,
        )
        for kind, after in known.items()
    )
    IncidentComponent.objects.filter(incident=incident).delete()
    for component, (start, end, share) in (hit or {}).items():
        times = {"started_at": began + timedelta(minutes=start), "ended_at": began + timedelta(minutes=end)}
        IncidentComponent.objects.create(incident=incident, component=component, share=share, **times)
    return incident
