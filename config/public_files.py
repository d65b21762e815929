"""Puts the public files in front of Django, with the headers that Django’s own answers have."""

from __future__ import annotations

import logging
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from incidents.public.caching import CACHE_CONTROL
from incidents.public.files import rehearse
from incidents.public.files.serving import Application, PublicFiles

_NOT_OURS = ("Content-Type",)
logger = logging.getLogger(__name__)


def in_front_of(django: Application) -> PublicFiles:
    plain, secure = standard_headers(secure=False), standard_headers(secure=True)
    return PublicFiles(
        django,
        Path(settings.PUBLIC_DIR),
        standard=plain,
        secure={name: value for name, value in secure.items() if name not in plain},
        is_secure=_recognises_tls(settings.SECURE_PROXY_SSL_HEADER),
        insists_on_tls=settings.SECURE_SSL_REDIRECT,
    )


def rehearse_in_background() -> Thread:
    """Make ready for the first change, while readers are served. Nothing depends on it."""

    def run() -> None:
        try:
            rehearse()
        except Exception as reason:  # noqa: BLE001 -- the first change takes longer, and nothing else
            logger.warning("The first change of a public page will take longer: %s", reason)
        finally:
            connection.close()

    thread = Thread(target=run, name="rehearsal", daemon=True)
    thread.start()
    return thread


def standard_headers(*, secure: bool) -> dict[str, str]:
    """What the middleware adds to any answer, asked of itself, and what all public answers have in common."""
    scheme = "https" if secure else "http"
    environ = {"REQUEST_METHOD": "GET", "wsgi.url_scheme": scheme, "wsgi.input": BytesIO(), "SERVER_NAME": "localhost"}
    if secure and settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        environ[name] = value
    request = WSGIRequest(environ)
    answer = HttpResponse(headers={"Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"})
    for middleware in (XFrameOptionsMiddleware, CSPMiddleware, SecurityMiddleware):
        middleware(lambda _request: answer).process_response(request, answer)
    policy = answer.headers["Content-Security-Policy"].split("; ")  # in another order in each process
    answer.headers["Content-Security-Policy"] = "; ".join(sorted(policy))
    return {name: value for name, value in answer.headers.items() if name not in _NOT_OURS}


def _recognises_tls(proxy_header: tuple[str, str] | None) -> Callable[[dict[str, Any]], bool]:
    """As `HttpRequest.is_secure` has it; the setting is read once, since this is asked for every reader."""
    name, value = proxy_header or ("", "")

    def is_secure(asked: dict[str, Any]) -> bool:
        if name in asked:
            return bool(asked[name].split(",")[0].strip() == value)
        return bool(asked.get("wsgi.url_scheme") == "https")

    return is_secure
