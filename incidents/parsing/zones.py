"""Time zones as people write them: offsets, abbreviations, names, IANA names.

Nothing is assumed: no zone written gives none, and an abbreviation that two parts of the world use
(IST, CST) gives no offset but every reading. What the names mean is in `zones.toml`.
"""

import datetime as dt
import re
import tomllib
import zoneinfo
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from .words import ZONE_WORDS, alternatives

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


_DATA: Final = tomllib.loads(Path(__file__).with_name("zones.toml").read_text(encoding="utf-8"))
_FIXED: Final[dict[str, int]] = _DATA["fixed"]
_REGIONS: Final[dict[str, str]] = _DATA["regions"]
_SEASONAL: Final[dict[str, str]] = _DATA["seasonal"]
_AMBIGUOUS: Final = {name: tuple(Place(*place) for place in places) for name, places in _DATA["ambiguous"].items()}
_NAMES: Final[dict[str, str | int]] = _DATA["names"]
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
    rf"(?:/(?!(?:utc|gmt)\s?[+-])(?:{alternatives({*_FIXED, 'PT', 'MT', 'CT', 'ET'}).lower()}))?)(?![^\W_])"
    r"(?P<also>\s?\((?:utc|gmt)?\s?[+-]\s?\d{1,2}(?::?\d\d)?\)|\s?/\s?(?:utc|gmt)\s?[+-]\s?\d{1,2}(?::?\d\d)?)?"
    r"|(?P<iana>(?:africa|america|asia|atlantic|australia|europe|indian|pacific)/[a-z_]{2,20}(?:/[a-z_]{2,20})?)"
)
_TRIGGER: Final = re.compile(rf"(?<![\w-])(?:{alternatives([*ZONE_WORDS['plain'], *ZONE_WORDS['trigger']])})(?![a-z])")
_WORD_STARTS: Final = re.compile(r"(?<![^\W\d_])(?=[^\W\d_]|[+])|(?<=[\u3040-\u9fff])(?=[a-z])")
_EDGES: Final = re.compile(r"[(\[\uff08]\s?|\s(?=\S)")
_CITY: Final = re.compile(
    r"(?P<city>[A-Z][^\W\d_]+(?:[ -][A-Z][^\W\d_]+){0,2})(?:['\u2019]s)?\s(?:local\s)?[Tt]ime(?![a-z])"
)
_EAST_ASIAN: Final = re.compile(alternatives(name for name in _NAMES if ord(name[0]) > 0x2E80))
# What may stand between "time" and its zone. After a plainer word ("times", "time zone") anything may.
_JOINT: Final = re.compile(rf"(?:[\s:=(\[,*_\"'-]|\b(?:{alternatives(ZONE_WORDS['joint'])})\b|[^\x00-\x7f]+)*")
_GOES_ON: Final = re.compile(r"\s[^\W\d_]")  # "the first time CET nodes failed"
_PLAIN_TRIGGERS: Final = frozenset(ZONE_WORDS["plain"])
_EVERYTHING: Final = re.compile(
    r"\b(?:everything|all|events|entries|logs?|clocks?)\b[^.!?\n]{0,50}\b(?:in|is|are|on)\s(?P<zone>[^\s].{0,40}?)\W*$"
)
_BESIDE: Final = re.compile(r"([+-])\s?(\d{1,2})(?::?(\d\d))?")
_PLAIN_OFFSET: Final = re.compile(rf"(?i:utc|z|(?:utc|gmt)?\s?\(?[+{_MINUS}-]\s?\d{{1,2}}(?::?\d\d)?\)?)")
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

    @property
    def says_its_offset(self) -> bool:
        """Whether the words leave nothing to explain: "UTC", "Z", "+02:00"."""
        return _PLAIN_OFFSET.fullmatch(self.written) is not None

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
    return _reading(match, text) if match else _city_time(text, position)


def _city_time(text: str, position: int) -> ZoneReading | None:
    """Read "Berlin time": the name of a place that the time zone database knows."""
    match = _CITY.match(text, position)
    region = _cities().get(match["city"].lower()) if match else None
    return ZoneReading(match[0], match.start(), match.end(), region=region) if match and region else None


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    names = sorted(name for name in _places() if not name.startswith(("Etc/", "US/")))
    return {name.rpartition("/")[2].replace("_", " ").lower(): name for name in names}


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """The names that stand for one zone only; EST is none of them."""
    return frozenset(name for name in zoneinfo.available_timezones() if "/" in name)


def named_zone(written: str) -> ZoneReading | None:
    """The zone that this whole text names (a command line option, a form field), in any case."""
    wanted = " ".join(written.split())
    if wanted in _places():
        return ZoneReading(wanted, 0, len(wanted), region=wanted)
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
            joined = trigger[0] in _PLAIN_TRIGGERS or _JOINT.fullmatch(folded, trigger.end(), start.start())
            found = match_zone(text, start.start()) if joined else None
            if found and (text[trigger.end() : start.start()].strip() or not _GOES_ON.match(text, found.end)):
                return found
    everything = _EVERYTHING.search(folded[:_LONGEST_LINE])
    found = match_zone(text, everything.start("zone")) if everything else None
    return found if everything and found and found.end >= everything.end("zone") else None


def without_zones(text: str) -> str:
    """The text without the zones that it names."""
    for start in reversed([*_WORD_STARTS.finditer(text.lower()[:_LONGEST_LINE])]):
        found = match_zone(text, start.start())
        if found:
            text = f"{text[: start.start()]} {text[found.end :]}"
    return _EAST_ASIAN.sub(" ", text)


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
    name = _EAST_ASIAN.search(text[:_LONGEST_LINE])
    return match_zone(text, name.start()) if name else None


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
        beside = _BESIDE.search(match["also"])
        minutes = _minutes(beside[1], beside[2], beside[3] or "0") if beside else None
        return ZoneReading(written, start, end, minutes) if minutes is not None else None
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
