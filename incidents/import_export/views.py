from __future__ import annotations

import contextlib
import io
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.once import new_token, token_in
from incidents.authoring.operations import UnsentTooMuch
from incidents.import_export.archive_reading import ArchiveRefused
from incidents.import_export.arrivals import NotHere, is_export, keep_all, receive
from incidents.import_export.corrections import changed_in
from incidents.import_export.forms import SourceForm
from incidents.import_export.operations import ImportedAlready, import_report
from incidents.import_export.preview import UnderstoodForm
from incidents.import_export.waiting import (
    NotWaiting,
    Waiting,
    keep_corrections,
    key_of,
    set_aside,
    take_up,
    throw_away,
    waiting_for,
)
from incidents.parsing import ReadingError, read_report
from incidents.parsing.source import to_text
from incidents.zones import zone_names

if TYPE_CHECKING:
    from accounts.models import User
    from incidents.models import Incident

_KEPT = "Kept. Everything is internal until you make it public."


@require_http_methods(["GET", "HEAD", "POST"])
def import_source(request: HttpRequest) -> HttpResponse:
    """Upload or paste; what was understood is shown, and nothing is kept yet."""
    user = require(request.user, Capability.WRITE)
    if request.method != "POST":
        return show_source(request)
    form = SourceForm(request.POST, request.FILES)
    if (export := _export_in(request)) is not None:
        return _show_export(request, user, form, export)
    if not form.is_valid():
        return show_source(request, form, status=422)
    source, name = form.source
    answers = {key.removeprefix("q-"): str(value) for key, value in request.POST.items() if key.startswith("q-")}
    try:
        text = to_text(source)
        waiting = Waiting(key_of(text), name=name or request.POST.get("name", ""), answers=answers)
        return show_reading(request, text, waiting, is_new=True)
    except ReadingError as refusal:
        form.add_error("file" if request.FILES else "text", str(refusal))
        return show_source(request, form, status=422)


def show_source(
    request: HttpRequest, form: SourceForm | None = None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The page that asks for a report, and what was read before and waits."""
    if refusal:
        messages.error(request, refusal)
    user = require(request.user, Capability.WRITE)
    context = {"form": form or SourceForm(), "waiting": waiting_for(user)}
    return render(request, "import_export/source.html", context, status=status)


def show_reading(request: HttpRequest, text: str, waiting: Waiting, *, is_new: bool = False) -> HttpResponse:
    """What is understood of a text, with what was corrected before. Raises ReadingError."""
    report = read_report(text, file_name=waiting.name or None, answers=waiting.answers)
    if is_new:
        waiting = _set_aside(request, text, replace(waiting, title=report.title or ""))
    understood = UnderstoodForm(report=report, file_name=waiting.name, typed=waiting.typed)
    # The text goes along with the questions: their answers read it again.
    asked = {"questions": report.questions, "source": text, "name": waiting.name}
    return _show_understood(request, understood, key=waiting.key, asked=asked)


def _set_aside(request: HttpRequest, text: str, waiting: Waiting) -> Waiting:
    try:
        return set_aside(text, waiting, by=require(request.user, Capability.WRITE), at=timezone.now())
    except UnsentTooMuch as refusal:
        messages.warning(request, f"{refusal} What you correct here is lost with this page.")
        return replace(waiting, key="")


def _export_in(request: HttpRequest) -> IO[bytes] | None:
    """What was sent, where it is an export of ours: a file, or a text that was pasted."""
    upload: Any = request.FILES.get("file")
    sent = upload.file if upload is not None else io.BytesIO(request.POST.get("text", "").encode(errors="replace"))
    return sent if is_export(sent) else None


def _show_export(request: HttpRequest, user: User, form: SourceForm, export: IO[bytes]) -> HttpResponse:
    """What keeping it would do. Nothing was guessed, so there is nothing to correct."""
    try:
        name, outcomes = receive(export, by=user, at=timezone.now())
    except ArchiveRefused as refusal:
        form.errors.clear()
        form.add_error("file" if request.FILES else "text", str(refusal))
        return show_source(request, form, status=422)
    context = {"name": name, "outcomes": outcomes, "keepable": [outcome for outcome in outcomes if outcome.restored]}
    return render(request, "import_export/export.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def keep_export(request: HttpRequest) -> HttpResponse:
    """Make incidents of the export that was shown."""
    user = require(request.user, Capability.WRITE)
    if request.method != "POST":  # after logging in
        return redirect("import_export:import")
    try:
        outcomes = keep_all(request.POST.get("name", ""), by=user, at=timezone.now())
    except (NotHere, ArchiveRefused) as refusal:
        return show_source(request, refusal=str(refusal), status=422)
    except ImportedAlready as before:
        return _show_kept(request, before.incidents, str(before))
    for outcome in outcomes:
        if outcome.refusal:
            messages.error(request, f"{outcome.name}: {outcome.refusal}")
    kept = [outcome.restored.incident for outcome in outcomes if outcome.restored and outcome.restored.incident]
    return _show_kept(request, kept, _KEPT if kept else "")


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what the person left standing, as a new incident."""
    user = require(request.user, Capability.WRITE)
    if request.method != "POST":  # after logging in
        newest = waiting_for(user)[:1]
        return redirect("import_export:waiting", newest[0].key) if newest else redirect("import_export:import")
    key = request.POST.get("read", "")
    understood = UnderstoodForm(request.POST)
    if not understood.is_valid():
        _keep_corrections(request, user, key)
        return _show_understood(request, understood, key=key, status=422)
    try:
        incident = import_report(
            understood.to_content(),
            source_name=understood.content.cleaned_data["source_name"],
            milestones_confirmed=True,
            by=user,
            at=timezone.now(),
            token=token_in(request.POST),
        )
    except ImportedAlready as before:
        return _show_kept(request, before.incidents, str(before))
    if key:
        throw_away(key, by=user)
    return _show_kept(request, [incident], _KEPT)


def _keep_corrections(request: HttpRequest, user: User, key: str) -> None:
    """What was sent and refused waits with the report, where that still waits."""
    with contextlib.suppress(NotWaiting, ReadingError):
        text, waiting = take_up(key, by=user)
        report = read_report(text, file_name=waiting.name or None, answers=waiting.answers)
        offered = UnderstoodForm(report=report, file_name=waiting.name).forms
        try:
            keep_corrections(key, changed_in(offered, request.POST), by=user, at=timezone.now(), is_all=True)
        except UnsentTooMuch as refusal:
            messages.warning(request, str(refusal))


def _show_understood(
    request: HttpRequest,
    understood: UnderstoodForm,
    *,
    key: str,
    asked: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"understood": understood, "key": key, "zones": zone_names(), "asked": asked, "token": new_token()}
    return render(request, "import_export/understood.html", context, status=status)


def _show_kept(request: HttpRequest, incidents: list[Incident], said: str) -> HttpResponse:
    if said:
        messages.success(request, said)
    if len(incidents) == 1:
        return redirect("authoring:editor", incidents[0].number)
    return redirect("authoring:incident_list")
