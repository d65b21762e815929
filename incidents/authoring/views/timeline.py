from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.forms import EntryForm
from incidents.authoring.operations import (
    ReportLocked,
    add_entry,
    delete_entry,
    make_all_public,
    revise_entry,
)
from incidents.authoring.views.answers import answer, refuse, save
from incidents.models import TimelineEntry
from incidents.permissions import incident_for


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = EntryForm(request.POST, incident=incident)
    return save(
        request,
        incident,
        "timeline",
        form,
        lambda: add_entry(incident, **form.values, by=user, at=timezone.now()),
    )


@require_POST
def revise(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    entry = get_object_or_404(TimelineEntry, incident=incident, pk=pk)
    form = EntryForm(request.POST, incident=incident, entry=entry)
    return save(
        request,
        incident,
        "timeline",
        form,
        lambda: revise_entry(
            entry,
            changes=form.values,
            by=user,
            at=timezone.now(),
        ),
    )


@require_POST
def delete(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    entry = get_object_or_404(TimelineEntry, incident=incident, pk=pk)
    try:
        delete_entry(entry, by=user, at=timezone.now())
    except ReportLocked as refusal:
        return refuse(request, incident, "timeline", refusal)
    return answer(request, incident, "timeline")


@require_POST
def make_public(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    try:
        make_all_public(incident, by=user, at=timezone.now())
    except ReportLocked as refusal:
        return refuse(request, incident, "timeline", refusal)
    return answer(request, incident, "timeline")
