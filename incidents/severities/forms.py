from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from incidents.due_dates import CLOCK_LABELS
from incidents.edits import digest, join_seen, read_seen, write_seen
from incidents.models import FIRST_PROMPTS, Priority, Severity, Tone
from incidents.models.due_rule import MAX_DUE_DAYS
from incidents.models.severity import MAX_PROMPT
from incidents.severities.operations import severity_values
from incidents.snapshot import SECTION_HEADINGS

_RULE_LABELS = {
    "days": "done within",
    "assign_days": "owned within",
    "lead_after_days": "lead told when late by",
}


def _days(label: str, *, least: int) -> forms.IntegerField:
    wrong = f"Give a number of days from {least} to {MAX_DUE_DAYS}, or leave it empty."
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=MAX_DUE_DAYS,
        widget=forms.NumberInput(attrs={"class": "form-control form-control-sm", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
    )


class OneLineField(forms.CharField):
    """Words in one paragraph, however many lines they were typed in."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


class SeverityForm(forms.Form):
    """A severity and what its report asks under each heading.

    `opened_on` carries the digest of what the person saw in each field, so that only what they changed is written.
    """

    name = forms.CharField(
        max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text="Customers read it on reports that are published from now on.",
    )
    tone = forms.ChoiceField(
        label="Colour",
        choices=Tone.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose one of the colours."),
    )
    needs_report = forms.BooleanField(
        label="Needs a report", required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )
    report_due_days = forms.IntegerField(
        label="Due after how many days",
        required=False,
        min_value=1,
        max_value=365,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        help_text="Counted from the day on which the incident is opened. Empty for no due day. "
        "Reports that exist keep theirs.",
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Give a number of days from 1 to 365, or leave it empty."
        ),
    )
    due_clock = forms.ChoiceField(
        label="Counted from when",
        required=False,
        choices=[(clock.value, label) for clock, label in CLOCK_LABELS.items()],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    due_skips_weekends = forms.BooleanField(
        label="Count working days only", required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )
    opened_on = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, severity: Severity | None = None, initial: Mapping[str, Any] | None = None
    ) -> None:
        self.severity = severity
        stored = severity_values(severity or Severity())
        super().__init__(data, initial={**stored, "opened_on": write_seen(stored), **(initial or {})})
        for key, heading in SECTION_HEADINGS.items():
            self.fields[f"{key}_asked"] = forms.BooleanField(
                label=heading, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
            )
            self.fields[f"{key}_prompt"] = OneLineField(
                label=f"Question under “{heading}”",
                required=False,
                max_length=MAX_PROMPT,
                widget=forms.Textarea(attrs={"class": "form-control", "rows": 1}),
            )

        for priority in Priority:
            for name, said in _RULE_LABELS.items():
                self.fields[f"{priority}_{name}"] = _days(f"{priority.label}: {said}", least=1 if name == "days" else 0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for priority in Priority:
            days = f"{priority}_days"
            others = [f"{priority}_{name}" for name in _RULE_LABELS if name != "days"]
            if days in cleaned and cleaned[days] is None and any(cleaned.get(name) is not None for name in others):
                self.add_error(days, "Say how many days, or leave the others empty too.")
        return cleaned

    def clean_due_clock(self) -> str:
        """Nothing chosen leaves it as it is."""
        return str(self.cleaned_data["due_clock"] or self.initial["due_clock"])

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Severity.objects.filter(name__iexact=name)
        if (others.exclude(pk=self.severity.pk) if self.severity else others).exists():
            raise forms.ValidationError("There is a severity of this name already.", code="taken")
        return name

    @property
    def values(self) -> dict[str, Any]:
        """All that was sent, by the names of `severity_values`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "opened_on"}

    @property
    def seen(self) -> dict[str, str]:
        """The digest of each field as the form was opened on it."""
        return read_seen(self.cleaned_data["opened_on"])

    @property
    def changes(self) -> dict[str, Any]:
        """What the person made of what they saw."""
        return {name: value for name, value in self.values.items() if digest(value) != self.seen.get(name)}

    def sections(self) -> Iterator[dict[str, Any]]:
        """For the template: the inputs under each heading, and its first words."""
        for key, heading in SECTION_HEADINGS.items():
            asked, prompt = self[f"{key}_asked"], self[f"{key}_prompt"]
            yield {"key": key, "heading": heading, "asked": asked, "prompt": prompt, "first": FIRST_PROMPTS[key]}

    def rules(self) -> Iterator[dict[str, Any]]:
        """For the template: the inputs of each priority."""
        for priority in Priority:
            fields = [self[f"{priority}_{name}"] for name in _RULE_LABELS]
            yield {"label": priority.label, "fields": fields}

    @property
    def rule_heads(self) -> list[str]:
        return [said.capitalize() for said in _RULE_LABELS.values()]

    @property
    def questions(self) -> int:
        """How many the report of this severity asks, as the form stands."""
        return sum(bool(self[f"{key}_asked"].value()) for key in SECTION_HEADINGS)

    def with_first_prompt(self, key: str) -> SeverityForm:
        """The same form with all that was typed, and the first words under that heading. Nothing is checked yet."""
        typed = {name: self[name].value() for name in self.fields}
        return SeverityForm(severity=self.severity, initial={**typed, f"{key}_prompt": FIRST_PROMPTS[key]})

    def show_conflict(self, stored: Mapping[str, Any]) -> None:
        """Keep what was typed, say beside each field what is stored, and let the next save win on purpose."""
        for name, value in stored.items():
            self.add_error(
                name,
                f"Somebody changed this meanwhile. It says now: {self._told(name, value)}. Save again to keep yours.",
            )
        data = dict(self.data.items())
        data["opened_on"] = join_seen({**self.seen, **read_seen(write_seen(stored))})
        self.data = data

    def _told(self, name: str, value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        words = Tone(value).label if name == "tone" else str("" if value is None else value)
        return f"“{words}”" if words else "nothing"
