"""Readers by the thousand: wrk, in rounds that take turns, so that a busy moment of the machine hits all alike."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bench.programs import find

_READERS = ("-t1", "-c32")
_REQUESTS = re.compile(r"(\d+) requests in ")
_RATE = re.compile(r"Requests/sec: +([\d.]+)")
_DISTINCT = Path(__file__).with_name("distinct.lua")


class Refused(Exception):
    """Some answers were none: what was measured is not what was meant."""


class Asked(NamedTuple):
    """An address, with the headers that it is asked with."""

    url: str
    headers: tuple[str, ...] = ()


def rate(asked: Asked, *, seconds: float) -> float:
    """Answers a second. Raises Refused."""
    return float(_match(_RATE, _wrk(asked, seconds)))


def rates(contestants: Mapping[str, Asked], *, rounds: int, seconds: float) -> dict[str, list[float]]:
    """The rate of each, round after round; a first short round warms up and does not count."""
    for asked in contestants.values():
        rate(asked, seconds=1)
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, asked in contestants.items():
            found[name].append(rate(asked, seconds=seconds))
    return found


def ask_with_distinct_queries(base: str, paths: list[str], *, count: int) -> int:
    """Ask at least `count` times, each time with another `?x=`, and also for what is not there; returns how often."""
    done = 0
    while done < count:
        said = _wrk(Asked(base), 3, "-s", str(_DISTINCT), "--", str(done), *paths, all_found=False)
        done += int(_match(_REQUESTS, said))
    return done


@contextlib.contextmanager
def readers(asked: Asked) -> Iterator[None]:
    """As many as the server can take, for as long as the block lasts."""
    process = subprocess.Popen(
        [find("wrk"), *_READERS, "-d", "3600", *_headers(asked), asked.url], stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _wrk(asked: Asked, seconds: float, *more: str, all_found: bool = True) -> str:
    """What it prints; it knows whole seconds only. Raises Refused."""
    command = [find("wrk"), *_READERS, "-d", f"{max(1, round(seconds))}", *_headers(asked)]
    script, arguments = (more[:2], more[2:]) if more else ((), ())
    done = subprocess.run([*command, *script, asked.url, *arguments], capture_output=True, text=True, check=True)
    said = done.stdout
    if (all_found and "Non-2xx or 3xx" in said) or "Socket errors" in said:
        raise Refused(f"Not every answer for {asked.url} was one:\n{said}")
    return said


def _headers(asked: Asked) -> list[str]:
    return [part for header in asked.headers for part in ("-H", header)]


def _match(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.search(said)
    if found is None:
        raise Refused(f"wrk says something else than expected:\n{said}")
    return found[1]
