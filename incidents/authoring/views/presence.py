"""What the editor's script sends beside the draft: half-written texts, and that somebody is there."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.authoring.editor import PARTS, Editor
from incidents.authoring.operations import UnsentTooMuch, keep_unsent, note_presence, others_present
from incidents.authoring.views.answers import not_kept
from incidents.models import Activity, Incident
from incidents.permissions import incident_for

_NO_TEXT = {"csrfmiddlewaretoken"}


@require_POST
def unsent(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what was typed into inputs that are not part of the draft yet."""
    user = require(request.user, Capability.READ)
    incident = incident_for(user, number)
    return _keep(request, incident)


@require_POST
def unsent_outside(request: HttpRequest) -> HttpResponse:
    """The same, on pages that belong to no incident."""
    require(request.user, Capability.WRITE)
    return _keep(request, None)


def _keep(request: HttpRequest, incident: Incident | None) -> HttpResponse:
    user = require(request.user, Capability.READ)
    texts = {name: str(value) for name, value in request.POST.items() if name not in _NO_TEXT}
    at = timezone.now()
    try:
        keep_unsent(incident, texts, by=user, at=at)
    except UnsentTooMuch as refusal:
        return not_kept(refusal)
    saved_at = at.astimezone(incident.zone) if incident else at
    return render(request, "authoring/_done.html", {"saved_at": saved_at, "incident": incident})


@require_POST
def pulse(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody has the editor open: who else has, what they changed since, and what is missing by now.

    What is missing is worked out again only when something was done since the answer before this one.
    """
    user = require(request.user, Capability.READ)
    incident = incident_for(user, number)
    at = timezone.now()
    note_presence(incident, place=request.POST.get("place", ""), by=user, at=at)
    since = _moment(request.POST.get("since", ""))
    newest = _newest(incident)
    context = {
        "editor": None if newest == request.POST.get("known") else Editor(incident, user, at=at),
        "incident": incident,
        "newest": newest,
        "others": [(each.user, PARTS.get(each.place, "")) for each in others_present(incident, user=user, at=at)],
        "news": _news(incident, user, since) if since else None,
    }
    return render(request, "authoring/_pulse.html", context)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment and is_aware(moment) else None
    except (ValueError, OverflowError):  # no date at all, or one that is out of the calendar in UTC
        return None


def _newest(incident: Incident) -> str:
    """Which activity is the last, and when: an edit that goes on stays in its line."""
    last = incident.activities.order_by("-id").values_list("id", "at").first()
    return f"{last[0]} {last[1].isoformat()}" if last else ""


def _news(incident: Incident, user: User, since: datetime) -> Activity | None:
    """What somebody else did last, after this page was made."""
    news = incident.activities.filter(at__gt=since).exclude(actor=user)
    return news.select_related("actor").order_by("-at", "-id").first()
