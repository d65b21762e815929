"""Timeline rows in a run of blocks: tables, headings, bullets, bare lines, a time alone on its line.

`shapes` says what carries the rows; what is not a row belongs to the row above it, or is left over.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from . import marks
from .blocks import Block
from .candidates import LONGEST_LABEL, SHORT_LINE, Candidate, day_heading, pieces
from .dates import find_dates
from .day_readings import DateReading, Order
from .model import ParsedEntry, Question
from .moments import Known, Moment, Timed
from .scanning import Stamp
from .settling import settle
from .shapes import MOST_ROWS, Shape, Style, find_shape, is_alone, is_placeholder, opened_fences
from .tables import TimeTable
from .times import match_stamp
from .words import TIME
from .zones import ZoneReading, declared_zone, headed_zone, named_zone

_WRAPPED: Final = 60
_ZERO: Final = re.compile(r"[\s*_>(-]{0,6}T\s?(?:[+-]\s?)?0\s{0,2}(?:=|:|is)\s{0,2}")


@dataclass(slots=True)
class _Draft:
    timed: Timed
    text: list[str]
    raw: list[str]
    joined: bool = False


@dataclass(slots=True)
class Rows:
    """The rows of a list; the blocks that are no part of one; what only gave dates, zones and column names."""

    entries: list[ParsedEntry] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    left_over: list[Block] = field(default_factory=list)
    structure: list[str] = field(default_factory=list)
    zone: ZoneReading | None = None
    style: Style | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def questions(self) -> Iterator[Question]:
        """The questions of all rows, in their order; the same one may come often."""
        for moment in self.moments:
            yield from moment.questions


def read_rows(
    blocks: Sequence[Block],
    known: Known,
    *,
    order: Order = None,
    definitions: Mapping[str, str] | None = None,
    heading: str = "",
) -> Rows:
    """Blocks of a timeline → its rows in the order written. No rows when nothing in them is a time."""
    about = says_all_about(heading)
    return _RowReader(blocks, known, order, definitions or {}, about=about).read()


def says_all_about(text: str) -> bool:
    """Whether a line says of all times that they are approximate."""
    words = marks.one_line(text).lower() if len(text) < LONGEST_LABEL else ""
    return any(phrase in words for phrase in TIME["all_about"])


class _RowReader:
    def __init__(
        self, blocks: Sequence[Block], known: Known, order: Order, definitions: Mapping[str, str], *, about: bool
    ) -> None:
        self.blocks = [piece for block in opened_fences(blocks, order) for piece in pieces(block, order)]
        self.known = known
        self.order = order
        self.definitions = definitions
        self.shape = Shape()
        self.rows = Rows()
        self.drafts: list[_Draft] = []
        self.day: DateReading | None = None
        self.zone: ZoneReading | None = None
        self.zero: Stamp | None = None
        self.detached = False
        self.about = about
        self.table: TimeTable | None = None
        self.ruled = False
        self.day_block: Block | None = None
        # Lines that belong to the row whose time comes below them.
        self.waiting: list[Block] = []

    def read(self) -> Rows:
        self.shape = find_shape(self.blocks, self.order)
        self.rows.style = self.shape.style
        if len(self.shape.candidates) >= MOST_ROWS:
            self.rows.warnings.append(f"Only the first {MOST_ROWS} rows were read; the rest is kept as text.")
        if self.rows.style is None:
            self.rows.left_over = [block for block in self.blocks if block.kind != "rule"]
            self.rows.structure = [block.raw for block in self.blocks if block.kind == "rule"]
            return self.rows
        for index, block in enumerate(self.blocks):
            self._take(index, block)
        self._let_go()
        self._finish()
        return self.rows

    # ── one block ──────────────────────────────────────────────────────────

    def _take(self, index: int, block: Block) -> None:
        if block.kind == "row":
            self._take_table_row(index, block)
        elif block.kind in ("comment", "definition"):
            self.rows.left_over.append(block)
        elif block.kind == "rule":
            self.ruled = True
            self.rows.structure.append(block.raw)
            self._append_blank()
        elif block.kind == "blank":
            self._let_go()
            self._append_blank()
        elif self._is_row(index, block):
            self._take_row(self.shape.candidates[index], block)
        elif index in self.shape.names or (self.shape.closing and block.kind == "line"):
            self.waiting.append(block)
        elif not (
            self._take_zero(block) or self._take_day(block) or self._take_zone(block) or self._take_first_notice(block)
        ):
            self.about = self.about or says_all_about(block.text)
            self._attach(block)

    def _is_row(self, index: int, block: Block) -> bool:
        found = self.shape.candidates.get(index)
        if found is None or (found.stamp.relative is not None and _ZERO.match(block.text)):
            return False
        style = self.rows.style
        timed = found.stamp.clock is not None or is_placeholder(found)
        if style == "label" or found.label:
            return style == "label" and (found.label or is_alone(found))
        if style in ("log", "day"):
            return style == "log" or (found.stamp.date is not None and bool(found.text))
        if style in ("heading", "table") or block.kind == "heading":
            return style == block.kind and timed
        if timed:
            return self._fits(found, block)
        return block.kind == style and bool(found.text) and self._parts_date(found) and self._day_of(block) is None

    def _parts_date(self, found: Candidate) -> bool:
        """Whether a date stands for itself: behind a word ("On March 7 we ...") only with a mark to part it."""
        stamp = found.stamp
        led = stamp.date is not None and stamp.written != stamp.date.written
        return stamp.separated and (stamp.parted or not led)

    def _fits(self, found: Candidate, block: Block) -> bool:
        """Whether a timed line or item is at the level of the rows, and not inside one."""
        if block.kind == "line" and is_alone(found):
            return True
        if block.indent > self.shape.row_indent + 1:
            return False
        if block.kind == self.rows.style or self.rows.style != "item":
            return True
        # A line that is the rest of an item stands below a long one.
        below_short = bool(self.drafts) and len(self.drafts[-1].raw[-1]) < _WRAPPED
        return found.stamp.separated and (block.after_blank or (below_short and block.indent <= self.shape.row_indent))

    def _take_row(self, found: Candidate, block: Block) -> None:
        above, self.waiting = self.waiting, []
        text = [line.raw.strip() for line in above] + ([found.text] if found.text else [])
        raw = "\n".join([*(line.raw for line in above), block.raw])
        self._start(found.stamp, "\n".join(text), raw, joined=block.kind == "item")
        self.detached = self.shape.closing

    def _let_go(self) -> None:
        """Lines that wait for a time below them, when none has come."""
        waiting, self.waiting = self.waiting, []
        for block in waiting:
            self._attach(block)

    def _day_of(self, block: Block) -> tuple[DateReading, str] | None:
        found = day_heading(block, self.order)
        return found if found and not found[1] else None

    def _take_zero(self, block: Block) -> bool:
        """Read "T0 = 05:02 UTC": the time that "T+5m" is counted from."""
        zero = _ZERO.match(block.text) if block.kind in ("line", "item") else None
        stamp = match_stamp(block.text[zero.end() :], order=self.order) if zero else None
        if zero is None or stamp is None or stamp.clock is None:
            return False
        if block.text[zero.end() + stamp.end :].strip(" )*_."):
            return False
        self.zero = stamp
        self.rows.structure.append(block.raw)
        return True

    def _take_day(self, block: Block) -> bool:
        found = day_heading(block, self.order)
        if found is None or self.rows.style == "day":
            return False
        date, rest = found
        if rest and not (block.kind == "heading" or rest.endswith((":", "\uff1a"))):
            return False
        self._let_go()
        self.day = date
        self.zone = headed_zone(marks.one_line(block.text)) or self.zone
        self.rows.zone = self.rows.zone or self.zone
        self.rows.structure.append(block.raw)
        self.day_block = block
        self.detached = True  # text below a day and before a row belongs to the day
        return True

    def _take_zone(self, block: Block) -> bool:
        if len(block.text) > SHORT_LINE or block.kind == "code":
            return False
        zone = declared_zone(block.text) or named_zone(block.text.strip("*_()[]:. "))
        if zone is None or (self.drafts and not block.after_blank and block.kind != "heading"):
            return False
        self.zone = zone
        self.about = self.about or says_all_about(block.text)
        self.rows.zone = self.rows.zone or zone
        self.rows.structure.append(block.raw)
        return True

    def _take_first_notice(self, block: Block) -> bool:
        """Below the rule that ends a log of updates stands the first notice, dated by the first date in it."""
        if self.rows.style != "day" or not self.ruled or block.kind != "line" or not self.drafts:
            return False
        for date in find_dates(block.text[:LONGEST_LABEL], order=self.order):
            stamp = match_stamp(block.text[date.start :], order=self.order)
            if stamp is not None:
                self.ruled = False
                self._start(stamp, block.text, block.raw)
                return True
        return False

    def _take_table_row(self, index: int, block: Block) -> None:
        table = self.shape.tables.get(index)
        if table is not None:
            self.zone = table.zone or self.zone
            self.rows.zone = self.rows.zone or table.zone
            self.table = table
            if table.headed:
                self.rows.structure.append(block.raw)
                return
        if self.table is None:
            self._attach(block)
            return
        day = self.table.day_of(block, self.order)
        if day is not None:
            self.day = day
            self.rows.structure.append(block.raw)
            return
        stamp, text = self.table.read(block, self.order)
        if stamp is None and not text:
            return
        if stamp is None and self.drafts:
            self.drafts[-1].text.append(text)
            self.drafts[-1].raw.append(block.raw)
            return
        self._start(stamp or Stamp("", 0, precision="unknown"), text, block.raw)
        self.detached = True

    # ── rows in the making ─────────────────────────────────────────────────

    def _start(self, stamp: Stamp, text: str, raw: str, *, joined: bool = False) -> None:
        self.detached = False
        self.day_block = None
        if self.about and stamp.precision == "exact":
            stamp = replace(stamp, precision="about")
        timed = Timed(stamp, self.day, self.zone, self.zero)
        self.drafts.append(_Draft(timed, [text] if text else [], [raw], joined))

    def _attach(self, block: Block) -> None:
        if not self.drafts or self.detached:
            if self.day_block is not None:
                self.rows.left_over.append(self.day_block)  # a note about a day says which
                self.day_block = None
            self.rows.left_over.append(block)
            return
        draft = self.drafts[-1]
        draft.raw.append(block.raw)
        text = block.raw.strip() if block.kind in ("line", "quote") else block.raw.rstrip()
        if draft.joined and block.kind == "line" and not block.after_blank and draft.text:
            draft.text[-1] = f"{draft.text[-1]} {text}"
        else:
            draft.joined = draft.joined and block.kind == "line"
            draft.text.append(text)

    def _append_blank(self) -> None:
        if self.drafts and not self.detached:
            self.drafts[-1].text.append("")
            self.drafts[-1].raw.append("")

    def _finish(self) -> None:
        moments = settle([draft.timed for draft in self.drafts], self.known)
        self.rows.moments = moments
        for draft, moment in zip(self.drafts, moments, strict=True):
            self.rows.entries.append(_entry(draft, moment, self._markdown))

    def _markdown(self, lines: list[str]) -> str:
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        return marks.resolve_references(text, self.definitions)


def _entry(draft: _Draft, moment: Moment, markdown: Callable[[list[str]], str]) -> ParsedEntry:
    text = markdown(draft.text)
    doubts = list(moment.doubts)
    if not text:
        doubts.append("This row has a time and no text.")
    return ParsedEntry(
        time_as_written=marks.one_line(draft.timed.stamp.written),
        occurred_at=moment.occurred_at,
        precision=moment.precision or draft.timed.stamp.precision,
        text=text,
        raw="\n".join(draft.raw).strip("\n"),
        doubts=tuple(dict.fromkeys(doubts)),
        local=moment.local,
        local_end=moment.local_end,
        date=moment.date,
        clock=moment.clock,
        zone=moment.zone.written if moment.zone else None,
        reading=tuple(moment.reading),
        questions=tuple(question.key for question in moment.questions),
    )
