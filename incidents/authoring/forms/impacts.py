from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from incidents.authoring.operations import impact_values
from incidents.draft_forms import DraftForm, PlainForm, RowField
from incidents.models import Component, ComponentStatus, Incident, IncidentComponent
from incidents.moments import MomentField

LEVELS = [choice for choice in ComponentStatus.choices if choice[0] != ComponentStatus.OPERATIONAL]

_SHARE = "How many customers, in percent"
_PERCENT = re.compile(r"[1-9]\d?|100")

ASKED_LEVELS = [("", "How badly?"), *LEVELS]  # nothing is chosen for anybody


class PercentField(forms.Field):
    """A whole percentage from 1 to 100, or None. A text input: one for numbers hides from us what is none."""

    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip().removesuffix("%").rstrip()
        if not text:
            return None
        if not _PERCENT.fullmatch(text):
            raise ValidationError("Give a whole number from 1 to 100, or leave it empty.", code="percent")
        return int(text)


class ImpactForm(DraftForm):
    """An affected component; times only where it differs from the incident's own window."""

    component = RowField(Component.objects.none(), empty_label=None)
    level = forms.ChoiceField(label="How badly", choices=LEVELS)
    share = PercentField(label=_SHARE, required=False)

    def __init__(
        self,
        *args: Any,
        incident: Incident,
        impact: IncidentComponent,
        components: Iterable[Component] | None = None,
        **kwargs: Any,
    ) -> None:
        self.impact = impact
        super().__init__(*args, prefix=f"impact-{impact.pk}", stored=impact_values(impact), **kwargs)
        component: Any = self.fields["component"]
        component.offer(Component.objects.in_page_order() if components is None else components)
        if impact.level not in dict(LEVELS):  # an import says it, and saving the row must not make it worse
            level: Any = self.fields["level"]
            level.choices = [(impact.level, ComponentStatus(impact.level).label), *LEVELS]
        for name, label in (("started_at", "From"), ("ended_at", "Until")):
            self.fields[name] = MomentField(
                zone=incident.zone, zone_label=incident.time_zone, label=label, required=False
            )
        self.dress()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("started_at"), cleaned.get("ended_at")
        if start and end and end <= start:
            self.add_error("ended_at", "This ends before it starts.")
        return cleaned

    @property
    def has_own_times(self) -> bool:
        """Whether the times must be in sight."""
        return bool(self.stored["started_at"] or self.stored["ended_at"] or self.errors or self.conflicts)


class NewImpactForm(PlainForm):
    component = RowField(Component.objects.none(), label="Add a component", empty_label="Add a component…")
    level = forms.ChoiceField(
        label="How badly", choices=ASKED_LEVELS, error_messages={"required": "Say how badly it was affected."}
    )
    share = PercentField(label=_SHARE, required=False)

    def __init__(self, *args: Any, components: Iterable[Component] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, prefix="impact-new", **kwargs)
        component: Any = self.fields["component"]
        component.offer(Component.objects.in_page_order() if components is None else components)
