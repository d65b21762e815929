"""`make bench`: make sites, measure one thing after the other, say what came out."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from bench import results
from bench.effort import Effort
from bench.measures import building, changing, first_view, mail, memory, promises, reading, visible, workspace
from bench.programs import PROGRAMS, Missing
from bench.results import Result
from bench.sites import Site, Sites, sites
from config.postgres import PostgresError

_RESULTS = Path(__file__).with_name("results.json")
Measure = Callable[[], Iterator[Result]]


class Bench:
    """The sites, each made when a measure first needs it, and what is measured on which."""

    def __init__(self, made: Sites, effort: Effort) -> None:
        self._effort = effort
        self._site = cache(made.with_history)

    def measures(self) -> dict[str, Measure]:
        """By name, in the order in which they are taken."""
        short, usual, long = (
            partial(self._written, count) for count in (self._effort.short, self._effort.usual, self._effort.long)
        )
        return {
            "rebuild": lambda: building.measure({count: self._site(count) for count in self._rebuilt()}),
            "reading": lambda: reading.measure(usual(), self._effort),
            "first-view": lambda: first_view.measure(usual()),
            "mail": lambda: mail.measure(self._site(self._effort.short), self._effort),
            "memory": lambda: memory.measure(usual()),
            "visible": lambda: visible.measure(usual(), self._effort),
            "workspace": lambda: workspace.measure(usual(), long(), self._effort),
            "promises": lambda: promises.measure(usual(), long(), self._effort),
            "changing": lambda: changing.measure(short(), long(), self._effort),
        }

    def _rebuilt(self) -> list[int]:
        effort = self._effort
        return [effort.usual, effort.longer, *([effort.long] if effort.whole else [])]

    def _written(self, count: int) -> Site:
        """A site whose folder is filled; that of the longest history by stand-ins, where it was not built."""
        site = self._site(count)
        if not (site.public / "current").exists():
            site.inside("stand_in" if count == self._effort.long else "build")
        return site


def main() -> None:
    effort, only = Effort.asked_for(), set(filter(None, os.environ.get("ONLY", "").split(",")))
    try:
        for program in PROGRAMS.values():
            program()
        found = [results.machine(), *_measured(effort, only)]
    except (Missing, PostgresError) as reason:
        sys.exit(f"make bench: {reason}")
    results.write(found, _RESULTS)
    sys.stdout.write(f"\n{results.table(found)}\n\nKept in bench/results.json; bench/README.md says how to read it.\n")
    sys.exit(any(result.holds is False for result in found))


def _measured(effort: Effort, only: set[str]) -> Iterator[Result]:
    with sites() as made:
        for name, measure in Bench(made, effort).measures().items():
            if only and name not in only:
                continue
            began = time.monotonic()
            sys.stderr.write(f"→ {name}\n")
            try:
                yield from measure()
            except Exception as reason:  # noqa: BLE001 -- the others can still be measured
                traceback.print_exc()
                yield Result(f"{name} could not be measured", 0, "", holds=False, note=str(reason).partition("\n")[0])
            sys.stderr.write(f"  {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main()
