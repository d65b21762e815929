"""What a written day may mean: a date, two dates, or a day that only its neighbours can place."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal

First = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class NumberOrder:
    """Which of the small numbers of a written date comes first: as other dates show, or as a person `said`."""

    first: First
    said: bool = False


Order = NumberOrder | None


@dataclass(frozen=True, slots=True)
class DateReading:
    """One date found in a text.

    `value` is None when the year is missing (`year` None), when it can be read two ways (`readings` has
    both), or when no such day exists (`doubts` says so). `options` are the readings in words, whether or not
    a person has `said` which it is. "Sunday" alone has a `weekday` (Monday is 0), "Day 2" a `count`; "today" counts
    as 0 and "yesterday" as -1.
    """

    written: str
    start: int
    end: int
    month: int | None
    day: int | None
    year: int | None
    value: dt.date | None = None
    readings: tuple[dt.date, ...] = ()
    doubts: tuple[str, ...] = ()
    options: tuple[tuple[First, str], ...] = ()
    said: First | None = None
    weekday: int | None = None
    count: int | None = None

    def with_year(self, year: int | None) -> dt.date | None:
        """The date, in this year when none was written; None when there is no such day."""
        if self.value is not None or self.readings or self.month is None or self.day is None:
            return self.value
        if self.year is not None or year is None:
            return None
        return real_day(year, self.month, self.day)


def real_day(year: int, month: int, day: int) -> dt.date | None:
    """The date, if there is such a day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def said_day(date: dt.date) -> str:
    """The date in words that nobody can misread: "3 October 2021"."""
    return f"{date.day} {calendar.month_name[date.month]} {date.year}"
