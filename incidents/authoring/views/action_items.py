from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.authoring.forms import ActionItemForm, NewActionForm, NoActionForm
from incidents.authoring.operations import (
    ReportLocked,
    add_action_item,
    add_action_items,
    delete_action_item,
    revise_action_item,
    revise_facts,
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
from incidents.checks.finding import shortened
from incidents.edits import EditConflict, Gone
from incidents.models import ActionItem, ActionState, Comment, Incident, TimelineEntry
from incidents.models.action_item import LONGEST_TEXT
from incidents.permissions import incident_for, may_write_item, require_action_items


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
        lambda: add_action_items(
            incident, form.cleaned_data["text"], owner=_first_owner(user, incident), by=user, at=timezone.now()
        ),
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
    if not may_write_item(user, item, incident.report):
        raise PermissionDenied
    form = ActionItemForm(request.POST, item=item)
    return save(
        request,
        incident,
        f"action-{item.key}",
        form,
        lambda: revise_action_item(item, changes=form.changes, seen=form.seen_digests, by=user, at=timezone.now()),
        pieces=lambda saved: _revised(request, incident, form, saved),
    )


def _revised(request: HttpRequest, incident: Incident, form: ActionItemForm, saved: ActionItem) -> Pieces:
    """What was set straight, and what there is to say of the item as it is now."""
    fresh = ActionItemForm(item=saved)
    said = render_to_string("authoring/_action_said.html", {"form": fresh, "incident": incident}, request)
    return Pieces(values=differing(form, fresh), parts={f"{fresh.prefix}-said": said})


@require_POST
def propose_row(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """A row of the timeline becomes a candidate."""
    user = require_action_items(request.user)
    incident = incident_for(user, number)
    entry = get_object_or_404(TimelineEntry, incident=incident, pk=pk)
    return _proposed(request, incident, entry.text, user, entry=entry)


@require_POST
def propose_comment(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """A comment becomes a candidate."""
    user = require_action_items(request.user)
    incident = incident_for(user, number)
    comment = get_object_or_404(Comment, report=incident.report, pk=pk)
    return _proposed(request, incident, comment.text, user, comment=comment)


def _proposed(request: HttpRequest, incident: Incident, text: str, user: User, **came_from: Any) -> HttpResponse:
    values = {
        "text": shortened(" ".join(text.split()), LONGEST_TEXT),
        "state": ActionState.CANDIDATE,
        "owner": _first_owner(user, incident),
    }
    item = add_action_item(incident, values=values, by=user, at=timezone.now(), **came_from)
    return done(request, incident, f"action-{item.key}", _added(request, incident, [item]))


def _first_owner(user: User, incident: Incident) -> User | None:
    """Who adds to a report that is out, and changes only their own items, owns what they add."""
    return None if incident.report.is_editable or user.may(Capability.MANAGE_ACTIONS) else user


@require_POST
def no_action(request: HttpRequest, number: int) -> HttpResponse:
    """Say, or take back, that nothing needs to be done."""
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    form = NoActionForm(request.POST, report=incident.report)
    return save(
        request,
        incident,
        "actions",
        form,
        lambda: revise_facts(incident, changes=form.changes, seen=form.seen_digests, by=user, at=timezone.now()),
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
