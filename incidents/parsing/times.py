"""Clock times at the start of a line, as people write them: with dates, zones, ranges, doubts.

`match_stamp` reads what stands before the text of a timeline row: "~16:05:00", "14:15pm", "[???]",
"Feb 20 2018 14:17", "2026-05-10T12:34:56Z", "8:20 - 8:24", "22:52 (maybe earlier?)", "21:30\u9803".
"""

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from .clocks import CLOCK, Clock, clock_of
from .dates import DateReading, Order, match_date
from .words import TIME, alternatives
from .zones import ZoneReading, match_zone

Precision = Literal["exact", "about", "before", "after", "unknown"]

_LONGEST: Final = 160  # no stamp is longer; the rest of the line is not looked at


def _words(name: str) -> str:
    return alternatives(TIME[name])


_ABOUT: Final = re.compile(
    rf"(?:[~\u2248\u223c\u301c\uff5e]|(?:{_words('about_before')})(?![^\W\d_]))\s{{0,2}}", re.IGNORECASE
)
_BEFORE: Final = re.compile(rf"(?:{_words('before')})(?![^\W_])\s{{1,2}}|<\s?(?=\d)", re.IGNORECASE)
_AFTER: Final = re.compile(rf"(?:{_words('after')})(?![^\W_])\s{{1,2}}|>\s?(?=\d)", re.IGNORECASE)
_AT: Final = re.compile(rf"(?:{_words('at')})(?![^\W_])\s{{1,2}}|@\s?(?=\d)", re.IGNORECASE)
_ABOUT_AFTER: Final = re.compile(rf"\s{{0,2}}(?:{_words('about_after')})(?![a-z])", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\s{0,2}\(([^()\n]{1,60})\)")
_DOUBT_WORDS: Final = tuple(TIME["doubt"])
_UNKNOWN: Final = re.compile(
    r"\?{2,8}(?::\?{2})?|--:--|[Hh]{2}:[Mm]{2}|[0-2]?[xX?]:[xX?0-5][xX?]|[0-2]?\d:[xX?]{2}|T\s?[+\u2212-]\s?\d{1,4}(?::\d\d|\s?(?:s|m|min|mins|h|hr|hrs|d)\b)?"
    r"|T\d{1,3}(?=\s{0,2}(?:[:|\uff1a-]|$))|(?:unknown|TBD|unclear)(?: time)?(?=\s{0,2}(?:[:\])|-]|$))",
)
_RANGE: Final = re.compile(
    rf"\s{{0,2}}(?:[-\u2013\u2014~\u301c\uff5e\u2192]|->|\b(?:{_words('range')})\b)\s{{0,2}}", re.IGNORECASE
)
_SHORT_END: Final = re.compile(r"[-\u2013](\d{2})(?![\d:.])")
_OPENING: Final = re.compile(r"[\s>]{0,8}((?:\*{1,3}|_{1,3}|`{1,2}|[\"'(\[{<\u3010\uff08\u201c]|\s){0,6})")
_CLOSING: Final = re.compile(r"[*_`\"'\])}>\u3011\uff09\u201d]{0,6}")
_SEPARATOR: Final = re.compile(
    r"(?:\s|[:\uff1a;,\u3001|>]|[-\u2013\u2014]{1,3}(?=[\s\w\"'`*(\[@]|$)|[=-]>|\u2192|\u00b7|\u2022|\.(?=\s)|\\(?=$))*"
)
_DATE_GAP: Final = re.compile(
    r"(?:\s{0,2}[,@]|\s{1,3}[-\u2013\u2014|]|T(?=\d)|\s{0,2}:(?=\s))?\s{0,3}(?:\*\*|__|`)?(?=\S|$)"
)
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{2})(?![\d.%]|\s?[A-Za-z]?B\b)")
_YEAR: Final = re.compile(r"\s(\d{4})(?![\d:.-])")
_ELSEWHERE: Final = re.compile(r"\s{0,2}(?P<mark>[/(=|])\s{0,2}")
_ARROW: Final = re.compile(r"\s{0,4}(?:-+>|=>|\u21b3|\u2192)\s{0,4}")
_ZONE_GAP: Final = re.compile(r"\s{0,2}\(?")
_QUESTION: Final = re.compile(r"\?(?!\w)")
_INSIDE_COLON: Final = re.compile(r"\s?[:\uff1a,]?(?=[*_`\"'\])}>\u3011\uff09\u201d])")
_AFTERTHOUGHT: Final = re.compile(r",?\s{1,2}(?:on\s{1,2}|am\s|le\s|el\s)?|\s{0,2}\(")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a line says about time before it says what happened.

    `end` is where the text of the row begins in the line. `clock` is None for a date alone and for a
    placeholder ("???", "T3"), whose `precision` is "unknown". `next_day` is set for 24:00.
    """

    written: str
    end: int
    date: DateReading | None = None
    clock: dt.time | None = None
    clock_end: dt.time | None = None
    zone: ZoneReading | None = None
    precision: Precision = "exact"
    half_day: bool = False
    next_day: bool = False
    separated: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Scan:
    """A reading in progress: the text, where we are, what was found."""

    text: str
    order: Order
    position: int = 0
    precision: Precision = "exact"
    date: DateReading | None = None
    clock: Clock | None = None
    clock_end: dt.time | None = None
    zone: ZoneReading | None = None
    unknown: bool = False
    doubts: list[str] = field(default_factory=list)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.position)
        if match and match.end() > self.position:
            self.position = match.end()
            return match
        return None


def match_stamp(text: str, *, order: Order = None) -> Stamp | None:
    """The stamp that a line begins with, if any; marks and brackets around it are skipped."""
    scan = _Scan(text[:_LONGEST], order)
    scan.take(_ARROW)
    opening = scan.take(_OPENING)
    start = scan.position
    _lead_in(scan)
    _date(scan)
    _lead_in(scan)
    if not (_clock(scan) or _dotted_clock(scan)):
        _placeholder(scan)
    if scan.date is None and scan.clock is None and not scan.unknown:
        return None
    if scan.clock:
        _after_clock(scan)
    _qualifiers(scan)
    written = scan.text[start : scan.position].strip().rstrip(",").strip()
    opened = bool(opening and opening[1].strip())
    if opened and written.count(")") > written.count("("):
        written = written.rstrip(")")
    end = _skip_separator(scan, opened)
    return _stamp(scan, written, end)


def _stamp(scan: _Scan, written: str, end: int) -> Stamp:
    clock = scan.clock
    doubts = [*scan.doubts, *(clock.doubts if clock else ()), *(scan.date.doubts if scan.date else ())]
    return Stamp(
        written=written,
        end=end,
        date=scan.date,
        clock=clock.time if clock else None,
        clock_end=scan.clock_end,
        zone=scan.zone,
        precision="unknown" if clock is None else scan.precision,
        half_day=bool(clock and clock.half_day),
        next_day=bool(clock and clock.next_day),
        separated=end > scan.position,
        doubts=tuple(doubts),
    )


def _lead_in(scan: _Scan) -> None:
    for _ in range(3):
        if scan.take(_ABOUT):
            scan.precision = "about"
        elif scan.take(_BEFORE):
            scan.precision = "before"
        elif scan.take(_AFTER):
            scan.precision = "after"
        elif not scan.take(_AT):
            return


def _dotted_clock(scan: _Scan) -> bool:
    """Read "11.50" after a date: without one it would be a number."""
    match = _DOTTED.match(scan.text, scan.position)
    if match is None or scan.date is None:
        return False
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        return False
    scan.clock = Clock(dt.time(hour, minute), match.end())
    scan.position = match.end()
    return True


def _date(scan: _Scan) -> None:
    scan.date = match_date(scan.text, scan.position, order=scan.order)
    if scan.date is None:
        return
    scan.position = scan.date.end
    gap = _DATE_GAP.match(scan.text, scan.position)
    if gap is None:
        return
    # The gap is only skipped when a time follows: "2024-03-05 - text" keeps its separator.
    saved = scan.position
    scan.position = gap.end()
    _lead_in(scan)
    if not any(pattern.match(scan.text, scan.position) for pattern in (CLOCK, _DOTTED, _UNKNOWN)):
        scan.position = saved


def _clock(scan: _Scan) -> bool:
    match = CLOCK.match(scan.text, scan.position)
    clock = clock_of(match) if match else None
    if clock is None:
        return False
    scan.clock = clock
    scan.position = clock.end
    return True


def _placeholder(scan: _Scan) -> None:
    if scan.date is None or scan.text[scan.position : scan.position + 1].strip():
        scan.unknown = scan.take(_UNKNOWN) is not None


def _after_clock(scan: _Scan) -> None:
    _qualifiers(scan)
    _zone(scan)
    _range(scan)
    if scan.zone is None:
        _zone(scan)
    if scan.date is None:
        _date_after(scan)
    else:
        _year_after(scan, scan.date)
    if scan.zone is not None:
        _elsewhere(scan, scan.zone)
    _qualifiers(scan)


def _year_after(scan: _Scan, date: DateReading) -> None:
    """Read the year at the end of "Wed May 1 10:00:00 UTC 2024"."""
    year = _YEAR.match(scan.text, scan.position) if date.year is None and scan.zone else None
    if year is not None:
        scan.date = replace(date, year=int(year[1]), value=date.with_year(int(year[1])))
        scan.position = year.end()


def _elsewhere(scan: _Scan, zone: ZoneReading) -> None:
    """Skip the same moment on another clock: "10:00 UTC / 12:00 CEST"."""
    gap = _ELSEWHERE.match(scan.text, scan.position)
    match = CLOCK.match(scan.text, gap.end()) if gap else None
    clock = clock_of(match) if match else None
    if gap is None or clock is None or scan.clock is None:
        return
    after = _ZONE_GAP.match(scan.text, clock.end)
    other = match_zone(scan.text, after.end() if after else clock.end)
    if other is None:
        return
    scan.position = other.end + (1 if gap["mark"] == "(" and scan.text[other.end : other.end + 1] == ")" else 0)
    if zone.minutes is not None and other.minutes is not None:
        apart = (clock.time.hour - scan.clock.time.hour) * 60 + clock.time.minute - scan.clock.time.minute
        if (apart - (other.minutes - zone.minutes)) % (24 * 60):
            scan.doubts.append("The two times of this row are not the same moment.")


def _zone(scan: _Scan) -> None:
    start = scan.position
    iso = scan.date is not None
    gap = _ZONE_GAP.match(scan.text, start)
    at = gap.end() if gap else start
    zone = match_zone(scan.text, at)
    if zone is None or (scan.text[at] == "-" and not _is_offset(scan.text, at, iso=iso)):
        return
    scan.zone = zone
    scan.position = zone.end
    if "(" in scan.text[start:at] and scan.text[zone.end : zone.end + 1] == ")":
        scan.position += 1


def _is_offset(text: str, at: int, *, iso: bool) -> bool:
    """Whether "-07:00" or "-0700" is an offset rather than the end of a range.

    After a date it is ISO 8601's offset; otherwise only "-0700" after a space is, for "14:02-14:30" is a range.
    """
    return iso or (text[at + 3 : at + 4] != ":" and text[at - 1 : at] == " ")


def _range(scan: _Scan) -> None:
    short = _SHORT_END.match(scan.text, scan.position)
    if short and scan.clock:
        _short_range(scan, scan.clock, short)
        return
    saved = scan.position
    if scan.take(_RANGE):
        about = scan.take(_ABOUT)
        date = match_date(scan.text, scan.position, order=scan.order)
        if date:
            scan.position = date.end
            scan.take(_DATE_GAP)
        match = CLOCK.match(scan.text, scan.position)
        clock = clock_of(match) if match else None
        if clock and scan.clock:
            _long_range(scan, scan.clock, clock)
            scan.precision = "about" if about else scan.precision
            return
    scan.position = saved


def _short_range(scan: _Scan, clock: Clock, short: re.Match[str]) -> None:
    """Read a short end: "16:05:57-58" ends at second 58; "14:02-09" ends at minute 09."""
    number = int(short[1])
    if number > 59:
        return
    written_seconds = scan.text[: scan.position].rstrip().count(":") >= 2
    end = clock.time.replace(second=number) if written_seconds else clock.time.replace(minute=number)
    if end > clock.time:
        scan.clock_end = end
        scan.position = short.end()


def _long_range(scan: _Scan, start: Clock, end: Clock) -> None:
    if end.half_day and not start.half_day and end.time.hour >= 12:
        # "2:00 - 3:30 PM": the half of the day is written once, at the end
        later = start.time.replace(hour=start.time.hour + 12) if start.time.hour < 12 else start.time
        if later <= end.time:
            start.time, start.half_day = later, True
    scan.clock_end = end.time
    scan.doubts.extend(doubt for doubt in end.doubts if doubt not in scan.doubts)
    scan.position = end.end


def _date_after(scan: _Scan) -> None:
    """Read "14:17, Feb 20": a date right after the time."""
    gap = _AFTERTHOUGHT.match(scan.text, scan.position)
    if gap is None:
        return
    date = match_date(scan.text, gap.end(), order=scan.order)
    if date is None:
        return
    bracketed = scan.text[gap.end() - 1] == "("
    following = scan.text[date.end : date.end + 1]
    if bracketed and following != ")":
        return
    scan.date = date
    scan.position = date.end + (1 if bracketed else 0)


def _qualifiers(scan: _Scan) -> None:
    if scan.clock is None and not scan.unknown and scan.date is None:
        return
    if scan.take(_ABOUT_AFTER):
        scan.precision = "about"
    bracket = _BRACKETED.match(scan.text, scan.position)
    if bracket and any(word in bracket[1].lower() for word in _DOUBT_WORDS):
        scan.position = bracket.end()
        if scan.precision == "exact":
            scan.precision = "about"
        scan.doubts.append(f"The time is marked \u201c{bracket[1].strip()}\u201d.")
    elif scan.clock and _QUESTION.match(scan.text, scan.position):
        scan.position += 1
        scan.precision = "about"


def _skip_separator(scan: _Scan, opened: bool) -> int:
    position = scan.position
    if opened:
        # a colon may stand inside the marks: "**14:00:** text"
        inside = _INSIDE_COLON.match(scan.text, position)
        position = inside.end() if inside else position
        closing = _CLOSING.match(scan.text, position)
        position = closing.end() if closing else position
    separator = _SEPARATOR.match(scan.text, position)
    return separator.end() if separator else position
