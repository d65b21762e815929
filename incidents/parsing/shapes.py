"""How a list of rows is written: what carries its rows, and which lines belong to them.

One kind of block carries the rows of a list. Besides the plain kinds (items, lines, headings, table rows) there are
names above times (chats), times below texts (status pages), times inside lines (logs), and logs in code fences.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from .blocks import Block
from .candidates import Candidate, candidate, day_heading, is_update_head
from .day_readings import Order
from .logs import bare_clock, embedded, named
from .tables import TimeTable, read_time_table
from .words import TIME, alternatives

Style = Literal["heading", "table", "item", "line", "label", "log", "day"]

MOST_ROWS: Final = 3000
_LOOKED_AT: Final = 500
_FEWEST_LOG_ROWS: Final = 2
_FEWEST_BARE: Final = 3
_LONGEST_NAME: Final = 40
_MOST_NAME_WORDS: Final = 4
_EPOCH: Final = re.compile(r"\d{10,}")
_YEARS: Final = range(1900, 2101)
_NAME: Final = re.compile(
    r"@\S+|[^\W\d_a-z]\S*(?:,?\s(?:\([^()]{1,20}\)|[^\W\d_a-z]\S*|de|da|van|von|der|del|bin|al))+"
)
_SENDER: Final = re.compile(rf"(?:{alternatives(TIME['from'])})\s?[:\uff1a]", re.IGNORECASE)
_SENTENCE_END: Final = (".", "!", "?", ":", ",", ";", "\u3002")


@dataclass(slots=True)
class Shape:
    """What carries the rows of these blocks (`style`, None when nothing does), by the position of the block.

    `names` are lines that say who wrote the row whose time stands alone below them. In a `closing` list the time
    stands below its text.
    """

    style: Style | None = None
    candidates: dict[int, Candidate] = field(default_factory=dict)
    tables: dict[int, TimeTable] = field(default_factory=dict)
    names: frozenset[int] = frozenset()
    closing: bool = False
    row_indent: int = 0


def find_shape(blocks: Sequence[Block], order: Order) -> Shape:
    """How the rows of these blocks are written."""
    shape = Shape()
    for index, block in enumerate(blocks):
        if block.kind == "row":
            if block.header or index == 0 or blocks[index - 1].kind not in ("row", "rule"):
                table = read_time_table(blocks, index, order)
                if table:
                    shape.tables[index] = table
        elif len(shape.candidates) < MOST_ROWS:
            found = candidate(block, order=order)
            if found:
                shape.candidates[index] = found
    _drop_lone_number(shape, blocks)
    _add_bare_clocks(shape, blocks)
    shape.style = _style(shape, blocks, order)
    if shape.style in (None, "label", "day"):
        _read_as_log(shape, blocks, order)
    if shape.style in ("line", "label"):
        shape.closing = _is_closing(shape, blocks)
        shape.names = frozenset() if shape.closing else _names(shape, blocks, order)
    shape.row_indent = min(
        (
            blocks[index].indent
            for index, found in shape.candidates.items()
            if blocks[index].kind == shape.style and not found.label
        ),
        default=0,
    )
    return shape


def has_rows(blocks: Sequence[Block], order: Order) -> bool:
    """Whether anything in these blocks (the first of them, in a long list) may be a row."""
    blocks = blocks[:_LOOKED_AT]
    if any(block.kind == "row" or candidate(block, order=order) for block in blocks):
        return True
    return find_shape(opened_fences(blocks, order), order).style is not None


def is_placeholder(found: Candidate) -> bool:
    """Whether something stands in the place of a time, and says none: "???"."""
    return found.stamp.clock is None and found.stamp.date is None


def is_alone(found: Candidate) -> bool:
    """Whether a time is all that its line says."""
    return found.stamp.clock is not None and not found.text and not found.label


def opened_fences(blocks: Sequence[Block], order: Order) -> list[Block]:
    """The blocks, with the lines of code fences as lines where the times stand in them and nowhere else."""
    if not any(block.kind == "code" for block in blocks):
        return list(blocks)
    if any(block.kind == "row" or _is_timed(candidate(block, order=order)) for block in blocks if block.kind != "code"):
        return list(blocks)
    return [line for block in blocks for line in (_lines_of(block) if block.kind == "code" else (block,))]


def _lines_of(block: Block) -> Iterable[Block]:
    first, *lines = block.raw.split("\n")
    yield Block("rule", "", first)
    for line in lines[:-1]:
        indent = len(line) - len(line.lstrip())
        yield Block("line" if line.strip() else "blank", line.strip(), line, indent=indent, after_blank=False)
    if lines:
        yield Block("rule", "", lines[-1])


def _is_timed(found: Candidate | None) -> bool:
    return found is not None and found.stamp.clock is not None


def _style(shape: Shape, blocks: Sequence[Block], order: Order) -> Style | None:
    counts = Counter(_carrier(found, blocks[index]) for index, found in shape.candidates.items())
    if shape.tables:
        return "table"
    if counts["heading"]:
        return "heading"
    alone = counts["alone"]
    by_style: dict[Style, int] = {
        "item": counts["item"],
        "line": counts["line"] + alone,
        "label": counts["label"] + alone if counts["label"] >= alone else counts["label"],
    }
    best: Style = max(by_style, key=lambda style: by_style[style])
    if by_style[best] >= counts["day"] or not _is_update_log(shape, blocks, order):
        return best if by_style[best] else "day" if counts["day"] else None
    return "day"


def _carrier(found: Candidate, block: Block) -> str:
    if found.label:
        return "label"
    if found.stamp.clock is None and not is_placeholder(found):
        return "day"
    if block.kind in ("heading", "item"):
        return block.kind
    return "alone" if is_alone(found) else "line"


def _is_update_log(shape: Shape, blocks: Sequence[Block], order: Order) -> bool:
    return sum(is_update_head(blocks[index], order) for index in shape.candidates) > 1


def _drop_lone_number(shape: Shape, blocks: Sequence[Block]) -> None:
    """A single line that begins with ten digits begins with a number, unless it is in brackets; several are a log."""
    numbers = [index for index, found in shape.candidates.items() if _EPOCH.fullmatch(found.stamp.written)]
    if len(numbers) == 1 and blocks[numbers[0]].text[:1].isdigit():
        del shape.candidates[numbers[0]]


def _add_bare_clocks(shape: Shape, blocks: Sequence[Block]) -> None:
    """Read "14.32 text" and "0502 text" as times where the list shows that it writes its times so."""
    found = {
        index: bare
        for index, block in enumerate(blocks)
        if index not in shape.candidates and (bare := bare_clock(block)) is not None
    }
    for dotted in (True, False):
        alike = {index: bare for index, bare in found.items() if ("." in bare.stamp.written) is dotted}
        if alike and _is_list_of_times([*alike.values()], shape, dotted=dotted):
            shape.candidates.update(alike)
    shape.candidates = dict(sorted(shape.candidates.items()))


def _is_list_of_times(found: Sequence[Candidate], shape: Shape, *, dotted: bool) -> bool:
    if not dotted:
        proper = [other.stamp.written for other in shape.candidates.values() if other.stamp.clock]
        if any(written[:4].isdigit() and not written[4:5].isdigit() and "-" not in written for written in proper):
            return True
        if all(int(bare.stamp.written) in _YEARS for bare in found):
            return False
    clocks = [bare.stamp.clock for bare in found if bare.stamp.clock]
    backwards = sum(1 for above, below in itertools.pairwise(clocks) if below < above)
    return len(found) >= _FEWEST_BARE and backwards <= 1 and not any(map(_is_timed, shape.candidates.values()))


def _read_as_log(shape: Shape, blocks: Sequence[Block], order: Order) -> None:
    """Take the times that stand inside the lines, when more lines have one than begin with one."""
    inside: dict[int, Candidate] = {}
    for index, block in enumerate(blocks):
        found = embedded(block, order=order) or named(block, order=order)
        if found is not None and len(inside) < MOST_ROWS:
            inside[index] = found
    others = sum(1 for index in shape.candidates if index not in inside)
    lines = sum(1 for block in blocks if block.kind in ("line", "item"))
    if len(inside) * 2 < lines and not any(found.stamp.date for found in inside.values()):
        return
    if shape.style == "label" and len(shape.candidates) >= len(inside):
        return
    if len(inside) >= _FEWEST_LOG_ROWS and len(inside) > others:
        shape.candidates = inside
        shape.style = "log"


def _is_closing(shape: Shape, blocks: Sequence[Block]) -> bool:
    """Whether each time is the last line of its paragraph, and has text above it there.

    Also where no lines part the paragraphs: text comes first, and a time that stands alone comes last.
    """
    ends = [index for index, found in shape.candidates.items() if found.label or is_alone(found)]
    if len(ends) < 2 or len(ends) < len(shape.candidates):
        return False
    filled = [index for index, block in enumerate(blocks) if block.kind not in ("blank", "rule", "comment")]
    begins_with_text = filled[0] != ends[0] and not _is_name(blocks[filled[0]].text, Counter())
    if begins_with_text and filled[-1] == ends[-1] and is_alone(shape.candidates[ends[-1]]):
        return all(blocks[index - 1].kind == "line" and index - 1 not in shape.candidates for index in ends)
    return all(
        index > 0
        and blocks[index - 1].kind == "line"
        and index - 1 not in shape.candidates
        and (index + 1 == len(blocks) or blocks[index + 1].kind in ("blank", "rule"))
        for index in ends
    )


def _names(shape: Shape, blocks: Sequence[Block], order: Order) -> frozenset[int]:
    """The lines that name who wrote below: the first time that stands alone has one above it, and so have others."""
    above = [
        index - 1
        for index, found in shape.candidates.items()
        if is_alone(found)
        and index > 0
        and blocks[index - 1].kind == "line"
        and index - 1 not in shape.candidates
        and day_heading(blocks[index - 1], order) is None
    ]
    senders = [
        index - 1
        for index, found in shape.candidates.items()
        if found.label and index > 0 and found.text.lower() in TIME["sent"] and _SENDER.match(blocks[index - 1].text)
    ]
    often = Counter(blocks[index].text for index in above)
    names = [index for index in above if _is_name(blocks[index].text, often)]
    first = next((index for index, found in shape.candidates.items() if is_alone(found)), 0)
    return frozenset([*senders, *(names if first - 1 in names else [])])


def _is_name(text: str, often: Counter[str]) -> bool:
    if len(text) > _LONGEST_NAME or text.endswith(_SENTENCE_END) or len(text.split()) > _MOST_NAME_WORDS:
        return False
    return often[text] > 1 or _NAME.fullmatch(text) is not None
