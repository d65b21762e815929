"""Asks the layer in front of Django, as a web server does, and finds out what there is to ask for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from config.public_files import in_front_of
from incidents.models import PublicEvent
from incidents.public import catalogue
from incidents.public.files import layout
from incidents.public.files.serving import PublicFiles
from incidents.public.reading import as_public_reader


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def layer(folder: Path) -> PublicFiles:
    """The layer over a folder; whatever is not public is answered with 599."""

    def django(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("599 Asked Django", [])
        return [b"Django"]

    made = in_front_of(django)
    assert made._tree.home == folder
    return made


def ask(files: PublicFiles, path: str, method: str = "GET", query: str = "", **headers: str) -> Got:
    """`headers` are spelled as in CGI: `ACCEPT_ENCODING`."""
    begun: list[Any] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.url_scheme": "http"}
    environ |= {f"HTTP_{name}": value for name, value in headers.items()}
    body = b"".join(files(environ, lambda *answer: begun.extend(answer)))
    status, sent = begun
    names = [name for name, _ in sent]
    assert len(names) == len(set(names)), f"{path} sends a header twice"
    return Got(int(status.split()[0]), {name.lower(): value for name, value in sent}, body)


def addresses() -> list[str]:
    """Every public address that the catalogue knows."""
    with as_public_reader():
        events = list(PublicEvent.objects.values_list("public_id", flat=True))
        found = [path for public_id in events for path in catalogue.of_event(public_id)]
        return list(dict.fromkeys([*found, *catalogue.of_lists(), *catalogue.of_day(), *catalogue.of_site()]))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that can be reached from a root, by its path, without our own notes."""
    return {path: (folder / "current" / path).read_bytes() for path in paths(folder)}


def paths(folder: Path) -> Iterator[str]:
    root = folder / "current"
    for directory, _, names in os.walk(root, followlinks=True):
        for name in names:
            if not name.startswith("."):
                yield str((Path(directory) / name).relative_to(root))


def address_of(path: str) -> str:
    """`incidents/a/b/abc/index.html` → `/incidents/abc/`, also of a compressed sibling or a tombstone."""
    path = layout.unmarked(path.removeprefix(layout.GONE))
    return "/" + re.sub(r"^incidents/././", "incidents/", path).removesuffix("index.html")
