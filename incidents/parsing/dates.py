"""Calendar dates as people write them.

A date that can be read two ways (03/10/2021) gets no value but both readings; other dates of the same
document that can be read one way only (29/09/2021) decide it. `03.10.2021` is read day first: every CLDR
locale that writes dots between numbers puts the day before the month (or the year first).
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from .words import MONTHS, WEEKDAYS, alternatives

First = Literal["day", "month"]


@dataclass(frozen=True, slots=True)
class NumberOrder:
    """Which of the two small numbers of a written date comes first: as other dates show, or as a person `said`."""

    first: First
    said: bool = False


Order = NumberOrder | None

_MONTH: Final = alternatives(MONTHS)
_WEEKDAY: Final = alternatives(WEEKDAYS)
_ORDINAL: Final = r"(?:st|nd|rd|th|er|[.\u00ba\u00aa\u00b0])?"
_OF: Final = r"(?:(?:of|de|del|di)\s)?"
# A time may follow right after the year: "[07/Mar/2026:05:02:11 +0000]".
_YEAR_WORD: Final = r"(?:\s?(?:\u0433\.|\u0433\u043e\u0434\u0430|\u0440\.|\u0440\u043e\u043a\u0443))?"
_YEAR_END: Final = rf"(?!\d|\.\d|:(?!\d\d:\d\d:\d\d)){_YEAR_WORD}"
_YEAR: Final = rf"\d{{4,5}}){_YEAR_END}"
_SHORT_YEAR: Final = rf"\d{{4,5}}|(?<=[/-])\d\d){_YEAR_END}"
_MONTH_DAY: Final = (
    rf"(?P<mname>{_MONTH})(?![^\W\d_])(?P<mgap>\.?\s{{0,2}})(?P<mday>\d{{1,2}}){_ORDINAL}(?![\w:]|\.\d|,\d|-\d)"
    rf"(?:(?:,\s{{0,2}}|\s{{1,2}}){_OF}(?P<myear>{_YEAR})?"
)
_DAY_MONTH: Final = (
    rf"(?P<dday>\d{{1,2}}){_ORDINAL}[\s/-]{{0,2}}{_OF}(?P<dname>{_MONTH})(?![\w\u0900-\u097f])\.?"
    rf"(?:,?[\s/-]{{1,2}}{_OF}(?P<dyear>{_SHORT_YEAR})?"
)
_ISO: Final = r"(?P<iso>\d{4,5}(?P<isosep>[-/.])\d{1,2}(?P=isosep)\d{1,2})(?!\d|[-/.]\d)"
# Two digits are a year after a slash; after a dot only where a time follows, or "1.15.20" would be a date.
_NUMERIC: Final = (
    r"(?P<num>\d{1,2}(?P<numsep>[-/.])\d{1,2}(?P=numsep)(?:\d{4,5}|(?<=/)\d\d|(?<=\.)\d\d(?=,?\s{1,2}\d{1,2}[:.]\d\d)))"
    r"(?!\d|[-/.]\d)"
)
_BASIC: Final = (
    r"(?P<basic>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"(?=[t\s_-]\d{4}(?:\d\d)?(?!\d)|[t\s]\d\d:\d\d)"
)
_EASTERN: Final = (
    r"(?<!\d)(?:(?P<eyear>\d{4})\s?[\u5e74\ub144]\s?)?"
    r"(?P<emonth>\d{1,2})\s?[\u6708\uc6d4]\s?(?P<eday>\d{1,2})\s?[\u65e5\u53f7\uc77c]"
)
_DATE: Final = re.compile(
    rf"(?<![\w./:-])(?:(?:{_WEEKDAY})\b[.,]?\s{{1,3}}(?:the\s)?)?(?:{_ISO}|{_BASIC}|{_NUMERIC}|{_MONTH_DAY}|{_DAY_MONTH})|{_EASTERN}"
)
_ALL_NUMBERS: Final = re.compile(rf"(?<![\w./:-]){_NUMERIC}")
_SHORT: Final = re.compile(r"(?<![\w./:-])(\d{1,2})([/-])(\d{1,2})(?=,?[\sT]{1,2}\d{1,2}:\d\d)")
_DOTTED: Final = re.compile(r"(?<![\w./:-])(\d{1,2})\.\s?(\d{1,2})\.(?=,?\s{1,2}\d{1,2}[:.h]\d\d)")
# As the logs of Kubernetes write it: "0307 05:02:11.123456".
_MONTH_DAY_DIGITS: Final = re.compile(r"(0[1-9]|1[0-2])([0-2]\d|3[01])(?=\s\d\d:\d\d:\d\d\.\d)")
_NUMBERS: Final = re.compile(r"\d+")
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2199


@dataclass(frozen=True, slots=True)
class DateReading:
    """One date found in a text.

    `value` is None when the year is missing (`year` None), when it can be read two ways (`readings` has
    both), or when no such day exists (`doubts` says so). `options` are the two readings in words, whether or not
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
        return _real(year, self.month, self.day)


