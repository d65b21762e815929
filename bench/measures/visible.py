"""From posting an update to every reader's screen, while as many read as the server can take."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench import servers
from bench.effort import Effort
from bench.load import Asked, readers
from bench.measures.changing import post
from bench.people import PASSWORD, PUBLISHER, Person, Reader
from bench.results import Result, measured, percentile
from bench.sites import Site

_MOST_SECONDS = 10
_TARGETS = {50: "≤ 0.3", 99: "≤ 1"}


class NotVisible(Exception):
    """An update did not appear."""


def measure(site: Site, effort: Effort) -> Iterator[Result]:
    event, page = site.inside("open_event"), site.inside("newest")["path"]
    with servers.worker(site), servers.web(site) as (web, _), servers.front(site, web_port=web) as front:
        for name, port in (("app server", web), ("front", front)):
            with readers(Asked(f"http://{servers.HOST}:{port}{page}")):
                took = list(_times(port, event, name, effort))
            for percent, target in _TARGETS.items():
                yield measured(
                    f"update posted → visible everywhere, {name}, p{percent}",
                    percentile(took, percent),
                    unit="s",
                    target=target,
                    note=f"{len(took)} updates at {len(_addresses(event))} addresses, 32 readers without a pause",
                )


def _times(port: int, event: str, name: str, effort: Effort) -> Iterator[float]:
    person, reader = Person(port), Reader(port)
    person.log_in(PUBLISHER, PASSWORD)
    for number in range(effort.posts):
        text = f"Update {number} by the {name}."
        missing = _addresses(event)
        seconds = post(person, event, text)
        answered = time.perf_counter()
        while missing := [path for path in missing if text not in reader.open(path).text]:
            if time.perf_counter() - answered > _MOST_SECONDS:
                raise NotVisible(f"“{text}” is not at {', '.join(missing)}.")
        yield seconds + time.perf_counter() - answered


def _addresses(event: str) -> list[str]:
    """All that repeat the words of an update."""
    return [
        "/",
        f"/incidents/{event}/",
        f"/incidents/{event}.json",
        "/api/v2/summary.json",
        "/api/v2/incidents.json",
        "/api/v2/incidents/unresolved.json",
        "/history.json",
        "/history.atom",
        "/history.rss",
        "/updates.atom",
    ]
