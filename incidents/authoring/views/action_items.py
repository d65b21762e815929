from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.forms import ActionItemForm, NewActionForm
from incidents.authoring.operations import (
    ReportLocked,
    add_action_items,
    delete_action_item,
    revise_action_item,
)
from incidents.authoring.views.answers import (
    ChangedMeanwhile,
    Pieces,
    differing,
    done,
    fresh_editor,
    refuse,
    save,
)
from incidents.edits import EditConflict, Gone
from incidents.models import ActionItem, Incident
from incidents.permissions import incident_for, require_action_items


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    user = require_action_items(request.user)
    incident = incident_for(user, number)
    form = NewActionForm(request.POST)
    return save(
        request,
        incident,
        "actions",
        form,
        lambda: add_action_items(incident, form.cleaned_data["text"], by=user, at=timezone.now()),
        pieces=lambda items: _added(request, incident, items),
    )


def _added(request: HttpRequest, incident: Incident, items: list[ActionItem]) -> Pieces:
    """The new items alone: nobody loses their place in one of the others."""
    editor = fresh_editor(request, incident)
    new = {f"action-{item.key}" for item in items}
    context = {"editor": editor, "incident": editor.incident}
    rows: list[str] = [
        render_to_string("authoring/_action.html", {**context, "form": form}, request)
        for form in editor.actions
        if form.prefix in new
    ]
    return Pieces(added={"action-items": rows})


@require_POST
def revise(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require_action_items(request.user)
    incident = incident_for(user, number)
    item = get_object_or_404(ActionItem, incident=incident, pk=pk)
    form = ActionItemForm(request.POST, item=item)
    return save(
        request,
        incident,
        f"action-{item.key}",
        form,
        lambda: revise_action_item(item, changes=form.changes, seen=form.seen_digests, by=user, at=timezone.now()),
        pieces=lambda saved: Pieces(values=differing(form, ActionItemForm(item=saved))),
    )


@require_POST
def delete(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    item = get_object_or_404(ActionItem, incident=incident, pk=pk)
    form = ActionItemForm(request.POST, item=item)
    try:
        delete_action_item(item, seen=form.seen_digests or None, by=user, at=timezone.now())
    except EditConflict:
        return refuse(request, incident, "actions", ChangedMeanwhile())
    except (Gone, ReportLocked) as refusal:
        return refuse(request, incident, "actions", refusal)
    return done(request, incident, "actions", Pieces(removed=f"action-{item.key}"))
