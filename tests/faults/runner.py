"""Kills writers and databases at random steps, and looks at what readers had meanwhile and have afterwards.

`python -m tests.faults.runner --runs 300 --seed 1` has a Postgres and a folder of its own. Each run is a fork of the
prepared process. The last line says how many there were; at the first violation it ends with what was seen.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from config.postgres import temporary_database_url
from tests.faults.steps import Fault

if TYPE_CHECKING:
    from tests.faults.world import World

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 -- mkdtemp makes the folder
START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
# Who is hit, and how. The disk refuses until the process ends; a killed database is started again by its keeper.
FAULTS = {
    ("web", "kill"): 30,
    ("web", "ENOSPC"): 8,
    ("web", "EROFS"): 8,
    ("web", "postgres"): 3,
    ("worker", "kill"): 20,
    ("worker", "ENOSPC"): 4,
    ("worker", "postgres"): 2,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    _say(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="afterword-faults-", dir=_roomy()) as home, temporary_database_url() as url:
        os.environ |= {"DATABASE_URL": url, "VAR_DIR": home, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        _run(asked.runs, random.Random(asked.seed), url)  # noqa: S311 -- no secret


def _run(runs: int, chance: random.Random, url: str) -> None:
    import django  # noqa: PLC0415 -- the settings must be in the environment first
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    logging.disable()  # what went wrong was meant to
    call_command("migrate", verbosity=0)
    from tests.faults.world import World  # noqa: PLC0415 -- it has models

    world = World(Path(url.split("host=")[1]).parent, START)
    seen: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(1, runs + 1):
        ((who, what),) = chance.choices([*FAULTS], weights=[*FAULTS.values()])
        at = START + timedelta(minutes=number)
        try:
            fault = Fault(who, what, chance.random())
            outcome = _one(world, chance, fault, at=at, thorough=number % 10 == 0)
        except AssertionError as violation:
            sys.exit(f"Run {number}: {violation}")
        seen[outcome] += 1
    for outcome, count in sorted(seen.items()):
        _say(f"{count:6} {outcome}")
    _say(f"{runs} runs, no violation, {time.monotonic() - began:.0f} s")


def _one(world: World, chance: random.Random, fault: Fault, *, at: datetime, thorough: bool) -> str:
    name = world.prepare(chance, at=at)
    before = world.files()
    reached = world.strike(name, fault, at=at)
    left = world.files()
    committed = world.recover(at=at)
    world.check(before, left, thorough=thorough)
    return f"{name}: {fault.what} of {fault.who}, {reached}, {'committed' if committed else 'not committed'}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _roomy() -> Path | None:
    return SHARED_MEMORY if SHARED_MEMORY.is_dir() else None


if __name__ == "__main__":
    main()
