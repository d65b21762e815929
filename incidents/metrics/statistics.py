"""Medians and quartiles of lengths that are known more or less well. Plain Python; lengths are seconds.

A length that is “about” or “at least” something is a range. Whatever the true lengths within the ranges are, their
median lies between the median of the low ends and that of the high ends; so do the quartiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf, isinf

from incidents.milestones import Duration, short_duration

FEWEST = 5  # of fewer, no median: each is told


@dataclass(frozen=True)
class Range:
    """From `low` to `high` seconds; `high` is infinite where nothing limits it."""

    low: float
    high: float

    @property
    def in_words(self) -> str:
        """`12 min`, `10 min to 20 min`, `at least 2 h`, `at most 5 min`; seconds only below a minute."""
        low, high = _short(self.low), "" if isinf(self.high) else _short(self.high)
        if not high:
            return f"at least {low}"
        if low == high:
            return low
        return f"{low} to {high}" if self.low else f"at most {high}"

    @property
    def middle(self) -> float:
        """Where a chart draws it; its low end where nothing limits it."""
        return self.low if isinf(self.high) else (self.low + self.high) / 2


def range_of(duration: Duration) -> Range:
    high = duration.high
    return Range(duration.low.total_seconds(), inf if high is None else high.total_seconds())


@dataclass(frozen=True)
class Spread:
    """Of how many incidents a length is known and unknown, and how it spreads where there are enough.

    `few` are all of them, the shortest first, where there are fewer than FEWEST; the quartiles are None then.
    """

    known: int = 0
    unknown: int = 0
    lower: Range | None = None
    median: Range | None = None
    upper: Range | None = None
    few: tuple[Range, ...] = ()

    @property
    def few_in_words(self) -> str:
        return ", ".join(each.in_words for each in self.few)

    @property
    def in_words(self) -> str:
        """The median, or each of the few, or a dash."""
        return self.median.in_words if self.median else self.few_in_words or "–"


def spread_of(ranges: Iterable[Range], *, unknown: int = 0) -> Spread:
    """The quartiles of some lengths, by linear interpolation with both ends included."""
    known = list(ranges)
    if len(known) < FEWEST:
        return Spread(len(known), unknown, few=tuple(sorted(known, key=lambda each: (each.low, each.high))))
    lows, highs = sorted(each.low for each in known), sorted(each.high for each in known)
    lower, median, upper = (Range(_quantile(lows, share), _quantile(highs, share)) for share in (0.25, 0.5, 0.75))
    return Spread(len(known), unknown, lower, median, upper)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = (len(ordered) - 1) * share
    below = int(place)
    rest = place - below
    if not rest:
        return ordered[below]
    above = ordered[below + 1]
    return above if isinf(above) else ordered[below] + (above - ordered[below]) * rest


def _short(seconds: float) -> str:
    if seconds > 48 * 3600:
        seconds = round(seconds / 3600) * 3600
    elif seconds >= 60:
        seconds = round(seconds / 60) * 60
    return short_duration(timedelta(seconds=round(seconds)))


@dataclass
class Tally:
    """What a group adds up to while its incidents are counted."""

    ranges: list[Range] = field(default_factory=list)
    unknown: int = 0

    def add(self, length: Range | None) -> None:
        if length is None:
            self.unknown += 1
        else:
            self.ranges.append(length)

    @property
    def spread(self) -> Spread:
        return spread_of(self.ranges, unknown=self.unknown)
