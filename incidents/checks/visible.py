"""The words that readers see of Markdown, with what is code in them, and where links lead.

A light reading for the check, linear: the page itself is made by `rendering`. In its order, so that a word which is
whole there is whole here: fences, then block by block code, links, addresses, emphasis, entities.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from incidents.checks.characters import without_invisible
from incidents.rendering.characters import clean_text
from incidents.rendering.fences import take_fence

_TAB = 4
_QUOTE = re.compile(r"[ \t]{0,3}(?:> ?)+")
# Marks of a block; below it another sentence begins, full stop or not.
_BLOCK = re.compile(r"[ \t]*(?:(?P<heading>#{1,6})[ \t]|(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t])?)")
_BLANK = re.compile(r"(\n[ \t]*\n\s*)")
_TICKS = re.compile(r"`++")
_OPENS = re.compile(r"\\(?P<escaped>[\\`*_{}\[\]()>#+.!|-])|(?P<ticks>`++)")
_LABEL = r"\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\](?:\([^()\s]*\))?)*+)\]"
_TARGET = r"""\((?P<target>\s*+(?:<[^<>\n]*>|(?:[^\s()<>]|\([^\s()]*\))*+)(?:\s++(?:"[^"]*"|'[^']*'))?\s*+)\)"""
_LINK = re.compile(f"!?{_LABEL}{_TARGET}")
_KEPT = re.compile("\x02(\\d+)\x03")
_ADDRESS = re.compile(r"(?<![A-Za-z0-9/])https?://[^\s<>\"`*]++")
# Four marks and more are none to the page: “password: ********”.
_EMPHASIS = re.compile(r"(?P<long>[*_]{4,}+)|\*++|~~|_(?<!\w_)_*+(?=\S)|_(?<=\S_)_*+(?!\w)")
_ENTITY = re.compile(r"&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,40});")
_DEEPEST = 2


@dataclass(slots=True)
class Visible:
    """`text` has the code too; `code` are the spans of it. `targets` are what links point at, with their titles."""

    text: str
    code: list[tuple[int, int]] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)


def visible(markdown: str) -> Visible:
    """Read Markdown. Lines stay lines; a blank one separates what are two blocks."""
    pieces = _Pieces()
    lines = deque(clean_text(markdown).expandtabs(_TAB).split("\n"))
    prose: list[str] = []
    while lines:
        if fence := take_fence(lines):
            pieces.add_prose(prose)
            prose = []
            pieces.add_code([fence.info, *fence.code.split("\n")])
        else:
            prose.append(_set_apart(lines.popleft()))
    pieces.add_prose(prose)
    return pieces.as_visible()


def _set_apart(line: str) -> str:
    """The line without the mark of its block, below a blank line when it had one; cells one below the other."""
    if quote := _QUOTE.match(line):
        line = line[quote.end() :]
    if line.lstrip().startswith("|"):
        return "\n" + line.replace("|", "\n\n")
    mark = _BLOCK.match(line)
    if mark is None:
        return line
    return "\n" + line[mark.end() :] + ("\n" if mark["heading"] else "")


def _spelled_out(text: str) -> str:
    """`&#65;` is a letter to the page, and `&shy;` nothing."""
    return _ENTITY.sub(lambda entity: clean_text(unescape(entity[0])), text) if "&" in text else text


class _Pieces:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.code: list[tuple[int, int]] = []
        self.targets: list[str] = []
        self.kept: list[tuple[str, bool]] = []

    def add(self, text: str, *, is_code: bool = False) -> None:
        text = without_invisible(text)
        if is_code and text:
            self.code.append((self.length, self.length + len(text)))
        self.pieces.append(text)
        self.length += len(text)

    def add_code(self, lines: list[str]) -> None:
        for line in lines:
            self.add(line, is_code=True)
            self.add("\n")

    def add_prose(self, lines: list[str]) -> None:
        for block in _BLANK.split("\n".join(lines)) if lines else ():
            self.add_block(block)
        self.add("\n")

    def add_block(self, text: str) -> None:
        """A paragraph or the like, over whose end no mark reaches. What is settled is kept out of the next steps."""
        self.kept = []
        text = "".join(self._without_code(text)) if "`" in text or "\\" in text else text
        text = self._without_links(text, _DEEPEST) if "](" in text else text
        text = _ADDRESS.sub(self._keep_address, text) if "://" in text else text
        end = 0
        text = _spelled_out(_EMPHASIS.sub(r"\g<long>", text))
        for match in _KEPT.finditer(text):
            self.add(text[end : match.start()])
            kept, is_code = self.kept[int(match[1])]
            self.add(self._restored(kept), is_code=is_code)
            end = match.end()
        self.add(text[end:])

    def _keep(self, text: str, *, is_code: bool = False) -> str:
        self.kept.append((text, is_code))
        return f"\x02{len(self.kept) - 1}\x03"

    def _restored(self, text: str) -> str:
        return _KEPT.sub(lambda match: self.kept[int(match[1])][0], text) if "\x02" in text else text

    def _without_code(self, text: str) -> Iterator[str]:
        closing = _Ticks(text)
        position = 0
        while opening := _OPENS.search(text, position):
            yield text[position : opening.start()]
            position = opening.end()
            if opening["escaped"]:
                yield self._keep(opening["escaped"])
            elif span := closing.span(opening.start(), opening.end()):
                start, end, position = span
                # Code that goes on in the next line is rare, and what only looks so must not hide its words.
                yield self._keep(text[start:end].strip(), is_code="\n" not in text[start:end])
            else:
                yield opening[0]
        yield text[position:]

    def _without_links(self, text: str, depth: int) -> str:
        def label(match: re.Match[str]) -> str:
            self.targets.append(without_invisible(_spelled_out(self._restored(match["target"]).strip())))
            inside: str = match["label"]
            return self._without_links(inside, depth - 1) if depth else inside

        return _LINK.sub(label, text)

    def _keep_address(self, match: re.Match[str]) -> str:
        written = self._restored(match[0])
        spelled = _spelled_out(written)
        if spelled != written:
            self.targets.append(without_invisible(written))  # at the end of a sentence its `;` is none of it
        return self._keep(spelled)

    def as_visible(self) -> Visible:
        return Visible("".join(self.pieces), self.code, self.targets)


class _Ticks:
    """Where code ends that backticks begin: at a run of as many, else at one of fewer with the rest as code."""

    def __init__(self, text: str) -> None:
        self.runs: dict[int, list[int]] = {}
        for run in _TICKS.finditer(text):
            self.runs.setdefault(len(run[0]), []).append(run.start())
        self.lengths = sorted(self.runs, reverse=True)

    def span(self, start: int, end: int) -> tuple[int, int, int] | None:
        """The code of the run that lies there, and where it goes on behind."""
        for length in self.lengths:
            starts = self.runs[length]
            after = bisect_right(starts, end - 1)
            if length <= end - start and after < len(starts):
                return start + length, starts[after], starts[after] + length
        return None
