"""Login for every view, unless it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import middleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Django's own, except that a view that needs no login is not asked who is there.

    Public pages so depend on no cookie, cost no query, and any cache may keep them.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # the stubs know only the redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """A script is told; it would follow a redirect, and put the log-in page where text was being written."""
        if request.headers.get("HX-Request"):
            return HttpResponse("You are logged out.", status=401, content_type="text/plain")
        return super().handle_no_permission(request, view_func)
