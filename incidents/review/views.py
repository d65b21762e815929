from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.models import Report, ReportStatus, Step, WrongState
from incidents.permissions import report_for
from incidents.review.forms import ApproveForm, SendBackForm
from incidents.review.operations import (
    ASKED_FOR_REVIEW,
    ReportMoved,
    approve_report,
    send_back,
    submit_for_review,
)


@require_safe
def review(request: HttpRequest, number: int) -> HttpResponse:
    report = report_for(require(request.user, Capability.PUBLISH), number)
    return _review_page(request, report, SendBackForm())


@require_POST
def submit(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    report = report_for(user, number)
    try:
        submit_for_review(report, by=user, at=timezone.now())
    except WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Asked for review. A publisher can read and approve it now.")
    return redirect("authoring:editor", number)


@require_POST
def approve(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.PUBLISH)
    report = report_for(user, number)
    form = ApproveForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    try:
        approve_report(report, seen=seen, by=user, at=timezone.now())
    except (WrongState, ReportMoved) as refusal:
        messages.error(request, str(refusal))
        return redirect("review:review", number)
    messages.success(request, "Approved. It can be published now.")
    return redirect("publishing:publish", number)


@require_POST
def send_back_view(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.PUBLISH)
    report = report_for(user, number)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _review_page(request, report, form, status=422)
    try:
        send_back(report, reason=form.cleaned_data["reason"], by=user, at=timezone.now())
    except WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Sent back with your reason.")
    return redirect("authoring:editor", number)


def _review_page(request: HttpRequest, report: Report, form: SendBackForm, *, status: int = 200) -> HttpResponse:
    snapshot = report.to_snapshot()
    is_approved = report.status == ReportStatus.APPROVED
    has_moved = is_approved and report.approved_checksum != snapshot.checksum
    context = {
        "incident": report.incident,
        "report": report,
        "findings": report.judged_findings(at=timezone.now(), snapshot=snapshot),
        "can_accept": True,
        "can_approve": report.status == ReportStatus.IN_REVIEW or has_moved,
        "can_send_back": report.status in Step.SEND_BACK.before,
        "has_moved": has_moved,
        "approve_form": ApproveForm(initial={"seen": snapshot.checksum}),
        "send_back_form": form,
        "asked": report.incident.activities.filter(verb=ASKED_FOR_REVIEW).order_by("-at", "-id").first(),
    }
    return render(request, "review/review.html", context, status=status)
