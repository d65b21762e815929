"""Input that was made to be slow: every reading stays within a few seconds on a slow machine."""

import contextlib
import time
from collections.abc import Callable

import pytest

from incidents.parsing import MAX_BYTES, ReadingError, parse_timeline, read_report
from incidents.parsing.source import MAX_LINES

SECONDS = 4.0
"""For one reading. The slowest takes 1.5 s on an idle machine; the room is for one that runs much else."""

UNITS = [
    "[", "|", "<", "<p>", "*", "_a", "> ", "#", "`", "~~~\n```\n", "```a\n", "<!--", "<!--\n", "](", "[a](", "[a][b]", "![a](b)",
    "<img src='a'>\n", "<tr><td>", "<tr>\n<td>\n", "|a|b|\n", "|10:00|x|\n", "10:00 a\n", "10:00 ", "- 10:00 x\n", "    - a\n", "a [1:26 PM]\n",
    "10:00: a. ", "2021-01-02 ", "2021-01-02\n", "03/04/2021\n", "may 1 ", "1", "# a\n", "### 10:00\n", "## Timeline\n",
    "## Summary\n## Actions\n- a\n", "**Impact**: x\n", "**2021-01-02 UPDATE**:\n", "All times in \n", "time ", "a\n===\n", "---\n", "a: b\n",
    "lasted 3 h ", "from ", "&emsp;", ":a:", "\U0001f600 a\n", "\u65f6\u95f4\u7ebf", "\\", " ", "\n", "\r", "By Ana\n", "SEV", "Tasks:\ndo this now\n",
    "- **Tasks:**\n  - a\n", "[a]: b\n", "=", "12:00pm EAT: x. ",
    "Day 2\n", "T0 = 10:00\nT+5m a\n", "1772859731 a\n", "time,event\n10:00,a\n", "\u2502a\u2502\n", "+---+\n", "Ana: 10:00 x\n", "10:00 a, 10:05 b, ",
    "Ana Ruiz\n10:00\nx\n", "0502 a\n", "<td>a\n", "\u30fba\n", "between 10:00 and ", "26-03-07 10:00 a\n", "Berlin time ", "= a =\n",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_repeated(unit: str) -> None:
    by_size = unit * (MAX_BYTES // len(unit.encode()))
    by_lines = unit * ((MAX_LINES - 2) // unit.count("\n")) if "\n" in unit else by_size[: MAX_BYTES // 2]
    readings: list[tuple[Callable[[str], object], str]] = [
        (read_report, by_size),
        (read_report, f"## Timeline\n{by_lines}"),
        (read_report, f"## Action items\n{by_lines}"),
        (parse_timeline, by_lines),
    ]
    for read, text in readings:
        before = time.process_time()
        with contextlib.suppress(ReadingError):
            read(text)
        assert time.process_time() - before < SECONDS


def test_deep_nesting() -> None:
    text = "## Timeline\n" + "\n".join(f"{'  ' * depth}- 10:00 level {depth}" for depth in range(500))
    assert parse_timeline(text).entries
    assert read_report(text + "\n- 10:05 b").timeline
