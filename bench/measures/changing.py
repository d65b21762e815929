"""How long a person waits until what they publish or post is public: with a long history, and with a short one."""

from __future__ import annotations

from collections.abc import Iterator

from bench import servers
from bench.effort import Effort
from bench.people import PASSWORD, PUBLISHER, Person
from bench.results import Result, compared
from bench.sites import Site

_WARM_UP = 2
_TARGET = "≤ 1.3"


def measure(small: Site, big: Site, effort: Effort) -> Iterator[Result]:
    """Both folders are filled; the server answers when the files are flipped."""
    times = effort.times + _WARM_UP
    reports = [site.inside("approved_reports", count=times) for site in (small, big)]
    events = [site.inside("open_event") for site in (small, big)]
    with servers.web(small) as (port, _), servers.web(big) as (other, _):
        people = [Person(port), Person(other)]
        for person in people:
            person.log_in(PUBLISHER, PASSWORD)
        published: tuple[list[float], list[float]] = ([], [])
        posted: tuple[list[float], list[float]] = ([], [])
        for turn in range(times):
            for place, person in enumerate(people):
                published[place].append(publish(person, reports[place][turn]))
                posted[place].append(post(person, events[place], f"Update number {turn}."))
    note = f"{effort.long:,} incidents ÷ {effort.short}; from the beginning of the request to the answer, files flipped"
    for name, (few, many) in (("publish one report", published), ("post an update", posted)):
        yield compared(name, _ms(many), _ms(few), unit="ms", target=_TARGET, note=note)


def publish(person: Person, number: int) -> float:
    """Press the button; returns the seconds that it took."""
    path = f"/workspace/{number}/publish/"
    return person.send(person.open(path), path, {}, within=f'action="{path}"').seconds


def post(person: Person, event: str, text: str) -> float:
    """Post an update that changes no component; returns the seconds that it took."""
    path = f"/workspace/status/{event}/"
    fields = {"status": "identified", "text": text, "next_update": "30"}
    return person.send(person.open(path), path, fields, within='id="post"').seconds


def _ms(seconds: list[float]) -> list[float]:
    return [each * 1_000 for each in seconds[_WARM_UP:]]
