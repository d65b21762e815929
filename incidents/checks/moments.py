"""Clock times and dates of the text: whether one can tell their zone, and whether the timeline agrees.

A time without a zone, and one in a zone that means several things, is asked about instead of compared.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, time

from incidents.checks.clocks import Clock, assume_zones, clocks_in
from incidents.checks.facts import Facts
from incidents.checks.finding import Mark
from incidents.checks.passages import Passage, Sentence
from incidents.checks.words import Words, alternatives
from incidents.parsing.dates import find_dates
from incidents.parsing.day_readings import DateReading
from incidents.parsing.zones import ZoneReading

_ANY_ZONE = re.compile(r"\b(?:UTC|GMT|[A-Z]{1,3}[SD]?T|Zulu)\b|\blocal time\b|\b[A-Z]\w+ (?:[A-Z]\w+ )?[Tt]ime\b")
_MAY_BE_A_DATE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d{4}-\d\d-\d\d|\d[./]\d{1,2}[./]\d"
)
_WEEKDAYS = {
    name.lower(): number for names in (calendar.day_name, calendar.day_abbr) for number, name in enumerate(names)
}
_ABOUT = re.compile(
    r"(?:about|around|approximately|roughly|shortly (?:before|after)|circa|~|≈)\s?"
    r"(?:\d[\d:]{0,4}\s?(?:[ap]\.?m\.?\s?)?(?:[a-z]{3,4}\s)?(?:-|–|to|and)\s?)?$"  # of a range: both ends
)
_LOOSE_MINUTES = 10
_DAY = 24 * 60
_MOST_CLOCKS = 400  # in a text; nobody reads more findings of one kind

_ZONE_ADVICE = "The page prints UTC: write it behind the time."
_ADVICE = "Make them agree."


def clock_marks(passage: Passage, facts: Facts, words: Words, *, declared: ZoneReading | None) -> Iterator[Mark]:
    """`declared` is the zone in which all times are, as the report says somewhere."""
    if not passage.tells_times:
        return
    timed = _timed(passage)
    clocks = [clock for _, found in timed for clock in found]
    for sentence, _ in timed:
        yield from _unclear_zones(sentence, words)
    if declared is None and not any(clock.has_zone for clock in clocks) and not _ANY_ZONE.search(passage.prose):
        for clock in clocks:
            yield Mark("missing-zone", clock.written, "has no time zone", "have no time zone", _ZONE_ADVICE)
        return
    assume_zones(clocks, declared)
    for sentence, found in timed:
        for clock in found:
            yield from _against_the_timeline(clock, sentence, facts, words)


def date_marks(passage: Passage, facts: Facts, words: Words) -> Iterator[Mark]:
    if not passage.tells_times or not facts.moments:
        return
    for sentence in passage.sentences:
        for found in _dates(sentence):
            yield from _against_the_days(found, sentence, facts, words)


def _timed(passage: Passage) -> list[tuple[Sentence, list[Clock]]]:
    """The sentences that tell clock times, with these."""
    timed, count = [], 0
    for sentence in passage.sentences:
        clocks = clocks_in(sentence) if count < _MOST_CLOCKS else []
        if clocks:
            count += len(clocks)
            timed.append((sentence, clocks))
    return timed


def _dates(sentence: Sentence) -> list[DateReading]:
    if not sentence.has_digit or not _MAY_BE_A_DATE.search(sentence.lower):
        return []
    return list(find_dates(sentence.text))


class _Patterns:
    def __init__(self, words: Words) -> None:
        names = {*words.lower("outage", "nouns"), *words.lower("outage", "states"), "issue", "problem"}
        self.outage = re.compile(rf"(?<![\w-])(?:{alternatives(names)})s?(?![\w-])")
        self.other_day = re.compile(
            rf"(?<![\w-])(?:{alternatives(words.lower('times', 'other_days'))})(?![\w-])"
            r"|\bhad(?: \w+ly| already| not| just| long)? (?:been|\w+(?:ed|en|wn|un))\b"  # before the incident
        )
        self.background = re.compile(rf"(?<![\w-])(?:{alternatives(words.lower('times', 'background'))})(?![\w-])")
        about = r"(?:about |around |approximately |shortly (?:before|after) )?"
        edges = alternatives(words.lower("times", "edges"))
        self.edge = re.compile(
            rf"\b(?:from|between|until|till)\s{about}$"
            rf"|\b(?:{edges})(?: \w+){{0,2}} (?:at|by|on|around|about) {about}$"
            rf"|\d\s?(?:[ap]\.?m\.?)?\s?(?:[a-z]{{3,4}}\s?)?(?:-|–|—|to|and|until|till)\s?{about}$"
        )
        # “BST (UTC+1)” says which one is meant.
        self.unclear_zone = re.compile(rf"\b(?:{alternatives(words.zones)})\b(?!\s?\(?(?:UTC|GMT)|/)")


def _unclear_zones(sentence: Sentence, words: Words) -> Iterator[Mark]:
    for match in words.made(_Patterns).unclear_zone.finditer(sentence.text):
        says = f"can mean {words.zones[match[0]]}"
        yield Mark("zone", match[0], says, says, "Write UTC.")


def _against_the_timeline(clock: Clock, sentence: Sentence, facts: Facts, words: Words) -> Iterator[Mark]:
    patterns, before = words.made(_Patterns), sentence.lower[: clock.start]
    offset = _offset(clock, facts, words)
    if offset is None or patterns.other_day.search(sentence.lower):
        return
    minute = (clock.minute - offset) % _DAY
    loose = _LOOSE_MINUTES if _ABOUT.search(before) else 1
    if any((minute + beside) % _DAY in facts.minutes for beside in range(-loose, loose + 1)):
        return
    if patterns.edge.search(before) and patterns.outage.search(sentence.lower):
        yield _mark(clock.written, "is in no row and no milestone", "are in no row and no milestone", facts, sentence)
    elif not facts.is_within(minute) and not _names_another_day(sentence, facts):
        yield _mark(clock.written, f"lies {_outside(facts)}", f"lie {_outside(facts)}", facts, sentence)


def _offset(clock: Clock, facts: Facts, words: Words) -> int | None:
    """Minutes east of UTC; None when nobody can tell."""
    if clock.zone is None or clock.zone.written in words.zones or not facts.moments:
        return None
    return clock.zone.minutes_at(datetime.combine(facts.moments[0].date(), time(_DAY // 120)))


def _names_another_day(sentence: Sentence, facts: Facts) -> bool:
    first, last = facts.days
    days = [found.with_year(first.year) for found in _dates(sentence)]
    return any(day is None or not first <= day <= last for day in days)


def _against_the_days(found: DateReading, sentence: Sentence, facts: Facts, words: Words) -> Iterator[Mark]:
    first, last = facts.days
    day = found.with_year(first.year)
    if day is None:
        return
    if weekday := _other_weekday(found, day):
        yield _mark(found.written, f"is a {weekday}", f"are {weekday}s", facts, sentence)
    elif not first <= day <= last:
        patterns = words.made(_Patterns)
        is_another_year = found.year is not None and _in_every_year(day, first, last)
        is_told = patterns.outage.search(sentence.lower) and not patterns.background.search(sentence.lower)
        if is_another_year or is_told:
            yield _mark(found.written, f"lies {_outside(facts)}", f"lie {_outside(facts)}", facts, sentence)


def _mark(written: str, one: str, many: str, facts: Facts, sentence: Sentence) -> Mark:
    return Mark("time", written, one, many, _ADVICE, about=facts.span_told, sentence=sentence.text)


def _outside(facts: Facts) -> str:
    return f"outside the timeline, which runs {facts.span_told}"


def _in_every_year(day: date, first: date, last: date) -> bool:
    return (first.month, first.day) <= (day.month, day.day) <= (last.month, last.day)


def _other_weekday(found: DateReading, day: date) -> str:
    """The day of the week that it was, where another one is written."""
    word = re.match(r"[A-Za-z]+", found.written)
    number = _WEEKDAYS.get(word[0].lower()) if word else None
    return "" if number is None or number == day.weekday() else calendar.day_name[day.weekday()]
