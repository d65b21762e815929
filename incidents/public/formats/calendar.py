"""Incidents and planned work for calendars: all that is ahead, and the newest of what was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from icalendar import Calendar, Event

from incidents.models import EventKind, EventStatus, EventUpdate, PublicEvent, Site
from incidents.models.event import PublicEventQuerySet
from incidents.public.addresses import absolute, report_path
from incidents.public.formats.bodies import update_words
from incidents.public.formats.ids import lasting_id
from incidents.public.words import shortened
from incidents.rendering import clean_text

MOST_PAST = 200
_MOST_WORDS = 500
_BOUND = f"What is planned, and the newest {MOST_PAST} of what was; {{all}} has everything. Times are in UTC."


def calendar_events(events: PublicEventQuerySet) -> list[PublicEvent]:
    """What is ahead, soonest first, then the newest of the rest, newest first."""
    ahead = events.upcoming().defer("search")
    rest = events.exclude(status=EventStatus.SCHEDULED).newest_first().defer("search")[:MOST_PAST]
    return [*ahead, *rest]


def calendar(events: Iterable[PublicEvent], site: Site, *, about: str = "") -> bytes:
    """`about` names the one component that it is about. Nothing in it comes from the clock."""
    listed = list(events)
    name = clean_text(site.name or settings.ORGANISATION_NAME)
    said = _announcements(listed)
    document = Calendar()
    document.add("prodid", "-//Afterword//Public calendar//EN")
    document.add("version", "2.0")
    document.add("method", "PUBLISH")
    for key, value in (
        ("name", f"{name}: {clean_text(about) or 'status'}"),
        ("description", _BOUND.format(all=absolute("/"))),
    ):
        document.add(key, value)
        document.add(f"x-wr-cal{'desc' if key == 'description' else key}", value)
    document.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    document.add("x-published-ttl", "PT1H")
    for event in listed:
        document.add_component(_entry(event, said.get(event.pk, "")))
    written: bytes = document.to_ical()
    return written


def _entry(event: PublicEvent, said: str) -> Event:
    entry = Event()
    start, end = _span(event)
    entry.add("uid", lasting_id("incidents", event.public_id).removeprefix("urn:uuid:"))
    entry.add("summary", f"{event.get_kind_display()}: {clean_text(event.title)}")
    entry.add("dtstart", start.astimezone(UTC))
    if end and end > start:
        entry.add("dtend", end.astimezone(UTC))
    entry.add("dtstamp", event.updated_at)
    entry.add("created", event.created_at)
    entry.add("last-modified", event.updated_at)
    # It must grow with each change, and a count of changes is kept nowhere: the seconds since it was first told do.
    entry.add("sequence", max(0, int((event.updated_at - event.created_at).total_seconds())))
    entry.add("status", "CANCELLED" if event.status == EventStatus.CANCELLED else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    entry.add("categories", [event.get_kind_display(), *map(clean_text, event.tags)])
    entry.add("url", absolute(report_path(event.public_id)))
    entry.add("description", _description(event, said))
    return entry


def _span(event: PublicEvent) -> tuple[datetime, datetime | None]:
    """From when to when: what has not begun, or never will, as it was planned; an open incident without an end."""
    if event.scheduled_for and event.status in {EventStatus.SCHEDULED, EventStatus.CANCELLED}:
        return event.scheduled_for, event.scheduled_until
    return event.started_at, event.resolved_at or event.scheduled_until


def _description(event: PublicEvent, said: str) -> str:
    state = f"{EventStatus(event.status).label}."
    words = shortened(said or clean_text(event.description), _MOST_WORDS)
    return " ".join(filter(None, [state, words, absolute(report_path(event.public_id))]))


def _announcements(events: Iterable[PublicEvent]) -> dict[int, str]:
    """The newest words about planned work: people read them in their calendar. Incidents have their summary."""
    planned = [event.pk for event in events if event.kind == EventKind.MAINTENANCE]
    newest = EventUpdate.objects.filter(event__in=planned).order_by("event_id", "-display_at", "-pk")
    return {pk: update_words(text) for pk, text in newest.distinct("event_id").values_list("event_id", "text")}
