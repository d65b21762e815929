from __future__ import annotations

import re
from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.authoring.editor import Editor
from incidents.authoring.forms import IncidentForm
from incidents.authoring.once import new_token, token_in
from incidents.authoring.operations import (
    OpenedAlready,
    SeverityGone,
    forget_unsent_inputs,
    open_incident,
    unsent_by,
)
from incidents.models import Incident, IncidentWords, Severity, waiting_since
from incidents.paging import KeysetPage, page_of
from incidents.permissions import incident_for
from incidents.rendering import search_words
from incidents.zones import zone_names

_PER_PAGE = 50
_MAX_WORDS = 200  # characters of them
_CODE = re.compile(r"(?:INC-|#)(\d{1,9})", re.IGNORECASE)


@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    """Newest first; `?q=` only those that say these words, and the code of one leads to it."""
    user = require(request.user, Capability.READ)
    incidents = Incident.objects.visible_to(user)
    words = search_words(request.GET.get("q", ""))[:_MAX_WORDS]
    if (code := _CODE.fullmatch(words)) and (meant := incidents.filter(number=code[1]).first()):
        return redirect("authoring:editor", meant.number)
    shown = incidents.select_related("severity", "lead", "report__publish_by").annotate(
        waiting_since=waiting_since("pk")
    )
    if words:
        page = _found(words, shown, user, request.GET)
    else:
        page = page_of(shown, ["-number"], asked=request.GET, size=_PER_PAGE, name="number")
    context = {
        "page": page,
        "words": words,
        "max_words": _MAX_WORDS,
        "is_not_empty": bool(page.rows or words),
        "can_edit": user.may(Capability.WRITE),
    }
    return render(request, "authoring/incident_list.html", context)


def _found(words: str, shown: QuerySet[Incident], user: User, asked: Mapping[str, str]) -> KeysetPage[Incident]:
    """The words alone say which are on the page, so that no others are looked up."""
    said = IncidentWords.objects.visible_to(user).saying(words).only("number")
    page = page_of(said, ["-number"], asked=asked, size=_PER_PAGE, name="number")
    rows = shown.in_bulk([found.pk for found in page.rows])
    return KeysetPage([rows[found.pk] for found in page.rows if found.pk in rows], page.before, page.after)


@require_http_methods(["GET", "HEAD", "POST"])
def new_incident(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    form = IncidentForm(request.POST if request.method == "POST" else None)
    form.initial = {"started_on": timezone.now().date(), **unsent_by(user, None, form.fields)}
    opened, status = None, 422 if form.is_bound else 200
    if form.is_valid():
        try:
            incident = open_incident(**form.answers, token=token_in(request.POST), by=user, at=timezone.now())
            return _opened(form, incident, user)
        except Severity.DoesNotExist:
            form.add_error("severity", str(SeverityGone()))
        except OpenedAlready as before:
            if before.is_same:
                return _opened(form, before.incident, user)
            opened, status = before.incident, 409
    context = {"form": form, "opened": opened, "token": new_token(), "zones": zone_names()}
    return render(request, "authoring/new_incident.html", context, status=status)


def _opened(form: IncidentForm, incident: Incident, user: User) -> HttpResponse:
    forget_unsent_inputs(None, form.fields, by=user)
    return redirect("authoring:editor", incident.number)


@require_safe
def editor(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.READ)
    incident = incident_for(user, number)
    context = {
        "editor": Editor(incident, user, at=timezone.now(), after=request.GET.get("after", "")),
        "incident": incident,
    }
    return render(request, "authoring/editor.html", context)


@require_safe
def history(request: HttpRequest, number: int) -> HttpResponse:
    incident = incident_for(require(request.user, Capability.READ), number)
    activities = incident.activities.select_related("actor")
    page = page_of(activities, ["-at", "-id"], asked=request.GET, size=_PER_PAGE)
    publications = incident.publications.select_related("retraction", "published_by").order_by("-number")
    context = {"incident": incident, "report": incident.report, "page": page, "publications": publications}
    return render(request, "authoring/history.html", context)
