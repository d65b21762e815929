from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import User
from incidents.models import Team
from incidents.models.team import MAX_TEAM_NAME


class TeamForm(forms.Form):
    """What a team is called, and who hears of what is late."""

    name = forms.CharField(
        max_length=MAX_TEAM_NAME, widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    )
    lead = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody",
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text="Gets mail of promises that nobody owns in time, or that are late for long.",
        error_messages={"invalid_choice": "Choose somebody from the list."},
    )

    def __init__(self, data: Any, *, team: Team | None = None) -> None:
        super().__init__(data, initial={"name": team.name, "lead": team.lead_id} if team else None)
        lead = self.fields["lead"]
        assert isinstance(lead, forms.ModelChoiceField)  # noqa: S101  # of this class
        present = Q(pk=team.lead_id) if team and team.lead_id else Q(pk=None)
        lead.queryset = User.objects.filter(Q(is_active=True) | present).by_name()

    def clean_name(self) -> str:
        """In one line, however it was typed."""
        return " ".join(self.cleaned_data["name"].split())


class DissolveForm(forms.Form):
    heir = forms.ModelChoiceField(
        label="Its promises and incidents go to",
        queryset=Team.objects.none(),
        required=False,
        empty_label="Nobody, it has none",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "Choose a team from the list."},
    )

    def __init__(self, data: Any, *, team: Team) -> None:
        super().__init__(data)
        heir = self.fields["heir"]
        assert isinstance(heir, forms.ModelChoiceField)  # noqa: S101  # of this class
        heir.queryset = Team.objects.exclude(pk=team.pk)
