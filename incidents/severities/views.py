from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.edits import EditConflict, Gone
from incidents.models import FIRST_PROMPTS, Severity
from incidents.severities.forms import SeverityForm
from incidents.severities.operations import (
    LastSeverity,
    NameTaken,
    SeverityInUse,
    add_severity,
    delete_severity,
    move_severity,
    revise_severity,
)

_DIRECTIONS = {"up": True, "down": False}


@require_safe
def severity_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Capability.ADMINISTER)
    return _list_page(request)


@require_http_methods(["GET", "HEAD", "POST"])
def new_severity(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    form = SeverityForm(request.POST if request.method == "POST" else None)
    if request.POST.get("reset") in FIRST_PROMPTS:
        return _form_page(request, form.with_first_prompt(request.POST["reset"]))
    if not form.is_valid():
        return _form_page(request, form, status=422 if form.is_bound else 200)
    try:
        severity = add_severity(values=form.values, by=user, at=timezone.now())
    except NameTaken as refusal:
        form.add_error("name", str(refusal))
        return _form_page(request, form, status=409)
    messages.success(request, f"{severity} is added below the others. Move it to where it belongs.")
    return redirect("severities:severity_list")


@require_http_methods(["GET", "HEAD", "POST"])
def severity(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    stored = get_object_or_404(Severity, pk=pk)
    form = SeverityForm(request.POST if request.method == "POST" else None, severity=stored)
    if request.POST.get("reset") in FIRST_PROMPTS:
        return _form_page(request, form.with_first_prompt(request.POST["reset"]))
    if not form.is_valid():
        return _form_page(request, form, status=422 if form.is_bound else 200)
    try:
        stored = revise_severity(stored, changes=form.changes, seen=form.seen, by=user, at=timezone.now())
    except EditConflict as conflict:
        form.show_conflict(conflict.stored)
    except (NameTaken, Gone) as refusal:
        form.add_error("name", str(refusal))
    else:
        messages.success(request, f"{stored} is saved.")
        return redirect("severities:severity_list")
    return _form_page(request, form, status=409)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    stored = get_object_or_404(Severity, pk=pk)
    direction = request.POST.get("direction", "")
    if direction not in _DIRECTIONS:
        return _list_page(request, problem="Choose whether it goes up or down.", status=422)
    try:
        move_severity(stored, up=_DIRECTIONS[direction], by=user, at=timezone.now())
    except Gone as refusal:
        return _list_page(request, problem=str(refusal), status=409)
    return redirect(f"{reverse('severities:severity_list')}#severity-{stored.pk}")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    stored = get_object_or_404(Severity, pk=pk)
    try:
        delete_severity(stored, by=user, at=timezone.now())
    except (SeverityInUse, LastSeverity, Gone) as refusal:
        return _list_page(request, problem=str(refusal), status=409)
    messages.success(request, f"{stored} is deleted.")
    return redirect("severities:severity_list")


def _list_page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"severities": Severity.objects.worst_first().with_use(), "problem": problem}
    return render(request, "severities/severity_list.html", context, status=status)


def _form_page(request: HttpRequest, form: SeverityForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "severity": form.severity}
    return render(request, "severities/severity.html", context, status=status)
