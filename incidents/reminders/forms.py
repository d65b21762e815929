from __future__ import annotations

from typing import Any

from django import forms

from incidents.models import MailChoice, Rhythm
from incidents.models.mail_choice import MAX_DAYS_BEFORE


class ChoicesForm(forms.Form):
    """Which mails somebody wants."""

    reminders = forms.ChoiceField(label="Promises that are mine", choices=Rhythm.choices, widget=forms.RadioSelect())
    days_before = forms.IntegerField(
        label="Days before it is due",
        min_value=0,
        max_value=MAX_DAYS_BEFORE,
        help_text="0 for only on the day itself.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Give a number of days from 0 to {MAX_DAYS_BEFORE}."
        ),
    )
    as_lead = forms.BooleanField(
        label="Promises of my team that nobody owns, or that are late for long", required=False
    )
    gets_week = forms.BooleanField(label="Each Monday, what changed in all promises", required=False)

    def __init__(self, data: Any, *, choice: MailChoice) -> None:
        super().__init__(
            data, initial={name: getattr(choice, name) for name in ("reminders", "days_before", "as_lead", "gets_week")}
        )

    @property
    def values(self) -> dict[str, Any]:
        """By the names of `MailChoice`; call after is_valid."""
        said = dict(self.cleaned_data)
        said["wants_week"] = said.pop("gets_week")
        return said
