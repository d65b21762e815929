from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.models import Component, ComponentStatus, ImpactWindow
from incidents.status.forms import ComponentForm, StatusForm
from incidents.status.operations import NameTaken, add_component, move_component, revise_component, set_level

_DIRECTIONS = {"up": True, "down": False}


@require_http_methods(["GET", "HEAD", "POST"])
def component_list(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER if request.method == "POST" else Capability.WRITE)
    form = ComponentForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _list_page(request, user, form, status=422 if form.is_bound else 200)
    try:
        add_component(values=form.cleaned_data, by=user, at=timezone.now())
    except NameTaken as refusal:
        form.add_error("name", str(refusal))
        return _list_page(request, user, form, status=409)
    return redirect("status:component_list")


@require_POST
def set_status(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    component = get_object_or_404(Component, pk=pk)
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _list_page(request, user, ComponentForm(), refused={pk: form}, status=422)
    set_level(component, form.cleaned_data["status"], by=user, at=timezone.now())
    return redirect("status:component_list")


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    component = get_object_or_404(Component, pk=pk)
    if (direction := request.POST.get("direction")) not in _DIRECTIONS:
        return _list_page(request, user, ComponentForm(), status=422)
    move_component(component, up=_DIRECTIONS[direction], by=user, at=timezone.now())
    return redirect(f"{reverse('status:component_list')}#component-{component.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def component(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    stored = get_object_or_404(Component, pk=pk)
    form = ComponentForm(request.POST if request.method == "POST" else None, instance=stored)
    context = {"component": stored, "form": form}
    if not form.is_valid():
        return render(request, "status/component.html", context, status=422 if form.is_bound else 200)
    try:
        revise_component(stored, values=form.cleaned_data, by=user, at=timezone.now())
    except NameTaken as refusal:
        form.add_error("name", str(refusal))
        return render(request, "status/component.html", context, status=409)
    return redirect("status:component_list")


def _list_page(
    request: HttpRequest,
    user: User,
    form: ComponentForm,
    *,
    refused: Mapping[int, StatusForm] = MappingProxyType({}),
    status: int,
) -> HttpResponse:
    by_hand = dict(ImpactWindow.objects.filter(event=None, ended_at=None).values_list("component_id", "level"))
    rows = [
        {
            "component": component,
            "form": refused.get(component.pk) or StatusForm(),
            "by_hand": by_hand.get(component.pk, ComponentStatus.OPERATIONAL),
        }
        for component in Component.objects.with_status(timezone.now()).in_page_order()
    ]
    context = {"components": rows, "form": form, "can_administer": user.may(Capability.ADMINISTER)}
    return render(request, "status/component_list.html", context, status=status)
