"""People and invitations for admins, and the doors for everybody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations
from accounts.access import require
from accounts.forms import AcceptForm, InviteForm, NameForm, RoleForm
from accounts.mails import invitation_link
from accounts.models import Invitation, User
from accounts.roles import ROLE_MEANINGS, Capability, Role

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """For pages whose address or text is a secret: kept by no cache, and the address is told to nobody.

    Not `no-referrer`: browsers would then post the form with `Origin: null`, which the CSRF check refuses.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        return response

    return never_cache(answer)


# ── People, for admins ──────────────────────────────────────────────────────


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    require(request.user, Capability.ADMINISTER)
    return _people_page(request, InviteForm())


@require_POST
@private
def invite(request: HttpRequest) -> HttpResponse:
    admin = require(request.user, Capability.ADMINISTER)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _people_page(request, form, status=422)
    try:
        invitation, token = operations.invite(**form.cleaned_data, by=admin, at=timezone.now())
    except operations.AccountExists as error:
        form.add_error("email", str(error))
        return _people_page(request, form, status=422)
    # Not a redirect: the link is shown this once and stored nowhere, not even in the session.
    return _people_page(request, InviteForm(), invited=invitation, link=invitation_link(token))


@require_POST
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Capability.ADMINISTER)
    invitation = get_object_or_404(Invitation, pk=pk, accepted_at=None)
    operations.revoke_invitation(invitation, by=admin, at=timezone.now())
    messages.success(request, f"The invitation of {invitation.email} is withdrawn; its link no longer works.")
    return redirect("accounts:people")


@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Capability.ADMINISTER)
    person = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _people_page(request, InviteForm(), problem="Choose one of the roles.", status=422)
    try:
        person = operations.change_role(person, form.cleaned_data["role"], by=admin, at=timezone.now())
    except operations.LastAdmin as error:
        return _people_page(request, InviteForm(), problem=str(error), status=409)
    messages.success(request, f"{person} is now {person.get_role_display()}.")
    return redirect("accounts:people")


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Capability.ADMINISTER)
    person = get_object_or_404(User, pk=pk)
    try:
        operations.deactivate(person, by=admin, at=timezone.now())
    except operations.LastAdmin as error:
        return _people_page(request, InviteForm(), problem=str(error), status=409)
    messages.success(request, f"{person} is logged out everywhere and can no longer log in.")
    return redirect("accounts:people")


@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Capability.ADMINISTER)
    person = get_object_or_404(User, pk=pk)
    operations.reactivate(person, by=admin, at=timezone.now())
    messages.success(request, f"{person} can log in again.")
    return redirect("accounts:people")


def _people_page(
    request: HttpRequest,
    form: InviteForm,
    *,
    problem: str = "",
    invited: Invitation | None = None,
    link: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "people": User.objects.by_name(),
        "invitations": Invitation.objects.unused().select_related("invited_by").newest_first(),
        "roles": [(role, ROLE_MEANINGS[role]) for role in Role],
        "problem": problem,
        "invited": invited,
        "link": link,
        "now": timezone.now(),
    }
    return render(request, "accounts/people.html", context, status=status)


# ── Oneself ─────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    person = require(request.user, Capability.READ)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": person.name})
    if not form.is_valid():
        return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)
    operations.rename(person, form.cleaned_data["name"])
    messages.success(request, "Your name is saved.")
    return redirect("accounts:profile")


# ── The invited ─────────────────────────────────────────────────────────────

_GONE = (operations.InvitationUsed, operations.InvitationExpired)


@login_not_required
@private
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    at = timezone.now()
    try:
        invitation = operations.open_invitation(token, at=at)
        form = AcceptForm(request.POST if request.method == "POST" else None, invitation=invitation)
        if not form.is_valid():
            context = {"form": form, "invitation": invitation}
            return render(request, "accounts/accept.html", context, status=422 if form.is_bound else 200)
        user = operations.accept_invitation(token, **form.cleaned_data, at=at)
    except operations.InvitationRefused as error:
        status = 410 if isinstance(error, _GONE) else 404
        return render(request, "accounts/refused.html", {"reason": error}, status=status)
    login(request, user)
    return redirect(settings.LOGIN_REDIRECT_URL)
