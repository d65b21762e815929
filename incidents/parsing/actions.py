"""Action items: list items, check boxes, table rows, and in bare text the lines of an action section."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from . import marks
from .blocks import Block
from .day_readings import Order
from .model import ParsedAction
from .promises import read_promise
from .sections import Part, label_of, without_number
from .tables import is_column
from .words import COLUMNS, DONE, NOTHING, alternatives

_DONE_MARK: Final = re.compile(
    r"^(?:\u2705|\u2714\ufe0f?|\[x\]|:white_check_mark:)|~~\S"
    rf"|[(\[](?:{alternatives(DONE)})[.!]?[)\]]\.?$|^(?:{alternatives(DONE)})\s?[:\u2013\u2014-]\s"
    rf"|^[(\[](?:{alternatives(DONE)})[)\]]\s",
    re.IGNORECASE,
)
_DONE_GROUP: Final = re.compile(rf"[(\[](?:already\s)?(?:{alternatives(DONE)})[)\]]", re.IGNORECASE)
_FIELD: Final = re.compile(r"\s{0,4}(?:\*\*|__)?(?P<name>[^\W\d_][^:\uff1a\n]{1,24}?)\s?[:\uff1a](?P<value>.*)$")
_MARK: Final = re.compile(r"\s*([-*+\u2022]|\d{1,3}[.)])\s+")
_DONE_CELL: Final = re.compile(r"\b(?:DONE|COMPLETED?|CLOSED|FIXED)\b")
_BOLD_ONLY: Final = re.compile(r"\*\*[^*]{1,80}\*\*|__[^_]{1,80}__")
_GROUP_END: Final = (":", "\uff1a")
_FEWEST_WORDS: Final = 3
_MOST_ITEMS: Final = 500
_LONGEST_GROUP: Final = 5
_SHORT_GROUP: Final = 3


@dataclass(slots=True)
class Actions:
    """The items of an action section, and the blocks that are not part of one (by the heading they stand under)."""

    items: list[ParsedAction] = field(default_factory=list)
    left_over: list[tuple[str, list[Block]]] = field(default_factory=list)
    structure: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Draft:
    lines: list[str]
    raw: list[str]
    checked: bool | None
    group: str | None
    fields: dict[str, str] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)


def read_actions(
    parts: Sequence[Part], resolve: Callable[[str], str], *, inline: bool = False, order: Order = None
) -> Actions:
    """The parts of one action section (its heading first, then the groups below it) → its items.

    With `inline`, what stands on the line of a label ("Improvements: rotate the logs") is an item as well.
    """
    reader = _ActionReader(resolve, _shape(parts), inline=inline, order=order)
    for number, part in enumerate(parts):
        reader.part(part, part.heading if number else None)
    return reader.actions


def is_ticked_off(parts: Sequence[Part]) -> bool:
    """Whether a list is a check list with every box ticked.

    Beside a proper list of action items, such a list is about the report: "title is cleaned up".
    """
    items = [block for part in parts for block in part.blocks if block.kind == "item"]
    return len(items) > 1 and all(item.checked for item in items)


def _shape(parts: Sequence[Part]) -> str:
    """What the items of this section are: list items, table rows, sub-headings, or (in bare text) lines."""
    blocks = [block for part in parts for block in part.blocks]
    items = [block for block in blocks if block.kind == "item"]
    if len(parts) > 1 and items and all(_field(block) for block in items):
        return "heading"
    if any(block.kind == "item" for block in blocks):
        return "item"
    if any(block.kind == "row" for block in blocks):
        return "row"
    prose = [
        part for part in parts[1:] if part.style == "heading" and any(block.kind == "line" for block in part.blocks)
    ]
    if len(prose) > 1 and not all(_says_nothing(part.blocks) for part in prose):
        return "heading"
    return "line"


def _group_labels(blocks: Sequence[Block]) -> dict[int, int]:
    """Items that only name the items nested below them ("- **Tasks:**"), and the indent of those."""
    items = [block for block in blocks if block.kind == "item"]
    found: dict[int, int] = {}
    top = min((block.indent for block in items), default=0)
    # Where every item has others below it and is a few words long, the items are names of groups.
    outer = [(above, below) for above, below in itertools.pairwise([*items, None]) if above and above.indent <= top + 1]
    all_name = all(
        below is not None and below.indent > above.indent + 1 and len(above.text.split()) <= _SHORT_GROUP
        for above, below in outer
    )
    for above, below in itertools.pairwise(items):
        words = above.text.strip()
        names = words.rstrip("*_ ").endswith(_GROUP_END) or bool(_BOLD_ONLY.fullmatch(words.rstrip(":").strip()))
        names = names or (all_name and above.indent <= top + 1)
        if below.indent > above.indent + 1 and names and _field(below) is None:
            found[id(above)] = below.indent
    return found


def _says_nothing(blocks: Sequence[Block]) -> bool:
    words = " ".join(marks.one_line(block.text) for block in blocks if block.kind in ("line", "item")).strip()
    return words.strip(" .!").lower() in NOTHING


def _field(block: Block) -> tuple[str, str] | None:
    """What a line such as "Owner: Ana" says about the item above it: the kind of field, and its value."""
    match = _FIELD.match(block.text) if block.kind in ("item", "line") else None
    if match is None:
        return None
    name = match["name"].strip(" *_").lower()
    kind = next((kind for kind in ("owner", "due", "status", "field") if name in COLUMNS[kind]), None)
    return (kind, marks.one_line(match["value"].strip(" *_"))) if kind else None


def _is_done(status: str | None) -> bool:
    """Whether a status says done, whatever stands around the word: "\u2705 Done (20 March)"."""
    words = marks.heading_words(status or "").lower().partition("(")[0]
    return words.strip(" .!") in DONE or (status or "").strip(" .!").lower() in DONE


class _ActionReader:
    def __init__(self, resolve: Callable[[str], str], shape: str, *, inline: bool, order: Order) -> None:
        self.resolve = resolve
        self.shape = shape
        self.inline = inline
        self.order = order
        self.actions = Actions()
        self.draft: _Draft | None = None
        self.group: str | None = None
        self.group_done = False
        self.columns: dict[str, int] | None = None
        self.left: list[Block] = []
        self.blank = False
        self.indent = 0
        self.numbered = False
        self.labels: dict[int, int] = {}
        # A single paragraph of prose under an action heading promises nothing that can be ticked off.
        self.introduction = False

    def part(self, part: Part, group: str | None) -> None:
        """Read one heading with what is under it."""
        self.group = group
        self.group_done = _DONE_GROUP.search(part.heading) is not None
        self.left = []
        self.columns = None
        lines = sum(1 for block in part.blocks if block.kind == "line")
        self.introduction = lines < 2 and not (self.inline and part.style == "label")
        items = [block for block in part.blocks if block.kind == "item"]
        self.indent = min((block.indent for block in items), default=0)
        # Where the first item has a number, bullets are parts of the numbered items, however far they are indented.
        self.numbered = bool(items) and items[0].marker[:1].isdigit()
        self.labels = _group_labels(part.blocks)
        if self.shape == "heading" and group and not _says_nothing(part.blocks):
            self._heading_item(part)
            return
        for block in part.blocks:
            self._block(block)
        self._flush()
        if any(block.kind not in ("blank", "rule") for block in self.left):
            self.actions.left_over.append((part.heading, self.left))

    def _heading_item(self, part: Part) -> None:
        fields = dict(filter(None, map(_field, part.blocks)))
        raw = "\n".join(block.raw for block in part.blocks).strip()
        body = "\n".join(block.raw for block in part.blocks if _field(block) is None).strip()
        heading = without_number(part.heading)
        self.group = None
        text = f"{heading}\n\n{body}" if body else heading
        self._add(text, done=_is_done(fields.get("status")), raw=f"{part.raw}\n{raw}".strip(), fields=fields)

    def _block(self, block: Block) -> None:
        if block.kind == "blank":
            self.blank = True
            if self.draft:
                self.draft.lines.append("")
            return
        if len(self.actions.items) >= _MOST_ITEMS:
            self._flush()
            self._leave(block)
        elif block.kind == "item":
            self._item(block)
        elif block.kind == "row":
            self._flush()
            self._row(block)
        elif block.kind == "line" and self.shape == "line" and not self.introduction:
            self._line(block)
        elif block.kind == "line" and self.shape == "item" and self._names_group(block):
            self._flush()
            self.group = marks.heading_words(block.text)
            self.actions.structure.append(block.raw)
        elif block.kind == "rule":
            self.actions.structure.append(block.raw)
        elif not self._continues(block):
            self._flush()
            self._leave(block)
        self.blank = False

    def _names_group(self, block: Block) -> bool:
        """Whether a line only names the items below it: "Tasks:", "**Improvements:**"."""
        words = marks.one_line(block.text)
        closed = words.endswith(_GROUP_END) or bool(_BOLD_ONLY.fullmatch(block.text.strip()))
        return closed and len(words.split()) <= _LONGEST_GROUP and block.indent <= self.indent

    def _item(self, block: Block) -> None:
        if id(block) in self.labels:
            self._flush()
            self.group = marks.heading_words(block.text)
            self.actions.structure.append(block.raw)
            self.indent = self.labels[id(block)]
            return
        below_number = self.numbered and not block.marker[:1].isdigit()
        if self.draft and (block.indent > self.indent + 1 or below_number):
            self._continue(block)
            return
        self._flush()
        self.indent = min(self.indent, block.indent)
        if _says_nothing([block]):
            self._leave(block)
            return
        self.draft = _Draft([block.text], [block.raw], block.checked, self.group)

    def _continues(self, block: Block) -> bool:
        """Whether a line belongs to the item above: it is indented, or follows without a blank line."""
        if self.draft is None:
            return False
        if block.indent <= self.indent and (self.blank or block.kind in ("comment", "definition")):
            return False
        self._continue(block)
        return True

    def _continue(self, block: Block) -> None:
        if self.draft is None:
            return
        wrapped = block.kind == "line" and not self.blank and self.draft.lines[-1]
        if wrapped:
            self.draft.lines[-1] += f" {block.text}"
        else:
            self.draft.lines.append(block.raw)
        self.draft.raw.append(block.raw)
        said = _field(block)
        if said is not None:
            self.draft.fields.setdefault(*said)
            if said[0] in ("owner", "due") and self.draft.fields[said[0]] == said[1] and not wrapped:
                self.draft.said.add(block.raw)

    def _line(self, block: Block) -> None:
        self._flush()
        words = marks.one_line(block.text)
        label = label_of(block)
        if _says_nothing([block]):
            self._leave(block)
        elif (label and not label.rest) or words.endswith(_GROUP_END):
            self.group = marks.heading_words(words)
            self.actions.structure.append(block.raw)
        elif len(words.split()) < _FEWEST_WORDS and not any(ord(character) > 0x2E80 for character in words):
            self._leave(block)
        else:
            self._add(block.text, done=False, raw=block.raw)

    def _row(self, block: Block) -> None:
        if self.columns is None:
            self.columns = _columns(block)
            if block.header:
                self.actions.structure.append(block.raw)
                return
        elif block.header:
            self.columns = _columns(block)
            self.actions.structure.append(block.raw)
            return
        cells = block.cells
        text = cells[self.columns["action"]].strip() if self.columns["action"] < len(cells) else ""
        if marks.is_bare(text) or marks.one_line(text).strip(" .").lower() in NOTHING:
            if any(cells):
                self._leave(block)
            return
        named = {kind: self._named_cell(cells, kind) for kind in ("owner", "due", "status")}
        fields = {kind: cell for kind, cell in named.items() if cell}
        others = (cell for index, cell in enumerate(cells) if index != self.columns["action"])
        done = _is_done(fields.get("status")) or any(map(_DONE_CELL.search, others))
        self._add(text, done=done, raw=block.raw, fields=fields)

    def _named_cell(self, cells: Sequence[str], kind: str) -> str | None:
        index = (self.columns or {}).get(kind)
        if index is None or index >= len(cells):
            return None
        return marks.one_line(cells[index]) or None

    def _leave(self, block: Block) -> None:
        if self.blank and self.left:
            self.left.append(Block("blank", "", ""))
        self.left.append(block)

    def _flush(self) -> None:
        draft, self.draft = self.draft, None
        if draft is None:
            return
        done = bool(draft.checked) or _is_done(draft.fields.get("status"))
        promise = nested_list(line for line in draft.lines if line not in draft.said)
        self._add(
            "\n".join(draft.lines).strip(), done=done, raw="\n".join(draft.raw), fields=draft.fields, promise=promise
        )

    def _add(self, text: str, *, done: bool, raw: str, fields: dict[str, str] | None = None, promise: str = "") -> None:
        if marks.is_bare(text):
            return
        done = done or self.group_done or bool(_DONE_MARK.search(text.strip()))
        given = fields or {}
        found = read_promise(promise or nested_list(text.split("\n")), given.get("owner"), given.get("due"), self.order)
        self.actions.items.append(
            ParsedAction(
                self.resolve(text),
                done,
                raw,
                found.owner,
                given.get("status"),
                self.group,
                self.resolve(found.text),
                found.due,
                found.due_on,
            )
        )


def nested_list(lines: Iterable[str]) -> str:
    """An item and what is nested in it, as plain words: each nested item on a line of its own, with its mark."""
    written = [line for line in lines if line.strip()]
    nested = [line for line in written[1:] if _MARK.match(line)]
    depths = sorted({len(line) - len(line.lstrip()) for line in nested})
    told = []
    for number, line in enumerate(written):
        mark = _MARK.match(line) if number else None
        words = marks.one_line(line[mark.end() :] if mark else line)
        if mark:
            depth = depths.index(len(line) - len(line.lstrip()))
            told.append(f"{'  ' * depth}{mark[1]} {words}")
        elif words and told and nested:
            told.append(words)
        elif words:
            told = [" ".join([*told, words])]
    return "\n".join(told)


def _columns(head: Block) -> dict[str, int]:
    """The columns of an action table by their heads; the first text column when no head says "action"."""
    names = [marks.heading_words(cell) for cell in head.cells] if head.header else []
    found: dict[str, int] = {}
    for kind in ("action", "owner", "due", "status"):
        for index, name in enumerate(names):
            if is_column(name, kind) and index not in found.values():
                found[kind] = index
                break
    if "action" not in found:
        numbered = bool(names) and (is_column(names[0], "number") or not names[0])
        found["action"] = 1 if numbered and len(names) > 1 else 0
    return found
