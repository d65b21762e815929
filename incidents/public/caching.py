"""What every public answer has in common: no login, reading only, the same bytes for everybody, cacheable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from incidents.public.reading import as_public_reader

# Browsers ask every time (a 304 costs little), so that a correction or withdrawal shows at the next look. Caches in
# front may answer for seconds, and keep readers served for a day while the server is down.
CACHE_CONTROL = "public, max-age=0, s-maxage=5, stale-while-revalidate=10, stale-if-error=86400"


def public_answer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Declare a view public: GET and HEAD only, with a strong ETag of the body, 304, and Cache-Control.

    The view must not look at the session, the user or a CSRF token: each would add `Vary: Cookie`, or a
    cookie, and make one answer into many.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.COOKIES.clear()  # SessionMiddleware would answer a malformed one with Set-Cookie
        with as_public_reader():
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = CACHE_CONTROL
        if response.status_code != 200:
            return response
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response

    return login_not_required(require_safe(answer))
