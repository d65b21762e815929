"""Tables of a report: which column is the time, the action, the owner."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from . import marks
from .blocks import Block
from .day_readings import DateReading, Order
from .scanning import Stamp
from .times import match_stamp
from .words import COLUMNS
from .zones import ZoneReading, headed_zone, match_zone, named_zone

_SAMPLE: Final = 40
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class TimeTable:
    """The columns of a timeline table: the time, a date and a zone of its own (or None), and what happened."""

    time: int
    date: int | None
    zoned: int | None
    texts: tuple[int, ...]
    heads: tuple[str, ...]
    zone: ZoneReading | None
    headed: bool
    year: int | None = None

    def read(self, block: Block, order: Order) -> tuple[Stamp | None, str]:
        """Stamp and text of one row; a time cell that is no time is kept as written, with unknown precision."""
        parts = [_cell(block, index) for index in (self.date, self.time, self.zoned) if index is not None]
        written = " ".join(part for part in parts if part)
        stamp = match_stamp(written, order=order) if written else None
        rest = ""
        if written and stamp is None:
            stamp = Stamp(written, len(written), precision="unknown")
        elif stamp is not None:
            rest = written[stamp.end :].strip(" *_`")
        if stamp is not None and stamp.date is not None and stamp.date.year is None and self.year is not None:
            date = replace(stamp.date, year=self.year, value=stamp.date.with_year(self.year))
            stamp = replace(stamp, date=date)
        return stamp, self._text(block, rest)

    def day_of(self, block: Block, order: Order) -> DateReading | None:
        """The day that this row says, when it says nothing else."""
        filled = [cell for cell in block.cells if cell.strip(" *_")]
        stamp = match_stamp(filled[0], order=order) if len(filled) == 1 else None
        if stamp is None or stamp.date is None or stamp.clock is not None or filled[0][stamp.end :].strip(" *_"):
            return None
        return stamp.date

    def _text(self, block: Block, rest: str) -> str:
        cells = [(index, _cell(block, index)) for index in self.texts]
        filled = [(index, cell) for index, cell in cells if cell.strip("-\u2013\u2014 ")]
        told = [cell if place == 0 else self._named(index, cell) for place, (index, cell) in enumerate(filled)]
        return "\n\n".join([*([rest] if rest else []), *told])

    def _named(self, index: int, cell: str) -> str:
        head = self.heads[index] if index < len(self.heads) else ""
        return f"{head}: {cell}" if head else cell


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of one column are: how many are times in full, clock times, dates, zones."""

    index: int
    named: bool
    full: int = 0
    clocks: int = 0
    stamps: int = 0
    zones: int = 0


def read_time_table(blocks: Sequence[Block], first: int, order: Order) -> TimeTable | None:
    """The columns of the table that starts at this block, if one of them holds times."""
    head = blocks[first]
    headed = is_head_row(head) or (head.header and not any(_is_time(cell, order) for cell in head.cells))
    heads = tuple(marks.heading_words(cell) for cell in head.cells) if headed else ()
    body = [block for block in blocks[first : first + _SAMPLE] if block.kind == "row" and block is not head]
    body = body if headed else [head, *body]
    columns = [
        _column(body, index, heads[index] if index < len(heads) else "", order)
        for index in range(max((len(block.cells) for block in (head, *body)), default=0))
    ]
    time = _time_column(columns, len(body))
    if time is None:
        return None
    others = [column for column in columns if column.index != time.index]
    dates = [column for column in others if column.stamps > column.clocks and not time.full]
    date = next((column.index for column in dates if column.named or column.stamps * 2 >= len(body)), None)
    zoned = next((column.index for column in others if column.zones * 2 > len(body) and not column.clocks), None)
    texts = [column.index for column in others if column.index not in (date, zoned)]
    texts = [index for index in texts if index >= len(heads) or not is_column(heads[index], "number")]
    zone = _zone(heads, time.index)
    year = _year(heads, time.index if date is None else date)
    return TimeTable(time.index, date, zoned, _what_first(texts, heads, columns), heads, zone, headed, year)


def is_head_row(block: Block) -> bool:
    """Whether a row names its columns, though no rule stands below it (a table that was HTML)."""
    return len(block.cells) > 1 and any(is_column(cell, "time") for cell in block.cells)


def is_column(head: str, kind: str) -> bool:
    """Whether a column head is one of the words for this kind of column."""
    name = head.lower().split("(")[0].split("\uff08")[0].strip(" :*")
    return name in COLUMNS[kind] or (kind == "time" and name.split(" ")[0] in ("time", "timestamp"))


def _is_time(cell: str, order: Order) -> bool:
    stamp = match_stamp(cell, order=order)
    return stamp is not None and stamp.clock is not None


def _column(body: Sequence[Block], index: int, head: str, order: Order) -> _Column:
    cells = [cell for block in body if (cell := _cell(block, index))]
    stamps = [stamp for cell in cells if (stamp := match_stamp(cell, order=order))]
    return _Column(
        index,
        is_column(head, "time") or match_zone(head) is not None,
        full=sum(1 for stamp in stamps if stamp.clock and stamp.date),
        clocks=sum(1 for stamp in stamps if stamp.clock),
        stamps=len(stamps),
        zones=sum(1 for cell in cells if named_zone(cell)),
    )


def _time_column(columns: Sequence[_Column], rows: int) -> _Column | None:
    """A column with a name for times and the most times in it; else the first that is mostly times."""
    named = [column for column in columns if column.named]
    timed = [column for column in named if column.stamps]
    if timed:
        return max(timed, key=lambda column: (column.full, column.clocks, column.stamps, -column.index))
    by_content = [column for column in columns if column.stamps and column.stamps * 2 >= rows]
    clocked = [column for column in by_content if column.clocks * 2 >= rows]
    return next(iter([*clocked, *by_content, *(named if rows else [])]), None)


def _what_first(texts: list[int], heads: tuple[str, ...], columns: Sequence[_Column]) -> tuple[int, ...]:
    """The columns that become text: first what happened, by its head, else the first that holds no times."""
    named = [index for index in texts if index < len(heads) and is_column(heads[index], "event")]
    worded = [index for index in texts if not columns[index].clocks]
    first = next(iter([*named, *worded, *texts]), None)
    return tuple(sorted(texts, key=lambda index: index != first))


def _zone(heads: tuple[str, ...], column: int) -> ZoneReading | None:
    return (headed_zone(heads[column]) or match_zone(heads[column])) if column < len(heads) else None


def _year(heads: tuple[str, ...], column: int) -> int | None:
    """The year of "Date (2026)"."""
    found = _YEAR.search(heads[column]) if column < len(heads) else None
    return int(found[0]) if found else None


def _cell(block: Block, index: int) -> str:
    return block.cells[index].strip() if index < len(block.cells) else ""
