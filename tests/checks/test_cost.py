"""The check is linear: hostile text costs a bounded multiple of honest text of the same length."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from incidents.checks import CheckContext, findings
from incidents.snapshot import SECTION_HEADINGS, Section, Snapshot
from tests.checks.reading import read_texts
from tests.public.samples import PUBLISHED_AT, SEED

LENGTH = 20_000
# The worst is at seven; what is quadratic at a hundred.
MOST_TIMES_HONEST = 25
NAMES = (
    *(f"{first}{last} Von{last}{first}" for first in "ABCDEFGHIJ" for last in "abcdefghij"),
    "Mark Hope",
    "May Day",
)

UNITS = [
    *("1", "1.", ".", "-", "a-", "a_", "_a", "1-", "a1", "a.", "a@", "@", "@a", "a@a.", "aaa@aaa@", "xn--", "AB-", "A-1 ", "#1", "#12 "),
    *("://", "http://", "http://a.", "x://a:b@", "sk-", "AKIA", "AKIAAAAAAAAAAAAAAAAA ", "eyJ", "eyJaaaaaaaaaaa.", "-----BEGIN ", "bearer "),
    *("password", "password=", "password=a1", "password: a1b2c3 ", "token is ", "[", "](", "[a](", "[[]]", "![a](b) ", "`", "``", "`a", "``a"),
    *("*", "_", "*a", "~~", "\\", "<", "<name", "[insert", "{{", "{{a", "…", "... ", "a: …\n", "?", "XX:", "XX:XX"),
    *("12:00", "12:00 ", "12:00 to ", "12:00 UTC ", "1 hour ", "1 hour and ", "an hour and a half ", "down for 2 hours, ", "2 to "),
    *("the outage lasted 3 hours. ", "should have ", "should have been ", "we should have been caught ", "forgot to ", "failed to ", "Mark "),
    *("Mark", "Mark Hope", "May 1 ", "1 May 2026 ", "Monday, 1 May 2026 ", "2026-01-02 ", "CST 12:00 ", "web-01 ", "web-01.int ", "10.0.0.1 "),
    *("10.0.0.1", "fe80::1 ", "::", ":", "a:", "00:1B:", "\n", "\n\n", " ", "\t", "\r", "|", "| a ", "# ", "- ", "> ", "```\n", "~~~\n"),
    *("a", "\u00e9", "’", "“", "it’s ", "A. ", "e.g. ", "! A", "(", "a,", "\u0130", "\u65e5", "times in ", "TODO ", "lorem ipsum "),
]  # fmt: skip


def cost(snapshot: Snapshot) -> float:
    """Seconds of this process; a pause of the machine is no cost of the text."""
    start = time.process_time()
    findings(snapshot, at=PUBLISHED_AT, context=CheckContext(names=NAMES))
    return time.process_time() - start


def honest(length: int = LENGTH) -> str:
    clean = [text for text in read_texts("infrastructure", "software", "everyday") if not text.wanted]
    return ("\n\n".join(section.markdown for text in clean for section in text.snapshot.sections) * 2)[:length]


def about(text: str) -> Snapshot:
    return replace(SEED, sections=(Section("summary", text),))


@pytest.fixture(scope="module")
def honest_cost() -> float:
    return min(cost(about(honest())) for _ in range(5))


@pytest.mark.parametrize("unit", UNITS)
def test_hostile_text_costs_a_bounded_multiple_of_honest_text(unit: str, honest_cost: float) -> None:
    text = (unit * LENGTH)[:LENGTH]
    times = []
    for _ in range(3):
        times.append(cost(about(text)) / honest_cost)
        if times[-1] < MOST_TIMES_HONEST:
            return
    pytest.fail(f"{min(times):.0f} times the cost of honest text")


def test_the_largest_report_costs_what_its_length_costs(honest_cost: float) -> None:
    """Eight chapters of 20,000 characters and 500 rows: as much as ten chapters and what a row costs by itself."""
    row = SEED.timeline[0]
    text = "Half of the servers in the second hall are back, and mail that waited is being delivered."
    rows = tuple(
        replace(row, key=f"row{number:03}", occurred_at=row.occurred_at + timedelta(seconds=20 * number), text=text)
        for number in range(500)
    )
    largest = replace(SEED, sections=tuple(Section(key, honest()) for key in SECTION_HEADINGS), timeline=rows)

    assert min(cost(largest) for _ in range(3)) / honest_cost < 16
