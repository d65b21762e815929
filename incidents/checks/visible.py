"""The words that readers see of Markdown, with what is code in them, and where links lead.

A light reading for the check, one pass and linear: the page itself is made by `rendering`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FENCE = re.compile(r"[ >]{0,20}(`{3,}|~{3,})[^`]*$")
_QUOTE = re.compile(r"[ \t]{0,3}(?:> ?)+")
# Marks of a block; below it another sentence begins, full stop or not.
_BLOCK = re.compile(r"[ \t]*(?:#{1,6}[ \t]|(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t])?)")
_LABEL = r"(?:[^\[\]\n]|\[[^\[\]\n]*\](?:\([^()\s]*\))?)*+"
_TARGET = r"""\(\s*+(?:<[^<>\n]*>|(?:[^\s()<>]|\([^\s()]*\))*+)(?:\s++(?:"[^"\n]*"|'[^'\n]*'))?\s*+\)"""
# Each branch begins with a letter of its own, so that the search jumps from one such letter to the next.
_INLINE = re.compile(
    r"`(?:`(?:[^`\n]|`(?!`))++``|[^`\n]++`)"
    r"|https?://[^\s<>\"`]++"
    rf"|!\[(?P<alt>{_LABEL})\](?P<source>{_TARGET})"
    rf"|\[(?P<label>{_LABEL})\](?P<target>{_TARGET})"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|\*++|~~"
    r"|_(?<!\w_)_*+(?=\S)|_(?<=\S_)_*+(?!\w)"
)
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
    fence = ""
    prose: list[str] = []
    for line in markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if fence:
            if line.strip(" >").startswith(fence) and not line.strip(" >" + fence[0]):
                fence = ""
                pieces.add("\n")
            else:
                pieces.add(line, is_code=True)
                pieces.add("\n")
        elif mark := _FENCE.match(line):
            pieces.add_prose(prose)
            prose = []
            fence = mark[1]
        else:
            prose.append(_set_apart(line))
    pieces.add_prose(prose)
    return pieces.as_visible()


def _set_apart(line: str) -> str:
    """The line without the mark of its block, below a blank line when it had one; cells one below the other."""
    if quote := _QUOTE.match(line):
        line = line[quote.end() :]
    if line.lstrip().startswith("|"):
        return "\n" + line.replace("|", "\n\n")
    mark = _BLOCK.match(line)
    return "\n" + line[mark.end() :] if mark else line


class _Pieces:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.code: list[tuple[int, int]] = []
        self.targets: list[str] = []

    def add(self, text: str, *, is_code: bool = False) -> None:
        if is_code:
            self.code.append((self.length, self.length + len(text)))
        self.pieces.append(text)
        self.length += len(text)

    def add_prose(self, lines: list[str]) -> None:
        if lines:
            self.add_inline("\n".join(lines) + "\n", _DEEPEST)

    def add_inline(self, text: str, depth: int) -> None:
        end = 0
        for match in _INLINE.finditer(text):
            self.add(text[end : match.start()])
            end = match.end()
            first = match[0][0]
            if first == "`":
                self.add(match[0].strip("`"), is_code=True)
            elif first == "h":
                self.add(match[0])
            elif first in "![":
                self.targets.append((match["target"] or match["source"])[1:-1].strip())
                self.add_label(match["label"] if first == "[" else match["alt"], depth)
            elif match["escaped"]:
                self.add(match["escaped"])
        self.add(text[end:])

    def add_label(self, label: str, depth: int) -> None:
        if depth:
            self.add_inline(label, depth - 1)
        else:
            self.add(label)

    def as_visible(self) -> Visible:
        return Visible("".join(self.pieces), self.code, self.targets)
