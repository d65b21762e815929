from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.once import new_token, token_in
from incidents.authoring.zones import zone_names
from incidents.import_export.archive_reading import ArchiveRefused
from incidents.import_export.arrivals import NotHere, is_export, keep_all, receive
from incidents.import_export.forms import SourceForm
from incidents.import_export.operations import ImportedAlready, import_report
from incidents.import_export.preview import UnderstoodForm
from incidents.parsing import NotAReport, Unreadable, read_report
from incidents.parsing.source import to_text

if TYPE_CHECKING:
    from accounts.models import User
    from incidents.models import Incident

_KEPT = "Kept. Everything is internal until you make it public."


@require_http_methods(["GET", "HEAD", "POST"])
def import_source(request: HttpRequest) -> HttpResponse:
    """Upload or paste; what was understood is shown, and nothing is kept yet."""
    user = require(request.user, Capability.WRITE)
    form = SourceForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if (export := _export_in(request)) is not None:
        return _show_export(request, user, form, export)
    if not form.is_valid():
        return render(request, "import_export/source.html", {"form": form}, status=422 if form.is_bound else 200)
    source, name = form.source
    name = name or request.POST.get("name") or None
    answers = {key.removeprefix("q-"): str(value) for key, value in request.POST.items() if key.startswith("q-")}
    try:
        text = to_text(source)
        report = read_report(text, file_name=name, answers=answers)
    except (NotAReport, Unreadable) as refusal:
        form.add_error("file" if request.FILES else "text", str(refusal))
        return render(request, "import_export/source.html", {"form": form}, status=422)
    understood = UnderstoodForm(report=report, file_name=name)
    # The text goes along with the questions: their answers read it again.
    asked = {"questions": report.questions, "source": text, "name": name or ""}
    return _show_understood(request, understood, asked=asked)


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
        return render(request, "import_export/source.html", {"form": form}, status=422)
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
        messages.error(request, str(refusal))
        return render(request, "import_export/source.html", {"form": SourceForm()}, status=422)
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
        return redirect("import_export:import")
    understood = UnderstoodForm(request.POST)
    if not understood.is_valid():
        return _show_understood(request, understood, status=422)
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
    return _show_kept(request, [incident], _KEPT)


def _show_understood(
    request: HttpRequest, understood: UnderstoodForm, *, asked: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = {"understood": understood, "zones": zone_names(), "asked": asked, "token": new_token()}
    return render(request, "import_export/understood.html", context, status=status)


def _show_kept(request: HttpRequest, incidents: list[Incident], said: str) -> HttpResponse:
    if said:
        messages.success(request, said)
    if len(incidents) == 1:
        return redirect("authoring:editor", incidents[0].number)
    return redirect("authoring:incident_list")
