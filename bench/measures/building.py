"""Writing the whole public site anew: pages a second, and memory that does not grow with the history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bench.results import Result, compared, measured
from bench.sites import Site

_FLAT = "≤ 1.1"


def measure(sites: Mapping[int, Site]) -> Iterator[Result]:
    """`sites` by their number of incidents, the smallest first. Their pages are written afterwards."""
    found = {count: site.inside("build") for count, site in sites.items()}
    first, *_, last = found
    for count, took in found.items():
        yield measured(
            f"rebuild of all pages, {count:,} incidents",
            took["pages"] / took["seconds"],
            unit="pages/s",
            note=f"{took['pages']:,} pages in {took['seconds']:.0f} s, one process; each also as brotli and gzip",
        )
    seconds = found[last]["seconds"] - found[first]["seconds"]
    estimate = found[last]["seconds"] + (100_000 - last) * seconds / (last - first)
    note = "measured" if last == 100_000 else "estimated from the others"
    yield measured("rebuild with 100,000 incidents", estimate / 60, unit="min", note=note)
    memory = [[found[count]["memory"]] for count in (last, first)]
    note = f"{last:,} incidents ÷ {first:,}, one process"
    yield compared("peak memory of a rebuild", *memory, unit="MB", target=_FLAT, note=note)
