from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from incidents.authoring.fields import MomentField
from incidents.authoring.forms.base import OneLine, VersionedForm
from incidents.milestones import MILESTONE_LABELS, Precision
from incidents.models import Incident, TimelineEntry
from incidents.models.timeline import ENTRY_PRECISIONS

_MARKS = [("", "no mark"), *((kind.value, label) for kind, label in MILESTONE_LABELS.items())]
_PRECISIONS = [(precision.value, precision.value) for precision in ENTRY_PRECISIONS]


class EntryForm(VersionedForm):
    """A row of the timeline. Customers read `public_text`; where it is empty the row is internal."""

    text = forms.CharField(label="What happened", max_length=2_000, widget=OneLine())
    public_text = forms.CharField(label="Customers read", max_length=2_000, required=False, widget=OneLine())
    milestone = forms.ChoiceField(label="Milestone", choices=_MARKS, required=False)
    precision = forms.ChoiceField(label="How well known", choices=_PRECISIONS, required=False, initial=Precision.EXACT)

    def __init__(self, *args: Any, incident: Incident, entry: TimelineEntry | None = None, **kwargs: Any) -> None:
        self.entry = entry
        if entry is not None:
            kwargs.setdefault("initial", _values_of(entry))
        super().__init__(*args, prefix=f"entry-{entry.pk}" if entry else "entry-new", **kwargs)
        self.fields["occurred_at"] = MomentField(zone=incident.zone, zone_label=incident.time_zone, label="Time")
        self.dress()

    def values_of(self, current: TimelineEntry) -> dict[str, Any]:
        return _values_of(current)

    def clean_occurred_at(self) -> Any:
        moment = self.cleaned_data["occurred_at"]
        if moment is not None and moment > timezone.now():
            raise forms.ValidationError("This lies in the future.", code="future")
        return moment

    @property
    def values(self) -> dict[str, Any]:
        """The row as the operations want it; the buttons “public” and “internal” decide over the wording."""
        data = self.cleaned_data
        public_text = data["public_text"]
        wish = self.data.get("visibility")
        if wish == "public":
            public_text = public_text or data["text"]
        elif wish == "internal":
            public_text = ""
        return {
            "occurred_at": data["occurred_at"],
            "text": data["text"],
            "public_text": public_text,
            "precision": data["precision"] or Precision.EXACT,
            "milestone": data["milestone"] or None,
        }


def _values_of(entry: TimelineEntry) -> dict[str, Any]:
    milestone = getattr(entry, "milestone", None)
    return {
        "occurred_at": entry.occurred_at,
        "text": entry.text,
        "public_text": entry.public_text,
        "precision": entry.precision,
        "milestone": milestone.kind if milestone else "",
    }
