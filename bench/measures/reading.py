"""How many readers a published report can have: the program's server, and nginx as shipped, beside plain nginx."""

from __future__ import annotations

from collections.abc import Iterator

from bench import servers
from bench.effort import Effort
from bench.load import Asked, rates
from bench.people import fetch
from bench.results import Result, compared
from bench.sites import Site

_KINDS = {
    # what is asked for, and how fast it must be answered: by the program's server alone, and behind the front
    "plain": ("≥ 0.5", "≥ 0.95"),
    "gzip": ("≥ 0.9", "≥ 0.95"),
    "304": ("≥ 0.5", "≥ 0.5"),
}
_NAMES = {"app": "app server", "front": "front"}


def measure(site: Site, effort: Effort) -> Iterator[Result]:
    report = site.inside("newest")
    file = site.public / report["file"]
    with (
        servers.plain_nginx(site.home, file) as plain,
        servers.web(site) as (web, _),
        servers.front(site, web_port=web) as front,
    ):
        places = {"nginx": (plain, "/page.html"), "app": (web, report["path"]), "front": (front, report["path"])}
        sizes = {"plain": file.stat().st_size, "gzip": file.with_suffix(f".gz{file.suffix}").stat().st_size, "304": 0}
        for kind, (alone, behind) in _KINDS.items():
            asked = {name: _asked(kind, *place) for name, place in places.items()}
            found = rates(asked, rounds=effort.rounds, seconds=effort.seconds)
            unit, note = "answers/s", f"{sizes[kind]:,} bytes; nginx with {servers.CORES} processes"
            for name, target in (("app", alone), ("front", behind)):
                what = f"public report, {kind}: {_NAMES[name]} ÷ nginx"
                yield compared(what, found[name], found["nginx"], unit=unit, target=target, note=note)


def _asked(kind: str, port: int, path: str) -> Asked:
    """Asked for once, so that every server is seen to give the answer that is meant."""
    headers = {
        "plain": {},
        "gzip": {"Accept-Encoding": "gzip"},
        "304": {"If-None-Match": fetch(port, path).headers["ETag"]},
    }[kind]
    answer = fetch(port, path, **headers)
    status, coding = (304, None) if kind == "304" else (200, headers.get("Accept-Encoding"))
    if (answer.status, answer.headers["Content-Encoding"]) != (status, coding):
        raise ValueError(f"{path} answers {answer.status} {answer.headers['Content-Encoding']} to {headers}")
    return Asked(f"http://{servers.HOST}:{port}{path}", tuple(f"{name}: {value}" for name, value in headers.items()))
