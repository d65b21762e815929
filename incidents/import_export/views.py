from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.roles import Capability
from incidents.authoring.zones import zone_names
from incidents.import_export.forms import SourceForm
from incidents.import_export.operations import import_report
from incidents.import_export.preview import UnderstoodForm
from incidents.parsing import NotAReport, Unreadable, read_report


@require_http_methods(["GET", "HEAD", "POST"])
def import_source(request: HttpRequest) -> HttpResponse:
    """Upload or paste; what was understood is shown, and nothing is kept yet."""
    require(request.user, Capability.WRITE)
    form = SourceForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if not form.is_valid():
        return render(request, "import_export/source.html", {"form": form}, status=422 if form.is_bound else 200)
    source, name = form.source
    try:
        report = read_report(source, file_name=name)
    except (NotAReport, Unreadable) as refusal:
        form.add_error("file" if name else "text", str(refusal))
        return render(request, "import_export/source.html", {"form": form}, status=422)
    understood = UnderstoodForm(report=report, file_name=name)
    context = {"understood": understood, "zones": zone_names()}
    return render(request, "import_export/understood.html", context)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what the person left standing, as a new incident."""
    user = require(request.user, Capability.WRITE)
    understood = UnderstoodForm(request.POST)
    if not understood.is_valid():
        context = {"understood": understood, "zones": zone_names()}
        return render(request, "import_export/understood.html", context, status=422)
    incident = import_report(
        understood.to_content(),
        source_name=understood.content.cleaned_data["source_name"],
        milestones_confirmed=True,
        by=user,
        at=timezone.now(),
    )
    messages.success(request, "Kept. Everything is internal until you make it public.")
    return redirect("authoring:editor", incident.number)