def match_date(text: str, position: int = 0, *, order: Order = None) -> DateReading | None:
    """The date that starts exactly at `position`, if any."""
    match = _DATE.match(folded(text), position)
    if match:
        return _reading(match, text, order)
    short = _SHORT.match(text, position)
    if short:
        return _short(short, order)
    month_day = _MONTH_DAY_DIGITS.match(text, position)
    if month_day:
        return _certain(month_day, month_day[0], None, int(month_day[1]), int(month_day[2]))
    dotted = _DOTTED.match(text, position)  # dots between numbers: day first, as above
    return _certain(dotted, dotted[0], None, int(dotted[2]), int(dotted[1])) if dotted else None


def find_dates(text: str, *, order: Order = None) -> Iterator[DateReading]:
    """Every date in the text, in order."""
    if not _NUMBERS.search(text):
        return
    for match in _DATE.finditer(folded(text)):
        reading = _reading(match, text, order)
        if reading is not None:
            yield reading


def numeric_order(text: str) -> Order:
    """Whether the document writes the day or the month first, judged by the dates that allow one reading."""
    day_first = month_first = False
    for match in _ALL_NUMBERS.finditer(text):
        first, second, _ = (int(number) for number in _NUMBERS.findall(match["num"]))
        day_first = day_first or (12 < first <= 31 and second <= 12)
        month_first = month_first or (12 < second <= 31 and first <= 12)
    for short in _SHORT.finditer(text):
        first, second = int(short[1]), int(short[3])
        day_first = day_first or (12 < first <= 31 and 1 <= second <= 12)
        month_first = month_first or (12 < second <= 31 and 1 <= first <= 12)
    if day_first == month_first:
        return None
    return NumberOrder("day" if day_first else "month")


def folded(text: str) -> str:
    """Lower case, of the same length: the dotted capital I is the one letter that would grow."""
    return text.replace("\u0130", "I").lower()


def _reading(match: re.Match[str], text: str, order: Order) -> DateReading | None:
    written = text[match.start() : match.end()].strip()
    groups = match.groupdict()
    if groups["num"]:
        return _numeric(match, written, order)
    if groups["mname"] and not groups["mgap"] and not groups["myear"]:
        return None  # "May20" is a name more often than a day
    return _certain(match, written, *_year_month_day(groups))


def _year_month_day(groups: dict[str, str]) -> tuple[int | None, int, int]:
    if groups["basic"]:
        digits = groups["basic"]
        return int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if groups["iso"]:
        year, month, day = (int(number) for number in _NUMBERS.findall(groups["iso"]))
        return year, month, day
    if groups["mname"]:
        return _number(groups["myear"]), MONTHS[groups["mname"]], int(groups["mday"])
    if groups["dname"]:
        return _number(groups["dyear"]), MONTHS[groups["dname"]], int(groups["dday"])
    return _number(groups["eyear"]), int(groups["emonth"]), int(groups["eday"])


