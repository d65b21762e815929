from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from incidents.models import Component, EventStatus, PublicEvent
from incidents.status.forms.base import PlainForm, SeenForm, WordsField
from incidents.status.forms.updates import moment_field
from incidents.status.operations import maintenance_values
from incidents.status.recurrence import RHYTHMS, NoSuchDate, rule_of

_LONGEST = timedelta(days=7)


class _Times(PlainForm):
    """Title, components and times of planned work."""

    title = forms.CharField(max_length=200, error_messages={"required": "Say in a few words what will be done."})
    components = forms.ModelMultipleChoiceField(
        Component.objects.in_page_order(),
        required=False,
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the components."},
    )
    moves_by_itself = forms.BooleanField(label="Begins and ends by itself at these times", required=False)

    def add_times(self, zone: str, at: datetime) -> None:
        for name, label in (("start", "From"), ("end", "Until")):
            self.fields[name] = moment_field(label, zone, at, required=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", "This ends before it begins.")
        elif start and end and end - start > _LONGEST:
            self.add_error("end", "This is longer than a week. Plan it in parts.")
        return cleaned


class NewMaintenanceForm(_Times):
    """Planned work, once or again and again."""

    text = WordsField(missing="Say in a sentence what customers should know.")
    rhythm = forms.ChoiceField(label="Comes again", choices=[("", "No, once"), *RHYTHMS.items()], required=False)
    until = forms.DateField(
        label="For the last time on",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give the day as 2023-03-06, or leave it empty."},
    )

    def __init__(self, data: Any = None, *, zone: str, at: datetime) -> None:
        super().__init__(data, initial={"moves_by_itself": True})
        self.zone, self.at = zone, at
        self.add_times(zone, at)
        self.dress()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("rhythm") and cleaned.get("start"):
            try:
                cleaned["rule"] = rule_of(cleaned["rhythm"], self._local(cleaned["start"]), until=self._last(cleaned))
            except NoSuchDate as refusal:
                self.add_error("rhythm", str(refusal))
        return cleaned

    @property
    def once(self) -> dict[str, Any]:
        """For `plan_maintenance`."""
        return {
            name: self.cleaned_data[name] for name in ("title", "text", "components", "start", "end", "moves_by_itself")
        }

    @property
    def again(self) -> dict[str, Any]:
        """For `start_plan`."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("title", "text", "components", "rule")},
            "starts_at": given["start"],
            "minutes": max(1, round((given["end"] - given["start"]) / timedelta(minutes=1))),
            "time_zone": self.zone,
        }

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def _last(self, cleaned: Mapping[str, Any]) -> datetime | None:
        day: date | None = cleaned.get("until")
        return datetime.combine(day, time(23, 59, 59)) if day else None  # local, as the rule counts


class MaintenanceForm(SeenForm, _Times):
    """Other times, components or another title; work that has begun keeps its start and components."""

    inputs = MappingProxyType({"scheduled_for": "start", "scheduled_until": "end"})

    def __init__(self, data: Any = None, *, event: PublicEvent, zone: str, at: datetime) -> None:
        super().__init__(data, stored=maintenance_values(event))
        self.add_times(zone, at)
        if event.status != EventStatus.SCHEDULED:
            for name in ("start", "components"):
                self.fields[name].disabled = True
        self.dress()

    @property
    def values(self) -> dict[str, Any]:
        chosen = tuple(sorted(each.public_id for each in self.cleaned_data["components"]))
        return super().values | {"components": chosen}


class CancelForm(PlainForm):
    """What customers are told when planned work is called off. `seen` stands for what was posted before."""

    text = WordsField(missing="Say in a sentence that it will not take place.", rows=3)
    seen = forms.IntegerField(required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="cancel-%s", initial={"text": "This planned work will not take place."})
        self.dress()
