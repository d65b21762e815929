from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from incidents.authoring.fields import MomentField
from incidents.authoring.forms.base import PlainForm
from incidents.authoring.operations import MilestoneValue
from incidents.milestones import (
    MILESTONE_LABELS,
    MILESTONE_MEANINGS,
    Grade,
    Milestone,
    MilestoneKind,
    Precision,
    contradictions,
)
from incidents.models import Incident
from incidents.models.timeline import PRECISION_CHOICES


class MilestonesForm(PlainForm):
    """The six moments in one card. An empty time clears; `unknown` says so on purpose."""

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        self.stored = {row.kind: row for row in incident.milestones.all()}
        super().__init__(*args, prefix="milestones", **kwargs)
        for kind in MilestoneKind:
            row = self.stored.get(kind)
            self.fields[f"{kind}_at"] = MomentField(
                zone=incident.zone,
                zone_label=incident.time_zone,
                label=MILESTONE_LABELS[kind],
                help_text=MILESTONE_MEANINGS[kind],
                required=False,
                initial=row.at if row else None,
            )
            self.fields[f"{kind}_precision"] = forms.ChoiceField(
                choices=PRECISION_CHOICES,
                label=f"{MILESTONE_LABELS[kind]}: how well known",
                required=False,
                initial=row.precision if row else Precision.EXACT,
            )
        self.dress()

    def rows(self) -> list[dict[str, Any]]:
        """For the template: the two inputs of each moment and what is stored of it."""
        return [
            {
                "kind": kind,
                "at": self[f"{kind}_at"],
                "precision": self[f"{kind}_precision"],
                "stored": self.stored.get(kind),
            }
            for kind in MilestoneKind
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        facts = {}
        for kind in MilestoneKind:
            at = cleaned.get(f"{kind}_at")
            precision = cleaned.get(f"{kind}_precision") or Precision.EXACT
            if at and precision == Precision.UNKNOWN:
                self.add_error(f"{kind}_at", "Either give a time or say unknown.")
            elif at:
                facts[kind] = Milestone(kind, at, Precision(precision))
        for problem in contradictions(facts, at=timezone.now()):
            if problem.grade is Grade.IMPOSSIBLE:
                self.add_error(f"{problem.kind}_at", problem.message)
        return cleaned

    @property
    def values(self) -> dict[MilestoneKind, MilestoneValue | None]:
        """What changed, ready for `record_milestones`; call after is_valid."""
        changed: dict[MilestoneKind, MilestoneValue | None] = {}
        for kind in MilestoneKind:
            at = self.cleaned_data[f"{kind}_at"]
            precision = Precision(self.cleaned_data[f"{kind}_precision"] or Precision.EXACT)
            row = self.stored.get(kind)
            known = (row.at, row.precision) if row else (None, None)
            if (at, precision) == known and row and row.is_confirmed:
                continue
            if at is None and precision is not Precision.UNKNOWN:
                if row:
                    changed[kind] = None
                continue
            changed[kind] = MilestoneValue(at, precision, row.note if row else "")
        return changed
