"""What a line says about time before its text, and a reading of it in progress."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

from .clocks import Clock
from .dates import folded
from .day_readings import DateReading, Order
from .zones import ZoneReading

Precision = Literal["exact", "about", "before", "after", "unknown"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a line says about time before it says what happened.

    `end` is where the text of the row begins in the line. `clock` is None for a date alone, for a placeholder
    ("???", "T3"), whose `precision` is "unknown", and for a time counted from another (`relative`: "T+5m").
    `next_day` is set for 24:00. `date_end` is the day of `clock_end` where one is written. `separated` when
    anything stands between stamp and text, `parted` when it is a mark and not only space.
    """

    written: str
    end: int
    date: DateReading | None = None
    clock: dt.time | None = None
    clock_end: dt.time | None = None
    date_end: DateReading | None = None
    zone: ZoneReading | None = None
    precision: Precision = "exact"
    relative: dt.timedelta | None = None
    half_day: bool = False
    next_day: bool = False
    separated: bool = False
    parted: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class Scan:
    """A reading in progress: the text, where we are, what was found.

    `led` says that a word such as "at" or "around" stands before the time, `between` that it opens a span,
    `opened` that a bracket or a mark around the time must be closed.
    """

    text: str
    order: Order
    position: int = 0
    precision: Precision = "exact"
    date: DateReading | None = None
    date_end: DateReading | None = None
    clock: Clock | None = None
    clock_end: dt.time | None = None
    zone: ZoneReading | None = None
    relative: dt.timedelta | None = None
    unknown: bool = False
    led: bool = False
    between: bool = False
    opened: bool = False
    doubts: list[str] = field(default_factory=list)
    folded: str = ""

    def __post_init__(self) -> None:
        self.folded = folded(self.text)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What the pattern finds here, stepping over it; None when it finds nothing."""
        return self._take(pattern, self.text)

    def take_word(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Likewise for a pattern of words in lower case."""
        return self._take(pattern, self.folded)

    def _take(self, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
        match = pattern.match(text, self.position)
        if match and match.end() > self.position:
            self.position = match.end()
            return match
        return None
