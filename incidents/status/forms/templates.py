from __future__ import annotations

from typing import Any

from django import forms

from incidents.models import INCIDENT_STEPS, MAINTENANCE_STEPS, UpdateTemplate
from incidents.status.forms.base import PlainForm, WordsField


class TemplateForm(PlainForm):
    """Words for one step of an incident, or of planned work."""

    name = forms.CharField(
        max_length=80, help_text="As colleagues find it in the list.", error_messages={"required": "Give it a name."}
    )
    status = forms.ChoiceField(
        label="Step",
        choices=[
            ("Incident", [(step.value, step.label) for step in INCIDENT_STEPS]),
            ("Planned work", [(step.value, step.label) for step in MAINTENANCE_STEPS]),
        ],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose one of the steps."),
    )
    text = WordsField(label="Words", missing="Write the words that customers will read.")

    def __init__(self, data: Any = None, *, template: UpdateTemplate | None = None) -> None:
        self.template = template
        stored = {name: getattr(template, name) for name in ("name", "status", "text")} if template else None
        super().__init__(data, initial=stored)
        self.dress()

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = UpdateTemplate.objects.filter(name=name)
        if (others.exclude(pk=self.template.pk) if self.template else others).exists():
            raise forms.ValidationError("There are ready words of this name already.", code="taken")
        return name
