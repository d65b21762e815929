"""Clock times at the start of a line, as people write them: with dates, zones, ranges, doubts.

`match_stamp` reads what stands before the text of a timeline row: "~16:05:00", "14:15pm", "[???]",
"Feb 20 2018 14:17", "2026-05-10T12:34:56Z", "8:20 - 8:24", "22:52 (maybe earlier?)", "21:30\u9803".
"""

import datetime as dt
import re
from typing import Final

from .clocks import CLOCK, Clock, clock_of
from .dates import match_date
from .day_readings import DateReading, Order
from .leads import read_adverb, read_day_lead, read_day_word, read_label, read_lead
from .scanning import Scan, Stamp
from .spans import read_after_clock, read_qualifiers
from .words import TIME, WEEKDAYS, alternatives
from .zones import ZoneReading

_LONGEST: Final = 160  # no stamp is longer; the rest of the line is not looked at

_UNKNOWN: Final = re.compile(
    r"\?{2,8}(?::\?{2})?|--:--|[Hh]{2}:[Mm]{2}|[0-2]?[xX?]:[xX?0-5][xX?]|[0-2]?\d:(?:[xX?]{2}|[0-5][xX?])"
    r"|T\d{1,3}(?=\s{0,2}(?:[:|\uff1a-]|$))|(?:unknown|TBD|unclear)(?: time)?(?=\s{0,2}(?:[:\])|-]|$))",
)
_RELATIVE: Final = re.compile(
    r"(?:[tT]\s?(?P<sign>[+\u2212-])|\+)\s?(?:(?P<h>\d{1,3}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?"
    r"|(?P<hours>\d{1,3})\s?(?:hours?|hrs?|h)\s?(?:(?P<more>\d{1,2})\s?(?:minutes?|mins?|m)?(?!\w))?"
    r"|(?P<minutes>\d{1,5})\s?(?:minutes?|mins?|m|')(?!\w)|(?P<seconds>\d{1,6})\s?(?:seconds?|secs?|s)(?!\w)"
    r"|(?P<days>\d{1,3})\s?(?:days?|d)(?!\w)|(?P<bare>\d{1,5})(?![\w.:%]))"
)
_RELATIVE_GAP: Final = re.compile(r"\s?[(\[/|,=\u2013-]?\s?")
_EPOCH: Final = re.compile(r"(?:1\d{9}|20\d{8})(?:\d{3})?(?![\d:])(?:[.,]\d{1,9})?(?=[\s\]),;:|\"'}]|$)")
_OPENING: Final = re.compile(r"[\s>]{0,8}((?:~~|\*{1,3}|_{1,3}|`{1,2}|[\"'(\[{<\u3010\uff08\u201c]|\s){0,6})")
_CLOSING: Final = re.compile(r"[*_`\"'\])}>\u3011\uff09\u201d]{0,6}")
_SEPARATOR: Final = re.compile(
    r"(?:\s|[:\uff1a;,\u3001|>\u2502]|[-\u2010-\u2015\u2212]{1,3}(?=[\s\w\"'`*(\[@]|$)|[=~-]{1,2}>|[\u2192\u21d2\u279c\u2794\u00bb\u203a]|\u00b7|\u2022|\.(?=\s)"
    r"|\\(?=$)|\u00e2\u20ac[\u201c\u201d]|&(?:[nm]dash|nbsp|emsp|ensp|#8211|#8212);)*"
)
_DATE_GAP: Final = re.compile(
    rf"(?:\s?[(\uff08][^()\uff08\uff09\d\n]{{1,12}}[)\uff09]|,?\s(?i:{alternatives(WEEKDAYS)})(?![^\W_])[.,]?)?"
    r"(?:\s{0,2}[,@]|\s{1,3}[-\u2013\u2014|]|T(?=\d)|\s{0,2}:(?=\s|\d\d:\d\d:)|[_-](?=\d\d:\d\d))?\s{0,3}(?:\*\*|__|`)?(?=\S|$)"
)
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{2})(?![\d.%]|\s?[A-Za-z]?B\b)")
_BASIC: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(?:[.,]\d{1,9})?(?![\d:.])")
_NAMED: Final = re.compile(rf"(?:(?P<noon>{alternatives(TIME['noon'])})|{alternatives(TIME['midnight'])})(?![^\W_])")
_NAMED_END: Final = re.compile(r"\s{0,2}(?:[:\uff1a,;|(\])\u2013\u2014-]|[*_]{2}|[A-Z]{2,4}\b|$)")
_ARROW: Final = re.compile(r"\s{0,4}(?:-+>|=>|\u21b3|\u2192)\s{0,4}")
_NUMBERED: Final = re.compile(r"\s{0,3}(?:#|\u2116\s?)\d{1,3}[.:)]?\s{1,3}(?=\S)")
_INSIDE_COLON: Final = re.compile(r"\s?[:\uff1a,]?(?=[*_`\"'\])}>\u3011\uff09\u201d])")
_UTC: Final = ZoneReading("UTC", 0, 0, minutes=0)


