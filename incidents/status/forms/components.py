from __future__ import annotations

from typing import Any

from django import forms

from incidents.models import Component, ComponentStatus


class ComponentForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A part of the product as customers know it."""

    class Meta:
        model = Component
        fields = ("name", "group", "description", "counted_from", "shows_uptime")
        widgets = {"counted_from": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
        labels = {"counted_from": "Uptime counted from", "shows_uptime": "Show its uptime"}
        help_texts = {
            "name": "As customers call it. It is public.",
            "group": "Components of one group stand together.",
            "description": "A sentence under the name. It is public.",
            "counted_from": "Days before it are shown as without data.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, group = cleaned.get("name", ""), cleaned.get("group", "")
        others = Component.objects.filter(name__iexact=name, group__iexact=group).exclude(pk=self.instance.pk)
        if name and others.exists():
            self.add_error("name", "There is a component of this name already.")
        return cleaned


class StatusForm(forms.Form):
    """Only the state: what changes during an outage."""

    status = forms.ChoiceField(
        choices=ComponentStatus.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose one of the states."),
    )
