"""A badge: a name and a state in words, drawn as SVG without fonts, styles or scripts from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import chain
from unicodedata import east_asian_width

from incidents.models import Component, ComponentStatus, PublicEvent, worst
from incidents.models.event import IMPACT_OF_LEVEL
from incidents.rendering import clean_text

_WORDS = {
    ComponentStatus.OPERATIONAL: ("All systems operational", "Operational"),
    ComponentStatus.DEGRADED_PERFORMANCE: ("Degraded performance", "Degraded performance"),
    ComponentStatus.PARTIAL_OUTAGE: ("Partial outage", "Partial outage"),
    ComponentStatus.MAJOR_OUTAGE: ("Major outage", "Major outage"),
    ComponentStatus.UNDER_MAINTENANCE: ("Under maintenance", "Under maintenance"),
}
# Each with white on it at more than 4.5 : 1.
_COLOURS = {
    ComponentStatus.OPERATIONAL: "#21683f",
    ComponentStatus.DEGRADED_PERFORMANCE: "#7b4f06",
    ComponentStatus.PARTIAL_OUTAGE: "#934311",
    ComponentStatus.MAJOR_OUTAGE: "#a52a24",
    ComponentStatus.UNDER_MAINTENANCE: "#21518f",
}
_LABEL_COLOUR = "#3a4048"
_LONGEST = 40
_PADDING = 7
# Widths of Verdana at 11 px. `textLength` makes any other font as wide.
_NARROW, _SLIM, _WIDE = frozenset("ijlI.,:;'|![]()/ "), frozenset('frtJ-"*^\\{}'), frozenset("mwMWOQG@%&+=<>~#")


def worst_level(components: Iterable[Component], going_on: Iterable[PublicEvent]) -> ComponentStatus:
    """How the whole is: an open incident counts, also where no component shows it."""
    level_of = {impact.value: level for level, impact in IMPACT_OF_LEVEL.items()}
    return worst(chain((each.status for each in components), (level_of[event.impact] for event in going_on)))


def state_in_words(level: ComponentStatus, *, of_one: bool = False) -> str:
    return _WORDS[level][of_one]


def badge(level: ComponentStatus, *, name: str = "") -> str:
    """`name` is the component's; without one it is of the whole page."""
    label = _shortened(clean_text(name) or "status")
    words = state_in_words(level, of_one=bool(name))
    left, right = _width(label) + 2 * _PADDING, _width(words) + 2 * _PADDING
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{escape(label)}: {words}"><title>{escape(label)}: {words}</title>'
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">'
        f'<rect width="{left}" height="20" fill="{_LABEL_COLOUR}"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{_COLOURS[level]}"/></g>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f"{_text(label, at=_PADDING)}{_text(words, at=left + _PADDING)}</g></svg>"
    )


def _text(words: str, *, at: int) -> str:
    return f'<text x="{at}" y="14" textLength="{_width(words)}" lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'


def _shortened(label: str) -> str:
    label = " ".join(label.split())
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1].rstrip()}…"


def _width(words: str) -> int:
    return round(sum(map(_character, words)))


def _character(char: str) -> float:
    if east_asian_width(char) in "WF":
        return 11
    if char in _NARROW:
        return 3.9
    if char in _SLIM:
        return 4.8
    if char in _WIDE:
        return 9.6
    return 7.5 if char.isupper() else 6.6
