"""Clock times in sentences, each with the zone that is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from incidents.checks.passages import Passage, Sentence
from incidents.parsing.zones import ZoneReading, match_zone

_DAY = 24 * 60
_NOON = 12

_CLOCK = re.compile(
    r"(?<![\w:.,/+-])(?P<hour>\d{1,2})"
    r"(?::(?P<minute>[0-5]\d)(?::[0-5]\d)?(?:\s?(?P<half>[ap])\.?m\b)?|\s?(?P<only_half>[ap])\.?m\b)"
    r"(?![\w:%]|[./]\d|-(?:minute|hour)|\s?(?:hours?|hrs?|h|minutes?|mins?)\b)"  # “1:30 hours” is a length
)
_JOINED = re.compile(r"\.?\s?(?:-|–|—|to|and|until|till|or|through|,|/|and again at|and at)\s?(?:about |around )?")
_ZONE_GAP = re.compile(r"\.?\s?\(?")
_LOCAL = re.compile(r"\.?\s?\(?(?:your |the )?(?:local|their) time\b", re.IGNORECASE)
_DECLARED = re.compile(
    r"[Tt]imes(?: (?:are|is|here|below|above|in|on|this|the|report|page|given|shown|stated|listed|as|all|text))*"
    r"[ :=]+(?P<zone>[A-Z][\w/+ :-]{1,40})"
)


@dataclass(slots=True)
class Clock:
    """A clock time: where it stands in its sentence, and its minute of the day in whatever zone."""

    written: str
    start: int
    end: int
    minute: int
    zone: ZoneReading | None = None
    is_local: bool = False  # “19:10 local time”: a zone is said, and nobody can tell which

    @property
    def has_zone(self) -> bool:
        return self.zone is not None or self.is_local


def clocks_in(sentence: Sentence) -> list[Clock]:
    """In order. In “05:00 to 08:20 UTC” the zone is that of both."""
    if not sentence.has_digit:
        return []
    text, following = sentence.text, None
    found = [clock for match in _CLOCK.finditer(sentence.lower) if (clock := _read(match, text))]
    for clock in reversed(found):
        clock.zone = _zone_behind(clock, text)
        clock.is_local = _LOCAL.match(text, clock.end) is not None
        if not clock.has_zone and following and _JOINED.fullmatch(text, clock.end, following.start):
            clock.zone, clock.is_local = following.zone, following.is_local
        following = clock
    return found


def _read(match: re.Match[str], text: str) -> Clock | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = match["half"] or match["only_half"]
    if half and 1 <= hour <= _NOON:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    elif hour > _DAY // 60 or match["only_half"]:
        return None
    return Clock(text[match.start() : match.end()], match.start(), match.end(), (hour * 60 + minute) % _DAY)


def _zone_behind(clock: Clock, text: str) -> ZoneReading | None:
    gap = _ZONE_GAP.match(text, clock.end)
    start = gap.end() if gap else clock.end
    # “… at 05:00 east of …”: abbreviations and names of zones begin with a capital. A minus is the dash of a range.
    first = text[start : start + 1]
    return match_zone(text, start) if first.isupper() or first == "+" else None


def declared_zone(passages: Iterable[Passage]) -> ZoneReading | None:
    """The zone that a sentence such as “All times are in UTC” names, wherever it stands."""
    for passage in passages:
        if "imes " in passage.prose:
            for match in _DECLARED.finditer(passage.prose):
                if zone := match_zone(match["zone"]):
                    return zone
    return None


def assume_zones(clocks: list[Clock], declared: ZoneReading | None) -> None:
    """Give the times without a zone that of all others: declared, or the only one that stands beside a time."""
    named = {clock.zone.written: clock.zone for clock in clocks if clock.zone is not None}
    assumed = declared or (next(iter(named.values())) if len(named) == 1 else named.get("UTC"))
    for clock in clocks:
        if not clock.has_zone:
            clock.zone = assumed
