from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from incidents.authoring.operations import entry_values
from incidents.draft_forms import DraftForm, OneLine, PlainForm, visible
from incidents.milestones import MILESTONE_LABELS, PRECISION_LABELS, Precision
from incidents.models import Incident, TimelineEntry
from incidents.models.timeline import ENTRY_PRECISIONS, MAX_ROW_TEXT
from incidents.moments import MomentField

MARKS = [("", "no mark"), *((kind.value, label) for kind, label in MILESTONE_LABELS.items())]
PRECISIONS = [(precision.value, PRECISION_LABELS[precision]) for precision in ENTRY_PRECISIONS]


class EntryForm(DraftForm):
    """A row of the timeline. Customers read `public_text`; where it is empty the row is internal."""

    text = forms.CharField(label="What happened", max_length=MAX_ROW_TEXT, widget=OneLine())
    public_text = forms.CharField(label="Customers read", max_length=MAX_ROW_TEXT, required=False, widget=OneLine())
    milestone = forms.ChoiceField(label="Milestone", choices=MARKS, required=False)
    precision = forms.ChoiceField(label="How well known", choices=PRECISIONS, required=False, initial=Precision.EXACT)

    def __init__(self, *args: Any, incident: Incident, entry: TimelineEntry, **kwargs: Any) -> None:
        self.entry = entry
        super().__init__(*args, prefix=f"entry-{entry.key}", stored=entry_values(entry), **kwargs)
        self.fields["occurred_at"] = MomentField(zone=incident.zone, zone_label=incident.time_zone, label="Time")
        self.dress()

    def clean_occurred_at(self) -> Any:
        moment = self.cleaned_data["occurred_at"]
        if moment is not None and moment > timezone.now():
            raise forms.ValidationError("This lies in the future.", code="future")
        return moment

    def clean_precision(self) -> str:
        return self.cleaned_data["precision"] or Precision.EXACT

    @property
    def changes(self) -> dict[str, Any]:
        """The buttons “public” and “internal” decide over the wording."""
        return visible(self, super().changes)


class LineForm(PlainForm):
    """The quick row: a time and what happened, in one line. More lines are a paste."""

    prefix = "row-new"

    line = forms.CharField(
        label="Time and what happened",
        max_length=200_000,
        strip=False,
        widget=OneLine(placeholder="05:10 On-call acknowledged"),
    )
    after = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
