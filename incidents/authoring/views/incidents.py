from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.editor import Editor
from incidents.authoring.forms import IncidentForm
from incidents.authoring.operations import SeverityGone, forget_unsent, open_incident, unsent_by
from incidents.models import Incident, Severity, waiting_since
from incidents.permissions import incident_for
from incidents.zones import zone_names

_PER_PAGE = 50


@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.READ)
    incidents = (
        Incident.objects.visible_to(user).select_related("severity", "lead", "report__publish_by").newest_first()
    )
    incidents = incidents.annotate(waiting_since=waiting_since("pk"))
    page = Paginator(incidents, _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "authoring/incident_list.html", {"page": page, "can_edit": user.may(Capability.WRITE)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_incident(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    typed = unsent_by(user, None)
    form = IncidentForm(
        request.POST if request.method == "POST" else None, initial={"started_on": timezone.now().date(), **typed}
    )
    if form.is_valid():
        try:
            incident = open_incident(**form.answers, by=user, at=timezone.now())
        except Severity.DoesNotExist:
            form.add_error("severity", str(SeverityGone()))
        else:
            forget_unsent(None, "", by=user)
            return redirect("authoring:editor", incident.number)
    context = {"form": form, "zones": zone_names()}
    return render(request, "authoring/new_incident.html", context, status=422 if form.is_bound else 200)


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
    activities = incident.activities.select_related("actor").order_by("-at", "-id")
    page = Paginator(activities, _PER_PAGE).get_page(request.GET.get("page"))
    publications = incident.publications.select_related("retraction", "published_by").order_by("-number")
    context = {"incident": incident, "report": incident.report, "page": page, "publications": publications}
    return render(request, "authoring/history.html", context)
