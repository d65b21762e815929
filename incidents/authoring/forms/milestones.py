from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from incidents.authoring.forms.base import PlainForm, sent_by
from incidents.authoring.operations import MilestoneValue
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
from incidents.models import Milestone as Row
from incidents.models.timeline import PRECISION_CHOICES
from incidents.moments import MomentField


class MilestonesForm(PlainForm):
    """The six moments in one card. An empty time clears; `unknown` and `does not apply` say so on purpose."""

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        self.rows_stored = {MilestoneKind(row.kind): row for row in incident.milestones.all()}
        self.zone = incident.zone
        self.is_restored = False
        self.conflicts: dict[str, str] = {}
        super().__init__(*args, prefix="milestones", **kwargs)
        known = {kind: row.as_fact() for kind, row in self.rows_stored.items()}
        for kind in MilestoneKind:
            row = self.rows_stored.get(kind)
            moment = MomentField(
                zone=incident.zone,
                zone_label=incident.time_zone,
                label=MILESTONE_LABELS[kind],
                help_text=MILESTONE_MEANINGS[kind],
                required=False,
                initial=row.at if row else None,
                optional_day=True,
            )
            moment.widget.day = likely_day(known, kind, zone=incident.zone)  # so that only the time is typed
            self.fields[f"{kind}_at"] = moment
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
                "stored": self.rows_stored.get(kind),
            }
            for kind in MilestoneKind
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        facts = {}
        for kind in MilestoneKind:
            at = cleaned.get(f"{kind}_at")
            precision = Precision(cleaned.get(f"{kind}_precision") or Precision.EXACT)
            if at and precision in WITHOUT_TIME:
                self.add_error(f"{kind}_at", f"Either give a time or say “{PRECISION_LABELS[precision]}”.")
            elif at and not self._stays_proposed(kind, self._told(kind, at, precision), cleaned.get(f"{kind}_seen")):
                facts[kind] = Milestone(kind, at, precision)
        # What was impossible before is said elsewhere; it must not keep other milestones from being saved.
        stored = {kind: row.as_fact() for kind, row in self.rows_stored.items() if row.is_confirmed}
        known = {problem.message for problem in contradictions(stored, at=timezone.now())}
        for problem in contradictions(facts, at=timezone.now()):
            if problem.grade is Grade.IMPOSSIBLE and problem.message not in known:
                self.add_error(f"{problem.kind}_at", problem.message)
        return cleaned

    def _stays_proposed(self, kind: MilestoneKind, told: str, seen: str | None) -> bool:
        """Whether a proposal comes back as it was, and nobody pressed the button that confirms it."""
        is_proposed = bool(seen) and told != seen and told == str(seen).replace("proposed", "confirmed")
        return is_proposed and self.data.get("confirm") not in {"all", kind}

    def _told(self, kind: MilestoneKind, at: Any, precision: Precision) -> str:
        """The state of the milestone that these values make; empty for none."""
        if at is None and precision not in WITHOUT_TIME:
            return ""
        return Row(kind=kind, at=at, precision=precision).state

    @property
    def seen(self) -> dict[MilestoneKind, str]:
        """The states that the form was opened on."""
        return {kind: self.cleaned_data[f"{kind}_seen"] for kind in MilestoneKind}

    @property
    def values(self) -> dict[MilestoneKind, MilestoneValue | None]:
        """What the person changed, ready for `record_milestones`; call after is_valid.

        Compared with what they saw, not with what is stored: what others changed meanwhile stays. A proposal that
        stands as it was is confirmed by its button only.
        """
        changed: dict[MilestoneKind, MilestoneValue | None] = {}
        for kind in MilestoneKind:
            at = self.cleaned_data[f"{kind}_at"]
            precision = Precision(self.cleaned_data[f"{kind}_precision"] or Precision.EXACT)
            told, seen = self._told(kind, at, precision), self.seen[kind]
            if told == seen or self._stays_proposed(kind, told, seen):
                continue
            row = self.rows_stored.get(kind)
            changed[kind] = MilestoneValue(at, precision, note=row.note if row else "") if told else None
        return changed

    def show_conflict(self, met: Mapping[MilestoneKind, Row | None]) -> None:
        """Keep what was typed, say what is stored, and let the next save win on purpose."""
        self.data = {name: self.data.get(name) for name in self.data}
        for kind, row in met.items():
            self.data[self.add_prefix(f"{kind}_seen")] = row.state if row else ""
            self.conflicts[f"{kind}_at"] = self._in_words(row)

    def restored(self, typed: Mapping[str, str]) -> None:
        """Put back what was typed into some inputs and could not be saved, and say again why."""
        self.data = {**sent_by(self), **typed}
        self.is_bound = self.is_restored = True
        self._errors = None
        if self.is_valid():
            self.conflicts = {f"{kind}_at": self._in_words(self.rows_stored.get(kind)) for kind in self.values}

    def _in_words(self, row: Row | None) -> str:
        if row is None:
            return "nothing"
        if row.at is None:
            return PRECISION_LABELS[Precision(row.precision)]
        return f"{row.at.astimezone(self.zone):%Y-%m-%d %H:%M} ({row.precision})"
