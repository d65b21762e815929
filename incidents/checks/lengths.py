"""Lengths of time as sentences tell them: “3 hours and 20 minutes”, “about four hours”, “half an hour”, “3h20m”.

A length is the least and the most that its words can mean: a rounded figure means half a unit more or less, “about”
a fifth, “more than” has no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from incidents.checks.passages import Sentence
from incidents.checks.words import Words, alternatives

_NUMBERS: dict[str, float] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_FRACTIONS: dict[str, float] = {"½": 0.5, "¼": 0.25, "¾": 0.75, "half": 0.5, "quarter": 0.25, "three quarters": 0.75}
_MINUTE, _HOUR, _DAY = 60.0, 3_600.0, 86_400.0
_UNITS: dict[str, float] = {
    **dict.fromkeys(("second", "seconds", "sec", "secs"), 1.0),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "m"), _MINUTE),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), _HOUR),
    **dict.fromkeys(("day", "days"), _DAY),
    **dict.fromkeys(("week", "weeks"), 7 * _DAY),
}

_TENS = alternatives(word for word, number in _NUMBERS.items() if number >= 20)
_ONES = alternatives(word for word, number in _NUMBERS.items() if number < 10)
_WORD = rf"(?:{_TENS})[- ](?:{_ONES})|{alternatives(_NUMBERS)}"
_FIGURE = rf"(?:\d{{1,4}}(?:\.\d{{1,2}})?[½¼¾]?|[½¼¾]|{_WORD}|an?(?=[ -]))"
_UNIT = rf"(?:{alternatives(_UNITS)})(?![a-z])"
_SHARE = "half|quarter|three[- ]quarters"
_LENGTH = re.compile(
    rf"(?<![\w.,:/§€$£-])(?:"
    r"(?P<hours>\d{1,3})h(?P<minutes>\d{2})(?![^\Wm])"
    r"|(?P<share>half|a quarter of|three[- ]quarters of) an? (?P<share_unit>hour|day)"
    rf"|(?P<first>{_FIGURE})(?: and an? (?P<and>half|quarter))?[ -]?(?P<unit>{_UNIT})"
    rf"(?: and (?:an? )?(?P<and_after>{_SHARE})(?! an? (?:hour|day)))?"
    rf"(?:,? ?(?:and )?(?P<second>\d{{1,3}}|{_WORD})[ -]?(?P<second_unit>{_UNIT}))?"
    r")"
)
_LOW_OF_RANGE = re.compile(rf"(?P<low>{_FIGURE})\s?(?:to|or|–|-)\s?$")  # a dash between figures
_ROUGH = 0.2
_HALF = 0.5
_LONGEST_RANGE = 16  # characters before a length in which a range begins
_FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Length:
    """What a sentence says about a length, in seconds.

    `before` and `after` are the sentence without it and what qualifies it, in lower case.
    """

    written: str
    least: float
    most: float
    before: str
    after: str


class _Qualifiers:
    """What stands before and behind a length, by what it makes of it."""

    def __init__(self, words: Words) -> None:
        kinds = {kind: alternatives(words.lower("lengths", kind)) for kind in _MEANINGS}
        fillers = alternatives(words.lower("lengths", "fillers"))
        named = "|".join(rf"(?P<{kind}>{said})" for kind, said in kinds.items())
        # The leftmost counts: “just over” begins before “over”.
        self.before = re.compile(rf"(?<![\w-])(?:{named})\s?(?:(?:{fillers}) )*$")
        self.after = re.compile(rf" (?:{named})(?![\w-])")
        self.fillers = re.compile(rf"(?<![\w-])(?:(?:{fillers}) )+$")


def lengths_in(sentence: Sentence, words: Words) -> Iterator[Length]:
    """Every length in a sentence."""
    qualifiers, lower = words.made(_Qualifiers), sentence.lower
    for match in _LENGTH.finditer(lower):
        value, step = _value(match)
        if value <= 0:
            continue
        start, end = match.span()
        low_value = value
        low = _LOW_OF_RANGE.search(lower, max(0, start - _LONGEST_RANGE), start)
        if low and match["unit"]:
            low_value, start = _number(low["low"]) * _UNITS[match["unit"]], low.start()
        before, after = qualifiers.before.search(lower[:start]), qualifiers.after.match(lower, end)
        kind = (before.lastgroup if before else None) or (after.lastgroup if after else None)
        least, most = _MEANINGS[kind](low_value, value, step) if kind else _exact(low_value, value, step)
        start, end = before.start() if before else start, after.end() if after else end
        yield Length(
            sentence.text[start:end].strip(), least, most, qualifiers.fillers.sub("", lower[:start]), lower[end:]
        )


def _number(text: str) -> float:
    text = text.strip()
    if text in {"a", "an"}:
        return 1
    if text[-1] in _FRACTIONS:
        return (float(text[:-1]) if text[:-1] else 0) + _FRACTIONS[text[-1]]
    if text[0].isdigit():
        return float(text)
    return sum(_NUMBERS[part] for part in re.split("[- ]", text))


def _fraction(text: str) -> float:
    return _FRACTIONS[text.replace("-", " ").removeprefix("a ").removesuffix(" of")]


def _value(match: re.Match[str]) -> tuple[float, float]:
    """Seconds, and the step in which the words count them."""
    if match["share"]:
        unit = _UNITS[match["share_unit"]]
        return unit * _fraction(match["share"]), unit / 4
    if match["hours"]:
        return int(match["hours"]) * _HOUR + int(match["minutes"]) * _MINUTE, _MINUTE
    unit, number = _UNITS[match["unit"]], _number(match["first"])
    value, step = number * unit, unit * _step(match["first"], number)
    if part := match["and"] or match["and_after"]:
        value, step = value + unit * _fraction(part), unit * (_HALF if part == "half" else _HALF / 2)
    if match["second"] and _UNITS[match["second_unit"]] < unit:
        step = _UNITS[match["second_unit"]]
        value += _number(match["second"]) * step
    return value, step


def _step(written: str, number: float) -> float:
    """Of a unit: “2.5 hours” counts halves, “2¼” quarters, “2.4” tenths."""
    if number % 1 == 0:
        return 1
    return _HALF if number % 1 == _HALF else _HALF / 2 if written[-1] in "¼¾" else 0.1


# ── What a figure can mean, by what is said with it: the least and the most ───────────────────────────────────
def _exact(low: float, value: float, step: float) -> tuple[float, float]:
    give = max(step / 2, min(step, _MINUTE))  # both the first and the last minute may have been counted
    return low - give, value + give


def _over(low: float, _value: float, step: float) -> tuple[float, float]:
    return low - min(step, _MINUTE), _FOREVER


def _under(_low: float, value: float, step: float) -> tuple[float, float]:
    return 0, value + min(step, _MINUTE)


def _nearly(low: float, value: float, step: float) -> tuple[float, float]:
    return low - max(step / 2, value * _ROUGH), value + min(step, _MINUTE)


def _beyond(low: float, value: float, step: float) -> tuple[float, float]:
    return low - min(step, _MINUTE), value + max(step / 2, value * _ROUGH)


def _about(low: float, value: float, step: float) -> tuple[float, float]:
    give = max(step / 2, value * _ROUGH)
    return low - give, value + give


_MEANINGS = {"beyond": _beyond, "nearly": _nearly, "over": _over, "under": _under, "about": _about}
