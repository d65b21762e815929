"""Lines of Markdown as Python-Markdown wants them, where people are used to GitHub's ways."""

from __future__ import annotations

import itertools
import re
from collections import deque
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from markdown.preprocessors import Preprocessor

from incidents.rendering.fences import take_fence
from incidents.rendering.sanitiser import LANGUAGE_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterator

_ITEM = re.compile(r" *+([-*+]|\d{1,9}[.)]) ++(?=\S)")
_RULE = re.compile(r" {0,3}([-*_])(?: *+\1){2,}+ *+")
_HEADING = re.compile(r"#{1,6} ")
_HEADING_END = re.compile(r" #+ *$")
_UNDERLINE = re.compile(r"(?:=+|-+) *")
_TABLE_LINE = re.compile(r"[> ]*+(?=[ :-]*+\|)[ :|-]++")
_NESTED = re.compile(r"(?: *(?:>|[-*+] |\d{1,9}[.)] )){11}")
_MARKS = re.compile(r"(?<=\S)\*++|\*++(?=\S)|(?<!\w)_++(?=\S)|(?<=\S)_++(?!\w)|\\[^\w\s]")

_MAX_MARKS = 2_500
_MAX_NESTING = 10
_MAX_BLOCK_COST = 8_000_000  # lines × characters: 400 lines of 50 characters without a blank one between
_MAX_CELLS = 4_000


class TooCostly(Exception):
    """The text would take its renderer too long."""


class LinesPreprocessor(Preprocessor):
    """Fences anywhere, the unclosed one to the end; lists nested by two blanks; lists and tables below text."""

    def run(self, lines: list[str]) -> list[str]:
        lines = _Lists().set(self._stash_fences(deque(lines)))
        lines = list(_space_blocks(lines))
        refuse_costly(lines)
        return [*lines, "", ""]

    def _stash_fences(self, lines: deque[str]) -> Iterator[str]:
        while lines:
            fence = take_fence(lines)
            if fence is None:
                yield lines.popleft()
                continue
            stashed = self.md.htmlStash.store(_code_block(fence.info, fence.code))
            bare = fence.prefix.rstrip()
            more = lines and lines[0].startswith(bare)
            yield from ("" if fence.marker else bare, fence.prefix + fence.marker + stashed, bare if more else "")


def _code_block(info: str, code: str) -> str:
    name = f"language-{info.lower()}"
    if LANGUAGE_CLASS.fullmatch(name):
        return f'<pre><code class="{name}">{escape(code, quote=False)}</code></pre>'
    # "```05:00 server down": pasted from a chat, and the first line of what was said.
    code = f"{info}\n{code}" if info else code
    return f"<pre><code>{escape(code, quote=False)}</code></pre>"


@dataclass(frozen=True)
class _Level:
    indent: int
    content: int
    ordered: bool


class _Lists:
    """Lists with four blanks a level, which is all that Python-Markdown reads."""

    def __init__(self) -> None:
        self.levels: list[_Level] = []
        self.lines: list[str] = []

    def set(self, lines: Iterator[str]) -> list[str]:
        for line in lines:
            indent = len(line) - len(line.lstrip(" "))
            if not line.strip():
                self.lines.append("")
            elif (item := _ITEM.match(line)) and self._may_start(item, indent):
                self._set_item(item, indent)
            elif self.levels:
                self._set_text(line, indent)
            else:
                self.lines.append(line)
        return self.lines

    @property
    def _below_text(self) -> bool:
        return bool(self.lines and self.lines[-1])

    def _may_start(self, item: re.Match[str], indent: int) -> bool:
        if _RULE.fullmatch(item.string):
            return False
        if self.levels:
            return True
        # "…since\n2019. Then" is a sentence; "1." starts a list anywhere.
        return indent < 4 and not (self._below_text and item[1][0].isdigit() and item[1][:-1] != "1")

    def _set_item(self, item: re.Match[str], indent: int) -> None:
        ordered = item[1][0].isdigit()
        sibling = self._leave(indent)
        if self._below_text and (sibling.ordered != ordered if sibling else not self.levels):
            self.lines.append("")
        del self.levels[_MAX_NESTING - 1 :]
        marker = item[1].replace(")", ".")
        self.lines.append(f"{'    ' * len(self.levels)}{marker} {item.string[item.end() :]}")
        self.levels.append(_Level(indent, item.end(), ordered))

    def _set_text(self, line: str, indent: int) -> None:
        text = line.lstrip(" ")
        if not self._below_text:
            self._leave(indent)
            extra = indent - self.levels[-1].content if self.levels else indent
            text = " " * (4 * len(self.levels) + max(0, extra)) + text
        elif indent < 2 and (text.startswith(">") or _HEADING.match(text) or _RULE.fullmatch(text)):
            self.levels.clear()
            self.lines.append("")
        self.lines.append(text)

    def _leave(self, indent: int) -> _Level | None:
        """Leave the levels that this indent is not inside of; give the last."""
        left = None
        while self.levels and indent < self.levels[-1].indent + 2:
            left = self.levels.pop()
        return left


def _space_blocks(lines: list[str]) -> Iterator[str]:
    above = ""
    for line, below in itertools.pairwise([*lines, ""]):
        heading = _HEADING.match(line)
        table = "|" in line and "|" not in above and _TABLE_LINE.fullmatch(below)
        if above and (heading or table):
            yield ""
        yield _HEADING_END.sub("", line) if heading else line
        ends = heading or _RULE.fullmatch(line) or (above and _UNDERLINE.fullmatch(line))
        if ends:
            yield ""
        above = "" if ends else line


def refuse_costly(lines: list[str]) -> None:
    """Stop on what no person writes, and on what grows faster than its length."""
    if sum(len(_MARKS.findall(line)) for line in lines) > _MAX_MARKS:
        raise TooCostly
    if any(_NESTED.match(line) and not _RULE.fullmatch(line) for line in lines):
        raise TooCostly
    blocks = [list(group) for is_text, group in itertools.groupby(lines, bool) if is_text]
    if sum(map(_cells, blocks)) > _MAX_CELLS:
        raise TooCostly
    if any(len(block) * sum(map(len, block)) > _MAX_BLOCK_COST for block in blocks):
        raise TooCostly


def _cells(block: list[str]) -> int:
    columns = max(line.count("|") for line in block) if any(map(_TABLE_LINE.fullmatch, block)) else 0
    return len(block) * columns
