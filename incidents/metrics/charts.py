"""What is drawn of each month: bars of how many, and boxes or dots of how long, on a scale that is logarithmic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from typing import cast

from incidents.metrics.sheets import Group
from incidents.metrics.statistics import Spread
from incidents.milestones import short_duration

HEIGHT, COLUMN, LEFT, FOOT = 180, 44, 64, 22
_LINES = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=10), timedelta(days=4)]
_LINES += [timedelta(days=40), timedelta(days=400)]
_SHORTEST = 60.0  # seconds; whatever is shorter lies on the floor


@dataclass(frozen=True)
class Line:
    """A length that the scale names, and how high it lies."""

    y: float
    label: str

    @property
    def label_y(self) -> float:
        return self.y + 4


@dataclass(frozen=True)
class Mark:
    """One month in the chart: a box from `top`, `box_height` high, with a line at `median`; or dots of a few."""

    month: date
    x: float
    spread: Spread
    top: float
    box_height: float
    median: float | None
    dots: tuple[float, ...]

    @property
    def box_x(self) -> float:
        return self.x + 8

    @property
    def centre(self) -> float:
        return self.x + COLUMN / 2

    @property
    def right(self) -> float:
        return self.x + COLUMN - 8


@dataclass(frozen=True)
class LengthChart:
    width: float
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class CountBar:
    month: date
    count: int
    x: float
    y: float
    height: float

    @property
    def box_x(self) -> float:
        return self.x + 8

    @property
    def centre(self) -> float:
        return self.x + COLUMN / 2

    @property
    def label_y(self) -> float:
        return self.y - 5


@dataclass(frozen=True)
class CountChart:
    width: float
    bars: tuple[CountBar, ...]


def length_chart(months: Sequence[Group], measure: str) -> LengthChart:
    """How long incidents of each month took."""
    spreads = [month.spreads[measure] for month in months]
    highest = max([each for spread in spreads for each in _ends(spread)], default=_SHORTEST)
    top = next((line for line in _LINES if line.total_seconds() >= highest), _LINES[-1]).total_seconds()

    def y(seconds: float) -> float:
        share = log(max(min(seconds, top), _SHORTEST) / _SHORTEST) / log(max(top, 2 * _SHORTEST) / _SHORTEST)
        return round(HEIGHT - share * (HEIGHT - 10), 1)

    marks = []
    for place, (month, spread) in enumerate(zip(months, spreads, strict=True)):
        box_top = box_height = 0.0
        if spread.lower and spread.upper:
            box_top = y(spread.upper.middle)
            box_height = max(y(spread.lower.middle) - box_top, 2)
        median = y(spread.median.middle) if spread.median else None
        dots = tuple(y(each.middle) for each in spread.few)
        x = LEFT + place * COLUMN
        marks.append(Mark(cast("date", month.key), x, spread, box_top, box_height, median, dots))
    lines = tuple(Line(y(each.total_seconds()), short_duration(each)) for each in _LINES if each.total_seconds() <= top)
    return LengthChart(LEFT + COLUMN * len(months), lines, tuple(marks))


def count_chart(months: Sequence[Group]) -> CountChart:
    """How many incidents each month had."""
    most = max((month.count for month in months), default=0) or 1
    bars = []
    for place, month in enumerate(months):
        height = round((HEIGHT - 30) * month.count / most, 1)
        bars.append(CountBar(cast("date", month.key), month.count, LEFT + place * COLUMN, HEIGHT - height, height))
    return CountChart(LEFT + COLUMN * len(months), tuple(bars))


def _ends(spread: Spread) -> Iterable[float]:
    return [each.middle for each in (spread.upper, *spread.few) if each]
