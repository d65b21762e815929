"""What people did before a measurement begins: reports that wait for the last click, an incident that goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from bench.people import PUBLISHER
from incidents.authoring.operations import (
    MilestoneValue,
    add_entry,
    open_incident,
    record_milestones,
    revise_facts,
    revise_section,
)
from incidents.milestones import MilestoneKind
from incidents.models import Component, ComponentStatus, Incident, Severity
from incidents.status.operations import tell_customers
from tests.factories import approve

_ROWS = 10


def approved_reports(count: int, *, at: datetime) -> list[int]:
    """The numbers of new incidents of an hour ago whose reports may be published."""
    by = User.objects.get(email=PUBLISHER)
    return [_approved(by, place, at=at) for place in range(count)]


def open_event(*, at: datetime) -> str:
    """The public id of a new incident that customers have been told of, and that goes on."""
    by = User.objects.get(email=PUBLISHER)
    incident, component = _incident(by, start=at - timedelta(minutes=20), at=at)
    update = tell_customers(
        incident,
        title=f"{component.name} is slow",
        status="investigating",
        text="We are looking into it.",
        levels={component: ComponentStatus.DEGRADED_PERFORMANCE},
        by=by,
        at=at,
    )
    return update.event.public_id


def _approved(by: User, place: int, *, at: datetime) -> int:
    start = at - timedelta(hours=1, seconds=place)
    incident, component = _incident(by, start=start, at=at)
    facts = {"public_title": f"{component.name} was slow for half an hour", "byline": "the operations team"}
    revise_facts(incident, changes=facts, by=by, at=at)
    times = {MilestoneKind.DETECTED: 2, MilestoneKind.MITIGATED: 20, MilestoneKind.RESOLVED: 30}
    values = {kind: MilestoneValue(start + timedelta(minutes=minutes)) for kind, minutes in times.items()}
    record_milestones(incident, values, by=by, at=at)
    for minute in range(_ROWS):
        add_entry(
            incident,
            occurred_at=start + timedelta(minutes=minute),
            text=f"Step {minute} of the procedure is done on the storage nodes.",
            public_text=f"Step {minute} of the procedure is done.",
            by=by,
            at=at,
        )
    for key in ("summary", "impact", "root_cause", "resolution"):
        text = "Requests took some seconds longer than usual, for about half of our customers. No data was lost."
        revise_section(incident, key, changes={"text": text, "public_text": text}, by=by, at=at)
    approve(incident.report, by=by, at=at)
    return incident.number


def _incident(by: User, *, start: datetime, at: datetime) -> tuple[Incident, Component]:
    component = Component.objects.in_page_order()[0]
    severity = Severity.objects.worst_first()[0]
    levels = {component: ComponentStatus.DEGRADED_PERFORMANCE.value}
    title = f"{component.name}: storage nodes answer slowly"
    incident = open_incident(title=title, severity=severity, started_at=start, components=levels, by=by, at=at)
    return incident, component
