"""Events to test with: what was posted, when which component was how bad."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.models import Component, EventComponent, EventUpdate, ImpactWindow, PublicEvent, refresh_search

# A morning during an outage.
NOW = datetime(2026, 3, 6, 6, 15, tzinfo=UTC)
BEGAN = datetime(2026, 3, 6, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
_count = itertools.count(1)


def happening(title: str = "Servers are down", **fields: Any) -> PublicEvent:
    """An incident that is over an hour after it began, unless it is said otherwise."""
    started = fields.setdefault("started_at", BEGAN)
    fields = {"kind": "incident", "status": "resolved", "impact": "major", "posted_title": title, **fields}
    if fields["status"] in {"resolved", "completed"}:
        fields.setdefault("resolved_at", started + HOUR)
    fields.setdefault("public_id", f"event{next(_count):07d}")
    event = PublicEvent.objects.create(title=title, created_at=started, updated_at=started, **fields)
    refresh_search(event)
    return event


def planned(title: str = "New disks", **fields: Any) -> PublicEvent:
    """Maintenance, tomorrow unless it is said otherwise."""
    start = fields.setdefault("started_at", NOW + 24 * HOUR)
    times = {"scheduled_for": start, "scheduled_until": start + 2 * HOUR}
    return happening(title, **{"kind": "maintenance", "status": "scheduled", "impact": "maintenance"} | times | fields)


def post(event: PublicEvent, text: str, status: str = "investigating", **fields: Any) -> EventUpdate:
    at = fields.pop("at", event.started_at)
    update: EventUpdate = EventUpdate.objects.create(
        event=event, text=text, status=status, display_at=at, posted_at=at, **fields
    )
    refresh_search(event)
    return update


def hit(event: PublicEvent, component: Component, level: str = "major_outage", **fields: Any) -> ImpactWindow:
    """The component was affected for as long as the event lasted, unless it is said otherwise."""
    EventComponent.objects.create(event=event, component=component, level=level)
    times = {"started_at": event.started_at, "ended_at": event.resolved_at}
    window: ImpactWindow = ImpactWindow.objects.create(event=event, component=component, level=level, **times | fields)
    return window
