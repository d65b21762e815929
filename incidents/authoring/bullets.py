"""A list that somebody pasted as a list of things to do."""

from __future__ import annotations

import re
from itertools import takewhile
from textwrap import dedent

_MARKED = re.compile(r"(?P<mark>[-*+•‣◦–]|[0-9]{1,3}[.)])\s+(?:\[ \]\s+)?(?P<words>\S.*)")


def things_in(text: str) -> list[str]:
    """One text for each bullet at the edge, with what is indented below it; any other text is one thing.

    A number alone makes no list: “24. December is a holiday” stays as it is.
    """
    lines = [line.expandtabs(4).rstrip() for line in text.splitlines() if line.strip()]
    heads = [bool(_MARKED.match(line.lstrip())) for line in lines]
    marked = [_indent(line) for line, is_head in zip(lines, heads, strict=True) if is_head]
    edge = min(marked, default=0)
    starts = [at for at, line in enumerate(lines) if heads[at] and (_indent(line) == edge or at == 0)]
    is_below = all(at in starts or _indent(line) > edge for at, line in enumerate(lines))
    is_number = len(starts) == 1 and lines[0].lstrip()[:1].isdigit()
    if not starts or starts[0] != 0 or not is_below or is_number:
        return [text.strip()] if text.strip() else []
    return [_thing(lines[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _thing(lines: list[str]) -> str:
    head = _MARKED.match(lines[0].lstrip())
    words = head["words"] if head else lines[0]
    return "\n".join([words, *dedent("\n".join(lines[1:])).splitlines()])


def _indent(line: str) -> int:
    return sum(1 for _ in takewhile(str.isspace, line))
