"""Lines that may be rows of a timeline: the time they begin or end with, the days between them."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from . import marks
from .blocks import Block
from .clocks import find_clock
from .dates import DateReading, Order, find_dates
from .times import Stamp, match_stamp
from .words import HEADINGS, TIME, alternatives

SHORT_LINE: Final = 120
"""A line that only gives a day or a zone is no longer than this."""
LONGEST_LABEL: Final = 200

_HINT: Final = re.compile(r"[^\n]{0,50}?(?:\d|\?\?|[xX]{2}|TBD|[Uu]n(?:known|clear))")
_SHORTEST_FOLDED: Final = 40
_LONGEST_FOLDED: Final = 5000
_LABEL_TAIL: Final = 60
_BRACKETS: Final = re.compile(r"[(\[\uff08][^()\[\]\uff08\uff09\n]{0,120}[)\]\uff09]")
_TIMELINE_WORDS: Final = re.compile("|".join(map(re.escape, sorted(HEADINGS["timeline"], key=len, reverse=True))))
_DAY_WORDS: Final = re.compile(rf"(?<![^\W_])(?:{alternatives(TIME['day'])})(?![^\W_])")
_NOT_WORDS: Final = re.compile(r"[\W\d_]+|\u306e|\u7684")


@dataclass(slots=True)
class Candidate:
    """A block that may be a row: its stamp, and its text without it. `label` says that the text came first."""

    stamp: Stamp
    text: str
    label: bool = False


def candidate(block: Block, *, order: Order = None) -> Candidate | None:
    """The time that this block begins with (or, for "First detected 18:27", ends with), if any."""
    if block.kind not in ("heading", "item", "line") or not _HINT.match(block.text):
        return None if block.kind not in ("item", "line") else _labelled(block, order)
    decoration = marks.DECORATION.match(block.text)
    skipped = decoration.end() if decoration else 0
    stamp = match_stamp(block.text[skipped:], order=order)
    if stamp is None:
        return _labelled(block, order)
    return Candidate(stamp, _balanced(block.text[skipped + stamp.end :].strip()))


def _balanced(text: str) -> str:
    """Without the end of a bold that began before the time: "UPDATE 3**: text"."""
    return text.replace("**", "", 1) if text.count("**") % 2 else text


def _labelled(block: Block, order: Order) -> Candidate | None:
    """Read "First detected 2020-09-21 18:27" or "ana [1:26 PM]": a short label with the time at its end."""
    text = block.text
    if block.kind == "heading" or len(text) > LONGEST_LABEL:
        return None
    tail = max(0, len(text) - _LABEL_TAIL)
    clock = find_clock(text, tail)
    starts = [date.start + tail for date in find_dates(text[tail:], order=order)]
    for start in (*starts, *(clock[:1] if clock else ())):
        stamp = match_stamp(text[start:], order=order)
        if stamp and stamp.clock and not text[start + stamp.end :].strip(" ]).*_`"):
            label = text[:start].rstrip(" :-\u2013\u2014[(*_`@")
            return Candidate(stamp, label.strip(), label=True) if label.strip() else None
    return None


def pieces(block: Block, order: Order) -> Iterator[Block]:
    """One block a row, for rows that were folded into one paragraph: "12:00pm: down. 12:06pm: up."."""
    starts = (
        _inline_starts(block, order) if block.kind in ("line", "item") and len(block.text) > _SHORTEST_FOLDED else []
    )
    if not starts:
        yield block
        return
    edges = [*starts, len(block.text)]
    first = block.text[: edges[0]].rstrip()
    yield replace(block, text=first, raw=first)
    for start, end in itertools.pairwise(edges):
        piece = block.text[start:end].strip()
        yield replace(block, kind="line", text=piece, raw=piece, after_blank=True)


def _inline_starts(block: Block, order: Order) -> list[int]:
    """Where further times stand in a line that begins with one, written and closed just like it."""
    text = block.text[:_LONGEST_FOLDED]
    first = match_stamp(text, order=order)
    if first is None or first.clock is None:
        return []
    starts = []
    position = first.end
    while clock := find_clock(text, position):
        stamp = match_stamp(text[clock[0] :], order=order)
        position = clock[1]
        if stamp and stamp.clock and _alike(first, stamp) and text[clock[0] - 1].isspace():
            closed = text[clock[0] : clock[0] + stamp.end].rstrip().endswith((":", "\uff1a"))
            after_sentence = text[: clock[0]].rstrip().endswith((".", "!", "?", ";"))
            if stamp.separated and (closed or after_sentence) and closed == _closed(text, first):
                starts.append(clock[0])
                position = clock[0] + stamp.end
    return starts


def _closed(text: str, stamp: Stamp) -> bool:
    return text[: stamp.end].rstrip().endswith((":", "\uff1a"))


def _alike(first: Stamp, other: Stamp) -> bool:
    zones = [stamp.zone.written if stamp.zone else None for stamp in (first, other)]
    return first.half_day == other.half_day and zones[0] == zones[1]


def day_heading(block: Block, order: Order) -> tuple[DateReading, str] | None:
    """The date of a line that says a date and nothing else of its own, and what it says besides."""
    if block.kind not in ("heading", "line", "item") or len(block.text) > SHORT_LINE or not _HINT.match(block.text):
        return None
    text = marks.one_line(block.text)
    for date in find_dates(text, order=order):
        rest = _BRACKETS.sub("", text[: date.start] + text[date.end :])
        if find_clock(rest):
            return None
        bare = _NOT_WORDS.sub(" ", _DAY_WORDS.sub(" ", _TIMELINE_WORDS.sub(" ", rest.lower())))
        return date, rest.strip() if bare.strip() else ""
    return None


def is_update_head(block: Block, order: Order) -> bool:
    """A bold or closed line that begins with a date and has no time: the head of a dated update."""
    found = candidate(block, order=order) if block.kind == "line" else None
    if found is None or found.label or found.stamp.clock or found.stamp.date is None or len(block.text) > SHORT_LINE:
        return False
    return block.text.startswith("**") or block.text.endswith((":", "\uff1a"))
