"""How the editor answers: a part of the page to htmx, a redirect or the whole page to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.editor import editor_context
from incidents.authoring.operations import EditConflict, Gone, ImageRefused, ReportLocked
from incidents.models import Incident


def answer(
    request: HttpRequest,
    incident: Incident,
    part: str,
    *,
    sent: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The part of the editor that changed; `sent` holds the forms that were refused."""
    if sent is None and not request.headers.get("HX-Request"):
        return redirect(reverse("authoring:editor", args=[incident.number]) + f"#{part}")
    context = editor_context(
        Incident.objects.select_related("severity", "lead").get(pk=incident.pk),
        require(request.user, Capability.READ),
        at=timezone.now(),
        sent=sent,
    )
    if request.headers.get("HX-Request"):
        response = render(request, "authoring/_answer.html", {**context, "part": part}, status=status)
        if sent is None:
            response.headers["HX-Trigger-After-Settle"] = "saved"
        return response
    return render(request, "authoring/editor.html", context, status=status)


def save(
    request: HttpRequest,
    incident: Incident,
    part: str,
    form: Any,
    operation: Callable[[], object],
    **beside: Any,
) -> HttpResponse:
    """Run one operation with a valid form; whatever refuses, the form comes back as it was typed.

    `beside` names further forms that were sent with it.
    """
    sent = {form.prefix: form, **beside}
    if not form.is_valid():
        return answer(request, incident, part, sent=sent, status=422)
    try:
        operation()
    except EditConflict as conflict:
        form.show_conflict(conflict.current)
        return answer(request, incident, part, sent=sent, status=409)
    except (Gone, ImageRefused, ReportLocked) as refusal:
        form.add_error(None, str(refusal))
        return answer(request, incident, part, sent=sent, status=409)
    return answer(request, incident, part)


def refuse(request: HttpRequest, incident: Incident, part: str, refusal: Exception) -> HttpResponse:
    """Say why a button did nothing: in place to htmx, as a message to everybody else."""
    messages.error(request, str(refusal))
    if request.headers.get("HX-Request"):
        return answer(request, incident, part, sent={}, status=409)
    return redirect(reverse("authoring:editor", args=[incident.number]) + f"#{part}")
