"""Pages that ask the database: with a long history, and with a short one; and none may read a big table whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench import servers
from bench.effort import Effort
from bench.people import ENGINEER, PASSWORD, Person
from bench.results import Result, compared, measured
from bench.sites import Site

_WARM_UP = 3


def measure(small: Site, big: Site, effort: Effort) -> Iterator[Result]:
    pages = [_pages(site) for site in (small, big)]
    with servers.web(small) as (port, _), servers.web(big) as (other, _):
        people = [Person(port), Person(other)]
        for person in people:
            person.log_in(ENGINEER, PASSWORD)
        for name in pages[0]:
            took: tuple[list[float], list[float]] = ([], [])
            for _ in range(effort.times + _WARM_UP):
                for place, person in enumerate(people):
                    took[place].append(person.open(pages[place][name]).seconds * 1_000)
            few, many = (each[_WARM_UP:] for each in took)
            note = f"{effort.long:,} incidents, {effort.long * 10:,} rows of timeline ÷ {effort.usual:,} incidents"
            yield compared(name, many, few, unit="ms", target="≤ 2", note=note)
    found = big.inside("explain", paths=list(pages[1].values()), email=ENGINEER)
    for path, table, sql in found["scans"]:
        sys.stderr.write(f"\n{path} reads the whole of {table}:\n    {sql}\n")
    yield measured(
        "sequential scans of big tables by these pages",
        len(found["scans"]),
        unit="",
        target="≤ 0",
        note=f"EXPLAIN of {found['questions']} questions",
    )


def _pages(site: Site) -> dict[str, str]:
    newest = site.inside("newest")
    return {
        "internal incident list": "/workspace/",
        "internal incident list, page 10": f"/workspace/?after={newest['number'] - 450}",
        "internal search, a rare word": f"/workspace/?q={newest['rare_word']}",
        "internal search, a common word": "/workspace/?q=certificate",
        "internal search, several words": "/workspace/?q=e-mail+lost+route",
        "edit page": f"/workspace/{newest['number']}/",
        "search, a rare word": f"/search/?q={newest['rare_word']}",
        "search, a common word": "/search/?q=certificate",
        "search, several words": "/search/?q=e-mail+lost+route",
    }
