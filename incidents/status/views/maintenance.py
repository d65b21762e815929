from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.edits import EditConflict
from incidents.models import EventKind, MaintenancePlan, PublicEvent, Site
from incidents.status.forms import CancelForm, MaintenanceForm, NewMaintenanceForm
from incidents.status.operations import (
    NeverComes,
    ToldMeanwhile,
    WrongStep,
    WrongTimes,
    cancel_maintenance,
    plan_maintenance,
    revise_maintenance,
    start_plan,
    stop_plan,
)
from incidents.status.shown import Told
from incidents.status.views.updates import event_page, fresh_form


@require_http_methods(["GET", "HEAD", "POST"])
def new_maintenance(request: HttpRequest) -> HttpResponse:
    user, now = require(request.user, Capability.WRITE), timezone.now()
    form = NewMaintenanceForm(request.POST if request.method == "POST" else None, zone=Site.get().time_zone, at=now)
    if not form.is_valid():
        return _new_page(request, form, status=422 if form.is_bound else 200)
    try:
        if form.cleaned_data["rhythm"]:
            start_plan(**form.again, by=user, at=now)
            messages.success(request, "Planned. Customers read of the next 30 days now, and of the rest in time.")
            return redirect("status:event_list")
        event = plan_maintenance(**form.once, by=user, at=now)
    except WrongTimes as refusal:
        form.add_error("end", str(refusal))
    except NeverComes as refusal:
        form.add_error("until", str(refusal))
    else:
        messages.success(request, "Planned. Customers read it now.")
        return redirect("status:event", event.public_id)
    return _new_page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def maintenance(request: HttpRequest, name: str) -> HttpResponse:
    """Change one: other times, components, another title."""
    user, now = require(request.user, Capability.WRITE), timezone.now()
    event = _planned(name)
    data = request.POST if request.method == "POST" else None
    form = MaintenanceForm(data, event=event, zone=Site.get().time_zone, at=now)
    if not form.is_valid():
        return _page(request, event, form, status=422 if form.is_bound else 200)
    try:
        revise_maintenance(event, changes=form.changes, seen=form.seen_digests, by=user, at=now)
    except WrongTimes as refusal:
        form.add_error("end", str(refusal))
        return _page(request, event, form, status=422)
    except WrongStep:
        form.add_error(None, "This work is over already.")
    except EditConflict as conflict:
        form.show_conflict(conflict.stored)
    else:
        messages.success(request, "Changed. Post an update as well, if customers should hear why.")
        return redirect("status:event", event.public_id)
    return _page(request, event, form, status=409)


@require_POST
def cancel(request: HttpRequest, name: str) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    event, form = _planned(name), CancelForm(request.POST)
    told = Told(None, event)
    if not form.is_valid():
        return event_page(request, told, fresh_form(told), cancel_form=form, status=422)
    try:
        cancel_maintenance(
            event, text=form.cleaned_data["text"], seen=form.cleaned_data["seen"], by=user, at=timezone.now()
        )
    except WrongStep:
        problem = "This work is over already."
    except ToldMeanwhile as refusal:
        problem = str(refusal)
    else:
        return redirect("status:event", event.public_id)
    return event_page(request, told, fresh_form(told), cancel_form=form, problem=problem, status=409)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    stop_plan(get_object_or_404(MaintenancePlan, pk=pk), by=user, at=timezone.now())
    messages.success(request, "Stopped. What was announced and has not begun is called off.")
    return redirect("status:event_list")


def _planned(name: str) -> PublicEvent:
    event = PublicEvent.objects.filter(public_id=name, kind=EventKind.MAINTENANCE).first()
    if event is None:
        raise Http404
    return event


def _new_page(request: HttpRequest, form: NewMaintenanceForm, *, status: int) -> HttpResponse:
    return render(request, "status/new_maintenance.html", {"form": form}, status=status)


def _page(request: HttpRequest, event: PublicEvent, form: MaintenanceForm, *, status: int) -> HttpResponse:
    return render(request, "status/maintenance.html", {"event": event, "form": form}, status=status)
