"""Incidents and planned work for calendars: all that is ahead, and the newest of what was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from icalendar import Calendar, Event

from incidents.models import EventKind, EventStatus, PublicEvent, Site
from incidents.models.event import PublicEventQuerySet
from incidents.public.addresses import absolute, report_path
from incidents.public.editions import Edition, editions, kept_by_edition
from incidents.public.events import events_of, last_words
from incidents.public.formats.bodies import update_words
from incidents.public.formats.ids import lasting_id
from incidents.public.words import shortened
from incidents.rendering import clean_text

MOST_PAST = 200
_MOST_WORDS = 500
_BOUND = f"What is planned, and the newest {MOST_PAST} of what was; {{all}} has everything. Times are in UTC."


def calendar_events(events: PublicEventQuerySet) -> list[Edition]:
    """What is ahead, soonest first, then the newest of the rest, newest first."""
    rest = events.exclude(status=EventStatus.SCHEDULED).newest_first()[:MOST_PAST]
    return [*editions(events.upcoming()), *editions(rest)]


def calendar(events: Iterable[Edition], site: Site, *, about: str = "") -> bytes:
    """`about` names the one component that it is about. Nothing in it comes from the clock."""
    name = clean_text(site.name or settings.ORGANISATION_NAME)
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
    head, end = document.to_ical().partition(b"END:VCALENDAR")[::2]
    return b"".join([head, *_entries(events), b"END:VCALENDAR", end])


@kept_by_edition  # one entry takes the library half a millisecond
def _entries(keys: list[int]) -> dict[int, bytes]:
    events = events_of(keys)
    # The newest words about planned work: people read them in their calendar. Incidents have their summary.
    said = last_words(event.pk for event in events.values() if event.kind == EventKind.MAINTENANCE)
    return {key: _entry(event, update_words(said.get(key, ""))) for key, event in events.items()}


def _entry(event: PublicEvent, said: str) -> bytes:
    start, end = _span(event)
    written = Event()
    written.add("uid", lasting_id("incidents", event.public_id).removeprefix("urn:uuid:"))
    written.add("summary", f"{event.get_kind_display()}: {clean_text(event.title)}")
    written.add("dtstart", start.astimezone(UTC))
    if end and end > start:
        written.add("dtend", end.astimezone(UTC))
    written.add("dtstamp", event.updated_at.astimezone(UTC))
    written.add("created", event.created_at.astimezone(UTC))
    written.add("last-modified", event.updated_at.astimezone(UTC))
    # It must grow with each change, and a count of changes is kept nowhere: the seconds since it was first told do.
    written.add("sequence", max(0, int((event.updated_at - event.created_at).total_seconds())))
    written.add("status", "CANCELLED" if event.status == EventStatus.CANCELLED else "CONFIRMED")
    written.add("transp", "TRANSPARENT")
    written.add("categories", [event.get_kind_display(), *map(clean_text, event.tags)])
    written.add("url", absolute(report_path(event.public_id)))
    written.add("description", _description(event, said))
    text: bytes = written.to_ical()
    return text


def _span(event: PublicEvent) -> tuple[datetime, datetime | None]:
    """From when to when: what has not begun, or never will, as it was planned; an open incident without an end."""
    if event.scheduled_for and event.status in {EventStatus.SCHEDULED, EventStatus.CANCELLED}:
        return event.scheduled_for, event.scheduled_until
    return event.started_at, event.resolved_at or event.scheduled_until


def _description(event: PublicEvent, said: str) -> str:
    state = f"{EventStatus(event.status).label}."
    words = shortened(said or clean_text(event.description), _MOST_WORDS)
    return " ".join(filter(None, [state, words, absolute(report_path(event.public_id))]))
