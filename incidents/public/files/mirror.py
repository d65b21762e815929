"""The same pages in a bucket, for the hours in which this server can't be reached.

A key is an address, with `index.html` where it ends in a slash. A bucket knows neither encodings nor states: it gets
the plain bytes, and at a withdrawn address the page that says so, with the state that a front should give it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from incidents.public.caching import CACHE_CONTROL
from incidents.public.files import layout
from incidents.public.files.bookmarks import note
from incidents.public.files.following import Follower, Refused
from incidents.public.files.tree import Tree, files_below

if TYPE_CHECKING:
    from incidents.public.files.bucket import Bucket

MARK = "mirror-of.txt"  # says whose bucket it is, and with which headers its objects were stored
_AT_ONCE = 8
_STATIC = "static/"
_TYPES = layout.TYPES | {"js": "text/javascript; charset=utf-8", "woff2": "font/woff2"}
_FOR_EVER = "max-age=315360000, public, immutable"
_STATES = {layout.NOT_FOUND: "404"}
# In this order nobody goes on reading what was withdrawn, and nothing links to what is not there.
_WITHDRAWN, _ASSET, _OF_EVENT, _OF_MANY, _GONE = range(5)


class Source(NamedTuple):
    """What belongs into an object now: when it takes its turn, and as which file it counts."""

    turn: int
    path: Path
    file: str


class Mirror(Follower):
    def __init__(self, tree: Tree, bucket: dict[str, Any], site: str) -> None:
        super().__init__("mirror", f"{bucket['endpoint']} {bucket['bucket']} {site}", tree)
        self._settings, self._site = bucket, site
        headers = repr((_TYPES, CACHE_CONTROL, _FOR_EVER, _STATES))
        self._mark = f"{site} {hashlib.sha256(headers.encode()).hexdigest()[:8]}\n".encode()
        self._mark_is_due = False

    @cached_property
    def _bucket(self) -> Bucket:
        from incidents.public.files.bucket import Bucket  # noqa: PLC0415 -- its library is there on demand

        return Bucket(self._settings)

    def changes(self, old: str, new: str) -> set[str]:
        """After a complete build the bucket itself is compared: that brings new assets, and mends it once a day."""
        if note(self._tree.home / old, "built") != note(self._tree.home / new, "built"):
            return self.everything()
        return super().changes(old, new)

    def everything(self) -> set[str]:
        """What differs by its ETag, which is an MD5 sum unless a key of the customer encrypts the bucket."""
        there = self._bucket.etags()
        self._mark_is_due = not self._has_our_mark(there)
        here = set(self._keys())
        waiting = (here ^ there.keys()) - {MARK}
        return waiting | {key for key in here & there.keys() if self._mark_is_due or self._etag(key) != there[key]}

    def bring(self, waiting: set[str], is_over: Callable[[], bool]) -> None:
        turns: dict[tuple[int, int], list[str]] = {}
        for key in waiting:
            turns.setdefault(self._turn(key), []).append(key)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for turn in sorted(turns):
                for start in range(0, len(turns[turn]), _AT_ONCE):
                    if is_over():
                        return
                    some = turns[turn][start : start + _AT_ONCE]
                    list(pool.map(self._bring, some))
                    waiting.difference_update(some)
        if self._mark_is_due:
            self._bucket.put(MARK, self._mark, {"Content-Type": _TYPES["txt"]})
            self._mark_is_due = False

    def _has_our_mark(self, there: dict[str, str]) -> bool:
        """Whether all is stored with today’s headers. Nothing is deleted in a bucket that is not this site’s."""
        if MARK in there:
            mark = self._bucket.get(MARK)
            if (site := mark.decode(errors="replace").partition(" ")[0]) != self._site:
                raise Refused(f"the bucket mirrors {site}")
            return mark == self._mark
        if there:
            raise Refused("the bucket holds something else; a mirror needs one of its own, empty at first")
        self._bucket.put(MARK, self._mark, {"Content-Type": _TYPES["txt"]})
        return True

    def _turn(self, key: str) -> tuple[int, int]:
        """What lies higher links to what lies deeper: there it comes later, and goes sooner."""
        source = self._find(key)
        turn, depth = source.turn if source else _GONE, key.count("/")
        return turn, depth if turn in {_WITHDRAWN, _GONE} else -depth

    def _bring(self, key: str) -> None:
        source = self._find(key)
        if source is None:
            self._bucket.delete(key)
            return
        media_type = layout.type_of(source.file) or _TYPES.get(key.rpartition(".")[2], "application/octet-stream")
        attributes = {"Content-Type": media_type}
        attributes["Cache-Control"] = _FOR_EVER if source.turn == _ASSET else CACHE_CONTROL
        if state := "410" if source.turn == _WITHDRAWN else _STATES.get(key):
            attributes["status"] = state  # any other name is metadata: it goes out as x-amz-meta-status
        self._bucket.put(key, source.path.read_bytes(), attributes)

    def _etag(self, key: str) -> str:
        source = self._find(key)
        return hashlib.md5(source.path.read_bytes(), usedforsecurity=False).hexdigest() if source else ""

    # ── The folder ──────────────────────────────────────────────────────────
    def _keys(self) -> Iterator[str]:
        yield from map(layout.key_of, files_below(self._tree.home / "current", ""))
        yield from (file for file in files_below(self._tree.home, "static") if not file.endswith((".br", ".gz")))

    def _find(self, key: str) -> Source | None:
        """None also for what somebody else put there, wherever its key would lead."""
        if "/." in f"/{key}":
            return None
        root, file = self._tree.home / (self._tree.current or ""), layout.file_of_key(key)
        if key.startswith(_STATIC):
            found = [Source(_ASSET, self._tree.home / key, key)]
        else:
            turn = _OF_EVENT if key.startswith("incidents/") else _OF_MANY
            gone = layout.GONE + file
            found = [Source(turn, root / file, file), Source(_WITHDRAWN, root / gone, gone)]
        return next((each for each in found if layout.key_of(each.file) == key and each.path.is_file()), None)
