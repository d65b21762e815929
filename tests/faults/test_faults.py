"""Publishing, correcting, withdrawing and posting an update are killed at any step; readers never notice."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.config.processes import BASE_DIR, clean_environment

RUNS = 100
SEEDS = (1, 2, 3)  # three processes can share them; `make faults` takes thousands


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_killed_readers_see_one_version_and_soon_the_new_one(seed: int) -> None:
    command = [sys.executable, "-m", "tests.faults.runner", "--runs", str(RUNS), "--seed", str(seed)]
    ran = subprocess.run(
        command, cwd=BASE_DIR, env=clean_environment(), capture_output=True, text=True, check=False, timeout=3000
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[-1].startswith(f"{RUNS} runs, no violation")
    outcomes = re.findall(r"^ +\d+ (\w+): (\w+) of (\w+), ([\w ]+), ([\w ]+)$", ran.stdout, re.MULTILINE)
    for position, seen in enumerate(
        [
            {"publish", "correct", "withdraw", "post"},
            {"kill", "ENOSPC", "EROFS", "postgres"},
            {"web", "worker"},
            {"died", "said so", "survived"},
            {"committed", "not committed"},
        ]
    ):
        assert {outcome[position] for outcome in outcomes} == seen
