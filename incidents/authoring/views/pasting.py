from __future__ import annotations

from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.authoring.line import moment_above
from incidents.authoring.operations import (
    MAX_UNSENT_LENGTH,
    AlreadyUndone,
    ReportLocked,
    TooManyRows,
    forget_unsent,
    keep_rows,
    keep_unsent,
    undo_kept_rows,
    unsent_by,
)
from incidents.authoring.pasting import Paste
from incidents.authoring.zones import zone_names
from incidents.models import Activity, Incident
from incidents.parsing import MAX_ROWS, ReadingError
from incidents.permissions import incident_for


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, number: int) -> HttpResponse:
    """Read a pasted text and show its rows; nothing is kept yet."""
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    if request.method != "POST":
        text = unsent_by(user, incident).get("paste-text", "")
        return _page(request, incident, Paste(text, incident, day=_day_of(incident)), status=200)
    pasted = _sent(request, incident, user)
    return _page(request, incident, pasted, status=422 if "text" in pasted.errors else 200)


@require_POST
def keep(request: HttpRequest, number: int) -> HttpResponse:
    """Keep the rows that are ticked, as they stand."""
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    pasted = _sent(request, incident, user)
    now = timezone.now()
    rows = None if "text" in pasted.errors else pasted.new_rows(now=now)
    if rows is None:
        return _page(request, incident, pasted, status=422)
    notes = pasted.left_over if request.POST.get("notes") else ""
    try:
        kept = keep_rows(incident, rows, notes=notes, by=user, at=now)
    except ReportLocked as refusal:
        pasted.errors["text"] = str(refusal)
        return _page(request, incident, pasted, status=409)
    except TooManyRows as refusal:
        pasted.errors["rows"] = str(refusal)
        return _page(request, incident, pasted, status=422)
    forget_unsent(incident, "paste-", by=user)
    messages.success(
        request,
        f"Kept {len(rows)} row{'' if len(rows) == 1 else 's'}.",
        extra_tags=f"undo {reverse('authoring:undo_paste', args=[number, kept.pk])}",
    )
    return redirect(reverse("authoring:editor", args=[number]) + "#timeline")


@require_POST
def undo(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Take the rows of one paste out again."""
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    activity = get_object_or_404(Activity.objects.select_related("incident"), incident=incident, pk=pk)
    try:
        gone, stayed = undo_kept_rows(activity, by=user, at=timezone.now())
    except (AlreadyUndone, ReportLocked) as refusal:
        messages.error(request, str(refusal))
    else:
        also = f" {stayed} stayed: somebody has worked on {'it' if stayed == 1 else 'them'}." if stayed else ""
        messages.success(request, f"Took {gone} row{'' if gone == 1 else 's'} out again.{also}")
    return redirect(reverse("authoring:editor", args=[number]) + "#timeline")


def _sent(request: HttpRequest, incident: Incident, user: User) -> Paste:
    """The text and all that was answered and corrected. The text is kept until its rows are."""
    text = request.POST.get("paste-text", "")
    pasted = Paste(text, incident, sent=request.POST.dict(), day=_day_of(incident))
    if not text.strip():
        pasted.errors["text"] = "Paste a chat log, notes or a table first."
    elif len(text) > MAX_UNSENT_LENGTH:
        pasted.errors["text"] = "This text is longer than a million characters."
    else:
        keep_unsent(incident, {"paste-text": text}, by=user, at=timezone.now())
        try:
            found = len(pasted.read.entries)  # reads, or says why not
        except ReadingError as error:
            pasted.errors["text"] = str(error)
        else:
            if found > MAX_ROWS:
                pasted.errors["text"] = f"These are {found:,} rows; a report holds {MAX_ROWS:,}. Paste a part of it."
    return pasted


def _day_of(incident: Incident) -> date:
    """The day of rows above the first written date: the day when the impact started, or of the last row."""
    return moment_above(incident, after="", now=timezone.now()).date()


def _page(request: HttpRequest, incident: Incident, pasted: Paste, *, status: int) -> HttpResponse:
    is_read = bool(pasted.text.strip()) and "text" not in pasted.errors
    context = {
        "incident": incident,
        "pasted": pasted,
        "is_read": is_read,
        "is_refused": status != HTTPStatus.OK,
        "zones": zone_names(),
    }
    return render(request, "authoring/paste.html", context, status=status)
