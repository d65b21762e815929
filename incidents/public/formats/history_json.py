"""`/history.json?page=N` of the Statuspage format: three months a page, the present month first.

Pages are counted back from the present month, so each tells of other months when a month begins; their number grows
with the months and not with the events. Months and times are in UTC, which the text says.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Min

from incidents.models import EventKind, EventStatus, EventUpdate, Publication, PublicEvent
from incidents.models.event import PublicEventQuerySet
from incidents.public.editions import editions, kept_by_edition
from incidents.public.events import events_of, last_words
from incidents.public.formats.bodies import update_html
from incidents.public.formats.statuspage import Json
from incidents.public.reading import read_once
from incidents.rendering import clean_text, render_plain

MONTHS_A_PAGE = 3
MOST_A_MONTH = 100  # the newest; a page must cost no more in a year of many


@dataclass(frozen=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def of(cls, moment: date) -> Month:
        return cls(moment.year, moment.month)

    @property
    def number(self) -> int:
        return self.year * 12 + self.month - 1

    def minus(self, months: int) -> Month:
        year, month = divmod(self.number - months, 12)
        return Month(year, month + 1)

    @property
    def starts_at(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=UTC)


def page_of(at: datetime, *, on: date) -> int:
    """The page that tells of what began then; 0 for what is still to come."""
    back = Month.of(on).number - Month.of(at.astimezone(UTC)).number
    return back // MONTHS_A_PAGE + 1 if back >= 0 else 0


@read_once
def pages(*, on: date) -> int:
    """How many pages there are: up to that of the first event, and at least one. One query in a block."""
    oldest = _past().aggregate(oldest=Min("started_at"))["oldest"]
    return max(1, page_of(oldest, on=on)) if oldest else 1


def pages_telling_of(event: PublicEvent, *, on: date) -> set[int]:
    """The pages that change with an event: of where it stands, and of where it stood under other times.

    The first event of all brings the empty pages before it into being, too.
    """
    stood = [event.started_at, event.created_at]
    stood += EventUpdate.objects.filter(event=event).values_list("display_at", flat=True)
    stood += [
        each.snapshot.started_at
        for each in Publication.objects.filter(public_id=event.public_id)
        if each.snapshot.started_at
    ]
    telling = {page_of(at, on=on) for at in stood}
    second = _past().exclude(pk=event.pk).order_by("started_at").values_list("started_at", flat=True).first()
    if second is None or event.started_at < second:
        telling.update(range(page_of(second, on=on) if second else 1, page_of(event.started_at, on=on)))
    return {page for page in telling if 0 < page <= pages(on=on)} | {1}


@read_once  # it has two addresses
def history_page(number: int, *, on: date) -> Json:
    """Numbers below 1 and above `pages` are the caller's mistake."""
    newest = Month.of(on).minus((number - 1) * MONTHS_A_PAGE)
    return {"months": [_month(newest.minus(back)) for back in range(MONTHS_A_PAGE)]}


def _past() -> PublicEventQuerySet:
    return PublicEvent.objects.exclude(status=EventStatus.SCHEDULED)


def _month(month: Month) -> Json:
    began = _past().filter(started_at__gte=month.starts_at, started_at__lt=month.minus(-1).starts_at)
    weekday, days = calendar.monthrange(month.year, month.month)
    return {
        "name": f"{month.starts_at:%B}",
        "year": month.year,
        "starts_on": (weekday + 1) % 7,  # counted from Sunday
        "days": days,
        "incidents": _entries(editions(began.newest_first()[:MOST_A_MONTH])),
    }


@kept_by_edition
def _entries(keys: list[int]) -> dict[int, Json]:
    said = last_words(keys)
    return {key: _entry(event, said.get(key, "")) for key, event in events_of(keys).items()}


def _entry(event: PublicEvent, text: str) -> Json:
    return {
        "code": event.public_id,
        "name": clean_text(event.title),
        "message": update_html(text) if text else render_plain(event.description),
        "impact": "maintenance" if event.kind == EventKind.MAINTENANCE else event.impact,
        "timestamp": "".join(_timestamp(event.started_at.astimezone(UTC), event.resolved_at)),
    }


def _timestamp(start: datetime, end: datetime | None) -> Iterator[str]:
    yield _day(start)
    yield f", {_clock(start)}"
    if end is not None:
        end = end.astimezone(UTC)
        yield " - "
        yield f"{_day(end)}, " if end.date() != start.date() else ""
        yield _clock(end)
    yield " UTC"


def _day(at: datetime) -> str:
    return f"{at:%b} <var data-var='date'>{at.day}</var>"


def _clock(at: datetime) -> str:
    return f"<var data-var='time'>{at:%H:%M}</var>"
