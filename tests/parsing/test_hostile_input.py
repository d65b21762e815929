"""Input that was made to be slow: what takes four times as long a text takes about four times as long.

No clock decides, so that a slow machine, or one that traces every line, changes nothing. A reading whose cost grew with
the square of its length would take sixteen times as long.
"""

import contextlib
import time
from collections.abc import Callable

import pytest

from incidents.parsing import MAX_BYTES, ReadingError, parse_timeline, read_report
from incidents.parsing.source import MAX_LINES

GROWTH = 6.0
"""How many times as long four times the text may take; 4 would be exactly linear."""
PART = 10
"""Each unit is tried on this part of the longest text; one mixture of all on the longest."""
NOISE = 0.04
"""Seconds that are forgiven. A square that stays below them here costs less than 4 s in the longest text."""

Read = Callable[[str], object]

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
    by_size = MAX_BYTES // PART // len(unit.encode())
    by_lines = (MAX_LINES - 2) // PART // unit.count("\n") if "\n" in unit else by_size // 2
    grows_with_its_length(read_report, unit, by_lines if "\n" in unit else by_size)
    grows_with_its_length(lambda text: read_report(f"## Timeline\n{text}"), unit, by_lines)
    grows_with_its_length(lambda text: read_report(f"## Action items\n{text}"), unit, by_lines)
    grows_with_its_length(parse_timeline, unit, by_lines)


@pytest.mark.parametrize("read", [read_report, parse_timeline])
def test_everything_at_once_up_to_the_limit(read: Read) -> None:
    swallowing = ("~~~", "```", "<!--", "\r", "<p>", "<t")
    unit = "".join(unit for unit in UNITS if "\n" in unit and not unit.startswith(swallowing))
    times = min((MAX_LINES - 2) // unit.count("\n"), MAX_BYTES // len(unit.encode()))
    grows_with_its_length(read, unit, times)


def grows_with_its_length(read: Read, unit: str, times: int) -> None:
    """Fail when reading `times` units takes much more than four times as long as reading a fourth of them.

    A first measurement that looks bad is taken twice more: somebody else may have used the machine.
    """
    whole = short = float("inf")
    for _ in range(3):
        whole = min(whole, seconds(read, unit * times))
        if whole <= NOISE:
            return
        short = min(short, seconds(read, unit * (times // 4)))
        if whole <= GROWTH * short + NOISE:
            return
    pytest.fail(f"{whole:.2f} s for four times what takes {short:.2f} s")


def seconds(read: Read, text: str) -> float:
    before = time.process_time()
    with contextlib.suppress(ReadingError):
        read(text)
    return time.process_time() - before


@pytest.mark.parametrize(("power", "fails"), [(1, False), (2, True)])
def test_the_measure_itself_tells_the_square_from_the_line(power: int, fails: bool) -> None:
    def read(text: str) -> None:
        for _ in range(int((len(text) / 4_000) ** power * 500_000)):
            pass

    with pytest.raises(pytest.fail.Exception) if fails else contextlib.nullcontext():
        grows_with_its_length(read, "x", 16_000)


def test_deep_nesting() -> None:
    text = "## Timeline\n" + "\n".join(f"{'  ' * depth}- 10:00 level {depth}" for depth in range(500))
    assert parse_timeline(text).entries
    assert read_report(text + "\n- 10:05 b").timeline
