from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.edits import Gone
from incidents.models import Team
from incidents.teams.forms import DissolveForm, TeamForm
from incidents.teams.operations import NameTaken, NeedsHeir, add_team, dissolve_team, revise_team


@require_http_methods(["GET", "HEAD", "POST"])
def team_list(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    form = TeamForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            added = add_team(**form.cleaned_data, by=user, at=timezone.now())
        except NameTaken as refusal:
            form.add_error("name", str(refusal))
            status = 409
        else:
            messages.success(request, f"{added} is added.")
            return redirect("teams:team_list")
    elif form.is_bound:
        status = 422
    context = {"teams": Team.objects.with_use(), "form": form}
    return render(request, "teams/team_list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    stored = get_object_or_404(Team, pk=pk)
    form = TeamForm(request.POST if request.method == "POST" else None, team=stored)
    if not form.is_valid():
        return _team_page(request, stored, form=form, status=422 if form.is_bound else 200)
    try:
        revise_team(stored, **form.cleaned_data, by=user, at=timezone.now())
    except (NameTaken, Gone) as refusal:
        form.add_error("name", str(refusal))
        return _team_page(request, stored, form=form, status=409)
    messages.success(request, f"{form.cleaned_data['name']} is saved.")
    return redirect("teams:team_list")


@require_POST
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    user = require(request.user, Capability.ADMINISTER)
    stored = get_object_or_404(Team, pk=pk)
    form = DissolveForm(request.POST, team=stored)
    if not form.is_valid():
        return _team_page(request, stored, dissolving=form, status=422)
    try:
        dissolve_team(stored, heir=form.cleaned_data["heir"], by=user, at=timezone.now())
    except (NeedsHeir, Gone) as refusal:
        form.add_error("heir", str(refusal))
        return _team_page(request, stored, dissolving=form, status=409)
    messages.success(request, f"{stored} is no more.")
    return redirect("teams:team_list")


def _team_page(
    request: HttpRequest,
    stored: Team,
    *,
    form: TeamForm | None = None,
    dissolving: DissolveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "team": stored,
        "form": form or TeamForm(None, team=stored),
        "dissolving": dissolving or DissolveForm(None, team=stored),
    }
    return render(request, "teams/team.html", context, status=status)
