"""What the address of the page asks for: a time, and what narrows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms

from incidents.metrics.facts import MEASURES
from incidents.models import Component, Incident, Severity, Team

if TYPE_CHECKING:
    from django.http import QueryDict

    from incidents.models.incident import IncidentQuerySet

_PERIODS = {"90": 90, "365": 365}
_MOST_YEARS = 10
_SHOWN = "to_resolve"


class Filters(forms.Form):
    """An empty field doesn’t narrow. `first` and `last` are days in the zone of the site, both included.

    `names` are what severities, components and teams are called, by kind and key.
    """

    period = forms.ChoiceField(required=False)
    severity = forms.ChoiceField(required=False)
    component = forms.ChoiceField(required=False)
    team = forms.ChoiceField(required=False)
    measure = forms.ChoiceField(
        label="In the chart", required=False, choices=[(name, label) for name, (label, _) in MEASURES.items()]
    )

    def __init__(self, data: QueryDict, *, on: date, zone: ZoneInfo) -> None:
        self._on, self.zone = on, zone
        self.names: dict[str, dict[Any, str]] = {}
        asked = data.copy()
        asked.setdefault("measure", _SHOWN)
        super().__init__(asked)
        years = [str(on.year - back) for back in range(_MOST_YEARS)]
        fixed = [("", "Last 12 months"), ("90", "Last 90 days")]
        self._offer("period", [*fixed, *((year, year) for year in years)])
        for name, first, rows in (
            ("severity", "Any severity", Severity.objects.worst_first().values_list("pk", "name")),
            ("component", "Any component", Component.objects.in_page_order().values_list("pk", "name")),
            ("team", "Any team", Team.objects.values_list("pk", "name")),
        ):
            self.names[name] = dict(rows)
            self._offer(name, [("", first), *self.names[name].items()])
        for each in self.fields.values():
            each.widget.attrs["class"] = "form-select form-select-sm"

    def _offer(self, name: str, choices: list[tuple[Any, str]]) -> None:
        each = self.fields[name]
        assert isinstance(each, forms.ChoiceField)  # noqa: S101  # of this class
        each.choices = choices

    @property
    def is_narrow(self) -> bool:
        return any(value for name, value in self.cleaned_data.items() if name != "measure")

    @property
    def shown(self) -> str:
        """The length that the chart shows; call after is_valid."""
        shown: str = self.cleaned_data["measure"] or _SHOWN
        return shown

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that count."""
        period = self.cleaned_data["period"] or "365"
        if period in _PERIODS:
            return self._on - timedelta(days=_PERIODS[period] - 1), self._on
        return date(int(period), 1, 1), min(date(int(period), 12, 31), self._on)

    @property
    def times(self) -> tuple[datetime, datetime]:
        """The moments between which an incident began; the second is not included."""
        first, last = self.days
        return (
            datetime.combine(first, time(), self.zone),
            datetime.combine(last + timedelta(days=1), time(), self.zone),
        )

    def months(self) -> Iterator[date]:
        """The first days of the months in which these days lie."""
        month, last = self.days[0].replace(day=1), self.days[1]
        while month <= last:
            yield month
            month = (month + timedelta(days=32)).replace(day=1)

    def narrowed(self, incidents: IncidentQuerySet) -> IncidentQuerySet:
        """Those of the severity, team and component that are asked for."""
        said = self.cleaned_data
        if said["severity"]:
            incidents = incidents.filter(severity=said["severity"])
        if said["team"]:
            incidents = incidents.filter(team=said["team"])
        if said["component"]:
            touched = Incident.objects.filter(impacts__component=said["component"])
            incidents = incidents.filter(pk__in=touched.values("pk"))
        return incidents

    @property
    def only(self) -> int | None:
        """The component that alone counts, by its key."""
        return int(self.cleaned_data["component"]) if self.cleaned_data["component"] else None
