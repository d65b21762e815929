"""A tolerant reader of Markdown blocks, line by line and in linear time.

It reads what people commit, not what CommonMark defines: fences that never close, headings without a space,
a whole report inside a ```markdown fence, HTML in between, bare lines. Every source line ends up in one block.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final, Literal

from . import marks
from .dates import match_date
from .delimited import head_delimiter, row_at
from .markup import HtmlLines

Kind = Literal["heading", "item", "line", "row", "code", "quote", "blank", "rule", "comment", "definition"]

_MOST_CELLS: Final = 60
_FRONT_MATTER_LINES: Final = 200
_HEADING: Final = re.compile(r"\s{0,3}(#{1,6})(?:\s+(.*?)|(?=[A-Z*_\u3040-\uffef])(.*?)|)(?:\s#+)?\s*$")
_SETEXT: Final = re.compile(r"\s{0,3}(=+|-{3,}|~{4,}|\^{4,})\s*$")
# Headings of other markup: "== Summary ==" (MediaWiki, AsciiDoc), "h2. Summary" (Jira, Textile).
_OTHER_HEADING: Final = re.compile(
    r"(?:(?P<marks>={1,6})\s+(?P<wiki>\S.{0,200}?)(?:\s+={1,6})?|h(?P<level>[1-6])\.\s+(?P<jira>\S.*))\s*$"
)
_ITEM: Final = re.compile(
    r"(\s*)([-*+\u2022\u2023\u25e6\u25aa\u25cf\u00b7\u2013\u2014\u00a7\uf0b7\uf0a7]|\d{1,3}[.)]|[a-zA-Z]\))(?:\s+(.*)|$)"
)
_TIGHT_ITEM: Final = re.compile(r"\s*([\u30fb\u25cf\u25c6\u25a0\u25cb\u25c7\u25a1\u25b6])\s*(\S.*)$")
_CHECKBOX: Final = re.compile(
    r"(?:\[(?P<box>[ xX\u2713\u2714])\]"
    r"|(?P<done>\u2705|\u2611\ufe0f?|\u2714\ufe0f?|:white_check_mark:|:heavy_check_mark:|\(/\))"
    r"|\u2b1c|\u2610|\u25fb\ufe0f?|\u25a2|\U0001f532|\U0001f533|\(x\))\s+"
)
_FENCE: Final = re.compile(r"\s{0,8}(`{3,}|~{3,})\s*([^\s`]{0,40})[^`]*$")
_QUOTE: Final = re.compile(r"\s{0,3}>+\s?(.*)$")
_RULE: Final = re.compile(r"\s{0,3}(?:(?:-\s?){3,}|(?:\*\s?){3,}|(?:_\s?){3,}|(?:\\\s?){2,})$")
# Also of other markup: "+----+----+" (ASCII boxes), "|----+----|" (Org), "|===" (AsciiDoc), "=====  ====" (reST).
_TABLE_RULE: Final = re.compile(
    r"\s*[|+]?\s*:?[-=]+:?\s*(?:[|+]\s*:?[-=]+:?\s*)*[|+]?\s*$|\s*\|={3,}\s*$|\s*=+(?:\s+=+)+\s*$|\s*[\u2500-\u257f\s]+$"
)
_OTHER_RULE: Final = re.compile(r"\+[-=]|=+\s+=|[\u2500-\u257f]{2}")
_BARS: Final = re.compile("[\u2502\u2503\u2551]")
_CELL_EDGE: Final = re.compile(r"(?<!\\)\|")
_DEFINITION: Final = re.compile(r"\s{0,3}\[([^\[\]]{1,300})\]:\s{0,3}<?(\S{1,2000}?)>?(?:\s.*)?$")
_TOML_PAIR: Final = re.compile(r"([A-Za-z_][\w-]{0,40})\s*=\s*(.*)$")
_QUOTE_MARKS: Final = re.compile(r"^\s{0,3}(?:>\s?)+")
_TIMED: Final = re.compile(r"[\W_]{0,12}(?:\d{4}-\d\d-\d\d[T\s])?\d{1,2}[:.h]\d\d")
_FRONT_PAIR: Final = re.compile(r"([A-Za-z_][\w -]{0,40}):(?:\s+(.*)|$)")


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the document (a whole fence for code) and what it is.

    `text` is the content without the block's marks; `raw` is the source. `level` is a heading's, `indent` the
    column of an item or line. `after_blank` says that a blank line or another kind of block stands above.
    """

    kind: Kind
    text: str
    raw: str
    level: int = 0
    indent: int = 0
    marker: str = ""
    checked: bool | None = None
    cells: tuple[str, ...] = ()
    header: bool = False
    after_blank: bool = True

    def continued(self) -> "Block":
        """The same block, below another one. `replace` takes thirty times as long."""
        return Block(
            self.kind, self.text, self.raw, self.level, self.indent, self.marker, self.checked, self.cells, self.header,
            after_blank=False,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """Front matter (its pairs, and its lines as written), blocks, and reference definitions."""

    blocks: tuple[Block, ...]
    front: tuple[tuple[str, str], ...] = ()
    front_raw: str = ""
    definitions: tuple[tuple[str, str], ...] = ()


def read_document(text: str) -> Document:
    """Text (lines ended by a newline) → blocks, in order. Never fails."""
    lines = text.split("\n")
    front, front_raw, first = _front_matter(lines)
    blocks = _Reader(lines, first).read()
    definitions: dict[str, str] = {}
    for block in blocks:
        match = _DEFINITION.match(block.raw) if block.kind == "definition" else None
        if match:
            definitions.setdefault(" ".join(match[1].casefold().split()), match[2])
    return Document(tuple(blocks), front, front_raw, tuple(definitions.items()))


def unquoted(text: str) -> str:
    """The text without quote marks, when most of its lines have them, or most of those that begin with a time.

    Such a text is a mail or a chat copied as a quote.
    """
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    quoted = sum(line.lstrip().startswith(">") for line in filled)
    if not quoted:
        return text
    timed = [line for line in filled if _TIMED.match(line)]
    if quoted * 2 < len(filled) and sum(line.lstrip().startswith(">") for line in timed) * 2 <= len(timed):
        return text
    return "\n".join(_QUOTE_MARKS.sub("", line) for line in lines)


def _front_matter(lines: list[str]) -> tuple[tuple[tuple[str, str], ...], str, int]:
    mark = lines[0].rstrip() if lines else ""
    if mark not in ("---", "+++"):
        return (), "", 0
    pattern = _FRONT_PAIR if mark == "---" else _TOML_PAIR
    for number in range(1, min(len(lines), _FRONT_MATTER_LINES)):
        if lines[number].rstrip() == mark or (mark == "---" and lines[number].rstrip() == "..."):
            inside = lines[1:number]
            pairs = [pattern.match(line) for line in inside]
            if not any(pairs):
                return (), "", 0
            found = tuple((pair[1].strip().lower(), _unquote(pair[2] or "")) for pair in pairs if pair)
            return found, "\n".join(inside), number + 1
    return (), "", 0


def _unquote(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1].strip()
    return value


class _Reader:
    """The state of one pass over the lines."""

    def __init__(self, lines: list[str], first: int) -> None:
        self.lines = lines
        self.number = first
        self.blocks: list[Block] = []
        self.html = HtmlLines()
        self.in_table = False
        self.boxed = False
        self.unwrapped_fences = 0
        self.closers = _closing_fences(lines)
        self.bullets = _decorative_bullets(lines)

    def read(self) -> list[Block]:
        while self.number < len(self.lines):
            line = self.lines[self.number]
            if not (self._fence(line) or self._comment(line) or self._delimited(line)):
                self.number += 1
                for logical in self.html.feed(line):
                    self._line(logical)
        for logical in self.html.finish():
            self._line(logical)
        return self.blocks

    def _add(self, block: Block) -> None:
        previous = self.blocks[-1] if self.blocks else None
        if previous is not None and previous.kind in ("line", "item", "quote"):
            block = block.continued()
        self.blocks.append(block)

    def _fence(self, line: str) -> bool:
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if match is None:
            return False
        mark, info = match[1], match[2].lower()
        if not info and self.unwrapped_fences and mark[0] == "`":
            self.unwrapped_fences -= 1
            self._add(Block("rule", "", line))
        elif info in ("markdown", "md", "mdx"):
            self.unwrapped_fences += 1
            self._add(Block("rule", "", line))
        elif self.closers[mark[0]][self.number + 1] < len(mark):
            # It never closes: for people the text below is text.
            self._add(Block("line" if match[2] else "rule", match[2], line))
        else:
            self._code(mark)
            return True
        self.number += 1
        return True

    def _code(self, mark: str) -> None:
        start = self.number
        self.number += 1
        while not _closes(self.lines[self.number], mark):
            self.number += 1
        self.number += 1
        body = self.lines[start + 1 : self.number - 1]
        indent = len(self.lines[start]) - len(self.lines[start].lstrip())
        self._add(Block("code", "\n".join(body), "\n".join(self.lines[start : self.number]), indent=indent))

    def _comment(self, line: str) -> bool:
        if not line.lstrip().startswith("<!--"):
            return False
        if "-->" in line:
            if line.split("-->", 1)[1].strip():
                return False
            self._add(Block("comment", line, line))
            self.number += 1
            return True
        start = self.number
        limit = min(len(self.lines), start + _FRONT_MATTER_LINES)
        for end in range(start + 1, limit):
            if "-->" in self.lines[end]:
                raw = "\n".join(self.lines[start : end + 1])
                self._add(Block("comment", raw, raw))
                self.number = end + 1
                return True
        return False

    def _delimited(self, line: str) -> bool:
        """Read a table of comma, semicolon or tab separated values, as rows."""
        following = self.lines[self.number + 1] if self.number + 1 < len(self.lines) else ""
        delimiter = head_delimiter(line, following) if following else None
        if delimiter is None:
            return False
        header = True
        while self.number < len(self.lines):
            row = row_at(self.lines, self.number, delimiter)
            if row is None:
                break
            source, cells = row
            self._add(Block("row", source.strip(), source, cells=cells, header=header))
            header = False
            self.number += source.count("\n") + 1
        return True

    def _line(self, line: str) -> None:
        stripped = line.strip()
        if not stripped:
            self.in_table = self.boxed = False
            self._add(Block("blank", "", line))
        elif not (self._table_row(line, stripped) or self._heading(line, stripped)):
            self._add(self._content(line, stripped))

    def _table_row(self, line: str, stripped: str) -> bool:
        if stripped[0] in "\u2502\u2503\u2551":
            stripped = _BARS.sub("|", stripped)
        if self._is_table_rule(stripped):
            self._table_rule(line)
            return True
        if "|" not in stripped:
            self.in_table = self.boxed = False
            return False
        if not (stripped.startswith("|") or self.in_table or self._rule_follows()):
            return False
        cells = _cells(stripped)
        if len(cells) > _MOST_CELLS:
            return False
        self.in_table = True
        self._add(Block("row", stripped, line, cells=cells))
        return True

    def _is_table_rule(self, stripped: str) -> bool:
        if "|" not in stripped and not _OTHER_RULE.match(stripped):
            return False
        return _TABLE_RULE.match(stripped) is not None

    def _rule_follows(self) -> bool:
        following = self.lines[self.number] if self.number < len(self.lines) else ""
        return "|" in following and "-" in following and bool(_TABLE_RULE.match(following))

    def _table_rule(self, line: str) -> None:
        if self.blocks and self.blocks[-1].kind == "row":
            # In a box every row stands above a rule; only the first is a head.
            boxed = "|" not in line and any(block.kind == "row" for block in self.blocks[-3:-1])
            if not boxed and not self.boxed:
                self.blocks[-1] = replace(self.blocks[-1], header=True)
            self.boxed = "|" not in line
            self.in_table = True
        self._add(Block("rule", "", line))

    def _heading(self, line: str, stripped: str) -> bool:
        match = _HEADING.match(line) if stripped.startswith("#") else None
        if match:
            text = (match[2] or match[3] or "").strip()
            self._add(Block("heading", text, line, level=len(match[1])))
            return True
        other = _OTHER_HEADING.match(stripped) if stripped[0] in "=h" else None
        if other:
            level = len(other["marks"] or "") or int(other["level"])
            self._add(Block("heading", other["wiki"] or other["jira"], line, level=level))
            return True
        previous = self.blocks[-1] if self.blocks else None
        if previous is None or previous.kind != "line" or not previous.after_blank:
            return False
        if not _SETEXT.match(line) or (stripped[0] == "-" and previous.text.rstrip().endswith((".", "\u3002"))):
            return False
        level = 1 if stripped[0] == "=" else 2
        self.blocks[-1] = replace(previous, kind="heading", raw=f"{previous.raw}\n{line}", level=level)
        return True

    def _content(self, line: str, stripped: str) -> Block:
        indent = _columns(line)
        if _RULE.match(line):
            return Block("rule", "", line)
        quote = _QUOTE.match(line)
        if quote:
            return Block("quote", quote[1].strip(), line, indent=indent)
        definition = _DEFINITION.match(line) if stripped.startswith("[") else None
        if definition and not definition[1].isdigit():
            return Block("definition", stripped, line)
        return _list_item(line, stripped, indent, self.bullets) or Block("line", stripped, line, indent=indent)


def _list_item(line: str, stripped: str, indent: int, bullets: frozenset[str]) -> Block | None:
    item = _ITEM.match(line)
    if item and (item[3] or item[2] in "-*+") and not (item[2][0].isdigit() and match_date(line, item.end(1))):
        return _item(line, indent, item[2], item[3] or "")
    if _CHECKBOX.match(stripped):
        return _item(line, indent, "", stripped)
    tight = _TIGHT_ITEM.match(line)
    if tight:
        return _item(line, indent, tight[1], tight[2])
    decoration = marks.DECORATION.match(line)
    if decoration and decoration[0].strip() and _bullet_of(decoration[0]) in bullets:
        return _item(line, indent, _bullet_of(decoration[0]), line[decoration.end() :])
    return None


def _item(line: str, indent: int, marker: str, text: str) -> Block:
    box = _CHECKBOX.match(text)
    checked = bool(box["done"] or (box["box"] or " ").strip()) if box else None
    return Block("item", text[box.end() if box else 0 :].strip(), line, indent=indent, marker=marker, checked=checked)


def _cells(stripped: str) -> tuple[str, ...]:
    inner = stripped.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL_EDGE.split(inner, _MOST_CELLS + 1))


