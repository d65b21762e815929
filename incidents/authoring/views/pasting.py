from __future__ import annotations

import json
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
from incidents.authoring.once import new_token, token_in
from incidents.authoring.operations import (
    MAX_UNSENT_LENGTH,
    AlreadyUndone,
    KeptAlready,
    Refused,
    ReportLocked,
    UnsentTooMuch,
    forget_unsent,
    form_kept,
    keep_rows,
    keep_typed,
    keep_unsent,
    undo_kept_rows,
    unsent_by,
)
from incidents.authoring.pasting import Paste, typed_on_page
from incidents.authoring.views.answers import not_kept
from incidents.models import Activity, Incident
from incidents.permissions import incident_for
from incidents.zones import zone_names


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, number: int) -> HttpResponse:
    """Read a pasted text and show its rows; nothing is kept yet."""
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    if request.method == "POST":
        pasted = _sent(request, incident, user)
        return _page(request, pasted, error=pasted.error, status=422 if pasted.error else 200)
    kept = unsent_by(user, incident)
    pasted = Paste(kept.get("paste-text", ""), incident, sent=form_kept(kept), day=_day_of(incident))
    return _page(request, pasted, error=pasted.error if pasted.text else "")


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, number: int) -> HttpResponse:
    """Keep the rows that are ticked, as they stand. Who had to log in first comes back by GET, and sees them again."""
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    if request.method != "POST":
        return redirect("authoring:paste", number)
    pasted = _sent(request, incident, user)
    now = timezone.now()
    rows = None if pasted.error else pasted.new_rows(now=now)
    if rows is None:
        return _page(request, pasted, error=pasted.error, status=422)
    notes = pasted.left_over if pasted.keeps_notes else ""
    try:
        kept = keep_rows(incident, rows, notes=notes, token=token_in(request.POST), by=user, at=now)
    except KeptAlready as before:
        messages.info(request, str(before))
        return _timeline(number)
    except Refused as refusal:
        pasted.errors[refusal.field or "rows"] = str(refusal)
        return _page(request, pasted, status=409)
    forget_unsent(incident, "paste-", by=user)
    messages.success(
        request,
        f"Kept {len(rows)} row{'' if len(rows) == 1 else 's'}.",
        extra_tags=f"undo {reverse('authoring:undo_paste', args=[number, kept.pk])}",
    )
    return _timeline(number)


@require_POST
def unsent(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what is typed into the page of a paste, for a tab that is closed and a session that ends."""
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    at = timezone.now()
    try:
        keep_typed(incident, typed_on_page(request.POST), by=user, at=at)
    except UnsentTooMuch as refusal:
        return not_kept(refusal)
    return render(request, "authoring/_done.html", {"saved_at": at.astimezone(incident.zone)})


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
    return _timeline(number)


def _sent(request: HttpRequest, incident: Incident, user: User) -> Paste:
    """The text and all that was answered and corrected. They are kept until the rows are."""
    pasted = Paste(request.POST.get("paste-text", ""), incident, sent=request.POST.dict(), day=_day_of(incident))
    if len(pasted.text) <= MAX_UNSENT_LENGTH:
        form = {} if pasted.error else {"paste-form": json.dumps(pasted.typed)}
        try:
            keep_unsent(incident, {"paste-text": pasted.text, **form}, by=user, at=timezone.now())
        except UnsentTooMuch as refusal:
            messages.warning(request, str(refusal))
    return pasted


def _day_of(incident: Incident) -> date:
    """The day of rows above the first written date: the day when the impact started, or of the last row."""
    return moment_above(incident, after="", now=timezone.now()).date()


def _timeline(number: int) -> HttpResponse:
    return redirect(reverse("authoring:editor", args=[number]) + "#timeline")


def _page(request: HttpRequest, pasted: Paste, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "incident": pasted.incident,
        "pasted": pasted,
        "error": error,
        "is_read": bool(pasted.text.strip()) and not error,
        "is_refused": status != HTTPStatus.OK,
        "token": new_token(),
        "zones": zone_names(),
    }
    return render(request, "authoring/paste.html", context, status=status)
