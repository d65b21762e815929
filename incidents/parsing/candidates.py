"""Lines that may be rows of a timeline: the time they begin or end with, the days between them."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from . import marks
from .blocks import Block
from .clocks import find_clock
from .dates import find_dates
from .day_readings import DateReading, Order
from .leads import match_day_word
from .scanning import Stamp
from .times import match_stamp
from .words import HEADINGS, TIME, WEEKDAYS, alternatives
from .zones import without_zones

SHORT_LINE: Final = 120
"""A line that only gives a day or a zone is no longer than this."""
LONGEST_LABEL: Final = 200

_NAMED_TIMES: Final = [
    word for kind in ("noon", "midnight") for word in (*TIME[kind], *map(str.capitalize, TIME[kind]))
]
_HINT: Final = re.compile(rf"[^\n]{{0,50}}?(?:\d|\?\?|[xX]{{2}}|TBD|[Uu]n(?:known|clear)|{alternatives(_NAMED_TIMES)})")
_BOLD_LEAD: Final = re.compile(r"(?:\*\*[^*\d\n]{1,40}\*\*|__[^_\d\n]{1,40}__)(?<!:\*\*)\s{1,3}(?=\S)")
_SHORTEST_FOLDED: Final = 24
_LONGEST_FOLDED: Final = 5000
_LABEL_TAIL: Final = 60
_LABEL_END: Final = 36
_DIGIT: Final = re.compile(r"\d")
_BRACKETS: Final = re.compile(r"[(\[\uff08][^()\[\]\uff08\uff09\n]{0,120}[)\]\uff09]")
_TIMELINE_WORDS: Final = re.compile("|".join(map(re.escape, sorted(HEADINGS["timeline"], key=len, reverse=True))))
_FOLDED_HEAD: Final = re.compile(rf"(?i:{_TIMELINE_WORDS.pattern})\s?[:\uff1a]\s{{1,3}}(?=\d|~)")
# "Today at" and the like belong to the time that ends a label, and not to the label.
_NAMED_DAYS: Final = [*(name for name in WEEKDAYS if len(name) > 2), *TIME["today"], *TIME["yesterday"]]
_LABEL_LEAD: Final = re.compile(
    rf"(?<![^\W_])(?:(?:{alternatives(_NAMED_DAYS)})[,.]?\s{{0,2}})?"
    r"(?:(?:at|on|um|\u00e0|\u00e0s|a las|alle|om|kl\.?)\s{1,2})?$",
    re.IGNORECASE,
)
_LABEL_TRAIL: Final = re.compile(
    r"[\s)\]*_`.]*(?:[,(\[\s]?\s?(?P<edited>edited|bearbeitet|modifi\u00e9|editado)[)\]]?)?\s*", re.IGNORECASE
)
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
        return _bold_lead(block, order) or _labelled(block, order)
    return Candidate(stamp, _balanced(block.text[skipped + stamp.end :].strip()))


def _bold_lead(block: Block, order: Order) -> Candidate | None:
    """Read "**OUTAGE BEGINS** 14:54 text": a few bold words before the time."""
    lead = _BOLD_LEAD.match(block.text)
    stamp = match_stamp(block.text[lead.end() :], order=order) if lead else None
    if lead is None or stamp is None or stamp.clock is None:
        return None
    return Candidate(stamp, f"{lead[0].strip()} {block.text[lead.end() + stamp.end :].strip()}".strip())


def _balanced(text: str) -> str:
    """Without the end of a bold that began before the time: "UPDATE 3**: text"."""
    return text.replace("**", "", 1) if text.count("**") % 2 else text


def _labelled(block: Block, order: Order) -> Candidate | None:
    """Read "First detected 2020-09-21 18:27" or "ana [1:26 PM]": a short label with the time at its end."""
    text = block.text
    if block.kind == "heading" or len(text) > LONGEST_LABEL or not _DIGIT.search(text, len(text) - _LABEL_END):
        return None
    tail = max(0, len(text) - _LABEL_TAIL)
    clock = find_clock(text, tail)
    starts = [date.start + tail for date in find_dates(text[tail:], order=order)]
    covered = 0
    for start in (*starts, *(clock[:1] if clock else ())):
        if start < covered:
            continue  # inside a time that was tried, and does not end the line
        lead = _LABEL_LEAD.search(text, 0, start)
        begin = lead.start() if lead else start
        stamp = match_stamp(text[begin:], order=order)
        if stamp is None or stamp.clock is None:
            continue
        covered = begin + stamp.end
        trail = _LABEL_TRAIL.fullmatch(text, covered)
        label = text[:begin].rstrip(" :,-\u2013\u2014[(*_`@").strip()
        if trail and label and label.lower() not in TIME["chat"]:
            edited = f", {trail['edited']}" if trail["edited"] else ""
            return Candidate(stamp, f"{label}{edited}", label=True)
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
        yield replace(block, kind="line", text=piece.rstrip(",;"), raw=piece, after_blank=True)


def _inline_starts(block: Block, order: Order) -> list[int]:
    """Where further times stand in a line that begins with one, written and closed just like it.

    They stand behind the end of a sentence; behind commas, when there are at least two of them.
    """
    text = block.text[:_LONGEST_FOLDED]
    head = _FOLDED_HEAD.match(text)
    begin = head.end() if head else 0
    first = match_stamp(text[begin:], order=order)
    if first is None or first.clock is None:
        return []
    ends_with_colon = _closed(text[begin:], first)
    starts: list[int] = []
    listed: list[int] = []
    told_from = position = begin + first.end
    while clock := find_clock(text, position):
        stamp = match_stamp(text[clock[0] :], order=order)
        position = clock[1]
        if stamp is None or not (stamp.clock and stamp.separated and _alike(first, stamp)):
            continue
        closed = _closed(text[clock[0] :], stamp)
        said = text[told_from : clock[0]]
        if closed != ends_with_colon or not said[-1:].isspace():
            continue
        if closed or said.rstrip().endswith((".", "!", "?", ";")):
            starts.append(clock[0])
        elif said.rstrip().endswith(",") and said.strip(" ,"):
            listed.append(clock[0])
        told_from = position = clock[0] + stamp.end
    starts = sorted([*starts, *(listed if len(listed) > 1 else ())])
    return [begin, *starts] if begin and starts else starts


def _closed(text: str, stamp: Stamp) -> bool:
    return text[: stamp.end].rstrip().endswith((":", "\uff1a"))


def _alike(first: Stamp, other: Stamp) -> bool:
    zones = [stamp.zone.written if stamp.zone else None for stamp in (first, other)]
    return first.half_day == other.half_day and zones[0] == zones[1]


def day_heading(block: Block, order: Order) -> tuple[DateReading, str] | None:
    """The date of a line that says a date (or "Sunday", "Day 2") and no time, and what it says besides."""
    if block.kind not in ("heading", "line", "item") or len(block.text) > SHORT_LINE:
        return None
    text = marks.one_line(block.text).strip(" -_")
    word = match_day_word(text, len(text) - len(text.lstrip(" =-\u2013\u2014*#[(")))
    if word is None and not _HINT.match(text):
        return None
    for date in find_dates(text, order=order):
        rest = text[: date.start] + text[date.end :]
        count = word.count if word and word.end <= date.start else None
        return None if find_clock(rest) else (replace(date, count=count), _said_beside(rest))
    if word is None or find_clock(text):
        return None
    return word, _said_beside(text[: word.start] + text[word.end :])


def _said_beside(rest: str) -> str:
    """What a line says besides its date; nothing when these are words that name the day, the zone or the timeline."""
    bare = without_zones(_BRACKETS.sub("", rest))
    bare = _NOT_WORDS.sub(" ", _DAY_WORDS.sub(" ", _TIMELINE_WORDS.sub(" ", bare.lower())))
    return rest.strip() if bare.strip() else ""


def is_update_head(block: Block, order: Order) -> bool:
    """A bold or closed line that begins with a date and has no time: the head of a dated update."""
    found = candidate(block, order=order) if block.kind == "line" else None
    if found is None or found.label or found.stamp.clock or found.stamp.date is None or len(block.text) > SHORT_LINE:
        return False
    return block.text.startswith("**") or block.text.endswith((":", "\uff1a"))
