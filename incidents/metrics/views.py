from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.roles import Capability
from incidents.metrics.charts import COLUMN, FOOT, HEIGHT, count_chart, length_chart
from incidents.metrics.exports import as_data, csv_of
from incidents.metrics.facts import MEASURES, began_within, facts_of
from incidents.metrics.filters import Filters
from incidents.metrics.keeping import kept_sheet
from incidents.metrics.sheets import Group
from incidents.metrics.statistics import FEWEST
from incidents.models import Incident, Site

_NO_TEAM = "No team"


@dataclass(frozen=True)
class Table:
    """Groups of one sort, with their names, in the order of the list that they come from."""

    heading: str
    name: str
    rows: tuple[tuple[str, Group], ...]


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    user = require(request.user, Capability.READ)
    filters = _filters(request)
    if not filters.is_valid():
        return render(request, "metrics/metrics.html", {"filters": filters}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    sheet = kept_sheet(filters, user=user, at=timezone.now())
    names = filters.names
    context: dict[str, Any] = {
        "filters": filters,
        "sheet": sheet,
        "total": sheet.total,
        "measures": [(name, *MEASURES[name], sheet.total.spreads[name]) for name in MEASURES],
        "measure": filters.shown,
        "measure_label": MEASURES[filters.shown][0],
        "counts": count_chart(sheet.months),
        "lengths": length_chart(sheet.months, filters.shown),
        "months": [(month, month.spreads[filters.shown]) for month in sheet.months],
        "tables": [
            _table("Severity", "severity", sheet.severities, names["severity"]),
            _table("Component", "component", sheet.components, names["component"]),
            _table("Team", "team", sheet.teams, {**names["team"], None: _NO_TEAM}),
        ],
        "fewest": FEWEST,
        "height": HEIGHT,
        "chart_height": HEIGHT + FOOT,
        "column": COLUMN,
        "is_kept": timezone.now() - sheet.made_at > timedelta(minutes=1),
    }
    return render(request, "metrics/metrics.html", context)


@require_safe
def csv(request: HttpRequest) -> HttpResponseBase:
    """Each incident that counts, with its lengths in minutes, from and to."""
    user = require(request.user, Capability.READ)
    filters = _filters(request)
    if not filters.is_valid():
        return _refused()
    incidents = began_within(filters.narrowed(Incident.objects.visible_to(user)), *filters.times)
    first, last = filters.days
    name = f'attachment; filename="incidents-{first}-{last}.csv"'
    lines = csv_of(facts_of(incidents), names=filters.names)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


@require_safe
def json(request: HttpRequest) -> HttpResponse:
    """The numbers of the page for dashboards, see `exports.as_data`."""
    user = require(request.user, Capability.READ)
    filters = _filters(request)
    if not filters.is_valid():
        return _refused()
    sheet = kept_sheet(filters, user=user, at=timezone.now())
    return JsonResponse(as_data(sheet, days=filters.days, names=filters.names))


def _filters(request: HttpRequest) -> Filters:
    zone = ZoneInfo(Site.get().time_zone)
    return Filters(request.GET, on=timezone.now().astimezone(zone).date(), zone=zone)


def _refused() -> HttpResponse:
    told = "This address asks for a filter that there is not. Choose again on the page.\n"
    return HttpResponse(told, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8")


def _table(heading: str, name: str, groups: tuple[Group, ...], names: dict[Any, str]) -> Table:
    by_key: dict[Hashable, Group] = {group.key: group for group in groups}
    return Table(heading, name, tuple((label, by_key[key]) for key, label in names.items() if key in by_key))
