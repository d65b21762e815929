"""The bar under the facts: how long each phase of an incident lasted, drawn to scale, and its labels.

Positions are percentages of the bar's width. Labels are laid out once, for the narrowest bar that shows
them (`LABEL_ROOM`, in ems of their type); a wider bar only adds room between them, and a narrower one shows
the list of moments instead. Where no layout keeps labels and their lines apart there are none, and the list
stands at every width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from incidents.milestones import MILESTONE_LABELS, Milestone, MilestoneKind, Precision, short_duration
from incidents.public.words import Moment, precisely, short_day

LABEL_ROOM = 60.0  # public.css says the same: labels of 0.75rem in a container of at least 45rem
_ROW_HEIGHT = 1.5  # ems
_GAP = 1.0  # ems between two labels of a row
_MERGE_WITHIN = (0.0, 2.5, 6.0, 12.0)  # ems between neighbours that share a label, tried in this order
_ROWS_LIKED = 2
_WIDEST = 36.0  # ems of a shared label
_NARROW = frozenset("fijlrt:·,. ")
_WIDE = frozenset("mwMW")


class PhaseKind(StrEnum):
    """What customers and we were living through. The values are classes of the stylesheet."""

    BEFORE = "before"
    UNDETECTED = "undetected"
    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RECOVERED = "recovered"
    OVER = "over"


PHASE_WORDS: dict[PhaseKind, str] = {
    PhaseKind.BEFORE: "before impact",
    PhaseKind.UNDETECTED: "undetected",
    PhaseKind.DETECTED: "detected, not yet taken on",
    PhaseKind.ACKNOWLEDGED: "being worked on",
    PhaseKind.MITIGATED: "mitigated, recovering",
    PhaseKind.RECOVERED: "recovered, under watch",
    PhaseKind.OVER: "over",
}

# Without a time for what ends such a phase, nobody can say that it was not there yet.
_OPEN_WORDS: dict[PhaseKind, tuple[MilestoneKind, str]] = {
    PhaseKind.UNDETECTED: (MilestoneKind.DETECTED, "of impact"),
    PhaseKind.DETECTED: (MilestoneKind.ACKNOWLEDGED, "after detection"),
}

# The first of these that was reached names the phase, whatever the order in which they came.
_REACHED = [
    (MilestoneKind.RESOLVED, PhaseKind.OVER),
    (MilestoneKind.RECOVERED, PhaseKind.RECOVERED),
    (MilestoneKind.MITIGATED, PhaseKind.MITIGATED),
    (MilestoneKind.ACKNOWLEDGED, PhaseKind.ACKNOWLEDGED),
    (MilestoneKind.DETECTED, PhaseKind.DETECTED),
]


@dataclass(frozen=True)
class Phase:
    """A stretch of the bar. `left` and `width` are percentages."""

    kind: PhaseKind
    left: float
    width: float
    length: timedelta
    said: str

    @property
    def words(self) -> str:
        """`2 h 40 min being worked on`."""
        return f"{short_duration(self.length)} {self.said}"


@dataclass(frozen=True)
class Stop:
    """A milestone, or the first event before all of them. `phase` begins here; None where none does."""

    moment: Moment
    name: str
    precision: Precision
    left: float
    phase: Phase | None
    day: str = ""  # `6 Mar`, where it is another than that of the stop before

    @property
    def clock(self) -> str:
        """`05:00`, `about 6 Mar 05:00`."""
        return f"{precisely(self.precision)}{self.day}{' ' if self.day else ''}{self.moment.clock}"


@dataclass(frozen=True)
class Label:
    """Text hanging at `left` per cent, `width` ems wide, in row 0 or a lower one."""

    text: str
    left: float
    width: float
    ends_here: bool = False  # the text ends at `left` instead of starting there
    row: int = 0

    def box(self, room: float = LABEL_ROOM) -> tuple[float, float]:
        """Left and right edge in ems, under a bar that is `room` ems wide."""
        at = self.left * room / 100
        return (at - self.width, at) if self.ends_here else (at, at + self.width)

    @property
    def line_height(self) -> str:
        """How far the line goes down from the bar: a length with its unit, as SVG takes it."""
        return f"{self.row * _ROW_HEIGHT + 0.4:.2f}em"

    @property
    def baseline(self) -> str:
        """Where the text stands, measured from the bar, likewise."""
        return f"{self.row * _ROW_HEIGHT + 1.45:.2f}em"


@dataclass(frozen=True)
class PhaseBar:
    """At least one phase; the widths add up to 100."""

    phases: tuple[Phase, ...]
    stops: tuple[Stop, ...]
    labels: tuple[Label, ...]

    @property
    def labels_height(self) -> str:
        """A length with its unit, as SVG takes it."""
        return f"{max((label.row for label in self.labels), default=0) * _ROW_HEIGHT + 1.75:.2f}em"


@dataclass(frozen=True)
class _Event:
    at: datetime
    kind: MilestoneKind | None
    precision: Precision = Precision.EXACT

    @property
    def name(self) -> str:
        return MILESTONE_LABELS[self.kind].lower() if self.kind else "first event"


def phase_bar(milestones: Sequence[Milestone], *, first_event: datetime | None = None) -> PhaseBar | None:
    """The bar, or None where the start of impact is unknown or nothing came after it.

    `first_event` adds what came before, unless that took longer than all the rest: a change made weeks
    earlier would leave the incident itself no room.
    """
    order = list(MilestoneKind)
    known = sorted((m for m in milestones if m.at), key=lambda m: (m.at, order.index(m.kind)))
    events = [_Event(m.at, m.kind, m.precision) for m in known if m.at]
    start = next((event.at for event in events if event.kind == MilestoneKind.IMPACT_STARTED), None)
    if start is None or events[-1].at <= start:
        return None
    begin, end = events[0].at, events[-1].at
    if first_event and first_event < begin and begin - first_event <= end - begin:
        events.insert(0, _Event(first_event, None))
    stops = tuple(_stops(events))
    return PhaseBar(
        tuple(stop.phase for stop in stops if stop.phase), stops, lay_out([_single_label(stop) for stop in stops])
    )


def _stops(events: list[_Event]) -> Iterator[Stop]:
    begin, whole = events[0].at, events[-1].at - events[0].at
    several_days = Moment(begin).date != Moment(events[-1].at).date
    known = {event.kind for event in events}
    reached: set[MilestoneKind | None] = set()
    day = None
    for event, until in zip(events, [*(each.at for each in events[1:]), events[-1].at], strict=True):
        reached.add(event.kind)
        left = 100 * ((event.at - begin) / whole)
        length = until - event.at
        kind = _phase_after(reached)
        phase = Phase(kind, left, 100 * (length / whole), length, _said(kind, known)) if length else None
        moment = Moment(event.at)
        new_day = short_day(moment.date) if several_days and moment.date != day else ""
        day = moment.date
        yield Stop(moment, event.name, event.precision, left, phase, new_day)


def _phase_after(reached: set[MilestoneKind | None]) -> PhaseKind:
    if MilestoneKind.IMPACT_STARTED not in reached:
        return PhaseKind.BEFORE
    return next((phase for kind, phase in _REACHED if kind in reached), PhaseKind.UNDETECTED)


def _said(kind: PhaseKind, known: set[MilestoneKind | None]) -> str:
    ends_with, words = _OPEN_WORDS.get(kind, (None, ""))
    return PHASE_WORDS[kind] if ends_with is None or ends_with in known else words


# ── Labels ──


def text_width(text: str) -> float:
    """An upper estimate in ems, for Inter and for the sans that stand in for it."""
    return sum(0.42 if letter in _NARROW else 0.98 if letter in _WIDE else 0.65 for letter in text)


def lay_out(labels: Sequence[Label]) -> tuple[Label, ...]:
    """Labels with their side and row, or none at all; `labels` go from left to right.

    A label hangs from a line that starts at the bar. Those of the left part start at their line, and go down
    to the left like stairs, so that no line runs through a text; those of the right part end at it, and go
    down to the right. Where to part, and how many neighbours share a label, is tried out: few rows first,
    then few that are merged.
    """
    best: tuple[Label, ...] = ()
    for within in _MERGE_WITHIN:
        layouts = [layout for part in range(len(labels) + 1) if (layout := _parted(labels, part, within))]
        found = min(layouts, key=_rows, default=())
        if found and (not best or _rows(found) < _rows(best)):
            best = found
        if best and _rows(best) <= _ROWS_LIKED:
            break
    return best


def _rows(labels: tuple[Label, ...]) -> int:
    return max(label.row for label in labels) + 1


def _single_label(stop: Stop) -> Label:
    text = f"{stop.clock} {stop.name}"
    return Label(text, stop.left, text_width(text))


def _parted(labels: Sequence[Label], part: int, within: float) -> tuple[Label, ...]:
    """The layout with the first `part` labels starting and the others ending at their line, or ()."""
    starting = _merged(labels[:part], within, ends_here=False)
    ending = _merged(labels[part:], within, ends_here=True)
    placed: list[Label] = []
    for label in [*reversed(starting), *ending]:
        left, right = label.box()
        rows = (replace(label, row=row) for row in range(len(placed) + 1))
        place = next((option for option in rows if not any(_clash(option, other) for other in placed)), None)
        if place is None or left < 0 or right > LABEL_ROOM:
            return ()
        placed.append(place)
    return (*reversed(placed[: len(starting)]), *placed[len(starting) :])


def _merged(labels: Sequence[Label], within: float, *, ends_here: bool) -> list[Label]:
    """Neighbours that are at most `within` ems apart in one label, hung at its first or last moment."""
    merged: list[Label] = []
    last = 0.0
    for label in labels:
        if merged and (label.left - last) * LABEL_ROOM / 100 <= within:
            text = f"{merged[-1].text} · {label.text}"
            if text_width(text) <= _WIDEST:
                left = label.left if ends_here else merged[-1].left
                merged[-1] = Label(text, left, text_width(text), ends_here)
                last = label.left
                continue
        merged.append(replace(label, ends_here=ends_here))
        last = label.left
    return merged


def _clash(one: Label, other: Label) -> bool:
    """Whether two texts touch, or the line of one runs through the text of the other."""
    if one.row == other.row:
        (left, right), (other_left, other_right) = one.box(), other.box()
        return left < other_right + _GAP and other_left < right + _GAP
    upper, lower = sorted((one, other), key=lambda label: label.row)
    left, right = upper.box()
    return left < lower.left * LABEL_ROOM / 100 < right
