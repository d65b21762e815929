"""Fenced code, for whoever reads Markdown: the page and the check must never disagree on where it ends."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

_OPENS = re.compile(r"([ >]*+)((?:[-*+]|\d{1,9}[.)]) ++)?+(`{3,}+|~{3,}+) *+([^`]*+)")


@dataclass(frozen=True, slots=True)
class Fence:
    """Its lines, with what stands before the first: `prefix` are blanks and quotes, `marker` that of a list item.

    `info` is a language, or the first line of what somebody pasted behind the mark.
    """

    prefix: str
    marker: str
    info: str
    code: str


def take_fence(lines: deque[str]) -> Fence | None:
    """Take the fence that the lines begin with, the unclosed one to the end; None where none begins."""
    opening = _OPENS.fullmatch(lines[0])
    if not opening:
        return None
    lines.popleft()
    prefix, marker, mark, info = opening.groups(default="")
    return Fence(prefix, marker, info.strip(), _take_code(lines, prefix + " " * len(marker), mark))


def _take_code(lines: deque[str], prefix: str, mark: str) -> str:
    end = re.compile(rf" *{mark[0]}{{{len(mark)},}} *")
    code: list[str] = []
    while lines and (inside := _without_prefix(lines[0], prefix)) is not None:
        lines.popleft()
        if end.fullmatch(inside):
            break
        code.append(inside)
    return "\n".join(code).rstrip() + "\n"


def _without_prefix(line: str, prefix: str) -> str | None:
    """Give what is inside the list item or the quote, or None below its end."""
    if line.startswith(prefix):
        return line[len(prefix) :]
    if ">" not in prefix:
        return line.lstrip(" ")
    return "" if line.rstrip() == prefix.rstrip() else None
