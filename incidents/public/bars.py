"""The bar of a component's last days: for the eye, for the ear, and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from incidents.milestones import short_duration
from incidents.models import Component, ComponentStatus, ImpactWindow
from incidents.public.reading import read_once
from incidents.public.uptime import DAYS, Day, Uptime, Window, uptime
from incidents.public.words import Moment, day_in_words

NO_DATA = "no_data"
# What ended in these days began no longer before them: windows are found by when they began.
_LONGEST = timedelta(days=400)


@dataclass(frozen=True)
class Run:
    """Neighbouring days of one colour; `kind` is a level, `operational` or `no_data`."""

    left: int
    width: int
    kind: str


@dataclass(frozen=True)
class BadDay:
    """A day on which something was wrong: `Major outage 3 h 20 min, degraded performance 10 min`."""

    date: date
    place: int
    worst: ComponentStatus
    words: str

    @property
    def day(self) -> str:
        return day_in_words(self.date)


@dataclass(frozen=True)
class Bar:
    """What a bar shows. `percent` is empty while nothing is counted, `counted_from` None where all days are."""

    runs: tuple[Run, ...]
    bad_days: tuple[BadDay, ...]
    percent: str
    count: int
    good: int
    first: date
    counted_from: str

    @property
    def size(self) -> str:
        return f"0 0 {self.count} 1"


@dataclass(frozen=True)
class ComponentRow:
    """A component on the page; `bar` is None where its uptime is not shown."""

    component: Component
    bar: Bar | None

    @property
    def bar_html(self) -> SafeString:
        """Empty where there is no bar."""
        return _bar_html(self.bar, self.component.name, self.component.counted_from) if self.bar else SafeString("")


def zone_of(name: str) -> tzinfo:
    """The zone in which days are counted; UTC for a name that this machine doesn't know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@read_once
def component_rows(components: tuple[Component, ...], *, at: datetime, zone: tzinfo) -> list[ComponentRow]:
    """Each with its bar. Two queries in a block, however many; both look into an index, however long the history is."""
    since = at - timedelta(days=DAYS + 2)
    counted = ImpactWindow.objects.counted().filter(component__in=[each.pk for each in components])
    still_open = counted.filter(ended_at=None, started_at__lt=at)
    ended = counted.filter(started_at__gte=since - _LONGEST, started_at__lt=at, ended_at__gt=since)
    by_component: dict[int, list[Window]] = {}
    for rows in (still_open, ended):
        told = rows.order_by("pk").values_list("component", "level", "started_at", "ended_at", "share")
        for component, level, start, end, share in told:
            by_component.setdefault(component, []).append(Window(level, start, end, share))
    return [
        ComponentRow(each, bar_of(by_component.get(each.pk, ()), each, at=at, zone=zone) if each.shows_uptime else None)
        for each in components
    ]


@lru_cache(maxsize=200)  # a change of one component leaves the bars of all others as they were
def _bar_html(bar: Bar, name: str, counted_from: date) -> SafeString:
    return render_to_string("public/_bar.html", {"bar": bar, "name": name, "counted_from": counted_from})


def bar_of(windows: Iterable[Window], component: Component, *, at: datetime, zone: tzinfo) -> Bar:
    """The bar that the windows of a component make."""
    return _bar(uptime(windows, at=at, zone=zone, counted_from=component.counted_from), component.counted_from)


def _bar(said: Uptime, counted_from: date) -> Bar:
    bad = tuple(
        BadDay(day.date, place, ComponentStatus(day.worst), _words(day))
        for place, day in enumerate(said.days)
        if day.worst
    )
    return Bar(
        runs=_runs(said.days),
        bad_days=bad,
        percent=said.percent,
        count=len(said.days),
        good=sum(day.is_counted for day in said.days) - len(bad),
        first=said.days[0].date,
        counted_from=day_in_words(counted_from) if counted_from > said.days[0].date else "",
    )


def _runs(days: Sequence[Day]) -> tuple[Run, ...]:
    runs, left = [], 0
    for kind, neighbours in groupby(days, _kind):
        width = len(list(neighbours))
        runs.append(Run(left, width, kind))
        left += width
    return tuple(runs)


def _kind(day: Day) -> str:
    return (day.worst or ComponentStatus.OPERATIONAL.value) if day.is_counted else NO_DATA


@lru_cache(maxsize=2_000)  # days that are over stay as they are
def _words(day: Day) -> str:
    said = ", ".join(f"{ComponentStatus(level).label.lower()} {_length(length)}" for level, length in day.levels)
    return said[:1].upper() + said[1:]


def _length(length: timedelta) -> str:
    return short_duration(max(length, timedelta(seconds=1)))


def as_of(at: datetime) -> Moment:
    """What a page says of the moment that it shows: to the minute, as people read it."""
    return Moment(at.replace(second=0, microsecond=0))
