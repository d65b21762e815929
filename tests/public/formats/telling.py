"""Events as customers are told of them, with short ways to write one."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from incidents.models import Component, EventComponent, EventUpdate, ImpactWindow, PublicEvent, Site
from incidents.models.event import impact_of
from tests.factories import START

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
_count = itertools.count(1)


def site(**fields: Any) -> Site:
    """The one row, also where an earlier test emptied the tables."""
    row, _ = Site.objects.update_or_create(id=1, defaults={"updated_at": START} | fields)
    return row


def incident(title: str = "Card payments fail", *, at: datetime = START, **fields: Any) -> PublicEvent:
    values = {"kind": "incident", "status": "investigating", "impact": "major", "started_at": at}
    return PublicEvent.objects.create(
        **values | {"title": title, "posted_title": title, "created_at": at, "updated_at": at} | fields
    )


def maintenance(title: str = "Database upgrade", *, at: datetime = START, **fields: Any) -> PublicEvent:
    planned = {"status": "scheduled", "impact": "maintenance", "scheduled_for": at, "scheduled_until": at + 2 * HOUR}
    return incident(title, at=at, **{"kind": "maintenance", "created_at": at - 48 * HOUR} | planned | fields)


def say(event: PublicEvent, status: str, text: str, *, at: datetime | None = None, **fields: Any) -> EventUpdate:
    """Post an update a minute after the last one, and let the event follow as it does."""
    at = at or event.updated_at + MINUTE
    event.status, event.updated_at = status, at
    if status == "monitoring":
        event.monitoring_at = event.monitoring_at or at
    if status in {"resolved", "completed"}:
        event.resolved_at = at
    event.save()
    return EventUpdate.objects.create(event=event, status=status, text=text, display_at=at, posted_at=at, **fields)


def affect(event: PublicEvent, component: Component, level: str = "partial_outage") -> EventComponent:
    """The component suffers from now on, or until the event is over."""
    ImpactWindow.objects.create(
        component=component, event=event, level=level, started_at=event.started_at, ended_at=event.resolved_at
    )
    if event.kind == "incident":
        event.impact = impact_of([level])
        event.save()
    return EventComponent.objects.create(event=event, component=component, level=level)


def change(component: Component, old: str, new: str) -> dict[str, str]:
    return {"component": component.public_id, "name": component.name, "old": old, "new": new}
