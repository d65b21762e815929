from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.models import Report
from incidents.permissions import report_for
from incidents.progress import progress
from incidents.review.findings.forms import AcceptForm, FindingForm
from incidents.review.findings.operations import (
    FindingBlocks,
    FindingGone,
    ReasonMissing,
    accept_finding,
    take_back_acceptance,
)

_PIECES = "partials/findings_answer.html"


@require_POST
def accept(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    report = report_for(user, number)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _answer(request, report, form, status=422)
    fingerprint, reason = form.cleaned_data["fingerprint"], form.cleaned_data["reason"]
    try:
        accept_finding(report, fingerprint=fingerprint, reason=reason, by=user, at=timezone.now())
    except (FindingGone, FindingBlocks, ReasonMissing) as refusal:
        form.add_error(None, str(refusal))
        return _answer(request, report, form, status=409)
    return _answer(request, report, form)


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    report = report_for(user, number)
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _answer(request, report, form, status=422)
    try:
        take_back_acceptance(report, fingerprint=form.cleaned_data["fingerprint"], by=user, at=timezone.now())
    except FindingGone as refusal:
        form.add_error(None, str(refusal))
        return _answer(request, report, form, status=409)
    return _answer(request, report, form)


def _answer(request: HttpRequest, report: Report, form: FindingForm, *, status: int = 200) -> HttpResponse:
    """The list and what counts it to the editor's script; to everybody else a page.

    That is the one they came from, or the list with what was refused.
    """
    is_htmx = bool(request.headers.get("HX-Request"))
    next_path = form.cleaned_data.get("next", "")
    if status == 200 and not is_htmx:
        return redirect((next_path or reverse("authoring:editor", args=[report.incident.number])) + "#findings")
    at = timezone.now()
    findings = report.judged_findings(at=at)
    context = {
        "incident": report.incident,
        "report": report,
        "findings": findings,
        "can_accept": True,
        "refused": form if status != 200 else None,
        "open_fingerprint": form["fingerprint"].value() if isinstance(form, AcceptForm) else "",
        "next": next_path,
        "live": is_htmx,
        "saved_at": at.astimezone(report.incident.zone),
        "progress": progress(report, findings) if is_htmx else {},
    }
    return render(request, _PIECES if is_htmx else "review/findings.html", context, status=status)
