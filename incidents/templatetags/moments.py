"""Times as the workspace writes them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

register = template.Library()


@register.filter
def how_long(since: datetime) -> str:
    """`2 days`: the time until now, in its largest unit."""
    now = timezone.now()
    return "less than a minute" if (now - since).total_seconds() < 60 else timesince(since, now, depth=1)


@register.filter
def in_zone(moment: datetime, zone: tzinfo) -> str:
    """`Monday 9 March 2026, 15:00 UTC+1`: what the clocks there show, and how far from UTC they are then."""
    local = moment.astimezone(zone)
    minutes = int(local.utcoffset().total_seconds()) // 60  # type: ignore[union-attr]  # aware: the zone is known
    hours, rest = divmod(abs(minutes), 60)
    offset = f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else ""
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} UTC{offset}"
