"""Incidents and planned work for calendars: all that is ahead, and the newest of what was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

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
    ahead = events.upcoming()
    rest = events.exclude(status=EventStatus.SCHEDULED).newest_first()[:MOST_PAST]
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
    head, end = document.to_ical().partition(b"END:VCALENDAR")[::2]
    entries = (_written(_entry(event, said.get(event.pk, ""))) for event in listed)
    return b"".join([head, *entries, b"END:VCALENDAR", end])


@dataclass(frozen=True)
class _Entry:
    """What the calendar says of an event, as values that can be compared: the same ones are written once."""

    uid: str
    summary: str
    start: datetime
    end: datetime | None
    created_at: datetime
    changed_at: datetime
    status: str
    categories: tuple[str, ...]
    url: str
    description: str


def _entry(event: PublicEvent, said: str) -> _Entry:
    start, end = _span(event)
    return _Entry(
        uid=lasting_id("incidents", event.public_id).removeprefix("urn:uuid:"),
        summary=f"{event.get_kind_display()}: {clean_text(event.title)}",
        start=start,
        end=end if end and end > start else None,
        created_at=event.created_at,
        changed_at=event.updated_at,
        status="CANCELLED" if event.status == EventStatus.CANCELLED else "CONFIRMED",
        categories=(event.get_kind_display(), *map(clean_text, event.tags)),
        url=absolute(report_path(event.public_id)),
        description=_description(event, said),
    )


@lru_cache(maxsize=1_000)  # one entry takes the library half a millisecond, and a change touches one of hundreds
def _written(entry: _Entry) -> bytes:
    written = Event()
    written.add("uid", entry.uid)
    written.add("summary", entry.summary)
    written.add("dtstart", entry.start.astimezone(UTC))
    if entry.end:
        written.add("dtend", entry.end.astimezone(UTC))
    written.add("dtstamp", entry.changed_at.astimezone(UTC))
    written.add("created", entry.created_at.astimezone(UTC))
    written.add("last-modified", entry.changed_at.astimezone(UTC))
    # It must grow with each change, and a count of changes is kept nowhere: the seconds since it was first told do.
    written.add("sequence", max(0, int((entry.changed_at - entry.created_at).total_seconds())))
    written.add("status", entry.status)
    written.add("transp", "TRANSPARENT")
    written.add("categories", list(entry.categories))
    written.add("url", entry.url)
    written.add("description", entry.description)
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


def _announcements(events: Iterable[PublicEvent]) -> dict[int, str]:
    """The newest words about planned work: people read them in their calendar. Incidents have their summary."""
    planned = [event.pk for event in events if event.kind == EventKind.MAINTENANCE]
    newest = EventUpdate.objects.filter(event__in=planned).order_by("event_id", "-display_at", "-pk")
    return {pk: update_words(text) for pk, text in newest.distinct("event_id").values_list("event_id", "text")}
