"""Search: the one public address that is worked out when it is asked for."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from incidents.models import Site
from incidents.public.answers import page
from incidents.public.branding import brand
from incidents.public.reading import as_public_reader
from incidents.public.search import MAX_LENGTH, Result, search
from incidents.rendering import search_words


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Without a database it says so, and where to look instead; 422 for a question that is too long."""
    request.COOKIES.clear()  # SessionMiddleware would answer a malformed one with Set-Cookie
    words = search_words(request.GET.get("q", ""))
    is_too_long = len(words) > MAX_LENGTH
    context = {"words": words, "too_long": MAX_LENGTH if is_too_long else 0, "is_away": False}
    found: list[Result] = []
    try:
        with as_public_reader():
            if words and not is_too_long:
                found = search(words)
            answer = page(
                "search.html", {**context, "results": found}, canonical="/search/", status=422 if is_too_long else 200
            )
    except (DatabaseError, InterfaceError):
        without = {"brand": brand(Site()), "results": [], "is_away": True}
        answer = page("search.html", {**context, **without}, canonical="/search/", status=503)
        answer["Retry-After"] = "60"
    answer["Cache-Control"] = "no-store"
    return answer
