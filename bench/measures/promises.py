"""The board of promises, its exports and the numbers, with a long history and with a short one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench import servers
from bench.effort import Effort
from bench.people import ENGINEER, PASSWORD, Person
from bench.results import Result, compared, measured
from bench.sites import Site

_WARM_UP = 3
_BOARD = {
    "board": "/actions/",
    "board, late ones of a team": "/actions/?late=on&team=3",
    "board, done, of a kind and severity": "/actions/?state=done&kind=detect&severity=2&sort=closed",
    "board, words and a component": "/actions/?state=any&q=failover+rack&component=4",
    "board, my own by age": "/actions/?owner=me&age=older",
    "board, kept in 90 days": "/actions/?kept=90",
    "metrics": "/metrics/",
    "metrics of a component": "/metrics/?component=4",
    "overview of promises": "/actions/overview/",
}
_TAKEN = {
    "promises as CSV, for a thousand rows": ("/actions/items.csv?state=any&sort=newest", "\r\n"),
    "promises as JSON, for a thousand rows": ("/actions/items.json?state=any&sort=newest", '"key": '),
}
_KEPT = ("metrics", "overview of promises")  # of those above, what is not made anew each time
_SCANNED = [path for name, path in _BOARD.items() if name.startswith("board")]


def measure(small: Site, big: Site, effort: Effort) -> Iterator[Result]:
    note = f"{effort.long:,} incidents, {3 * effort.long:,} items ÷ {effort.usual:,} incidents"
    with servers.web(small) as (port, _), servers.web(big) as (other, _):
        people = [Person(port), Person(other)]
        for person in people:
            person.log_in(ENGINEER, PASSWORD)
        for name in _KEPT:
            took = people[1].open(_BOARD[name]).seconds * 1_000
            yield measured(f"{name}, counted anew", took, unit="ms", note="what the first one waits; then it is kept")
        for name, path in _BOARD.items():
            few, many = _took(people, path, effort.times)
            yield compared(name, many, few, unit="ms", target="≤ 2", note=note)
        for name, (path, mark) in _TAKEN.items():
            few, many = _per_row(people, path, mark, effort.times // 3)
            yield compared(name, many, few, unit="ms", target="≤ 2", note=note)
    found = big.inside("explain", paths=_SCANNED, email=ENGINEER)
    for path, table, sql in found["scans"]:
        sys.stderr.write(f"\n{path} reads the whole of {table}:\n    {sql}\n")
    yield measured(
        "sequential scans of big tables by the board",
        len(found["scans"]),
        unit="",
        target="≤ 0",
        note=f"EXPLAIN of {found['questions']} questions",
    )


def _took(people: list[Person], path: str, times: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each, asked in turns."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(times + _WARM_UP):
        for place, person in enumerate(people):
            took[place].append(person.open(path).seconds * 1_000)
    few, many = (each[_WARM_UP:] for each in took)
    return few, many


def _per_row(people: list[Person], path: str, mark: str, times: int) -> tuple[list[float], list[float]]:
    """Milliseconds for a thousand rows: the longer history has more of them, up to what is taken along at once."""
    rows = [max(1, person.open(path).text.count(mark)) for person in people]
    few, many = _took(people, path, times)
    return [each * 1_000 / rows[0] for each in few], [each * 1_000 / rows[1] for each in many]
