from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.models import Publication, Report, ReportStatus, WrongState
from incidents.permissions import report_for
from incidents.public.changes import places_that_differ
from incidents.public.pages import report_page
from incidents.publishing.forms import PublishForm, ScheduleForm, WithdrawForm
from incidents.publishing.operations import (
    NoAppointment,
    NotApproved,
    NoteMissing,
    NoteRefused,
    NothingPublished,
    NotReady,
    WrongHour,
    cancel_schedule,
    publish_report,
    schedule_publication,
    start_correction,
    withdraw_report,
)
from incidents.snapshot import Image
from incidents.templatetags.moments import in_zone


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]  # it passes any arguments on
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """The customer page of the draft, from the template that the public gets; the editor frames it."""
    report = report_for(require(request.user, Capability.READ), number)
    ids = dict(report.incident.attachments.values_list("key", "pk"))

    def draft_image_url(image: Image) -> str:
        return reverse("authoring:image_content", args=[number, ids[image.key]])

    page = report_page(report.to_snapshot(), on=timezone.now().date(), image_url=draft_image_url)
    return render(request, "publishing/preview.html", {"page": page, "report": report})


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.PUBLISH)
    report = report_for(user, number)
    if request.method != "POST":
        return _publish_page(request, report, PublishForm(**_form_of(report)))
    form = PublishForm(request.POST, **_form_of(report))
    if not form.is_valid():
        return _publish_page(request, report, form, status=422)
    try:
        publish_report(report, by=user, change_note=form.note, at=timezone.now(), meant=form.cleaned_data["meant"])
    except NoteRefused as refusal:
        form.refuse_note(refusal)
        return _publish_page(request, report, form, status=422)
    except (WrongState, NotApproved, NotReady, NoteMissing) as refusal:
        messages.error(request, str(refusal))
        return _publish_page(request, report, form, status=409)
    messages.success(request, "Published. Customers can read it now.")
    return redirect("publishing:publish", number)


@require_POST
def schedule(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.PUBLISH)
    report = report_for(user, number)
    form = ScheduleForm(request.POST, **_form_of(report))
    if not form.is_valid():
        return _publish_page(request, report, form, status=422)
    try:
        publish_at = form.cleaned_data["publish_at"]
        meant = form.cleaned_data["meant"]
        schedule_publication(report, publish_at=publish_at, note=form.note, by=user, at=timezone.now(), meant=meant)
    except NoteRefused as refusal:
        form.refuse_note(refusal)
        return _publish_page(request, report, form, status=422)
    except WrongHour as refusal:
        form.add_error("clock", str(refusal))
        return _publish_page(request, report, form, status=422)
    except (WrongState, NotApproved, NotReady, NoteMissing) as refusal:
        messages.error(request, str(refusal))
        return _publish_page(request, report, form, status=409)
    messages.success(request, f"It will be published on {in_zone(publish_at, report.incident.zone)}.")
    return redirect("publishing:publish", number)


@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.PUBLISH)
    report = report_for(user, number)
    try:
        cancel_schedule(report, by=user, at=timezone.now())
    except NoAppointment as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The appointment is cancelled. The report stays approved.")
    return redirect("publishing:publish", number)


@require_POST
def correct(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    report = report_for(user, number)
    try:
        start_correction(report, by=user, at=timezone.now())
    except WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You are correcting the report. Customers see the old version until you publish.")
    return redirect("authoring:editor", number)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.PUBLISH)
    report = report_for(user, number)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    context = {
        "incident": report.incident,
        "report": report,
        "form": form,
        "publication": Publication.objects.standing().of(report.incident).first(),
    }
    if not form.is_valid():
        return render(request, "publishing/withdraw.html", context, status=422 if form.is_bound else 200)
    try:
        withdraw_report(report, reason=form.note, by=user, at=timezone.now(), meant=form.cleaned_data["meant"])
    except NoteRefused as refusal:
        form.refuse_note(refusal)
        return render(request, "publishing/withdraw.html", context, status=422)
    except NothingPublished as refusal:
        form.add_error(None, str(refusal))
        return render(request, "publishing/withdraw.html", context, status=409)
    messages.success(request, "Withdrawn. Customers find the reason in its place.")
    return redirect("authoring:editor", number)


def _form_of(report: Report) -> dict[str, Any]:
    """What the forms of the publish page need; the note of an appointment is offered again."""
    is_correction = Publication.objects.of(report.incident).exists()
    return {
        "incident": report.incident,
        "is_correction": is_correction,
        "initial": {"change_note": report.publish_note},
    }


def _publish_page(request: HttpRequest, report: Report, form: PublishForm, *, status: int = 200) -> HttpResponse:
    snapshot = report.to_snapshot()
    found = report.judged_findings(at=timezone.now(), snapshot=snapshot)
    is_approved = report.status == ReportStatus.APPROVED
    has_moved = is_approved and report.approved_checksum != snapshot.checksum
    publication = Publication.objects.current().of(report.incident).first()
    context = {
        "incident": report.incident,
        "report": report,
        "form": form,
        "findings": found,
        "can_accept": True,
        "has_moved": has_moved,
        "can_publish": is_approved and not has_moved and not any(finding.stands for finding in found),
        "publication": publication,
        "places": places_that_differ(publication.snapshot, snapshot) if publication else 0,
        "fallen": report.incident.activities.fallen_appointment(),
    }
    return render(request, "publishing/publish.html", context, status=status)
