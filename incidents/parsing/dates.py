"""Calendar dates as people write them: with names of months, in ISO 8601, in East Asian characters, in numbers."""

import re
from collections.abc import Iterator
from typing import Final

from .day_readings import DateReading, Order, real_day
from .numeric_dates import FIRST_YEAR, LAST_YEAR, NUMERIC, match_short, read_numeric, weekday_doubts
from .words import MONTHS, WEEKDAYS, alternatives

_MONTH: Final = alternatives(MONTHS)
_WEEKDAY: Final = alternatives(WEEKDAYS)
_ORDINAL: Final = r"(?:st|nd|rd|th|er|[.\u00ba\u00aa\u00b0])?"
_OF: Final = r"(?:(?:of|de|del|di)\s)?"
# A time may follow right after the year: "[07/Mar/2026:05:02:11 +0000]".
_YEAR_WORD: Final = r"(?:\s?(?:\u0433\.|\u0433\u043e\u0434\u0430|\u0440\.|\u0440\u043e\u043a\u0443))?"
_YEAR_END: Final = rf"(?!\d|\.\d|:\d(?!\d:\d\d:\d\d)){_YEAR_WORD}"
_YEAR: Final = rf"\d{{4,5}}){_YEAR_END}"
_SHORT_YEAR: Final = rf"\d{{4,5}}|(?<=[/-])\d\d){_YEAR_END}"
_MONTH_DAY: Final = (
    rf"(?P<mname>{_MONTH})(?![^\W\d_])(?P<mgap>\.?[\s-]{{0,2}})(?P<mday>\d{{1,2}}){_ORDINAL}(?!\w|[:.,]\d|-(?!\d{{4}}(?!\d))\d)"
    rf"(?:(?:,\s{{0,2}}|\s{{1,2}}|-){_OF}(?P<myear>{_YEAR})?"
)
_DAY_MONTH: Final = (
    rf"(?P<dday>\d{{1,2}}){_ORDINAL}[\s/-]{{0,2}}{_OF}(?P<dname>{_MONTH})(?![\w\u0900-\u097f])\.?"
    rf"(?:,?[\s/-]{{1,2}}{_OF}(?P<dyear>{_SHORT_YEAR})?"
)
# With dots and spaces as Korean and Hungarian write it: "2026. 3. 7."
_ISO: Final = (
    r"(?P<iso>\d{4,5}(?P<isosep>[-/.])\d{1,2}(?P=isosep)\d{1,2}|\d{4}\.\s\d{1,2}\.\s\d{1,2}\.?)"
    r"(?!\d|[/.]\d|-(?!\d\d:\d\d)\d)"
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
    rf"(?<![\w./:-])(?:(?:{_WEEKDAY})\b[.,]?\s{{1,3}}(?:the\s)?)?(?:{_ISO}|{_BASIC}|{NUMERIC}|{_MONTH_DAY}|{_DAY_MONTH})|{_EASTERN}"
)
# As the logs of Kubernetes write it: "0307 05:02:11.123456".
_MONTH_DAY_DIGITS: Final = re.compile(r"(0[1-9]|1[0-2])([0-2]\d|3[01])(?=\s\d\d:\d\d:\d\d\.\d)")
_DOTTED: Final = re.compile(r"(?<![\w./:-])(\d{1,2})\.\s?(\d{1,2})\.(?=,?\s{1,2}\d{1,2}[:.h]\d\d)")
_NUMBERS: Final = re.compile(r"\d+")


def match_date(text: str, position: int = 0, *, order: Order = None) -> DateReading | None:
    """The date that starts exactly at `position`, if any."""
    match = _DATE.match(folded(text), position)
    if match:
        return _reading(match, text, order)
    short = match_short(text, position, order)
    if short:
        return short
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


def folded(text: str) -> str:
    """Lower case, of the same length: the dotted capital I is the one letter that would grow."""
    return text.replace("\u0130", "I").lower()


def _reading(match: re.Match[str], text: str, order: Order) -> DateReading | None:
    written = text[match.start() : match.end()].strip()
    groups = match.groupdict()
    if groups["num"]:
        return read_numeric(match, written, order)
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
    if not FIRST_YEAR <= year <= LAST_YEAR:
        doubt = f"\u201c{written}\u201d: the year {year} cannot be right."
        return DateReading(written, start, end, month, day, year, doubts=(doubt,))
    value = real_day(year, month, day)
    if value is None:
        doubt = f"\u201c{written}\u201d: there is no such day."
        return DateReading(written, start, end, month, day, year, doubts=(doubt,))
    return DateReading(written, start, end, month, day, year, value, doubts=weekday_doubts(written, value))