def _columns(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs(4))


def _bullet_of(decoration: str) -> str:
    """The first mark of a decoration: what makes two lines items of the same list."""
    bare = re.sub(r"&(?:emsp|ensp|nbsp|thinsp);", " ", decoration).strip()
    shortcode = marks.SHORTCODE.match(bare)
    return shortcode[0] if shortcode else bare[:1]


def _decorative_bullets(lines: list[str]) -> frozenset[str]:
    """Emoji (or shortcodes) that start more than one line are this document's bullets; one that starts one is not."""
    found: Counter[str] = Counter()
    for line in lines:
        head = re.sub(r"^\s*(?:<p[^<>]{0,100}>)?", "", line[:200])
        decoration = marks.DECORATION.match(head)
        if decoration and decoration[0].strip():
            found[_bullet_of(decoration[0])] += 1
    return frozenset(mark for mark, times in found.items() if times > 1 and mark)


def _closes(line: str, mark: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= len(mark) and set(stripped) == {mark[0]}


def _closing_fences(lines: list[str]) -> dict[str, list[int]]:
    """For each line, the length of the longest fence of each mark that could close one at this line or below."""
    longest = {mark: [0] * (len(lines) + 1) for mark in "`~"}
    for number in range(len(lines) - 1, -1, -1):
        stripped = lines[number].strip()
        for mark, sizes in longest.items():
            closing = len(stripped) if stripped[:3] == mark * 3 and set(stripped) == {mark} else 0
            sizes[number] = max(sizes[number + 1], closing)
    return longest
