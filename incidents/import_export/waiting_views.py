"""The preview of a report outlives its tab and its session: what was corrected is kept, and found again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.operations import UnsentTooMuch
from incidents.authoring.views.answers import not_kept
from incidents.import_export.corrections import typed_on_page
from incidents.import_export.views import show_reading, show_source
from incidents.import_export.waiting import NotWaiting, keep_corrections, take_up, throw_away
from incidents.parsing import ReadingError


@require_safe
def again(request: HttpRequest, key: str) -> HttpResponse:
    """A report that was read before, as it was left."""
    user = require(request.user, Capability.WRITE)
    try:
        text, waiting = take_up(key, by=user)
    except NotWaiting:
        return redirect("import_export:import")
    try:
        return show_reading(request, text, waiting)
    except ReadingError as refusal:  # this version reads otherwise than the one before
        return show_source(request, refusal=str(refusal), status=422)


@require_POST
def unsent(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what is typed into the preview."""
    user = require(request.user, Capability.WRITE)
    at = timezone.now()
    try:
        keep_corrections(key, typed_on_page(request.POST), by=user, at=at)
    except NotWaiting as refusal:
        return HttpResponse(str(refusal), status=410, content_type="text/plain")
    except UnsentTooMuch as refusal:
        return not_kept(refusal)
    return render(request, "authoring/_done.html", {"saved_at": at})


@require_POST
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Nobody will keep this report."""
    throw_away(key, by=require(request.user, Capability.WRITE))
    return redirect("import_export:import")
