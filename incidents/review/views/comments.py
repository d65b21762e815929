from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.models import User
from accounts.roles import Capability
from incidents.discussion import Refused, discussion
from incidents.models import Comment, Report
from incidents.permissions import report_for
from incidents.review.forms import CommentForm
from incidents.review.operations import NoSuchPlace, answer_comment, comment_on, reopen_thread, resolve_thread


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, number: int) -> HttpResponse:
    user = require(request.user, Capability.READ)
    report = report_for(user, number)
    if request.method != "POST":
        return _panel(request, report, user, place=request.GET.get("place", ""))
    form = CommentForm(request.POST)
    place = request.POST.get("place", "")
    if not form.is_valid():
        return _panel(request, report, user, place=place, refused=_refused(form))
    try:
        comment = comment_on(report, place=place, text=form.cleaned_data["text"], by=user, at=timezone.now())
    except NoSuchPlace as refusal:
        return _panel(request, report, user, refused=Refused(form.cleaned_data["text"], str(refusal)))
    return _done(request, report, user, comment)


@require_POST
def answer(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.READ)
    report = report_for(user, number)
    thread = _thread(report, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _panel(request, report, user, refused=_refused(form, thread=pk))
    return _done(
        request, report, user, answer_comment(thread, text=form.cleaned_data["text"], by=user, at=timezone.now())
    )


@require_POST
def resolve(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    report = report_for(user, number)
    return _done(request, report, user, resolve_thread(_thread(report, pk), by=user, at=timezone.now()))


@require_POST
def reopen(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    user = require(request.user, Capability.WRITE)
    report = report_for(user, number)
    return _done(request, report, user, reopen_thread(_thread(report, pk), by=user, at=timezone.now()))


def _thread(report: Report, pk: int) -> Comment:
    return get_object_or_404(Comment.objects.threads(), report=report, pk=pk)


def _refused(form: CommentForm, *, thread: int = 0) -> Refused:
    (error, *_) = [error for errors in form.errors.values() for error in errors]
    return Refused(form.data.get("text", ""), str(error), thread)


def _done(request: HttpRequest, report: Report, user: User, comment: Comment) -> HttpResponse:
    """The panel to htmx, with the focus on what was written; the page to everybody else."""
    if request.headers.get("HX-Request"):
        return _panel(request, report, user, written=comment.pk)
    return redirect(reverse("review:comments", args=[report.incident.number]) + f"#comment-{comment.pk}")


def _panel(
    request: HttpRequest,
    report: Report,
    user: User,
    *,
    place: str = "",
    refused: Refused | None = None,
    written: int = 0,
) -> HttpResponse:
    context = {
        "incident": report.incident,
        "report": report,
        "discussion": discussion(report, user, place=place, refused=refused, written=written),
    }
    template = "review/_comments.html" if request.headers.get("HX-Request") else "review/comments.html"
    return render(request, template, context, status=422 if refused else 200)
