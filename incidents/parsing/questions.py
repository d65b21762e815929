"""Questions that the text leaves open, with all their readings, and what a person answered.

One question a text for the order of day and month, one for each abbreviation that several zones share. An answer
that fits no question of this text (it may come from an old page) changes nothing.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from .day_readings import DateReading, First, NumberOrder, Order
from .model import Choice, Question
from .zones import Place, ZoneReading

DATE_ORDER: Final = "date-order"
_FIRST: Final[dict[str, First]] = {"day": "day", "month": "month", "year": "year"}
_NOT_KEY: Final = re.compile(r"[^a-z0-9]+")


class Answers:
    """What a person said, by the key of the question."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._given = dict(given or {})

    def order(self, shown: Order) -> Order:
        """The order of day and month that other dates have shown, else the one that a person said."""
        said = _FIRST.get(self._given.get(DATE_ORDER, ""))
        return shown if shown is not None or said is None else NumberOrder(said, said=True)

    def zone(self, zone: ZoneReading | None) -> ZoneReading | None:
        """The zone, settled where a person said which one its abbreviation means."""
        if zone is None or not zone.readings:
            return zone
        said = self._given.get(_zone_key(zone))
        chosen = next((place for place in zone.readings if _offset(place) == said), None)
        return zone.settled(chosen) if chosen else zone


def date_question(date: DateReading | None) -> Question | None:
    """The question about the order of day and month, when this date raises it."""
    if date is None or not date.options:
        return None
    ways = "two ways" if len(date.options) == 2 else f"{len(date.options)} ways"
    text = f"\u201c{date.written}\u201d can be read in {ways}. Which day is meant?"
    choices = tuple(Choice(first, f"{said} ({first} first)") for first, said in date.options)
    return Question(DATE_ORDER, "date_order", date.written, text, choices, date.said)


def zone_question(zone: ZoneReading | None) -> Question | None:
    """The question which zone an abbreviation means, when this one is shared."""
    if zone is None or not zone.places:
        return None
    text = f"\u201c{zone.written}\u201d is the short name of more than one time zone. Which one is meant?"
    choices = tuple(Choice(_offset(place), place.label) for place in zone.places)
    return Question(_zone_key(zone), "zone", zone.written, text, choices, _offset(zone.said) if zone.said else None)


def once_each(questions: Iterable[Question | None]) -> tuple[Question, ...]:
    """The questions in the order in which the text raises them, each as first raised."""
    found: dict[str, Question] = {}
    for question in questions:
        if question is not None:
            found.setdefault(question.key, question)
    return tuple(found.values())


def _zone_key(zone: ZoneReading) -> str:
    return f"zone-{_NOT_KEY.sub('-', zone.written.lower()).strip('-')}"


def _offset(place: Place) -> str:
    return place.label.rpartition("UTC")[2].rstrip(")")
