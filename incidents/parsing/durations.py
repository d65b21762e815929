"""Durations as written: "3 hours and 20 minutes", "16h 45m", "1h50m", "about 90 mins", "seven hours"."""

import re
from dataclasses import dataclass
from typing import Final

_NUMBER_WORDS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "half an": 0.5, "half a": 0.5,
}  # fmt: skip
_UNITS: Final = {
    "d": 1440, "day": 1440, "days": 1440, "tag": 1440, "tage": 1440, "jour": 1440, "jours": 1440, "\u00eda": 1440,
    "d\u00eda": 1440, "d\u00edas": 1440, "dia": 1440, "dias": 1440, "\u5929": 1440, "\u65e5": 1440, "w": 10080,
    "week": 10080, "weeks": 10080, "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60, "std": 60, "stunde": 60,
    "stunden": 60, "heure": 60, "heures": 60, "hora": 60, "horas": 60, "ora": 60, "ore": 60, "uur": 60,
    "\u5c0f\u65f6": 60, "\u5c0f\u6642": 60, "\u6642\u9593": 60, "m": 1, "min": 1, "mins": 1, "minute": 1,
    "minutes": 1, "minuten": 1, "minuto": 1, "minutos": 1, "minuti": 1, "minuut": 1, "\u5206\u949f": 1,
    "\u5206\u9418": 1, "\u5206": 1, "\u5206\u9593": 1,
}  # fmt: skip
_UNIT: Final = "|".join(sorted(_UNITS, key=lambda unit: (-len(unit), unit)))
_NUMBER: Final = rf"(?:\d{{1,4}}(?:[.,]\d{{1,2}})?|(?:{'|'.join(sorted(_NUMBER_WORDS, key=len, reverse=True))})(?=\s))"
_PART: Final = rf"{_NUMBER}\s{{0,2}}-?(?:{_UNIT})(?![a-z])"
_DURATION: Final = re.compile(
    rf"(?<![\w.:/-])(?:{_PART})(?:\s{{0,2}}(?:,|and|und|et|y|e)?\s{{0,2}}{_PART}){{0,2}}"
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
