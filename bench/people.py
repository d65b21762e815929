"""Readers, and people inside with a browser’s cookies and forms; with a stopwatch."""

from __future__ import annotations

import html
import http.client
import re
import time
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode

from bench.servers import HOST

PASSWORD = "a password for the benchmark"  # noqa: S105 -- its database is gone afterwards
PUBLISHER, ENGINEER = "publisher@bench.example", "engineer1@bench.example"

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
_TYPE = "application/x-www-form-urlencoded"


class Refused(Exception):
    """An answer was not what a person would get."""


class Answer(NamedTuple):
    """`seconds` is from the beginning of the request to the last byte of the answer."""

    status: int
    headers: http.client.HTTPMessage
    text: str
    seconds: float


def fetch(port: int, path: str, **headers: str) -> Answer:
    """Ask once, as nobody in particular; `Accept_Encoding` is spelled with an underscore."""
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    return _Connection(port).ask("GET", path, headers=spelled)


class _Connection:
    """One that is kept, as browsers do."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def ask(self, method: str, path: str, *, body: bytes | None = None, headers: dict[str, str]) -> Answer:
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        return Answer(response.status, response.headers, content.decode(errors="replace"), seconds)


class Reader:
    def __init__(self, port: int) -> None:
        self._connection = _Connection(port)
        self._cookies: dict[str, str] = {}

    def open(self, path: str) -> Answer:
        """A page. Raises Refused when there is none."""
        answer = self._ask("GET", path)
        if answer.status != 200:
            raise Refused(f"{path} answers {answer.status}: {answer.text[:500]}")
        return answer

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"Content-Type": _TYPE} if body else {}
        answer = self._connection.ask(method, path, body=body, headers=headers)
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


class Person(Reader):
    def log_in(self, email: str, password: str) -> None:
        """Raises Refused."""
        path = "/accounts/login/"
        self.send(self.open(path), path, {"login": email, "password": password})

    def send(self, page: Answer, path: str, fields: dict[str, str], *, within: str = "") -> Answer:
        """The first form of a page behind the words `within`, with what is hidden in it. Raises Refused."""
        form = page.text[page.text.index(within) :]
        form = form[: form.index("</form>", form.index("csrfmiddlewaretoken"))]
        hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(form)}
        answer = self._ask("POST", path, urlencode(hidden | fields).encode())
        if answer.status != 302:
            raise Refused(f"{path} answers {answer.status}: {answer.text[:2_000]}")
        return answer
