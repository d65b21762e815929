from __future__ import annotations

import contextlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.edits import Gone
from incidents.models import UpdateTemplate
from incidents.status.forms import TemplateForm
from incidents.status.operations import TemplateNameTaken, add_template, delete_template, revise_template


@require_http_methods(["GET", "HEAD", "POST"])
def template_list(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _list_page(request, form, status=422 if form.is_bound else 200)
    try:
        add_template(values=form.cleaned_data, by=user, at=timezone.now())
    except TemplateNameTaken as refusal:
        form.add_error("name", str(refusal))
        return _list_page(request, form, status=409)
    return redirect("status:template_list")


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    stored = get_object_or_404(UpdateTemplate, pk=pk)
    form = TemplateForm(request.POST if request.method == "POST" else None, template=stored)
    context = {"template": stored, "form": form}
    if not form.is_valid():
        return render(request, "status/template.html", context, status=422 if form.is_bound else 200)
    try:
        revise_template(stored, values=form.cleaned_data, by=user, at=timezone.now())
    except (TemplateNameTaken, Gone) as refusal:
        form.add_error("name", str(refusal))
        return render(request, "status/template.html", context, status=409)
    return redirect("status:template_list")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    stored = get_object_or_404(UpdateTemplate, pk=pk)
    with contextlib.suppress(Gone):  # a colleague was faster
        delete_template(stored, by=user, at=timezone.now())
    return redirect("status:template_list")


def _list_page(request: HttpRequest, form: TemplateForm, *, status: int) -> HttpResponse:
    context = {"templates": UpdateTemplate.objects.all(), "form": form}
    return render(request, "status/template_list.html", context, status=status)
