"""How it is now: the status page, and a component's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse

from incidents.models import WORST_FIRST, Component, ComponentStatus, ImpactWindow, PublicEvent
from incidents.models.event import OVER, EventStatus
from incidents.public import archive
from incidents.public.addresses import component_path
from incidents.public.answers import page
from incidents.public.bars import as_of, component_rows
from incidents.public.branding import current_site
from incidents.public.caching import public_answer
from incidents.public.components import banner, current_components, grouped
from incidents.public.editions import editions
from incidents.public.events import EventRow, event_rows, listed_rows
from incidents.public.reading import moment
from incidents.public.words import day_in_words, span_in_words

PAST_DAYS = 14
_MOST_OPEN = 20
_MOST_PLANNED = 10
_MOST_PAST = 100
_MOST_UPDATES = 5


@public_answer
def index(_request: HttpRequest) -> HttpResponse:
    at = moment()
    site = current_site()
    components = current_components()
    events = list(PublicEvent.objects.exclude(status__in=OVER).order_by("-started_at", "-pk")[: _MOST_OPEN * 2])
    rows = event_rows(events, most=_MOST_UPDATES)
    going_on = [row.event for row in rows if not row.is_planned]
    context = {
        "as_of": as_of(at),
        "banner": banner(components, going_on, since=_since(components, at)),
        "open": [row for row in rows if not row.is_planned][:_MOST_OPEN],
        "planned": sorted((row for row in rows if row.is_planned), key=_planned_first)[:_MOST_PLANNED],
        "groups": grouped(component_rows(components)),
        "zone": site.time_zone,
        "days": _past_days(at),
    }
    return page("index.html", context, canonical="/")


@public_answer
def component(_request: HttpRequest, public_id: str) -> HttpResponse:
    at = moment()
    site = current_site()
    rows = component_rows(current_components())
    row = next((each for each in rows if each.component.public_id == public_id), None)
    if row is None:
        raise Http404
    past = archive.of_component(row.component)
    newest = past.newest(at)
    context = {
        "as_of": as_of(at),
        "row": row,
        "zone": site.time_zone,
        "month": newest,
        "entries": _newest_of(past, newest),
        "years": archive.months_by_year(past),
    }
    return page("component.html", context, canonical=component_path(public_id))


def _since(components: Sequence[Component], at: datetime) -> datetime | None:
    """When the oldest window began that makes a component as bad as the worst one is."""
    hurt = [each for each in components if each.status != ComponentStatus.OPERATIONAL]
    if not hurt:
        return None
    levels = {each.status for each in hurt}
    worst = next(level for level in WORST_FIRST if level in levels)
    windows = ImpactWindow.objects.counted().open_at(at).filter(component__in=hurt, level=worst)
    return windows.order_by("started_at").values_list("started_at", flat=True).first()


def _planned_first(row: EventRow) -> tuple[datetime, int]:
    return row.event.started_at, row.event.pk


def _past_days(at: datetime) -> list[tuple[date | None, str, list[EventRow]]]:
    """The last days, today first, each with what began on it and is over. Quiet days in a row are one entry."""
    today = at.astimezone(UTC).date()
    first = datetime.combine(today - timedelta(days=PAST_DAYS - 1), datetime.min.time(), tzinfo=UTC)
    past = PublicEvent.objects.filter(status__in=[EventStatus.RESOLVED, EventStatus.COMPLETED], started_at__gte=first)
    past = past.exclude(report_number=0, report_withdrawn_at__isnull=False, posted_title="")  # nothing left to tell
    rows: dict[date, list[EventRow]] = {today - timedelta(days=back): [] for back in range(PAST_DAYS)}
    for row in listed_rows(editions(past.filter(started_at__lte=at).newest_first()[:_MOST_PAST])):
        rows[row.start.date].append(row)
    days: list[tuple[date | None, str, list[EventRow]]] = []
    for is_quiet, neighbours in groupby(rows.items(), lambda day: not day[1]):
        found = list(neighbours)
        if is_quiet and len(found) > 1:
            days.append((None, span_in_words(found[-1][0], found[0][0]), []))
        else:
            days += [(day, day_in_words(day), entries) for day, entries in found]
    return days


def _newest_of(past: archive.Archive, month: archive.Month | None) -> list[EventRow]:
    if month is None:
        return []
    return listed_rows(past.page(month, past.last_number(month)).events)
