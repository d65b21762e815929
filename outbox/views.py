"""Mail that did not leave, for admins. Its text is shown to nobody: it may hold links that are secrets."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.roles import Capability
from outbox import operations
from outbox.models import Delivery

_SHOWN = 100  # of each list; the counts count all


@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    require(request.user, Capability.ADMINISTER)
    return _page(request)


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Capability.ADMINISTER)
    delivery = get_object_or_404(Delivery, pk=pk)
    try:
        operations.send_again(pk, by=admin.email, at=timezone.now())
    except operations.NothingToSend as error:
        return _page(request, problem=str(error), status=409)
    messages.success(request, f"The mail to {delivery.to} is tried again now.")
    return redirect("outbox:undelivered")


@require_POST
def send_all_again(request: HttpRequest) -> HttpResponse:
    admin = require(request.user, Capability.ADMINISTER)
    count = operations.send_all_again(by=admin.email, at=timezone.now())
    messages.success(request, f"{count} mail{' is' if count == 1 else 's are'} tried again now.")
    return redirect("outbox:undelivered")


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    admin = require(request.user, Capability.ADMINISTER)
    delivery = get_object_or_404(Delivery, pk=pk)
    try:
        operations.discard(pk, by=admin.email, at=timezone.now())
    except operations.NotRefused as error:
        return _page(request, problem=str(error), status=409)
    messages.success(request, f"The mail to {delivery.to} is discarded.")
    return redirect("outbox:undelivered")


def _page(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    at = timezone.now()
    context = {
        "dead": Delivery.objects.dead().newest_end_first()[:_SHOWN],
        "delayed": Delivery.objects.delayed(at=at)[:_SHOWN],
        "counts": Delivery.objects.counted(at=at),
        "most": _SHOWN,
        "now": at,
        "problem": problem,
    }
    return render(request, "outbox/undelivered.html", context, status=status)
