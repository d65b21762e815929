"""Tables of a report: which column is the time, the action, the owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from . import marks
from .blocks import Block
from .dates import Order
from .times import Stamp, match_stamp
from .words import COLUMNS
from .zones import ZoneReading, headed_zone, match_zone

_SAMPLE: Final = 40


@dataclass(frozen=True, slots=True)
class TimeTable:
    """The columns of a timeline table: the time, a date of its own (or None), and what happened."""

    time: int
    date: int | None
    texts: tuple[int, ...]
    heads: tuple[str, ...]
    zone: ZoneReading | None

    def read(self, block: Block, order: Order) -> tuple[Stamp | None, str]:
        """Stamp and text of one row; a time cell that is no time is kept as written, with unknown precision."""
        written = _cell(block, self.time)
        if self.date is not None and _cell(block, self.date):
            written = f"{_cell(block, self.date)} {written}"
        stamp = match_stamp(written, order=order) if written else None
        rest = ""
        if written and stamp is None:
            stamp = Stamp(written, len(written), precision="unknown")
        elif stamp is not None:
            rest = written[stamp.end :].strip(" *_`")
        return stamp, self._text(block, rest)

    def _text(self, block: Block, rest: str) -> str:
        cells = [(index, _cell(block, index)) for index in self.texts]
        filled = [(index, cell) for index, cell in cells if cell]
        told = [cell if place == 0 else self._named(index, cell) for place, (index, cell) in enumerate(filled)]
        return "\n\n".join([*([rest] if rest else []), *told])

    def _named(self, index: int, cell: str) -> str:
        head = self.heads[index] if index < len(self.heads) else ""
        return f"{head}: {cell}" if head else cell


def read_time_table(blocks: Sequence[Block], first: int, order: Order) -> TimeTable | None:
    """The columns of the table that starts at this block, if one of them holds times."""
    head = blocks[first]
    headed = head.header or is_head_row(head)
    heads = tuple(marks.heading_words(cell) for cell in head.cells) if headed else ()
    body = [block for block in blocks[first : first + _SAMPLE] if block.kind == "row" and block is not head]
    body = body if headed else [head, *body]
    width = max((len(block.cells) for block in (head, *body)), default=0)
    timed = [_stamped(body, index, order) for index in range(width)]
    named = [index for index, name in enumerate(heads) if is_column(name, "time") or match_zone(name)]
    column = _time_column(named, timed, len(body))
    if column is None:
        return None
    date = next((index for index in named if index != column and index < column and timed[index]), None)
    texts = tuple(index for index in range(width) if index not in (column, date))
    zone = (headed_zone(heads[column]) or match_zone(heads[column])) if column < len(heads) else None
    return TimeTable(column, date, texts, heads, zone)


def is_head_row(block: Block) -> bool:
    """Whether a row names its columns, though no rule stands below it (a table that was HTML)."""
    return len(block.cells) > 1 and any(is_column(cell, "time") for cell in block.cells)


def is_column(head: str, kind: str) -> bool:
    """Whether a column head is one of the words for this kind of column."""
    name = head.lower().split("(")[0].split("\uff08")[0].strip(" :*")
    return name in COLUMNS[kind] or (kind == "time" and name.split(" ")[0] in ("time", "timestamp"))


def _time_column(named: list[int], timed: list[int], rows: int) -> int | None:
    with_clock = [index for index in named if timed[index]]
    if with_clock:
        return max(with_clock, key=lambda index: (timed[index], index))
    by_content = [index for index, count in enumerate(timed) if count and count * 2 >= rows]
    if by_content:
        return by_content[0]
    return named[0] if named and rows else None


def _stamped(body: Sequence[Block], index: int, order: Order) -> int:
    cells = [_cell(block, index) for block in body]
    return sum(1 for cell in cells if cell and match_stamp(cell, order=order))


def _cell(block: Block, index: int) -> str:
    return block.cells[index].strip() if index < len(block.cells) else ""