def match_stamp(text: str, *, order: Order = None) -> Stamp | None:
    """The stamp that a line begins with, if any; marks and brackets around it are skipped."""
    scan = Scan(text[:_LONGEST], order)
    scan.take(_ARROW)
    scan.take(_NUMBERED)
    opening = scan.take(_OPENING)
    scan.opened = bool(opening and opening[1].strip()) | read_label(scan)
    start = scan.position
    read_adverb(scan)
    read_lead(scan)
    _date(scan)
    read_lead(scan)
    if not (_clock(scan) or _dotted_clock(scan) or _basic_clock(scan) or _named_clock(scan) or _epoch(scan)):
        _placeholder(scan)
    if scan.date is None and scan.clock is None and scan.relative is None and not scan.unknown:
        return None
    if scan.clock:
        read_after_clock(scan)
    read_qualifiers(scan)
    written = scan.text[start : scan.position].strip().rstrip(",").strip()
    if scan.opened and written.count(")") > written.count("("):
        written = written.rstrip(")")
    if written.count("(") > written.count(")") and scan.text[scan.position : scan.position + 1] == ")":
        written += ")"
    end = _skip_separator(scan)
    return _stamp(scan, written, end)


def _stamp(scan: Scan, written: str, end: int) -> Stamp:
    clock = scan.clock
    doubts = [*scan.doubts, *(clock.doubts if clock else ()), *(scan.date.doubts if scan.date else ())]
    return Stamp(
        written=written,
        end=end,
        date=scan.date,
        clock=clock.time if clock else None,
        clock_end=scan.clock_end,
        date_end=scan.date_end,
        zone=scan.zone,
        precision="unknown" if clock is None else scan.precision,
        relative=scan.relative,
        half_day=bool(clock and clock.half_day),
        next_day=bool(clock and clock.next_day),
        separated=end > scan.position,
        parted=bool(scan.text[scan.position : end].strip()),
        doubts=tuple(doubts),
    )


def _date(scan: Scan) -> None:
    read_day_lead(scan)
    scan.date = match_date(scan.text, scan.position, order=scan.order)
    if scan.date is None:
        read_day_word(scan)
        return
    scan.position = scan.date.end
    gap = _DATE_GAP.match(scan.text, scan.position)
    if gap is None:
        return
    # The gap is only skipped when a time follows: "2024-03-05 - text" keeps its separator.
    saved, precision, led = scan.position, scan.precision, scan.led
    scan.position = gap.end()
    read_lead(scan)
    patterns = (CLOCK, _DOTTED, _UNKNOWN) if "-" not in gap[0] else (CLOCK, _UNKNOWN)
    if _is_basic(scan.date):
        patterns = (*patterns, _BASIC)
    named = _NAMED.match(scan.folded, scan.position)
    if not named and not any(pattern.match(scan.text, scan.position) for pattern in patterns):
        scan.position, scan.precision, scan.led = saved, precision, led


def _clock(scan: Scan) -> bool:
    match = CLOCK.match(scan.text, scan.position)
    clock = clock_of(match) if match else None
    if clock is None:
        return False
    scan.clock = clock
    scan.position = clock.end
    return True


