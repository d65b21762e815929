from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.authoring.operations import MilestoneValue, milestone_values
from incidents.draft_forms import DraftForm
from incidents.milestones import (
    MILESTONE_LABELS,
    MILESTONE_MEANINGS,
    PRECISION_LABELS,
    WITHOUT_TIME,
    Grade,
    Milestone,
    MilestoneKind,
    Precision,
    contradictions,
    likely_day,
)
from incidents.models import Incident
from incidents.models.timeline import PRECISION_CHOICES
from incidents.moments import MomentField


class MilestonesForm(DraftForm):
    """The six moments in one card. An empty time clears; `unknown` and `does not apply` say so on purpose."""

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        self.rows_stored = {MilestoneKind(row.kind): row for row in incident.milestones.all()}
        stored = milestone_values(self.rows_stored.values())
        super().__init__(*args, prefix="milestones", stored=stored, **kwargs)
        known = {kind: row.as_fact() for kind, row in self.rows_stored.items()}
        for kind in MilestoneKind:
            moment = MomentField(
                zone=incident.zone,
                zone_label=incident.time_zone,
                label=MILESTONE_LABELS[kind],
                help_text=MILESTONE_MEANINGS[kind],
                required=False,
                optional_day=True,
            )
            moment.widget.day = likely_day(known, kind, zone=incident.zone)  # so that only the time is typed
            self.fields[f"{kind}_at"] = moment
            self.fields[f"{kind}_precision"] = forms.ChoiceField(
                choices=PRECISION_CHOICES, label=f"{MILESTONE_LABELS[kind]}: how well known", required=False
            )
        self.dress()

    def rows(self) -> list[dict[str, Any]]:
        """For the template: the two inputs of each moment and what is stored of it."""
        return [
            {
                "at": self[f"{kind}_at"],
                "precision": self[f"{kind}_precision"],
                "stored": self.rows_stored.get(kind),
            }
            for kind in MilestoneKind
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = {}
        for kind in MilestoneKind:
            at, precision = self._said(kind)
            # How well a time is known says nothing without a time.
            cleaned[f"{kind}_precision"] = precision if at or precision in WITHOUT_TIME else Precision.EXACT
            if at and precision in WITHOUT_TIME:
                self.add_error(f"{kind}_at", f"Either give a time or say “{PRECISION_LABELS[precision]}”.")
            elif at:
                said[kind] = Milestone(kind, at, precision)
        told = self._told_kinds
        facts = {kind: fact for kind, fact in said.items() if kind in told or self._is_confirmed(kind)}
        # What was impossible before is said elsewhere; it must not keep other milestones from being saved.
        stored = {kind: row.as_fact() for kind, row in self.rows_stored.items() if row.is_confirmed}
        known = {problem.message for problem in contradictions(stored, at=timezone.now())}
        for problem in contradictions(facts, at=timezone.now()):
            if problem.grade is Grade.IMPOSSIBLE and problem.message not in known:
                self.add_error(f"{problem.kind}_at", problem.message)
        return cleaned

    def _is_confirmed(self, kind: MilestoneKind) -> bool:
        row = self.rows_stored.get(kind)
        return row is None or row.is_confirmed

    @property
    def _told_kinds(self) -> list[MilestoneKind]:
        """The milestones that the person changed, and the proposals that they confirmed with the button."""
        changes = self.changes
        wish = self.data.get("confirm")
        return [
            kind
            for kind in MilestoneKind
            if {f"{kind}_at", f"{kind}_precision"} & changes.keys()
            or (wish in {"all", kind} and not self._is_confirmed(kind) and self._value(kind) is not None)
        ]

    @property
    def values(self) -> dict[MilestoneKind, MilestoneValue | None]:
        """What the person changed, ready for `record_milestones`; call after is_valid.

        Compared with what they saw, not with what is stored: what others changed meanwhile stays. A proposal that
        stands as it was is confirmed by its button only.
        """
        return {kind: self._value(kind) for kind in self._told_kinds}

    def _value(self, kind: MilestoneKind) -> MilestoneValue | None:
        """What the form says of one milestone; None for nothing."""
        at, precision = self._said(kind)
        if at is None and precision not in WITHOUT_TIME:
            return None
        row = self.rows_stored.get(kind)
        return MilestoneValue(at, precision, note=row.note if row else "")

    def _said(self, kind: MilestoneKind) -> tuple[datetime | None, Precision]:
        """A time and how well it is known, as they were sent; what was not sent stays."""
        at, precision = (
            self.stored[name] if self._is_left_out(name, self.fields[name]) else self.cleaned_data.get(name)
            for name in (f"{kind}_at", f"{kind}_precision")
        )
        return at, Precision(precision or Precision.EXACT)
