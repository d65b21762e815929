"""What stands after a clock: its zone, the end of a span, a date, the same moment elsewhere, how sure it is."""

import re
from dataclasses import replace
from typing import Final

from .clocks import CLOCK, Clock, clock_of
from .dates import match_date
from .day_readings import DateReading
from .leads import read_about
from .scanning import Scan
from .words import TIME, alternatives
from .zones import ZoneReading, match_zone


def _words(name: str) -> str:
    return alternatives(TIME[name])


_ABOUT_AFTER: Final = re.compile(rf"\s{{0,2}}-?(?:{_words('about_after')})(?![a-z])")
_BRACKETED: Final = re.compile(r"\s{0,2}\(([^()\n]{1,60})\)")
_DOUBT_WORDS: Final = tuple(TIME["doubt"])
_QUESTION: Final = re.compile(r"\?(?!\w)")
_RANGE: Final = re.compile(
    rf"(?P<slash>/(?=\d{{1,2}}:\d\d))|\s{{0,2}}(?:[-\u2013\u2014~\u301c\uff5e\u2192]|->|\b(?:{_words('range')})\b)\s{{0,2}}"
)
_AND: Final = re.compile(rf"\s{{1,2}}(?:{_words('and')})\s{{1,2}}")
_SHORT_END: Final = re.compile(r"[-\u2013](\d{2})(?![\d:.])")
_RANGE_DATE_GAP: Final = re.compile(r"[,\s]{1,3}|T(?=\d)")
_YEAR: Final = re.compile(r"\s(\d{4})(?!\d|[:.-]\d)")
_ELSEWHERE: Final = re.compile(r"\s{0,2}(?P<mark>[/(=|])\s{0,2}")
_ZONE_GAP: Final = re.compile(r"\s{0,2}(?:[*_`]{1,3}\s{0,2})?\(?")
# "05:02 - UTC - down", "05:02 | UTC | down": the zone stands between two separators.
_PARTED_ZONE: Final = re.compile(
    r"\s{1,2}(?P<mark>[-\u2013\u2014|])\s{1,2}(?=[A-Z]{2,5}(?:[+-]\d{1,2})?\s{1,2}(?P=mark)\s)"
)
_ZONE_TOO: Final = re.compile(r"\s(?:UTC|GMT|[A-Z]{3,4})(?![\w+-])|\[[A-Za-z_]{2,20}(?:/[A-Za-z_]{2,20}){1,2}\]")
_ZONE_NAME_TOO: Final = re.compile(r"\[[A-Za-z_]{2,20}(?:/[A-Za-z_]{2,20}){1,2}\]")
_AFTERTHOUGHT: Final = re.compile(r"\s{0,2}\(|(?:[*_`]{1,3})?,?\s{1,2}(?:[*_`]{1,3})?(?:on\s{1,2}|am\s|le\s|el\s)?")


def read_after_clock(scan: Scan) -> None:
    """Everything that belongs to the time and stands behind its clock."""
    read_qualifiers(scan)
    _zone(scan)
    _range(scan)
    _zone(scan)
    if scan.date is None:
        _date_after(scan)
    else:
        _year_after(scan, scan.date)
    if scan.zone is not None:
        _elsewhere(scan, scan.zone)
    read_qualifiers(scan)


def read_qualifiers(scan: Scan) -> None:
    """How sure the time is: "approx.", "ish", "(not sure)", a question mark."""
    if scan.clock is None and not scan.unknown and scan.date is None:
        return
    if scan.take_word(_ABOUT_AFTER):
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


def _zone(scan: Scan) -> None:
    """The zone here; behind the end of a span, only one that says the same as the zone behind its start."""
    start = scan.position
    iso = scan.date is not None
    gap = _PARTED_ZONE.match(scan.text, start) or _ZONE_GAP.match(scan.text, start)
    at = gap.end() if gap else start
    zone = match_zone(scan.text, at)
    if zone is None or (scan.text[at] == "-" and not _is_offset(scan.text, at, iso=iso)):
        return
    if scan.zone is not None and (scan.clock_end is None or zone.written != scan.zone.written):
        return
    scan.zone = zone
    scan.position = zone.end
    scan.take(
        _ZONE_TOO if zone.written[0] in "+-" else _ZONE_NAME_TOO
    )  # "+0000 UTC" and "+01:00[Europe/Berlin]" says it twice
    if "(" in scan.text[start:at] and scan.text[zone.end : zone.end + 1] == ")":
        scan.position += 1


def _is_offset(text: str, at: int, *, iso: bool) -> bool:
    """Whether "-07:00" or "-0700" is an offset rather than the end of a range.

    After a date it is ISO 8601's offset; otherwise only "-0700" after a space is, for "14:02-14:30" is a range.
    """
    return iso or (text[at + 3 : at + 4] != ":" and text[at - 1 : at] == " ")


def _range(scan: Scan) -> None:
    short = _SHORT_END.match(scan.text, scan.position)
    if short and scan.clock:
        _short_range(scan, scan.clock, short)
        return
    saved = scan.position
    mark = scan.take_word(_RANGE)
    if mark and mark["slash"] and scan.zone is not None:
        scan.position = saved  # the same moment on another clock
        return
    if mark or (scan.between and scan.take_word(_AND)):
        about = read_about(scan)
        date = match_date(scan.text, scan.position, order=scan.order)
        if date:
            scan.position = date.end
            scan.take(_RANGE_DATE_GAP)
        match = CLOCK.match(scan.text, scan.position)
        clock = clock_of(match) if match else None
        if clock and scan.clock:
            _long_range(scan, scan.clock, clock)
            scan.date_end = date
            scan.precision = "about" if about else scan.precision
            return
    scan.position = saved


def _short_range(scan: Scan, clock: Clock, short: re.Match[str]) -> None:
    """Read a short end: "16:05:57-58" ends at second 58; "14:02-09" ends at minute 09."""
    number = int(short[1])
    if number > 59:
        return
    written_seconds = scan.text[: scan.position].rstrip().count(":") >= 2
    end = clock.time.replace(second=number) if written_seconds else clock.time.replace(minute=number)
    if end > clock.time:
        scan.clock_end = end
        scan.position = short.end()


def _long_range(scan: Scan, start: Clock, end: Clock) -> None:
    if end.half_day and not start.half_day and end.time.hour >= 12:
        # "2:00 - 3:30 PM": the half of the day is written once, at the end
        later = start.time.replace(hour=start.time.hour + 12) if start.time.hour < 12 else start.time
        if later <= end.time:
            start.time, start.half_day = later, True
    scan.clock_end = end.time
    scan.doubts.extend(doubt for doubt in end.doubts if doubt not in scan.doubts)
    scan.position = end.end


def _date_after(scan: Scan) -> None:
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


def _year_after(scan: Scan, date: DateReading) -> None:
    """Read the year at the end of "Wed May 1 10:00:00 UTC 2024" or "[Wed May 01 10:00:00.123 2024]"."""
    sure = scan.zone is not None or (scan.clock is not None and scan.clock.seconds)
    year = _YEAR.match(scan.text, scan.position) if date.year is None and date.month and sure else None
    if year is not None:
        scan.date = replace(date, year=int(year[1]), value=date.with_year(int(year[1])))
        scan.position = year.end()


def _elsewhere(scan: Scan, zone: ZoneReading) -> None:
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