def _dotted_clock(scan: Scan) -> bool:
    """Read "11.50" after a date or a word such as "kl.": without one it would be a number."""
    match = _DOTTED.match(scan.text, scan.position)
    if match is None or not (scan.date or scan.led):
        return False
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        return False
    scan.clock = Clock(dt.time(hour, minute), match.end())
    scan.position = match.end()
    return True


def _basic_clock(scan: Scan) -> bool:
    """Read the time of "20260307T050211Z", ISO 8601's basic format."""
    match = _BASIC.match(scan.text, scan.position) if scan.date and _is_basic(scan.date) else None
    if match is None:
        return False
    scan.clock = Clock(dt.time(int(match[1]), int(match[2]), int(match[3] or 0)), match.end())
    scan.position = match.end()
    return True


def _is_basic(date: DateReading) -> bool:
    return date.written.isdigit() and len(date.written) == 8


def _named_clock(scan: Scan) -> bool:
    """Read "noon" and "midnight", where they can't be part of a sentence."""
    match = _NAMED.match(scan.folded, scan.position)
    if match is None or not (scan.led or scan.date or _NAMED_END.match(scan.text, match.end())):
        return False
    scan.clock = Clock(dt.time(12 if match["noon"] else 0), match.end(), half_day=True)
    scan.position = match.end()
    return True


def _epoch(scan: Scan) -> bool:
    """Read seconds or milliseconds since 1970: ten digits or thirteen, and no letter behind them."""
    match = _EPOCH.match(scan.text, scan.position) if scan.date is None and not scan.led else None
    if match is None:
        return False
    digits = re.split(r"[.,]", match[0])[0]
    moment = dt.datetime.fromtimestamp(int(digits[:10]), dt.UTC)
    day = moment.date()
    scan.date = DateReading(match[0], match.start(), match.end(), day.month, day.day, day.year, day)
    scan.clock = Clock(moment.time(), match.end(), seconds=True)
    scan.zone = _UTC
    scan.position = match.end()
    return True


def _placeholder(scan: Scan) -> None:
    if scan.date is None or scan.text[scan.position : scan.position + 1].strip():
        scan.unknown = scan.take(_UNKNOWN) is not None
    if not scan.unknown and scan.date is None and not scan.led:
        _relative(scan)


def _relative(scan: Scan) -> None:
    """Read "T+5m" or "+1h10": a time counted from another one, and the clock that may stand beside it."""
    match = scan.take(_RELATIVE)
    if match is None:
        return
    scan.relative = _distance(match, scan)
    scan.unknown = True
    saved = scan.position
    gap = scan.take(_RELATIVE_GAP)
    _date(scan)
    if _clock(scan):
        scan.opened = scan.opened or bool(gap and gap[0].strip(" |,=") in {"(", "["})
        scan.unknown = False
    else:
        scan.position, scan.date = saved, None


def _distance(match: re.Match[str], scan: Scan) -> dt.timedelta | None:
    found = {name: int(value) for name, value in match.groupdict().items() if value and name != "sign"}
    if found.get("bare"):
        return None  # five of what?
    if "h" in found and "s" not in found:
        scan.doubts.append(f"\u201c{match[0]}\u201d is read as hours and minutes.")
    distance = dt.timedelta(
        days=found.get("days", 0),
        hours=found.get("h", 0) + found.get("hours", 0),
        minutes=found.get("m", 0) + found.get("more", 0) + found.get("minutes", 0),
        seconds=found.get("s", 0) + found.get("seconds", 0),
    )
    return -distance if match["sign"] in ("-", "\u2212") else distance


def _skip_separator(scan: Scan) -> int:
    position = scan.position
    if scan.opened:
        # a colon may stand inside the marks: "**14:00:** text"
        inside = _INSIDE_COLON.match(scan.text, position)
        position = inside.end() if inside else position
        closing = _CLOSING.match(scan.text, position)
        position = closing.end() if closing else position
    return match_separator(scan.text, position)


def match_separator(text: str, position: int) -> int:
    """Where the text of a row begins: behind the marks that part it from its time."""
    separator = _SEPARATOR.match(text, position)
    return separator.end() if separator else position
