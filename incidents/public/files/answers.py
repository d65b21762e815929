"""What an address answers, asked of the view itself."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from django.http import Http404, HttpRequest
from django.urls import resolve
from django.views.defaults import page_not_found

STANDING, WITHDRAWN, MISSING = 200, 410, 404


class Unstorable(Exception):
    """A public view gave an answer that a file can't give again."""


class Answer(NamedTuple):
    status: int
    content: bytes


def answer_of(path: str) -> Answer:
    """The answer that everybody gets. Raises whatever the view raises, except Http404."""
    path = unquote(path)
    match = resolve(path)
    try:
        response = match.func(_request(path), *match.args, **match.kwargs)
    except Http404:
        return Answer(MISSING, b"")
    if response.status_code not in {STANDING, WITHDRAWN, MISSING}:
        raise Unstorable(f"{path} answers {response.status_code}")
    return Answer(response.status_code, response.content)


def answer_of_the_unknown() -> Answer:
    """What an address answers that is none."""
    return Answer(STANDING, page_not_found(_request("/404.html"), Http404()).content)


def _request(path: str) -> HttpRequest:
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    return request
