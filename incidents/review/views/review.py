from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.discussion import discussion
from incidents.models import Publication, Report, ReportStatus, Step, WrongState
from incidents.permissions import report_for
from incidents.public.changes import places_that_differ
from incidents.public.words import in_a_row
from incidents.review.forms import ApproveForm, AskForm, SendBackForm
from incidents.review.operations import (
    CantApprove,
    ReportMoved,
    RequestOver,
    approve_report,
    ask_reviewers,
    send_back,
    submit_for_review,
    withdraw_request,
)
from incidents.review.rounds import review_round


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What this person was asked to read, and what waits for any publisher."""
    user = require(request.user, Capability.PUBLISH)
    reports = Report.objects.visible_to(user).waiting_for(user).select_related("incident__severity")
    return render(request, "review/waiting.html", {"reports": reports})


@require_safe
def review(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.PUBLISH)
    return _review_page(request, report_for(user, number), user, SendBackForm())


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Send a draft to review, or ask more people while it waits. Nobody in particular means any publisher."""
    user = require(request.user, Capability.WRITE)
    report = report_for(user, number)
    form = AskForm(request.POST if request.method == "POST" else None, initial={"reviewers": _asked_before(report)})
    if not form.is_valid():
        return _ask_page(request, report, form, status=422 if form.is_bound else 200)
    try:
        said = _ask(report, list(form.cleaned_data["reviewers"]), by=user)
    except CantApprove as refusal:
        form.add_error("reviewers", str(refusal))
        return _ask_page(request, report, form, status=422)
    except WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("authoring:editor", number)


@require_POST
def withdraw(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    report = report_for(user, number)
    try:
        person = withdraw_request(report, request=pk, by=user, at=timezone.now())
    except RequestOver as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{person} is no longer asked.")
    return redirect("review:submit", number)


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
        return _review_page(request, report, user, form, status=422)
    try:
        send_back(report, reason=form.cleaned_data["reason"], by=user, at=timezone.now())
    except WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Sent back with your reason.")
    return redirect("authoring:editor", number)


def _ask(report: Report, reviewers: list[User], *, by: User) -> str:
    """The sentence that says who was asked."""
    if report.status == ReportStatus.IN_REVIEW and reviewers:
        asked = ask_reviewers(report, reviewers=reviewers, by=by, at=timezone.now())
        return f"Asked {in_a_row(asked)} as well." if asked else "They are asked already."
    submit_for_review(report, reviewers=reviewers, by=by, at=timezone.now())
    if reviewers:
        return f"Asked {in_a_row([str(person) for person in reviewers])} to read and approve it."
    return "Asked for review. A publisher can read and approve it now."


def _asked_before(report: Report) -> list[int]:
    """Who read the rounds before is likely to read this one."""
    if report.status != ReportStatus.DRAFT:
        return []
    return list(report.review_requests.values_list("reviewer_id", flat=True))


def _ask_page(request: HttpRequest, report: Report, form: AskForm, *, status: int) -> HttpResponse:
    read = review_round(report)
    asked = read.waiting_for if report.status == ReportStatus.IN_REVIEW else set()
    context = {
        "incident": report.incident,
        "report": report,
        "form": form,
        "round": read,
        "others": [box for box in form["reviewers"] if box.data["value"].value not in asked],
        "can_ask": report.status in {ReportStatus.DRAFT, ReportStatus.IN_REVIEW},
        "findings": report.judged_findings(at=timezone.now()),
        "can_accept": True,
    }
    return render(request, "review/ask.html", context, status=status)


def _review_page(
    request: HttpRequest, report: Report, user: User, form: SendBackForm, *, status: int = 200
) -> HttpResponse:
    snapshot = report.to_snapshot()
    is_approved = report.status == ReportStatus.APPROVED
    has_moved = is_approved and report.approved_checksum != snapshot.checksum
    publication = Publication.objects.current().of(report.incident).first()
    context: dict[str, Any] = {
        "incident": report.incident,
        "report": report,
        "findings": report.judged_findings(at=timezone.now(), snapshot=snapshot),
        "can_accept": True,
        "can_approve": report.status == ReportStatus.IN_REVIEW or has_moved,
        "can_send_back": report.status in Step.SEND_BACK.before,
        "has_moved": has_moved,
        "approve_form": ApproveForm(initial={"seen": snapshot.checksum}),
        "send_back_form": form,
        "round": review_round(report),
        "fallen": report.incident.activities.fallen_appointment(),
        "publication": publication,
        "places": places_that_differ(publication.snapshot, snapshot) if publication else 0,
        "discussion": discussion(report, user),
    }
    return render(request, "review/review.html", context, status=status)
