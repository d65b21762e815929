from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.models import Publication, Report
from incidents.permissions import report_for
from incidents.public.changes import Difference, differences
from incidents.review.forms import DRAFT, CompareForm
from incidents.snapshot import Snapshot


@require_safe
def changes(request: HttpRequest, number: int) -> HttpResponse:
    """Any two of the versions and the draft, word by word."""
    report = report_for(require(request.user, Capability.READ), number)
    publications = list(
        Publication.objects.of(report.incident).select_related("retraction").defer("data").order_by("-number")
    )
    form = CompareForm(request.GET, publications=publications)
    found: tuple[Difference, ...] = ()
    if form.is_valid():
        old, new = (_text(report, publications, form.cleaned_data[name]) for name in ("from", "to"))
        found = differences(old, new)
    context = {
        "incident": report.incident,
        "report": report,
        "form": form,
        "publications": publications,
        "differences": found,
    }
    return render(request, "review/changes.html", context, status=200 if form.is_valid() else 422)


def _text(report: Report, publications: list[Publication], choice: str) -> Snapshot:
    if choice == DRAFT:
        return report.to_snapshot()
    return next(each.snapshot for each in publications if str(each.number) == choice)
