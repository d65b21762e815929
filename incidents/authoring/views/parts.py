"""Facts, affected components, milestones and sections."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.forms import FactsForm, ImpactForm, MilestonesForm, NewImpactForm, SectionForm
from incidents.authoring.operations import (
    ReportLocked,
    add_impact,
    delete_impact,
    record_milestones,
    revise_facts,
    revise_impact,
    revise_section,
)
from incidents.authoring.views.answers import (
    ChangedMeanwhile,
    Pieces,
    differing,
    done,
    marked,
    part_of,
    refuse,
    save,
)
from incidents.edits import EditConflict, Gone
from incidents.models import IncidentComponent, Report, ReportSection
from incidents.models.report import SECTION_CHOICES
from incidents.permissions import incident_for
from incidents.rendering import MAX_MARKDOWN_LENGTH, render_markdown

_HEADINGS = dict(SECTION_CHOICES)


@require_POST
def facts(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = FactsForm(request.POST, incident=incident, report=incident.report, user=user)

    def pieces(saved: Any) -> Pieces:
        # A zone or a severity reaches other parts: the times in them, the questions that are asked.
        reaches = {"time_zone", "severity"} & form.changes.keys()
        fresh = FactsForm(incident=saved, report=Report.objects.get(incident=saved), user=user)
        return Pieces(values=differing(form, fresh), reload=bool(reaches))

    return save(
        request,
        incident,
        "facts",
        form,
        lambda: revise_facts(incident, changes=form.changes, seen=form.seen_digests, by=user, at=timezone.now()),
        pieces=pieces,
    )


@require_POST
def add_component(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = NewImpactForm(request.POST)
    return save(
        request,
        incident,
        "impacts",
        form,
        lambda: add_impact(incident, **form.cleaned_data, by=user, at=timezone.now()),
        pieces=lambda _: part_of(request, incident, "impacts"),
    )


@require_POST
def impact(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    row = get_object_or_404(IncidentComponent.objects.select_related("component"), incident=incident, pk=pk)
    form = ImpactForm(request.POST, incident=incident, impact=row)
    return save(
        request,
        incident,
        "impacts",
        form,
        lambda: revise_impact(row, changes=form.changes, seen=form.seen_digests, by=user, at=timezone.now()),
        pieces=lambda saved: Pieces(values=differing(form, ImpactForm(incident=incident, impact=saved))),
    )


@require_POST
def remove_component(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    row = get_object_or_404(IncidentComponent.objects.select_related("component"), incident=incident, pk=pk)
    form = ImpactForm(request.POST, incident=incident, impact=row)
    try:
        delete_impact(row, seen=form.seen_digests or None, by=user, at=timezone.now())
    except EditConflict:
        return refuse(request, incident, "impacts", ChangedMeanwhile())
    except (Gone, ReportLocked) as refusal:
        return refuse(request, incident, "impacts", refusal)
    return done(request, incident, "impacts", Pieces(removed=f"impact-{pk}"))


@require_POST
def milestones(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = MilestonesForm(request.POST, incident=incident)
    borne = list(incident.milestones.exclude(entry=None).values_list("entry_id", flat=True))
    return save(
        request,
        incident,
        "milestones",
        form,
        lambda: record_milestones(incident, form.values, seen=form.seen_digests, by=user, at=timezone.now()),
        pieces=lambda _: Pieces(values=marked(incident, besides=borne)),
    )


@require_POST
def section(request: HttpRequest, number: int, key: str) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    if key not in _HEADINGS:
        raise Http404
    stored = ReportSection.objects.filter(report=incident.report, key=key).first()
    form = SectionForm(request.POST, key=key, heading=_HEADINGS[key], section=stored)

    def pieces(saved: ReportSection) -> Pieces:
        return Pieces(values=differing(form, SectionForm(key=key, heading=_HEADINGS[key], section=saved)))

    return save(
        request,
        incident,
        f"section-{key}",
        form,
        lambda: revise_section(incident, key, changes=form.changes, seen=form.seen_digests, by=user, at=timezone.now()),
        pieces=pieces,
    )


@require_POST
def preview_markdown(request: HttpRequest, number: int) -> HttpResponse:
    incident_for(require(request.user, Capability.WRITE), number)
    text = request.POST.get(request.POST.get("field", ""), "")[:MAX_MARKDOWN_LENGTH]
    return render(request, "authoring/_markdown.html", {"html": render_markdown(text)})