def _number(digits: str | None) -> int | None:
    if not digits:
        return None
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _certain(match: re.Match[str], written: str, year: int | None, month: int, day: int) -> DateReading | None:
    start, end = match.span()
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is None:
        return DateReading(written, start, end, month, day, None)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        doubt = f"\u201c{written}\u201d: the year {year} cannot be right."
        return DateReading(written, start, end, month, day, year, doubts=(doubt,))
    value = _real(year, month, day)
    if value is None:
        doubt = f"\u201c{written}\u201d: there is no such day."
        return DateReading(written, start, end, month, day, year, doubts=(doubt,))
    return DateReading(written, start, end, month, day, year, value, doubts=_weekday_doubts(written, value))


def _short(match: re.Match[str], order: Order) -> DateReading | None:
    """Read "12-05" or "3/26" before a clock time: a date without a year."""
    first, second = int(match[1]), int(match[3])
    pairs = [(month, day) for month, day in ((second, first), (first, second)) if 1 <= month <= 12 and 1 <= day <= 31]
    if not pairs:
        return None
    if len(pairs) == 1 or first == second:
        return DateReading(match[0], match.start(), match.end(), *pairs[0], None)
    options = _options(*(f"{day} {calendar.month_name[month]}" for month, day in pairs))
    span = match.start(), match.end()
    if order is None:
        doubt = f"\u201c{match[0]}\u201d can be {options[0][1]} or {options[1][1]}."
        return DateReading(match[0], *span, None, None, None, doubts=(doubt,), options=options)
    month, day = pairs[0 if order.first == "day" else 1]
    if order.said:
        return DateReading(match[0], *span, month, day, None, options=options, said=order.first)
    return DateReading(match[0], *span, month, day, None)


def _options(day_first: str, month_first: str) -> tuple[tuple[First, str], ...]:
    return (("day", day_first), ("month", month_first))


def _weekday_doubts(written: str, value: dt.date) -> tuple[str, ...]:
    word = re.match(r"[^\W\d]+(?:-feira)?", written)
    weekday = WEEKDAYS.get(word[0].lower()) if word else None
    if weekday is None or weekday == value.weekday():
        return ()
    return (f"\u201c{written}\u201d: {value.isoformat()} was a {calendar.day_name[value.weekday()]}.",)


def _numeric(match: re.Match[str], written: str, order: Order) -> DateReading | None:
    start, end = match.span()
    first, second, year = (int(number) for number in _NUMBERS.findall(match["num"]))
    year += 2000 if year < 100 else 0
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        doubt = f"\u201c{written}\u201d: the year {year} cannot be right."
        return DateReading(written, start, end, None, None, year, doubts=(doubt,))
    day_first, month_first = _real(year, second, first), _real(year, first, second)
    readings = tuple(dict.fromkeys(date for date in (day_first, month_first) if date))
    if not readings:
        return None
    chosen = readings[0]
    doubts: tuple[str, ...] = ()
    if len(readings) > 1 and match["numsep"] != ".":
        options = _options(_said(readings[0]), _said(readings[1]))
        told = f"\u201c{written}\u201d can be {options[0][1]} or {options[1][1]}"
        if order is None:
            return DateReading(written, start, end, None, None, year, None, readings, (f"{told}.",), options)
        chosen = readings[0] if order.first == "day" else readings[1]
        if order.said:
            found = DateReading(written, start, end, chosen.month, chosen.day, year, chosen, options=options)
            return replace(found, said=order.first)
        doubts = (f"{told}; read as {_said(chosen)}, {order.first} first like other dates of this text.",)
    return DateReading(written, start, end, chosen.month, chosen.day, year, chosen, (), doubts)


def _said(date: dt.date) -> str:
    return f"{date.day} {calendar.month_name[date.month]} {date.year}"


def _real(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
