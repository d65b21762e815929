from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.forms import EntryForm, LineForm
from incidents.authoring.line import ReadLine, read_typed_line
from incidents.authoring.operations import (
    ReportLocked,
    UnsentTooMuch,
    add_entry,
    delete_entry,
    keep_unsent,
    make_all_public,
    revise_entry,
)
from incidents.authoring.rows import offers_for, row_of
from incidents.authoring.views.answers import (
    TOO_MUCH,
    ChangedMeanwhile,
    Pieces,
    Place,
    differing,
    done,
    marked,
    refuse,
    refused,
    save,
    wants_pieces,
)
from incidents.edits import EditConflict, Gone
from incidents.models import Incident, TimelineEntry
from incidents.permissions import incident_for


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    """The quick row: one line becomes a row, several lines a paste to look at first."""
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = LineForm(request.POST)
    if form.is_valid() and "\n" in form.cleaned_data["line"].strip():
        texts = {"paste-text": form.cleaned_data["line"], "row-new-line": ""}
        try:
            keep_unsent(incident, texts, by=user, at=timezone.now())
        except UnsentTooMuch as refusal:
            form.add_error("line", str(refusal))
            return refused(request, incident, form, status=TOO_MUCH)
        return _go(request, reverse("authoring:paste", args=[number]))
    read = _read(form, incident, now=timezone.now())
    return save(
        request,
        incident,
        "timeline",
        form,
        lambda: add_entry(incident, **read.values, by=user, at=timezone.now()) if read else None,
        pieces=lambda entry: Pieces(places=[_place(incident, entry, is_new=True)]),
    )


@require_POST
def revise(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    entry = get_object_or_404(TimelineEntry.objects.select_related("milestone"), incident=incident, pk=pk)
    form = EntryForm(request.POST, incident=incident, entry=entry)
    borne = list(incident.milestones.exclude(entry=None).values_list("entry_id", flat=True))

    def pieces(saved: TimelineEntry) -> Pieces:
        saved = TimelineEntry.objects.select_related("milestone").get(pk=saved.pk)
        values = differing(form, EntryForm(incident=incident, entry=saved))
        if {"milestone", "occurred_at", "precision"} & form.changes.keys():
            values = {**marked(incident, besides=borne), **values}
        return Pieces(values=values, places=[_place(incident, saved)])

    return save(
        request,
        incident,
        f"entry-{entry.key}",
        form,
        lambda: revise_entry(entry, changes=form.changes, seen=form.seen_digests, by=user, at=timezone.now()),
        pieces=pieces,
    )


@require_POST
def delete(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    entry = get_object_or_404(TimelineEntry, incident=incident, pk=pk)
    form = EntryForm(request.POST, incident=incident, entry=entry)
    try:
        delete_entry(entry, seen=form.seen_digests or None, by=user, at=timezone.now())
    except EditConflict:
        return refuse(request, incident, "timeline", ChangedMeanwhile())
    except (Gone, ReportLocked) as refusal:
        return refuse(request, incident, "timeline", refusal)
    return done(request, incident, "timeline", Pieces(removed=f"entry-{entry.key}", values=marked(incident)))


@require_POST
def make_public(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    try:
        shown = make_all_public(incident, by=user, at=timezone.now())
    except ReportLocked as refusal:
        return refuse(request, incident, "timeline", refusal)
    values: dict[str, str] = {}
    for row in (row_of(incident, entry) for entry in shown):
        values |= {f"{row.id}-public_text": row.public_text, f"{row.id}-seen": row.seen}
    return done(request, incident, "timeline", Pieces(values=values))


def _read(form: LineForm, incident: Incident, *, now: datetime) -> ReadLine | None:
    """The line as a row; what keeps it from being one stands beside the input."""
    if not form.is_valid():
        return None
    try:
        return read_typed_line(form.cleaned_data["line"], incident, after=form.cleaned_data["after"], now=now)
    except ValidationError as error:
        form.add_error("line", error)
        return None


def _place(incident: Incident, entry: TimelineEntry, *, is_new: bool = False) -> Place:
    earlier = Q(occurred_at__lt=entry.occurred_at) | Q(occurred_at=entry.occurred_at, pk__lt=entry.pk)
    above = incident.entries.filter(earlier).order_by("-occurred_at", "-pk").values_list("key", flat=True).first()
    offer = None
    if is_new:
        taken = incident.milestones.values_list("kind", flat=True)
        offer = offers_for([entry], taken).get(entry.pk)
    return Place(row_of(incident, entry, offer=offer), after=f"entry-{above}" if above else "", is_new=is_new)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """Another page: the script follows by itself."""
    if not wants_pieces(request):
        return redirect(address)
    return HttpResponse(status=204, headers={"HX-Redirect": address})
