from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.forms import ActionItemForm
from incidents.authoring.operations import (
    ReportLocked,
    add_action_item,
    delete_action_item,
    revise_action_item,
)
from incidents.authoring.views.answers import answer, refuse, save
from incidents.models import ActionItem
from incidents.permissions import incident_for, require_action_items


@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    user = require_action_items(request.user)
    incident = incident_for(user, number)
    form = ActionItemForm(request.POST)
    return save(
        request,
        incident,
        "actions",
        form,
        lambda: add_action_item(incident, values=form.values, by=user, at=timezone.now()),
    )


@require_POST
def revise(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require_action_items(request.user)
    incident = incident_for(user, number)
    item = get_object_or_404(ActionItem, incident=incident, pk=pk)
    form = ActionItemForm(request.POST, item=item)
    return save(
        request,
        incident,
        "actions",
        form,
        lambda: revise_action_item(
            item,
            changes=form.values,
            by=user,
            at=timezone.now(),
        ),
    )


@require_POST
def delete(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    incident = incident_for(user, number)
    item = get_object_or_404(ActionItem, incident=incident, pk=pk)
    try:
        delete_action_item(item, by=user, at=timezone.now())
    except ReportLocked as refusal:
        return refuse(request, incident, "actions", refusal)
    return answer(request, incident, "actions")
