from __future__ import annotations

from typing import Any

from django import forms

from incidents.models import Component, ComponentStatus


class ComponentForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A part of the product as customers know it."""

    class Meta:
        model = Component
        fields = ("name", "group", "description", "position")
        help_texts = {
            "name": "As customers call it. It is public.",
            "group": "Components of one group stand together.",
            "position": "Smaller numbers come first.",
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
