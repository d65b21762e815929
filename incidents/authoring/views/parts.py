"""Facts, milestones and sections: one of each per incident."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.editor import impact_formset
from incidents.authoring.forms import FactsForm, MilestonesForm, SectionForm
from incidents.authoring.operations import (
    record_milestones,
    revise_facts,
    revise_section,
)
from incidents.authoring.views.answers import answer, save
from incidents.models import ReportSection
from incidents.models.report import SECTION_CHOICES
from incidents.permissions import incident_for
from incidents.rendering import MAX_MARKDOWN_LENGTH, render_markdown

_HEADINGS = dict(SECTION_CHOICES)


@require_POST
def facts(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = FactsForm(request.POST, incident=incident, report=incident.report, user=user)
    impacts = impact_formset(incident, request.POST)
    if not (form.is_valid() & impacts.is_valid()):
        return answer(request, incident, "facts", sent={"facts": form, "impacts": impacts}, status=422)
    return save(
        request,
        incident,
        "facts",
        form,
        lambda: revise_facts(
            incident,
            changes=form.cleaned_data,
            by=user,
            at=timezone.now(),
        ),
        impacts=impacts,
    )


@require_POST
def milestones(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = MilestonesForm(request.POST, incident=incident)
    return save(
        request,
        incident,
        "milestones",
        form,
        lambda: record_milestones(incident, form.values, seen=form.seen, by=user, at=timezone.now()),
    )


@require_POST
def section(request: HttpRequest, number: int, key: str) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    if key not in _HEADINGS:
        raise Http404
    stored = ReportSection.objects.filter(report=incident.report, key=key).first()
    form = SectionForm(request.POST, key=key, heading=_HEADINGS[key], section=stored)
    return save(
        request,
        incident,
        f"section-{key}",
        form,
        lambda: revise_section(
            incident,
            key,
            changes=form.values,
            by=user,
            at=timezone.now(),
        ),
    )


@require_POST
def preview_markdown(request: HttpRequest, number: int) -> HttpResponse:
    incident_for(require(request.user, Capability.WRITE), number)
    text = request.POST.get(request.POST.get("field", ""), "")[:MAX_MARKDOWN_LENGTH]
    return render(request, "authoring/_markdown.html", {"html": render_markdown(text)})
