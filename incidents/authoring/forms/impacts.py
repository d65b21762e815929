from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from incidents.authoring.forms.base import DraftForm, PlainForm
from incidents.authoring.operations import impact_values
from incidents.models import Component, ComponentStatus, Incident, IncidentComponent
from incidents.moments import MomentField

LEVELS = [choice for choice in ComponentStatus.choices if choice[0] != ComponentStatus.OPERATIONAL]

ASKED_LEVELS = [("", "How badly?"), *LEVELS]  # nothing is chosen for anybody


class ImpactForm(DraftForm):
    """An affected component; times only where it differs from the incident's own window."""

    component = forms.ModelChoiceField(Component.objects.in_page_order(), empty_label=None)
    level = forms.ChoiceField(label="How badly", choices=LEVELS)

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
        offer(self.fields["component"], components)
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
    component = forms.ModelChoiceField(
        Component.objects.in_page_order(), label="Add a component", empty_label="Add a component…"
    )
    level = forms.ChoiceField(
        label="How badly", choices=ASKED_LEVELS, error_messages={"required": "Say how badly it was affected."}
    )

    def __init__(self, *args: Any, components: Iterable[Component] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, prefix="impact-new", **kwargs)
        offer(self.fields["component"], components)


def offer(field: Any, components: Iterable[Component] | None) -> None:
    """One list of components for all rows of the page."""
    if components is not None:
        first = [("", field.empty_label)] if field.empty_label else []
        field.choices = [*first, *((each.pk, str(each)) for each in components)]
