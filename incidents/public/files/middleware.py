"""Makes public what a request has just changed, before it is answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from incidents.models import PublicChange
from incidents.public.files.writing import write_pending

_QUEUED = f'INSERT INTO "{PublicChange._meta.db_table}"'  # noqa: SLF001 -- a documented API
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
logger = logging.getLogger(__name__)


class PublicFilesMiddleware:
    """Stands inside the transaction-making views' surroundings, and inside the messages.

    It knows by the statements whether this request queued a change, so that no view must remember to say so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in _SAFE:
            return self._get_response(request)
        seen = _Seen()
        with connection.execute_wrapper(seen):
            response = self._get_response(request)
        if seen.change_queued and not connection.in_atomic_block:
            _write(request)
        return response


class _Seen:
    change_queued = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.change_queued = self.change_queued or sql.startswith(_QUEUED)
        return execute(sql, params, many, context)


def _write(request: HttpRequest) -> None:
    """What was committed is committed: whatever happens here, the answer goes out, and the worker tries again."""
    try:
        write_pending(timezone.now())
    except Exception:
        logger.exception("Saved, and not yet public")
        messages.warning(request, "Saved, but not yet public. The worker tries again every few seconds.")
