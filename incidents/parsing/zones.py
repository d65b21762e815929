"""Time zones as people write them: offsets, abbreviations, names, IANA names.

Nothing is assumed: no zone written gives none, and an abbreviation that two parts of the world use
(IST, CST) gives no offset but every reading. The abbreviations are those of the IANA time zone database
and of Wikipedia's list of time zone abbreviations, as far as incident reports use them.
"""

import datetime as dt
import re
import zoneinfo
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from .words import ZONE_TRIGGERS, alternatives

_H: Final = 60


class Place(NamedTuple):
    """One of the zones that share an abbreviation."""

    name: str
    minutes: int
    region: str

    @property
    def label(self) -> str:
        """The place and its offset, for people."""
        return f"{self.name} ({said_offset(self.minutes)})"


# Abbreviation → minutes east of UTC.
_FIXED: Final[dict[str, int]] = {
    "UTC": 0, "GMT": 0, "BST": 1 * _H,
    "WET": 0, "WEST": 1 * _H, "CET": 1 * _H, "CEST": 2 * _H, "MEZ": 1 * _H, "MESZ": 2 * _H,
    "EET": 2 * _H, "EEST": 3 * _H, "MSK": 3 * _H, "TRT": 3 * _H, "WAT": 1 * _H, "CAT": 2 * _H, "SAST": 2 * _H,
    "EAT": 3 * _H, "PKT": 5 * _H, "NPT": 345, "ICT": 7 * _H, "WIB": 7 * _H, "SGT": 8 * _H, "HKT": 8 * _H,
    "AWST": 8 * _H, "PHT": 8 * _H, "JST": 9 * _H, "KST": 9 * _H, "ACST": 570, "ACDT": 630, "AEST": 10 * _H,
    "AEDT": 11 * _H, "NZST": 12 * _H, "NZDT": 13 * _H, "NDT": -150, "NST": -210, "ADT": -3 * _H, "BRT": -3 * _H,
    "ART": -3 * _H, "EDT": -4 * _H, "EST": -5 * _H, "CDT": -5 * _H, "MDT": -6 * _H, "MST": -7 * _H,
    "PDT": -7 * _H, "PST": -8 * _H, "AKDT": -8 * _H, "AKST": -9 * _H, "HST": -10 * _H,
}  # fmt: skip
# Abbreviation that follows the season → the region whose rules it follows.
_REGIONS: Final[dict[str, str]] = {
    "PT": "America/Los_Angeles", "MT": "America/Denver", "CT": "America/Chicago", "ET": "America/New_York",
    "PST/PDT": "America/Los_Angeles", "MST/MDT": "America/Denver", "CST/CDT": "America/Chicago",
    "EST/EDT": "America/New_York", "CET/CEST": "Europe/Berlin", "GMT/BST": "Europe/London",
    "EET/EEST": "Europe/Helsinki", "AEST/AEDT": "Australia/Sydney", "NZST/NZDT": "Pacific/Auckland",
}  # fmt: skip
# Standard-time abbreviations that are often written all year round → their region, to say so when it matters.
_SEASONAL: Final[dict[str, str]] = {
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "MDT": "America/Denver", "EST": "America/New_York",
    "EDT": "America/New_York", "CDT": "America/Chicago", "CET": "Europe/Berlin", "CEST": "Europe/Berlin",
    "BST": "Europe/London",
}  # fmt: skip
# One abbreviation, several clocks: where, minutes east of UTC, the region whose clocks show it (in its season).
_AMBIGUOUS: Final[dict[str, tuple[Place, ...]]] = {
    "IST": (Place("India", 330, "Asia/Kolkata"), Place("Israel", 120, "Asia/Jerusalem"),
            Place("Ireland", 60, "Europe/Dublin")),
    "CST": (Place("North America, Central", -360, "America/Chicago"), Place("China", 480, "Asia/Shanghai"),
            Place("Cuba", -300, "America/Havana")),
    "AST": (Place("Atlantic, Canada", -240, "America/Halifax"), Place("Arabia", 180, "Asia/Riyadh")),
    "SST": (Place("Samoa", -660, "Pacific/Pago_Pago"), Place("Singapore", 480, "Asia/Singapore")),
    "GST": (Place("Gulf", 240, "Asia/Dubai"), Place("South Georgia", -120, "Atlantic/South_Georgia")),
    "ECT": (Place("Ecuador", -300, "America/Guayaquil"), Place("Eastern Caribbean", -240, "America/Port_of_Spain")),
    "AMT": (Place("Amazon", -240, "America/Manaus"), Place("Armenia", 240, "Asia/Yerevan")),
}  # fmt: skip
# Names in words → region, or minutes when the name says which half of the year.
_NAMES: Final[dict[str, str | int]] = {
    "coordinated universal time": 0, "universal time": 0, "greenwich mean time": 0, "zulu": 0,
    "pacific standard time": -480, "pacific daylight time": -420, "pacific time": "America/Los_Angeles",
    "pacific": "America/Los_Angeles", "us/pacific": "America/Los_Angeles",
    "mountain standard time": -420, "mountain daylight time": -360, "mountain time": "America/Denver",
    "central standard time": -360, "central daylight time": -300, "central time": "America/Chicago",
    "eastern standard time": -300, "eastern daylight time": -240, "eastern time": "America/New_York",
    "eastern": "America/New_York", "us/eastern": "America/New_York", "us/central": "America/Chicago",
    "central european summer time": 120, "central european time": 60, "eastern european time": 120,
    "british summer time": 60, "london time": "Europe/London", "uk time": "Europe/London",
    "berlin time": "Europe/Berlin", "paris time": "Europe/Paris", "israel time": "Asia/Jerusalem",
    "india standard time": 330, "indian standard time": 330, "irish standard time": 60, "israel standard time": 120,
    "china standard time": 480, "beijing time": 480, "singapore time": 480, "hong kong time": 480,
    "japan standard time": 540, "japan time": 540, "korea standard time": 540, "east africa time": 180,
    "west africa time": 60, "moscow time": 180, "sydney time": "Australia/Sydney",
    "\u5317\u4eac\u65f6\u95f4": 480, "\u4e2d\u56fd\u6807\u51c6\u65f6\u95f4": 480, "\u65e5\u672c\u6642\u9593": 540,
    "\u65e5\u672c\u6a19\u6e96\u6642": 540, "\u5354\u5b9a\u4e16\u754c\u6642": 0, "\u4e16\u754c\u534f\u8c03\u65f6": 0,
    "\ud55c\uad6d \uc2dc\uac04": 540, "heure de paris": "Europe/Paris", "mitteleurop\u00e4ische zeit": 60,
}  # fmt: skip
_MINUS: Final = "\u2212"
_OFFSET: Final = (
    rf"(?:utc|gmt)(?:\s?\(?(?:(?P<osign>[+{_MINUS}-])(?P<ohour>\d{{1,2}})|\s?(?P<psign>\+)\s(?P<phour>\d{{1,2}}))"
    r"(?::?(?P<ominute>\d\d))?(?!\d|[:.]\d|%|\s?(?:st|nd|th)\b))?(?![^\W_])"
)
_BARE: Final = rf"(?P<bsign>[+{_MINUS}-])(?P<bhour>\d\d):?(?P<bminute>00|15|30|45)(?![\d:])"
_ZONE: Final = re.compile(
    rf"(?P<offset>{_OFFSET})|(?P<bare>{_BARE})|(?P<zulu>z)(?![^\W_])"
    rf"|(?P<name>{alternatives(_NAMES)})(?![^\W_])"
    rf"|(?P<abbreviation>(?:{alternatives({*_FIXED, *_REGIONS, *_AMBIGUOUS}).lower()})"
    rf"(?:/(?:{alternatives({*_FIXED, 'PT', 'MT', 'CT', 'ET'}).lower()}))?)(?![^\W_])"
    r"(?P<also>\s?\((?:utc|gmt)\s?[+-]\s?\d{1,2}(?::\d\d)?\))?"
    r"|(?P<iana>(?:africa|america|asia|atlantic|australia|europe|indian|pacific)/[a-z_]{2,20}(?:/[a-z_]{2,20})?)"
)
_TRIGGER: Final = re.compile(rf"(?<![\w-])(?:{alternatives(ZONE_TRIGGERS)})(?![a-z])")
_WORD_STARTS: Final = re.compile(r"(?<![^\W\d_])(?=[^\W\d_]|[+])|(?<=[\u3040-\u9fff])(?=[a-z])")
_EDGES: Final = re.compile(r"[(\[\uff08]\s?|\s(?=\S)")
_REACH: Final = 40
_LONGEST_LINE: Final = 400
_DAY_MINUTES: Final = 14 * _H


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone found in a text, as written.

    Exactly one of these is set: `minutes` (a fixed offset east of UTC), `region` (an IANA name, its offset
    depends on the day), or `readings` (the places that share the abbreviation).
    """

    written: str
    start: int
    end: int
    minutes: int | None = None
    region: str | None = None
    places: tuple[Place, ...] = ()
    seasonal: str | None = None
    said: Place | None = None

    @property
    def readings(self) -> tuple[Place, ...]:
        """The places that share the abbreviation, until somebody says which is meant."""
        return () if self.said else self.places

    def offset_at(self, local: dt.datetime) -> dt.timedelta | None:
        """Hours and minutes east of UTC at this local time; None when the zone is ambiguous or unknown here."""
        if self.minutes is not None:
            return dt.timedelta(minutes=self.minutes)
        region = _region(self.region) if self.region else None
        return local.replace(tzinfo=region).utcoffset() if region else None

    def minutes_at(self, local: dt.datetime | None) -> int | None:
        """Minutes east of UTC at this local time; without a time, only a fixed offset is known."""
        if self.minutes is not None or local is None:
            return self.minutes
        offset = self.offset_at(local)
        return int(offset.total_seconds() // 60) if offset is not None else None

    def settled(self, place: Place) -> "ZoneReading":
        """The same words, read as the zone of this place."""
        return replace(self, minutes=place.minutes, seasonal=place.region, said=place)

    def doubts_at(self, local: dt.datetime | None) -> tuple[str, ...]:
        """What a person should confirm about this zone, at this local time when one is known."""
        if self.readings:
            places = ", ".join(place.label for place in self.readings)
            return (f"\u201c{self.written}\u201d is more than one time zone: {places}.",)
        if local is not None and self.region:
            return self._changeover(local)
        if local is None or self.seasonal is None or self.minutes is None:
            return ()
        region = _region(self.seasonal)
        actual = local.replace(tzinfo=region).utcoffset() if region else None
        if actual is None or actual == dt.timedelta(minutes=self.minutes):
            return ()
        used = said_offset(int(actual.total_seconds() // 60))
        return (
            f"{self.written} is {said_offset(self.minutes)}, but on {local.date().isoformat()} "
            f"clocks in {self.seasonal} were at {used}.",
        )

    def _changeover(self, local: dt.datetime) -> tuple[str, ...]:
        region = _region(self.region or "")
        first = local.replace(tzinfo=region, fold=0).utcoffset() if region else None
        second = local.replace(tzinfo=region, fold=1).utcoffset() if region else None
        if first == second:
            return ()
        return (f"Clocks in {self.region} were changed around this time; read with the offset before the change.",)


def said_offset(minutes: int) -> str:
    """Minutes east of UTC as people write them: UTC+05:30."""
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def match_zone(text: str, position: int = 0) -> ZoneReading | None:
    """The zone that starts exactly at `position`, if any. Abbreviations must be in capitals (utc and gmt need not)."""
    folded = text.replace("\u0130", "I").lower()
    match = _ZONE.match(folded, position)
    return _reading(match, text) if match else None


def named_zone(written: str) -> ZoneReading | None:
    """The zone that this whole text names (a command line option, a form field), in any case."""
    wanted = " ".join(written.split())
    for candidate in (wanted, wanted.upper()):
        found = match_zone(candidate)
        if found and found.end == len(candidate):
            return found
    return None


def declared_zone(text: str) -> ZoneReading | None:
    """The zone that a line such as "All times in PST" or "Time (GMT + 0)" declares."""
    folded = text.replace("\u0130", "I").lower()
    for trigger in _TRIGGER.finditer(folded, 0, _LONGEST_LINE):
        for start in _WORD_STARTS.finditer(folded, trigger.end(), trigger.end() + _REACH):
            match = _ZONE.match(folded, start.start())
            found = _reading(match, text) if match else None
            if found:
                return found
    return None


def headed_zone(text: str) -> ZoneReading | None:
    """The zone that a heading, a day line or a column head gives: declared, in brackets, or at its end."""
    found = declared_zone(text)
    if found:
        return found
    for start in _EDGES.finditer(text[:_LONGEST_LINE]):
        found = match_zone(text, start.end())
        if found and not text[found.end :].strip(" )]\uff09:;.*_"):
            return found
        if found and start[0].strip() and text[found.end : found.end + 1] in (")", "]", "\uff09"):
            return found
    return None


def _reading(match: re.Match[str], text: str) -> ZoneReading | None:
    start, end = match.span()
    written = text[start:end]
    if match["offset"]:
        return _offset(match, written)
    if match["abbreviation"]:
        return _abbreviation(match, written)
    if match["bare"] or match["zulu"]:
        minutes = _minutes(match["bsign"], match["bhour"], match["bminute"]) if match["bare"] else 0
        return ZoneReading(written, start, end, minutes) if minutes is not None else None
    return _name(match, written)


def _name(match: re.Match[str], written: str) -> ZoneReading | None:
    start, end = match.span()
    if match["iana"]:
        name = "/".join("_".join(word.capitalize() for word in part.split("_")) for part in written.split("/"))
        return ZoneReading(written, start, end, region=name) if _region(name) else None
    if match["name"] in ("pacific", "eastern") and written.islower():
        return None  # an adjective, not a zone
    found = _NAMES[match["name"]]
    if isinstance(found, int):
        return ZoneReading(written, start, end, minutes=found)
    return ZoneReading(written, start, end, region=found)


def _offset(match: re.Match[str], written: str) -> ZoneReading | None:
    hour = match["ohour"] or match["phour"]
    minutes = _minutes(match["osign"] or match["psign"] or "+", hour or "0", match["ominute"] or "0")
    if minutes is None:
        return None
    written = written.rstrip()
    return ZoneReading(written, match.start(), match.start() + len(written), minutes)


def _minutes(sign: str, hours: str, minutes: str) -> int | None:
    total = int(hours) * _H + int(minutes)
    if total > _DAY_MINUTES or int(minutes) >= _H:
        return None
    return total if sign == "+" else -total


def _abbreviation(match: re.Match[str], written: str) -> ZoneReading | None:
    start, end = match.span()
    letters = text_of(match, "abbreviation", written)
    if letters != letters.upper():
        return None
    if match["also"]:  # "CET (GMT+1)": the offset in brackets says which one is meant
        beside = match_zone(match["also"].strip(" ()"))
        return ZoneReading(written, start, end, beside.minutes) if beside else None
    first, _, second = letters.partition("/")
    region = _REGIONS.get(letters) or (_REGIONS.get(first) if not second else None)
    if region:
        return ZoneReading(written, start, end, region=region)
    if first in _AMBIGUOUS:
        return ZoneReading(written, start, end, places=_AMBIGUOUS[first])
    return None if second else ZoneReading(written, start, end, _FIXED[first], seasonal=_SEASONAL.get(first))


def text_of(match: re.Match[str], group: str, written: str) -> str:
    """The written form (with its capitals) of one group of a match that was made on lower case."""
    return written[match.start(group) - match.start() : match.end(group) - match.start()]


@lru_cache(maxsize=64)
def _region(name: str) -> dt.tzinfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown name, or no time zone database on this machine
        return None
