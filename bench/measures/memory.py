"""What stays in memory after a day of everybody's addresses."""

from __future__ import annotations

from collections.abc import Iterator

from bench import servers
from bench.load import ask_with_distinct_queries
from bench.people import ENGINEER, PASSWORD, Person
from bench.results import Result, measured
from bench.sites import Site

_TARGET = "≤ 300"
_QUERIES = 100_000
_PEOPLE = 8


def measure(site: Site) -> Iterator[Result]:
    paths = ["/", site.inside("newest")["path"], "/history/", "/history.atom", "/api/v2/summary.json", "/nothing-here"]
    with servers.web(site) as (port, web), servers.worker(site) as worker:
        _work(port, site.inside("newest")["number"])
        asked = ask_with_distinct_queries(f"http://{servers.HOST}:{port}", paths, count=_QUERIES)
        everything = [each for first in (web, worker) for each in (first, *first.children(recursive=True))]
        found = [each.memory_full_info() for each in everything]
    note = f"{len(found)} processes of web server and worker, after {asked:,} distinct ?x= addresses"
    for kind, counted in (("pss", "once"), ("rss", "for each process")):
        name, size = f"resident memory, shared parts counted {counted}", sum(getattr(each, kind) for each in found)
        yield measured(name, size / 1_000_000, unit="MB", target=_TARGET, note=f"{kind.upper()} of {note}")


def _work(port: int, number: int) -> None:
    """Let the server have answered people inside, too."""
    for _ in range(_PEOPLE):
        person = Person(port)
        person.log_in(ENGINEER, PASSWORD)
        for path in ("/workspace/", f"/workspace/{number}/", "/workspace/status/", "/search/?q=certificate"):
            person.open(path)
