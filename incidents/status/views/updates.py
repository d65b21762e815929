from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.edits import EditConflict
from incidents.models import OVER, Component, EventKind, EventUpdate, Site, UpdateTemplate
from incidents.permissions import told_for
from incidents.status.forms import CancelForm, EditUpdateForm, PromiseForm, TitleForm, UpdateForm
from incidents.status.operations import (
    InTheFuture,
    PromiseIsPast,
    TitleMissing,
    ToldMeanwhile,
    WrongStep,
    edit_update,
    post_update,
    retitle_event,
    set_next_update,
    tell_customers,
)
from incidents.status.recurrence import rhythm_in_words
from incidents.status.shown import Told, banner_with


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, name: str) -> HttpResponse:
    """What customers were told, and the form to tell them more."""
    user = require(request.user, Capability.WRITE)
    told = Told(*told_for(user, name))
    form = _update_form(request, told)
    if "fill" in request.POST:
        if template := UpdateTemplate.objects.filter(pk=_number(request.POST.get("template"))).first():
            form = form.filled_from(template)
        return event_page(request, told, form)
    if not form.is_valid():
        return event_page(request, told, form, status=422 if form.is_bound else 200)
    try:
        update = _post(told, form, user)
    except ToldMeanwhile as refusal:
        form.show_newer(refusal.event)
        return event_page(request, Told(told.incident, refusal.event), form, problem=str(refusal), status=409)
    except (InTheFuture, PromiseIsPast, TitleMissing, WrongStep) as refusal:
        return event_page(request, told, form, problem=str(refusal), status=409)
    messages.success(request, "Posted. Customers read it now.")
    return redirect("status:event", update.event.public_id)


@require_POST
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """The sentence at the top of the public page, as the form would make it."""
    user = require(request.user, Capability.WRITE)
    told = Told(*told_for(user, name))
    form = _update_form(request, told)
    form.is_valid()
    over = form.cleaned_data.get("status") in OVER
    levels = {} if over or "status" not in form.cleaned_data else form.levels
    shown = banner_with(told.event, form.components, levels, at=timezone.now())
    return render(request, "status/_banner.html", {"banner": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def update(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Correct an update; what it said before stays inside."""
    user = require(request.user, Capability.WRITE)
    told = Told(*told_for(user, name))
    stored = get_object_or_404(EventUpdate, pk=pk, event=told.event)
    data = request.POST if request.method == "POST" else None
    form = EditUpdateForm(data, update=stored, zone=Site.get().time_zone, at=timezone.now())
    context = {"told": told, "update": stored, "form": form}
    if not form.is_valid():
        return render(request, "status/update.html", context, status=422 if form.is_bound else 200)
    try:
        edit_update(stored, changes=form.changes, seen=form.seen_digests, by=user, at=timezone.now())
    except InTheFuture as refusal:
        form.add_error("display_at", str(refusal))
    except EditConflict as conflict:
        form.show_conflict(conflict.stored)
    else:
        messages.success(request, "The update is changed.")
        return redirect("status:event", told.name)
    return render(request, "status/update.html", context, status=409)


@require_POST
def promise(request: HttpRequest, name: str) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    told, form, now = Told(*told_for(user, name)), PromiseForm(request.POST), timezone.now()
    if told.event is None or not form.is_valid():
        return event_page(request, told, fresh_form(told), problem="Choose one of the times.", status=422)
    try:
        set_next_update(told.event, form.promised_at(now), by=user, at=now)
    except (PromiseIsPast, WrongStep):
        return event_page(request, told, fresh_form(told), problem="This is over already.", status=409)
    return redirect("status:event", told.name)


@require_POST
def title(request: HttpRequest, name: str) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    told, form = Told(*told_for(user, name)), TitleForm(request.POST)
    if told.event is None or not form.is_valid():
        return event_page(request, told, fresh_form(told), title_form=form, status=422)
    retitle_event(told.event, title=form.cleaned_data["title"], by=user, at=timezone.now())
    return redirect("status:event", told.name)


def _post(told: Told, form: UpdateForm, user: User) -> Any:
    values = form.values | {"by": user, "at": form.at}
    if told.event is None and told.incident is not None:
        return tell_customers(told.incident, **values)
    assert told.event  # noqa: S101  # one of the two is there
    return post_update(told.event, **values, seen=form.cleaned_data["seen"] or 0)


def _update_form(request: HttpRequest, told: Told) -> UpdateForm:
    return fresh_form(told, request.POST if request.method == "POST" else None)


def fresh_form(told: Told, data: Any = None) -> UpdateForm:
    components = list(Component.objects.in_page_order())
    return UpdateForm(
        data,
        event=told.event,
        components=components,
        zone=Site.get().time_zone,
        at=timezone.now(),
        suggested=told.suggested_levels(),
        step=told.incident.status if told.incident else "",
    )


def event_page(
    request: HttpRequest,
    told: Told,
    form: UpdateForm,
    *,
    title_form: TitleForm | None = None,
    cancel_form: CancelForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    kind = told.event.kind if told.event else EventKind.INCIDENT
    context = {
        "told": told,
        "event": told.event,
        "form": form,
        "promise_form": PromiseForm(),
        "title_form": title_form or TitleForm(initial={"title": told.event.posted_title if told.event else ""}),
        "cancel_form": cancel_form or CancelForm(),
        "templates": UpdateTemplate.objects.filter(kind=kind),
        "problem": problem,
        "now": form.at,
        "rhythm": rhythm_in_words(told.event.plan) if told.event and told.event.plan else "",
        "zone": Site.get().time_zone,
    }
    return render(request, "status/event.html", context, status=status)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
