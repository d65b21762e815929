"""Answers public addresses from the folder, in front of Django: no middleware, no database, the same as nginx does.

A finished answer is kept in memory for as long as `current` is the same link. That is looked up no more than once a
millisecond: a system call lets go of the interpreter's lock, and under load getting it back takes longer than the
answer. Whoever is told that something is public comes later than that, for what tells them is written to disk first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from email.utils import formatdate
from pathlib import Path
from threading import get_ident
from time import monotonic, sleep
from typing import Any, NamedTuple
from urllib.parse import quote

from incidents.public.files import layout
from incidents.public.files.tree import Tree

Headers = list[tuple[str, str]]
StartResponse = Callable[..., object]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_LOOKED_UP_EVERY = 0.001  # seconds
_GIVE_WAY = 0.002  # seconds
_TURN = 0.002  # seconds for which whoever answers readers goes on alone
_MOST_BYTES = 32 * 1024 * 1024
_MOST_CODINGS = 1_000
_OVERHEAD = 4_096  # bytes that an answer takes beside its body
_LINES = {200: "200 OK", 404: "404 Not Found", 410: "410 Gone"}
_READING = ("GET", "HEAD")
_NOT_ALLOWED = b"Only GET and HEAD are allowed.\n"
_ETAGS = re.compile(r'(?:W/)?("[^"]*")')
_OF_THE_BODY = ("Content-Type", "Content-Length", "Content-Encoding")


class Kept(NamedTuple):
    """An answer as it goes out."""

    status: str
    headers: Headers
    body: bytes
    etag: str = ""
    modified: str = ""
    headers_of_304: Headers | None = None


class _Memory:
    """The answers of one root, so that no thread ever mixes two. Without a link there is no root yet."""

    def __init__(self, link: str | None, *, until: float = 0) -> None:
        self.link = link
        self.until = until  # by the clock, the time at which the link is looked up again
        self.kept: dict[tuple[str, str], Kept] = {}
        self.size = 0


class PublicFiles:
    """The WSGI application in front of `inner`, which gets what is not public.

    `standard` are the headers of every answer, `secure` those of an answer over TLS, which `is_secure` recognises.
    Before the first build there is no folder, and `inner` gets everything.
    """

    def __init__(
        self,
        inner: Application,
        home: Path,
        *,
        standard: dict[str, str],
        secure: dict[str, str],
        is_secure: Callable[[dict[str, Any]], bool],
        insists_on_tls: bool,
    ) -> None:
        self._inner, self._tree = inner, Tree(home)
        self._standard, self._secure, self._is_secure = standard, list(secure.items()), is_secure
        self._insists_on_tls, self._tells_of_tls = insists_on_tls, insists_on_tls or bool(secure)
        self._memory = _Memory(None)
        self._codings: dict[str, str] = {}
        self._changing: list[str] = []
        self._reader, self._read_at = 0, 0.0

    def __call__(self, asked: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = asked.get("PATH_INFO", "")
        if query := asked.get("QUERY_STRING"):
            path = layout.asked_for(path, query)
        memory = self._memory
        if (now := monotonic()) >= memory.until:
            memory = self._looked_up(memory, until=now + _LOOKED_UP_EVERY)
        if memory.link is None:
            return self._inner(asked, start_response)
        coding = self._coding(asked.get("HTTP_ACCEPT_ENCODING", ""))
        answer = memory.kept.get((path, coding))
        if answer is None and layout.is_dynamic(path):
            return self._dynamic(asked, start_response)
        self._wait_for_turn(now)
        secure = self._tells_of_tls and self._is_secure(asked)
        if self._insists_on_tls and not secure:
            return self._inner(asked, start_response)  # which redirects
        answer = answer or self._read(memory, path, coding)
        return self._send(answer, asked, start_response, self._secure if secure else [])

    def _wait_for_turn(self, now: float) -> None:
        """One thread answers readers. Two would wake each other for every answer, and each of them costs more then."""
        me = get_ident()
        if self._changing:
            sleep(_GIVE_WAY)
        elif me != self._reader and now < self._read_at + _TURN:
            sleep(_TURN)
        else:
            self._reader, self._read_at = me, now

    def _dynamic(self, asked: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """What Django answers. While it takes something in, readers of this process give way."""
        if asked["REQUEST_METHOD"] in _READING:
            return self._inner(asked, start_response)
        self._changing.append("")
        try:
            return self._inner(asked, start_response)
        finally:
            self._changing.pop()

    def _looked_up(self, memory: _Memory, *, until: float) -> _Memory:
        link = self._tree.current
        if link == memory.link:
            memory.until = until
        else:
            memory = self._memory = _Memory(link, until=until)
        return memory

    def _send(
        self, answer: Kept, asked: dict[str, Any], start_response: StartResponse, more: Headers
    ) -> Iterable[bytes]:
        method = asked["REQUEST_METHOD"]
        if method not in _READING:
            media_type = layout.type_of(asked["PATH_INFO"]) or "text/plain"
            described = [("Content-Type", media_type), ("Content-Length", str(len(_NOT_ALLOWED)))]
            headers = [*self._standard.items(), ("Allow", ", ".join(_READING)), *described, *more]
            start_response("405 Method Not Allowed", headers)
            return [_NOT_ALLOWED]
        if _is_not_modified(answer, asked):
            start_response("304 Not Modified", (answer.headers_of_304 or []) + more)
            return []
        start_response(answer.status, answer.headers + more if more else answer.headers)
        return [answer.body] if method == "GET" else []

    def _coding(self, accept_encoding: str) -> str:
        known = self._codings.get(accept_encoding)
        if known is None:
            if len(self._codings) >= _MOST_CODINGS:
                self._codings.clear()
            known = layout.coding_for(accept_encoding[:1_000])
            self._codings[accept_encoding[:1_000]] = known
        return known

    # ── From the folder ─────────────────────────────────────────────────────
    def _read(self, memory: _Memory, path: str, coding: str) -> Kept:
        root = f"{self._tree.home}/{memory.link}"
        file = layout.file_of(path)
        answer = None
        if file and layout.type_of(file):
            answer = self._stored(root, file, coding, 200, layout.headers_of(path, self._standard))
            answer = answer or self._stored(root, layout.GONE + file, coding, 410, self._standard)
        if answer is None:
            if file and os.path.isfile(f"{root}/{file}/index.html"):  # noqa: PTH113 -- as below
                location = [("Location", quote(path, encoding="latin-1") + "/"), ("Content-Length", "0")]
                return Kept("301 Moved Permanently", [*self._standard.items(), *location], b"")
            path = ""  # whatever was asked for: unknown addresses share one answer
            answer = memory.kept.get((path, coding)) or self._stored(
                root, layout.NOT_FOUND, coding, 404, self._standard
            )
        if answer is None:
            return Kept("503 Service Unavailable", [*self._standard.items(), ("Content-Length", "0")], b"")
        self._keep(memory, (path, coding), answer)
        return answer

    def _stored(self, root: str, file: str, coding: str, status: int, headers: dict[str, str]) -> Kept | None:
        mark = coding if layout.is_compressed(file) else ""
        try:
            with open(f"{root}/{layout.marked(file, mark)}", "rb") as stream:  # noqa: PTH123 -- a Path keeps its parts
                changed = int(os.fstat(stream.fileno()).st_mtime)
                body = stream.read()
        except (OSError, ValueError):  # not there, a folder, or no name that a file can have
            return None
        etag, modified = f'"{changed:x}-{len(body):x}"', formatdate(changed, usegmt=True)
        headers = headers | {"ETag": etag}
        headers |= {"Last-Modified": modified} if status == 200 else {}
        headers |= {"Content-Type": layout.type_of(file) or "", "Content-Length": str(len(body))}
        headers |= {"Content-Encoding": layout.ENCODINGS[mark]} if mark else {}
        bare = [each for each in headers.items() if each[0] not in _OF_THE_BODY] if status == 200 else None
        return Kept(_LINES[status], list(headers.items()), body, etag, modified, bare)

    def _keep(self, memory: _Memory, key: tuple[str, str], answer: Kept) -> None:
        size = len(answer.body) + _OVERHEAD
        if key in memory.kept or size > _MOST_BYTES:
            return
        if memory.size + size > _MOST_BYTES:
            memory.kept, memory.size = {}, 0
        memory.kept[key] = answer
        memory.size += size


def _is_not_modified(answer: Kept, asked: dict[str, Any]) -> bool:
    """Both conditions must hold where both are given, as in nginx; a time must be the very one that was sent."""
    known, since = asked.get("HTTP_IF_NONE_MATCH"), asked.get("HTTP_IF_MODIFIED_SINCE")
    if (known is None and since is None) or answer.headers_of_304 is None:
        return False
    if since is not None and since != answer.modified:
        return False
    return known is None or known == answer.etag or known.strip() == "*" or answer.etag in _ETAGS.findall(known)
