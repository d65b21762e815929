from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
from incidents.models import Milestone as Row
from incidents.models.timeline import PRECISION_CHOICES


class MilestonesForm(PlainForm):
    """The six moments in one card. An empty time clears; `unknown` says so on purpose."""

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        self.stored = {MilestoneKind(row.kind): row for row in incident.milestones.all()}
        self.zone = incident.zone
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
            self.fields[f"{kind}_seen"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=row.state if row else ""
            )
        self.dress()

    def rows(self) -> list[dict[str, Any]]:
        """For the template: the two inputs of each moment and what is stored of it."""
        return [
            {
                "kind": kind,
                "at": self[f"{kind}_at"],
                "precision": self[f"{kind}_precision"],
                "seen": self[f"{kind}_seen"],
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
    def seen(self) -> dict[MilestoneKind, str]:
        """The states that the form was opened on."""
        return {kind: self.cleaned_data[f"{kind}_seen"] for kind in MilestoneKind}

    @property
    def values(self) -> dict[MilestoneKind, MilestoneValue | None]:
        """What the person changed or confirmed, ready for `record_milestones`; call after is_valid.

        Compared with what they saw, not with what is stored: what others changed meanwhile stays.
        """
        changed: dict[MilestoneKind, MilestoneValue | None] = {}
        for kind in MilestoneKind:
            at = self.cleaned_data[f"{kind}_at"]
            precision = Precision(self.cleaned_data[f"{kind}_precision"] or Precision.EXACT)
            value = MilestoneValue(at, precision) if at or precision is Precision.UNKNOWN else None
            if value is None and not self.seen[kind]:
                continue
            row = self.stored.get(kind)
            if value is not None:
                value = replace(value, note=row.note if row else "")
                if Row(kind=kind, at=at, precision=precision).state == self.seen[kind]:
                    continue
            changed[kind] = value
        return changed

    def show_conflict(self, current: Mapping[MilestoneKind, Row]) -> None:
        """Keep what was typed, say what is stored, and let the next save win on purpose."""
        data = dict(self.data.items())
        for kind in MilestoneKind:
            row = current.get(kind)
            state = row.state if row else ""
            if state != self.seen[kind]:
                self.add_error(f"{kind}_at", f"Somebody changed this meanwhile. Stored now: {self._told(row)}.")
                data[self.add_prefix(f"{kind}_seen")] = state
        self.data = data

    def _told(self, row: Row | None) -> str:
        if row is None:
            return "nothing"
        if row.at is None:
            return "unknown"
        local = row.at.astimezone(self.zone)
        return f"{local:%Y-%m-%d %H:%M} ({row.precision})"
