"""Where the answer of an address lies in the folder, and with which headers it goes out.

`docker/nginx.conf` says the same in its own words; `tests/public/files/test_nginx.py` compares their answers.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

import brotli

NOT_FOUND = "404.html"  # what every unknown address answers; no address of its own
GONE = "gone/"  # below it, what withdrawn addresses answer

# What Django answers itself. Everything else is public, and comes from the folder.
DYNAMIC = ("accounts", "actions", "healthz", "media", "metrics", "search", "static", "workspace")

TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "jpg": "image/jpeg",
    "md": "text/markdown; charset=utf-8",
    "png": "image/png",
    "rss": "application/rss+xml; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webp": "image/webp",
    "xml": "application/xml; charset=utf-8",
}
IMAGES = ("jpg", "png", "webp")  # compressed already, and gone they answer with a line of text
_PLAIN = TYPES["txt"]

# Every compressible file has both, whether smaller or not: which one goes out depends on the request alone.
ENCODINGS = {"br": "br", "gz": "gzip"}
_ACCEPTED = r"(?i)(^|,) *{} *(;(?! *q=0(\.0*)? *(,|$))[^,]*)?(,|$)"
_ACCEPTS = {mark: re.compile(_ACCEPTED.format(coding)) for mark, coding in ENCODINGS.items()}

_SANDBOX = "default-src 'none'; sandbox"  # an image opened on its own is no document of this site
_FRAMED = re.compile(r"^/embed/$")  # made to stand in pages of other sites
# Where an answer of 200 differs from all others: by name of the header, a pattern of addresses and the value; a value
# of None says that the header is not sent.
OWN_HEADERS = (
    ("X-Robots-Tag", re.compile(r"^/incidents/[^/]+/versions/[0-9]+/$"), "noindex"),
    ("Content-Security-Policy", re.compile(rf"^/(incidents/[^/]+/images|logo)/[^/]+\.({'|'.join(IMAGES)})$"), _SANDBOX),
    ("Access-Control-Allow-Origin", re.compile(r"\.(atom|ics|json|rss|svg)$"), "*"),  # what programs read
    ("X-Frame-Options", _FRAMED, None),
)

_PAGE_OF_HISTORY = re.compile(r"(?:^|&)page=0*([1-9][0-9]{0,5})(?:&|$)")
_PAGE_FILE = re.compile(r"history/page-([0-9]+)\.json")

_DYNAMIC = re.compile(rf"^/({'|'.join(DYNAMIC)})(/|$)")
_UNFIT = re.compile(
    r"//|/\.|[\x00-\x1f\x7f]|/index\.html$|^/404\.html$|\.(br|gz)(\.[^./]*)?$|^/gone/|^/incidents/[^/](/|$)"
)
_SHARDED = re.compile(r"^/incidents/([^/])([^/])")
_DEALT_OUT = re.compile(r"^incidents/[^/]/[^/]/")
_MARK = re.compile(r"\.(br|gz)(?=\.[^./]*$)")
_MOST_BYTES = 1_000
# The best save some percent and take ten times as long, which readers of a correction wait for.
_QUALITY, _LEVEL = 5, 6


class Stored(NamedTuple):
    """A file of an answer: its path below the root, and its bytes."""

    path: str
    content: bytes


def is_dynamic(path: str) -> bool:
    return _DYNAMIC.match(path) is not None


def asked_for(path: str, query: str) -> str:
    """The address that is meant. One only has a query string, which clients of the Statuspage format know."""
    if path == "/history.json" and (page := _PAGE_OF_HISTORY.search(query)):
        return f"/history/page-{page[1]}.json"
    return path


def file_of(path: str) -> str | None:
    """The file of an address, below the root; None for an address that can't be one.

    The address as WSGI hands it over: each character is a byte. (A file name is made of bytes, too.)
    Incidents are dealt out to folders by their first two letters, so that no folder grows with history.
    """
    if not path.startswith("/") or len(path) > _MOST_BYTES or _UNFIT.search(path):
        return None
    file = file_of_key(path[1:]).encode("latin-1").decode("utf-8", "surrogateescape")
    return f"{file}index.html" if path.endswith("/") else file


def key_of(file: str) -> str:
    """`gone/incidents/a/b/abc/index.br.html` → `incidents/abc/index.html`: one name for all files of an address."""
    return _DEALT_OUT.sub("incidents/", unmarked(file.removeprefix(GONE)))


def file_of_key(key: str) -> str:
    """The other way; its tombstone has the same name below `GONE`."""
    return _SHARDED.sub(r"/incidents/\1/\2/\1\2", f"/{key}")[1:]


def addresses_of(key: str) -> list[str]:
    """The addresses that the files of a key answer."""
    page = _PAGE_FILE.fullmatch(key)
    also = [f"/history.json?page={page[1]}"] if page else []
    return [f"/{quote(key.removesuffix('index.html'))}", *also]


def type_of(file: str) -> str | None:
    """The media type, by the file's extension; None for one that nothing public has."""
    extension = _extension(file)
    if file.startswith(GONE) and extension in IMAGES:
        return _PLAIN
    return TYPES.get(extension)


def is_compressed(file: str) -> bool:
    return _extension(file) not in IMAGES


def coding_for(accept_encoding: str) -> str:
    """`br`, `gz` or nothing: the mark of the files that such a reader gets, where they are compressed."""
    if not accept_encoding:
        return ""
    return next((mark for mark, accepts in _ACCEPTS.items() if accepts.search(accept_encoding)), "")


def marked(file: str, mark: str) -> str:
    """`report.json` → `report.br.json`: the extension, and with it the type, stays."""
    if not mark:
        return file
    stem, _, extension = file.rpartition(".")
    return f"{stem}.{mark}.{extension}"


def names(file: str) -> list[str]:
    """The file and its compressed siblings."""
    return [file, *(marked(file, mark) for mark in ENCODINGS if is_compressed(file))]


def unmarked(file: str) -> str:
    """The file of which this is a compressed sibling, or itself."""
    return _MARK.sub("", file)


def stored(file: str, content: bytes) -> Iterator[Stored]:
    """The file and its compressed siblings; the same bytes every time."""
    yield Stored(file, content)
    if is_compressed(file):
        for mark, compressed in zip(ENCODINGS, _compressed(content), strict=True):
            yield Stored(marked(file, mark), compressed)


@lru_cache(maxsize=4)  # some answers have two addresses
def _compressed(content: bytes) -> tuple[bytes, bytes]:
    """In the order of `ENCODINGS`."""
    return brotli.compress(content, quality=_QUALITY), gzip.compress(content, compresslevel=_LEVEL, mtime=0)


def headers_of(path: str, standard: dict[str, str]) -> dict[str, str]:
    """The headers of an answer of 200, beside those that describe its body."""
    own = {name: value for name, pattern, value in OWN_HEADERS if pattern.search(path)}
    headers = {name: value for name, value in (standard | own).items() if value is not None}
    if _FRAMED.search(path):
        policy = "Content-Security-Policy"
        headers[policy] = headers[policy].replace("frame-ancestors 'none'", "frame-ancestors *")
    return headers


def _extension(file: str) -> str:
    return file.rpartition(".")[2]
