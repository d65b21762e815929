from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.checks import findings
from incidents.models import Report, WrongState
from incidents.permissions import report_for
from incidents.review.forms import ApproveForm, SendBackForm
from incidents.review.operations import ReportMoved, approve_report, send_back, submit_for_review
from incidents.snapshot import checksum


@require_safe
def review(request: HttpRequest, number: int) -> HttpResponse:
    report = report_for(request.user, number, Capability.PUBLISH)
    return _review_page(request, report, SendBackForm())


@require_POST
def submit(request: HttpRequest, number: int) -> HttpResponse:
    report = report_for(request.user, number, Capability.WRITE)
    try:
        submit_for_review(report, by=require(request.user, Capability.READ), at=timezone.now())
    except WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Asked for review. A publisher can read and approve it now.")
    return redirect("authoring:editor", number)


@require_POST
def approve(request: HttpRequest, number: int) -> HttpResponse:
    report = report_for(request.user, number, Capability.PUBLISH)
    form = ApproveForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    try:
        approve_report(report, seen=seen, by=require(request.user, Capability.READ), at=timezone.now())
    except (WrongState, ReportMoved) as refusal:
        messages.error(request, str(refusal))
        return redirect("review:review", number)
    messages.success(request, "Approved. It can be published now.")
    return redirect("publishing:publish", number)


@require_POST
def send_back_view(request: HttpRequest, number: int) -> HttpResponse:
    report = report_for(request.user, number, Capability.PUBLISH)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _review_page(request, report, form, status=422)
    try:
        send_back(
            report,
            reason=form.cleaned_data["reason"],
            by=require(request.user, Capability.READ),
            at=timezone.now(),
        )
    except WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Sent back with your reason.")
    return redirect("authoring:editor", number)


def _review_page(request: HttpRequest, report: Report, form: SendBackForm, *, status: int = 200) -> HttpResponse:
    snapshot = report.to_snapshot()
    context = {
        "incident": report.incident,
        "report": report,
        "findings": findings(snapshot, at=timezone.now()),
        "approve_form": ApproveForm(initial={"seen": checksum(snapshot.to_data())}),
        "send_back_form": form,
        "asked": report.incident.activities.filter(verb="asked for review").order_by("-at", "-id").first(),
    }
    return render(request, "review/review.html", context, status=status)
