"""Dates of numbers alone: 03/10/2021, 26-03-07, 12-05.

One that can be read two ways gets no value but all its readings, unless its weekday decides, or other dates of the
same text that can be read one way only (29/09/2021). `03.10.2021` is read day first: every CLDR locale that writes
dots between numbers puts the day before the month (or the year first).
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from .day_readings import DateReading, First, NumberOrder, Order, real_day, said_day
from .words import WEEKDAYS

# Two digits are a year after a slash; after a dot or a dash only where a time follows ("1.15.20" is a version), or
# where the second number can be nothing but a day ("5-26-21").
NUMERIC: Final = (
    r"(?P<num>\d{1,2}(?P<numsep>[-/.])\d{1,2}(?P=numsep)(?:\d{4,5}|(?<=/)\d{2,3}|(?<=[.-])\d\d(?=,?\s{1,2}\d{1,2}[:.]\d\d)"
    r"|(?<=\d-1[3-9]-)\d\d|(?<=\d-2\d-)\d\d|(?<=\d-3[01]-)\d\d))"
    r"(?!\d|[-/.]\d)"
)
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199
_SHORT: Final = re.compile(r"(?<![\w./:-])(\d{1,2})([/-])(\d{1,2})(?=,?[\sT]{1,2}\d{1,2}:\d\d)")
_ALL: Final = re.compile(rf"(?<![\w./:-]){NUMERIC}")
_NUMBERS: Final = re.compile(r"\d+")
_CENTURY: Final = 100
_OLD: Final = 15
"""A year of two digits below this is no year of a report; then the first number may be the year."""


def numeric_order(text: str) -> Order:
    """Which number the document writes first, judged by the dates that allow one reading."""
    shown = {first for first in _orders(text) if first is not None}
    if _is_year_first(text):
        return NumberOrder("year")
    return NumberOrder(shown.pop()) if len(shown) == 1 else None


def _orders(text: str) -> Iterator[First | None]:
    for match in _ALL.finditer(text):
        found = _candidates(match)
        if len(found) == 1 and match["numsep"] != ".":
            yield next(iter(found))
    for short in _SHORT.finditer(text):
        months = [int(number) for number in (short[1], short[3])]
        if all(months) and max(months) <= 31 and (months[0] > 12) != (months[1] > 12):
            yield "day" if months[0] > months[1] else "month"


def _is_year_first(text: str) -> bool:
    """Whether all dates with years of two digits begin with the same number and end with others: 26/03/07, 26/03/08."""
    numbers = [_NUMBERS.findall(match["num"]) for match in _ALL.finditer(text) if match["numsep"] != "."]
    short = [[int(number) for number in found] for found in numbers if len(found[2]) == len(found[0]) == 2]
    first = {found[0] for found in short}
    return (
        len(first) == 1
        and min(first) > 12
        and len({found[2] for found in short}) > 1
        and all(real_day(2000 + year, month, day) for year, month, day in short)
    )


def read_numeric(match: re.Match[str], written: str, order: Order) -> DateReading | None:
    """The date of a match of `NUMERIC`."""
    start, end = match.span()
    last = _year(match)
    if not FIRST_YEAR <= last <= LAST_YEAR:
        doubt = f"\u201c{written}\u201d: the year {last} cannot be right."
        return DateReading(written, start, end, None, None, last, doubts=(doubt,))
    found = _on_weekday(_candidates(match, order), written)
    if not found:
        return None
    if len(found) == 1:
        (value,) = found.values()
        doubts = weekday_doubts(written, value)
        return DateReading(written, start, end, value.month, value.day, value.year, value, (), doubts)
    options = tuple((first, said_day(date)) for first, date in found.items())
    told = f"\u201c{written}\u201d can be {' or '.join(said for _, said in options)}"
    if order is None or order.first not in found:
        readings = tuple(found.values())
        return DateReading(written, start, end, None, None, last, None, readings, (f"{told}.",), options)
    value = found[order.first]
    if order.said:
        return DateReading(
            written, start, end, value.month, value.day, value.year, value, options=options, said=order.first
        )
    doubt = f"{told}; read as {said_day(value)}, {order.first} first like other dates of this text."
    return DateReading(written, start, end, value.month, value.day, value.year, value, (), (doubt,))


def _candidates(match: re.Match[str], order: Order = None) -> dict[First, dt.date]:
    """Each reading that is a day; those that come to the same day once."""
    first, second, last = (int(number) for number in _NUMBERS.findall(match["num"]))
    year = _year(match)
    orders: list[tuple[First, dt.date | None]] = [("day", real_day(year, second, first))]
    if match["numsep"] != "." or orders[0][1] is None:
        orders.append(("month", real_day(year, first, second)))
        may_be_year = (order is not None and order.first == "year") or last < _OLD <= first
        if last < _CENTURY and may_be_year:
            orders.append(("year", real_day(2000 + first, second, last)))
    found: dict[First, dt.date] = {}
    for name, date in orders:
        if date is not None and date not in found.values():
            found[name] = date
    return found


def _year(match: re.Match[str]) -> int:
    year = int(_NUMBERS.findall(match["num"])[2])
    return year + 2000 if year < _CENTURY else year


def _on_weekday(found: dict[First, dt.date], written: str) -> dict[First, dt.date]:
    """The one reading that falls on the weekday that is written before it; all of them when none or several do."""
    weekday = _weekday(written)
    fitting = {first: date for first, date in found.items() if date.weekday() == weekday}
    return fitting if len(fitting) == 1 else found


def _weekday(written: str) -> int | None:
    word = re.match(r"[^\W\d]+(?:-feira)?", written)
    return WEEKDAYS.get(word[0].lower()) if word else None


def weekday_doubts(written: str, value: dt.date) -> tuple[str, ...]:
    """That the weekday written with a date is not the date's."""
    weekday = _weekday(written)
    if weekday is None or weekday == value.weekday():
        return ()
    return (f"\u201c{written}\u201d: {value.isoformat()} was a {calendar.day_name[value.weekday()]}.",)


def match_short(text: str, position: int, order: Order) -> DateReading | None:
    """Read "12-05" or "3/26" before a clock time: a date without a year."""
    match = _SHORT.match(text, position)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    pairs = [(month, day) for month, day in ((second, first), (first, second)) if 1 <= month <= 12 and 1 <= day <= 31]
    if not pairs:
        return None
    if len(pairs) == 1 or first == second:
        return DateReading(match[0], match.start(), match.end(), *pairs[0], None)
    day_first, month_first = (f"{day} {calendar.month_name[month]}" for month, day in pairs)
    options: tuple[tuple[First, str], ...] = (("day", day_first), ("month", month_first))
    span = match.start(), match.end()
    if order is None or order.first == "year":
        doubt = f"\u201c{match[0]}\u201d can be {day_first} or {month_first}."
        return DateReading(match[0], *span, None, None, None, doubts=(doubt,), options=options)
    month, day = pairs[0 if order.first == "day" else 1]
    if order.said:
        return DateReading(match[0], *span, month, day, None, options=options, said=order.first)
    return DateReading(match[0], *span, month, day, None)
