from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.authoring.operations.drafts import begin_edit, check_version
from incidents.milestones import MilestoneKind, Precision
from incidents.models import (
    Activity,
    Component,
    ComponentStatus,
    Incident,
    IncidentComponent,
    IncidentCounter,
    Milestone,
    Report,
    Severity,
)

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Impact:
    """A component and how badly it was touched; without times it was touched as long as the incident."""

    component: Component
    level: str = ComponentStatus.MAJOR_OUTAGE
    started_at: datetime | None = None
    ended_at: datetime | None = None


@transaction.atomic
def open_incident(
    *,
    title: str,
    severity: Severity,
    by: User,
    at: datetime,
    started_at: datetime | None = None,
    time_zone: str = "UTC",
    components: Iterable[Component] = (),
    is_private: bool = False,
) -> Incident:
    """Open an incident with its draft report. The number is the next one, without gaps."""
    incident = Incident.objects.create(
        number=IncidentCounter.take(),
        title=title,
        severity=severity,
        time_zone=time_zone,
        lead=by,
        is_private=is_private,
        opened_by=by,
        opened_at=at,
    )
    due_days = severity.report_due_days
    Report.objects.create(
        incident=incident,
        owner=by,
        due_on=(at + timedelta(days=due_days)).date() if due_days is not None else None,
    )
    IncidentComponent.objects.bulk_create(
        IncidentComponent(incident=incident, component=component) for component in components
    )
    if started_at is not None:
        Milestone.objects.create(
            incident=incident, kind=MilestoneKind.IMPACT_STARTED, at=started_at, precision=Precision.EXACT
        )
    Activity.objects.record(incident, "opened", by=by, at=at, title=title, severity=severity.name)
    return incident


_INCIDENT_FACTS = ("title", "severity", "status", "time_zone", "lead", "is_private")
_REPORT_FACTS = ("public_title", "byline", "owner", "due_on")


@transaction.atomic
def revise_facts(
    incident: Incident,
    *,
    changes: dict[str, Any],
    impacts: Iterable[Impact],
    expected_version: int | None,
    by: User,
    at: datetime,
) -> Incident:
    """Change the facts named in `changes` and the list of affected components.

    Raises ReportLocked, or EditConflict when the facts were saved by somebody else meanwhile.
    """
    report = begin_edit(incident, by=by, at=at)
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    check_version(incident, expected_version)
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for row, names in ((incident, _INCIDENT_FACTS), (report, _REPORT_FACTS)):
        for name in names:
            if name in changes and getattr(row, name) != changes[name]:
                old[name], new[name] = str(getattr(row, name)), str(changes[name])
                setattr(row, name, changes[name])
    incident.version += 1
    incident.save()
    report.save()
    impacts = list(impacts)
    before, after = _told(_stored_impacts(incident)), _told(impacts)
    if before != after:
        old["components"], new["components"] = before, after
        _replace_impacts(incident, impacts)
    if new:
        Activity.objects.record(incident, "changed facts", by=by, at=at, old=old, new=new)
    return incident


def _stored_impacts(incident: Incident) -> list[Impact]:
    rows = incident.impacts.select_related("component").order_by("id")
    return [Impact(row.component, row.level, row.started_at, row.ended_at) for row in rows]


def _told(impacts: Iterable[Impact]) -> str:
    return "; ".join(
        f"{impact.component} {impact.level} {impact.started_at or ''} {impact.ended_at or ''}".strip()
        for impact in impacts
    )


def _replace_impacts(incident: Incident, impacts: Iterable[Impact]) -> None:
    IncidentComponent.objects.filter(incident=incident).delete()
    IncidentComponent.objects.bulk_create(
        IncidentComponent(
            incident=incident,
            component=impact.component,
            level=impact.level,
            started_at=impact.started_at,
            ended_at=impact.ended_at,
        )
        for impact in impacts
    )
