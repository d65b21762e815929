"""The bar of a component's last days: for the eye, for the ear, and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Aggregate, BigIntegerField
from django.db.models.expressions import RawSQL
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from incidents.milestones import short_duration
from incidents.models import Component, ComponentStatus, ImpactWindow
from incidents.models.component import ImpactWindowQuerySet
from incidents.public.branding import current_site
from incidents.public.editions import kept_by_edition
from incidents.public.reading import moment, read_once
from incidents.public.uptime import DAYS, Day, Told, Uptime, Window, complete_days, midnight, with_today
from incidents.public.words import Moment, day_in_words

NO_DATA = "no_data"
# Postgres gives a written row another xmin, so a digest of rows says whether they are those of the last time.
_WRITTEN = """hash_record_extended(row("incidents_impactwindow"."id", "incidents_impactwindow"."xmin"::text), 0)"""


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
def component_rows(components: tuple[Component, ...]) -> list[ComponentRow]:
    """Each with its bar, as it is at the moment. Two queries in a block, and two more for days that are not kept."""
    at, zone = moment(), _zone()
    today = at.astimezone(zone).date()
    now = _by_component(ImpactWindow.objects.counted().touching(midnight(today, zone), at))
    rows = []
    for each, past in zip(components, _pasts(_editions(components, today, zone)), strict=True):
        said = with_today(past, now.get(each.pk, ()), at=at, zone=zone, counted_from=each.counted_from)
        rows.append(ComponentRow(each, _bar(said, each.counted_from) if each.shows_uptime else None))
    return rows


class _Edition(NamedTuple):
    """The days of a component before today, by a digest of the windows on them."""

    pk: int
    today: date
    windows: int


def _editions(components: Iterable[Component], today: date, zone: tzinfo) -> list[_Edition]:
    """One query."""
    written = RawSQL(_WRITTEN, ())  # noqa: S611  # a constant
    digest = Aggregate(written, function="bit_xor", output_field=BigIntegerField())
    found = _before(today, zone).order_by().values("component").annotate(digest=digest)
    digests = dict(found.values_list("component", "digest"))
    return [_Edition(each.pk, today, digests.get(each.pk, 0)) for each in components]


@kept_by_edition
def _pasts(keys: list[int]) -> dict[int, Told]:
    """The days before today of components, by their keys. Two queries."""
    zone = _zone()
    today = moment().astimezone(zone).date()
    windows = _by_component(_before(today, zone).filter(component__in=keys))
    return {
        key: complete_days(windows.get(key, ()), today=today, zone=zone, counted_from=counted_from)
        for key, counted_from in Component.objects.filter(pk__in=keys).values_list("pk", "counted_from")
    }


def _zone() -> tzinfo:
    return zone_of(current_site().time_zone)


def _before(today: date, zone: tzinfo) -> ImpactWindowQuerySet:
    first = midnight(today - timedelta(days=DAYS - 1), zone)
    return ImpactWindow.objects.counted().touching(first, midnight(today, zone))


def _by_component(windows: ImpactWindowQuerySet) -> dict[int, list[Window]]:
    found: dict[int, list[Window]] = {}
    for component, *told in windows.values_list("component", "level", "started_at", "ended_at", "share"):
        found.setdefault(component, []).append(Window._make(told))
    return found


@lru_cache(maxsize=200)  # a change of one component leaves the bars of all others as they were
def _bar_html(bar: Bar, name: str, counted_from: date) -> SafeString:
    return render_to_string("public/_bar.html", {"bar": bar, "name": name, "counted_from": counted_from})


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
