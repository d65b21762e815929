"""Durations as written: "3 hours and 20 minutes", "16h 45m", "1h50m", "about 90 mins", "seven hours"."""

import re
from dataclasses import dataclass
from typing import Final

from .words import DURATIONS, alternatives

_NUMBER_WORDS: Final[dict[str, float]] = dict(zip(DURATIONS["numbers"], (1, 1, *range(1, 13), 0.5, 0.5), strict=True))
_MINUTES: Final = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}
_UNITS: Final = {word: minutes for name, minutes in _MINUTES.items() for word in DURATIONS[name]}
_UNIT: Final = alternatives(_UNITS)
_NUMBER: Final = rf"(?:\d{{1,4}}(?:[.,]\d{{1,2}})?|(?:{'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))})(?=\s))"
_PART: Final = rf"{_NUMBER}\s{{0,2}}-?(?:{_UNIT})(?![a-z])"
_DURATION: Final = re.compile(
    rf"(?<![\w.:/-])(?:{_PART})(?:\s{{0,2}}(?:,|and|und|et|y|e|og|en|i|\u0438)?\s{{0,2}}{_PART}){{0,2}}"
    r"|(?<![\w.:/-])\d{1,3}h\d{1,2}(?:m|\b)"
)
_ONE: Final = re.compile(rf"({_NUMBER})\s{{0,2}}-?({_UNIT})(?![a-z])|(\d{{1,3}})h(\d{{1,2}})m?")
_LOOSE: Final = re.compile(
    r"(?:(\d\s?(?:-|\u2013|to)\s?$|\bto\s$)"
    r"|((?:at least|more than|over|up to|at most|less than|under|maximum)\s?$|[<>]\s?$)"
    r"|((?:about|around|approximately|roughly|approx\.?|nearly|almost|~|ca\.|circa)\s?$))"
)


@dataclass(frozen=True, slots=True)
class DurationReading:
    """A duration found in a text; `minutes` is None when it is a bound or a range and not a figure."""

    written: str
    start: int
    end: int
    minutes: int | None
    about: bool = False


def find_duration(text: str, position: int = 0) -> DurationReading | None:
    """The first duration in the text at or after `position`."""
    folded = text.replace("\u0130", "I").lower()
    match = _DURATION.search(folded, position)
    if match is None:
        return None
    minutes: float = 0
    for number, unit, hours, short in _ONE.findall(match[0]):
        if hours:
            minutes += int(hours) * 60 + int(short)
        else:
            minutes += _value(number) * _UNITS[unit]
    before = _LOOSE.search(folded[max(0, match.start() - 24) : match.start()])
    loose = bool(before and (before[1] or before[2])) or folded[match.end() : match.end() + 1] == "+"
    figure = None if loose else round(minutes)
    return DurationReading(text[match.start() : match.end()], match.start(), match.end(), figure, bool(before))


def _value(number: str) -> float:
    return _NUMBER_WORDS[number] if number in _NUMBER_WORDS else float(number.replace(",", "."))
