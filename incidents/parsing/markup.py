"""HTML leftovers in Markdown: a line with block tags becomes the Markdown lines it stands for.

Tags that make blocks and bold are rewritten, tags that only dress words up are dropped; the others stay and are
taken off where plain words are needed.
"""

import re
from typing import Final

_LINE_BREAK: Final = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_BLOCK: Final = re.compile(
    r"<(?=[/a-zA-Z])(?P<close>/?)(?P<name>h[1-6]|p|div|section|article|center|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|hr"
    r"|br|summary|details|blockquote|header|footer|main|body|html|head)(?:\s[^<>]{0,600})?/?>",
    re.IGNORECASE,
)
_DRESS: Final = re.compile(r"</?(?:span|font|small|big|u|var|time)(?:\s[^<>]{0,400})?>", re.IGNORECASE)
_MOST_TAGS: Final = 2000
_LONGEST_CELL: Final = 4000
_BOLD: Final = re.compile(r"</?(?:b|strong)(?:\s[^<>]{0,200})?>", re.IGNORECASE)


class HtmlLines:
    """Rewrites lines one by one; remembers an open table row between them."""

    def __init__(self) -> None:
        self._cells: list[str] | None = None

    def feed(self, line: str) -> list[str]:
        """The Markdown lines for this source line; the line itself when it has no block tag."""
        if line.count("<") > _MOST_TAGS:
            return [line]
        if "<" in line:
            line = _DRESS.sub("", line)
        if self._cells is None and ("<" not in line or not _BLOCK.search(line)):
            return [_BOLD.sub("**", line)] if "<" in line else [line]
        if line.lstrip().startswith("|"):
            return [line]  # a Markdown table row: its <br> are inside cells
        trailing_break = _LINE_BREAK.search(line)
        if trailing_break and not line[trailing_break.end() :].strip():
            line = line[: trailing_break.start()]
        made: list[str] = []
        position, current = 0, ""
        for tag in _BLOCK.finditer(line):
            current += line[position : tag.start()]
            position = tag.end()
            current = self._tag(tag["name"].lower(), bool(tag["close"]), current, made)
        current += line[position:]
        return self._end(current, made)

    def finish(self) -> list[str]:
        """What is left of a table row that was never closed."""
        made: list[str] = []
        self._close_row(made)
        return made

    def _close_row(self, made: list[str]) -> None:
        if self._cells:
            made.append("| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in self._cells) + " |")
        self._cells = None

    def _tag(self, name: str, closing: bool, current: str, made: list[str]) -> str:
        if name in ("tr", "td", "th", "table"):
            return self._table_tag(name, closing, current, made)
        if self._cells is not None:
            return current + " "
        if current.strip():
            made.append(current)
        if name == "br":
            return ""
        made.append("")
        if closing:
            return ""
        return _opening(name, made)

    def _table_tag(self, name: str, closing: bool, current: str, made: list[str]) -> str:
        if self._cells:
            self._cells[-1] += current
        elif current.strip():
            made.append(current)
        if name in ("td", "th") and not closing:
            self._cells = [*(self._cells or []), ""]
        elif name in ("tr", "table"):
            self._close_row(made)
            self._cells = [] if name == "tr" and not closing else None
        return ""

    def _end(self, current: str, made: list[str]) -> list[str]:
        if self._cells is not None:
            if self._cells:
                self._cells[-1] += current + " "
                if len(self._cells[-1]) > _LONGEST_CELL:  # it was never closed
                    self._close_row(made)
            elif current.strip():
                made.append(current)
        elif current.strip():
            made.append(current)
        elif not made:
            made.append("")
        return [_BOLD.sub("**", text) for text in made]


def _opening(name: str, made: list[str]) -> str:
    if name.startswith("h") and name[1:].isdigit():
        return "#" * int(name[1]) + " "
    if name in ("li", "dd"):
        return "- "
    if name == "hr":
        made.append("---")
    return ""
