"""From the times when a component was affected to the days of its bar and a percentage. No Django, no clock.

Uptime is 1 - (time affected, weighed) ÷ (time counted). A major outage weighs 1; a partial outage as much as the share
of customers it hit, 0.3 where nobody said; degraded performance and maintenance weigh 0. At every moment the worst
level alone counts, however many incidents overlap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

MAJOR_OUTAGE = "major_outage"
PARTIAL_OUTAGE = "partial_outage"
WORST_FIRST = (MAJOR_OUTAGE, PARTIAL_OUTAGE, "degraded_performance", "under_maintenance")
DAYS = 90
PARTIAL_WEIGHT = 30  # percent, where nobody said how many were affected

_NOTHING = timedelta(0)


class Window(NamedTuple):
    """A component was at a level from `start` on; until now, where `end` is None. `share` is a percentage."""

    level: str
    start: datetime
    end: datetime | None = None
    share: int | None = None

    @property
    def weight(self) -> int:
        """How much of this time counts as lost, in percent."""
        if self.level == MAJOR_OUTAGE:
            return 100
        if self.level == PARTIAL_OUTAGE:
            return PARTIAL_WEIGHT if self.share is None else self.share
        return 0


@dataclass(frozen=True)
class Day:
    """A day of the bar: how long it was at each level, worst level first. `is_counted` is False before the start."""

    date: date
    is_counted: bool
    levels: tuple[tuple[str, timedelta], ...] = ()

    @property
    def worst(self) -> str:
        """Empty for a day on which nothing happened."""
        return self.levels[0][0] if self.levels else ""


@dataclass(frozen=True)
class Uptime:
    """The days, oldest first, and the share of the counted time without loss; None where no time is counted."""

    days: tuple[Day, ...]
    share: float | None

    @property
    def percent(self) -> str:
        """`99.81`, rounded down: what was not always up is never shown as 100."""
        if self.share is None:
            return ""
        return f"{int(self.share * 10_000 + 1e-6) / 100:.2f}".removesuffix(".00")


class Told(NamedTuple):
    """Some days, what was lost on them in percent of microseconds, and the time that is counted."""

    days: tuple[Day, ...]
    lost: int
    counted: timedelta


def complete_days(
    windows: Sequence[Window], *, today: date, zone: tzinfo, counted_from: date, count: int = DAYS - 1
) -> Told:
    """The days before today, which stay as they are until what is told of them changes."""
    dates = [today - timedelta(days=back) for back in range(count, 0, -1)]
    spans = [(day, midnight(max(day, counted_from), zone), midnight(day + timedelta(days=1), zone)) for day in dates]
    return _told(windows, spans, counted_from)


def with_today(past: Told, windows: Sequence[Window], *, at: datetime, zone: tzinfo, counted_from: date) -> Uptime:
    """Those days, and the one that goes on. `windows` are those that touch it; others do no harm."""
    today = at.astimezone(zone).date()
    now = _told(windows, [(today, midnight(max(today, counted_from), zone), at)], counted_from)
    lost, counted = past.lost + now.lost, past.counted + now.counted
    share = 1 - lost / (100 * _micro(counted)) if counted else None
    return Uptime((*past.days, *now.days), share)


def _told(windows: Sequence[Window], spans: Sequence[tuple[date, datetime, datetime]], counted_from: date) -> Told:
    """Neighbouring days, each from a moment to a moment: backwards where nothing was counted yet."""
    if not spans:
        return Told((), 0, _NOTHING)
    cuts = [cut for _, start, end in spans for cut in (start, end)]
    pieces = list(_worst_by_piece(windows, cuts=cuts, until=spans[-1][2]))
    days, lost, counted = [], 0, _NOTHING
    place = 0
    for day, start, end in spans:
        lasted: Counter[str] = Counter()
        while place < len(pieces) and pieces[place][0] < end:
            begins, ends_at, level, weight = pieces[place]
            place += 1
            if begins >= start:
                lasted[level] += _micro(ends_at - begins)
                lost += weight * _micro(ends_at - begins)
        levels = tuple((level, timedelta(microseconds=lasted[level])) for level in WORST_FIRST if lasted[level])
        days.append(Day(day, end > start and day >= counted_from, levels))
        counted += max(end - start, _NOTHING)
    return Told(tuple(days), lost, counted)


@lru_cache(maxsize=1_000)  # all bars have the same ninety, and each costs three objects
def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins there, also where clocks change at midnight. In UTC, where lengths are true."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _worst_by_piece(
    windows: Sequence[Window], *, cuts: Iterable[datetime], until: datetime
) -> Iterator[tuple[datetime, datetime, str, int]]:
    """Pieces of time, in order and cut at midnights, in which something was wrong: from, to, worst level, weight."""
    changes: dict[datetime, list[tuple[tuple[int, int], int]]] = {cut: [] for cut in cuts if cut <= until}
    for window in windows:
        start, end = window.start, min(window.end or until, until)
        if end <= start:
            continue
        key = (WORST_FIRST.index(window.level), -window.weight)
        changes.setdefault(start, []).append((key, 1))
        changes.setdefault(end, []).append((key, -1))
    active: Counter[tuple[int, int]] = Counter()
    moments = sorted(changes)
    for moment, following in pairwise(moments):
        for key, step in changes[moment]:
            active[key] += step
            if not active[key]:
                del active[key]
        if active:
            rank, negative = min(active)
            yield moment, following, WORST_FIRST[rank], -negative


def _micro(length: timedelta) -> int:
    return length // timedelta(microseconds=1)
