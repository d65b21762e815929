"""What was promised to customers, and times in the zone of the public page."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import Capability
from incidents.models import ComponentStatus, EventUpdate, Incident, PublicEvent
from incidents.zones import zone_label

register = template.Library()

_SOON = timedelta(minutes=5)


@register.simple_tag
def updates_due(user: User) -> list[PublicEvent]:
    """Events whose promised update is due within minutes or overdue, for somebody who may post it; the oldest first."""
    if not user.may(Capability.WRITE):
        return []
    visible = Exists(Incident.objects.visible_to(user).filter(pk=OuterRef("incident")))
    due = PublicEvent.objects.going_on().filter(
        Q(incident=None) | Q(visible), next_update_by__lte=timezone.now() + _SOON
    )
    return list(due.order_by("next_update_by", "pk"))


@register.filter
def due_in_words(event: PublicEvent) -> str:
    """`overdue by 12 minutes`, `due in 3 minutes`."""
    if event.next_update_by is None:
        return ""
    seconds = (event.next_update_by - timezone.now()).total_seconds()
    if seconds >= 60:
        return f"due in {_counted(int(seconds // 60), 'minute')}"
    late = int(-seconds // 60)
    if late < 2:
        return "due now"
    if late < 120:
        return f"overdue by {_counted(late, 'minute')}"
    return f"overdue by {_counted(late // 60, 'hour')}" if late < 2880 else f"overdue by {late // 1440} days"


@register.filter
def zoned(moment: datetime, zone: str) -> str:
    """`9 Mar 2026, 15:00` on the clocks of a place; the place stands beside it."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M} {'UTC' if zone == 'UTC' else zone_label(zone)}"


@register.filter
def level_changes(update: EventUpdate) -> list[str]:
    """`API: major outage`: what an update made of its components, where it made something of them."""
    good = ComponentStatus.OPERATIONAL
    return [
        f"{entry['name']}: {ComponentStatus(entry['new']).label.lower()}"
        for entry in update.affected
        if entry["old"] != entry["new"] or entry["new"] != good
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
