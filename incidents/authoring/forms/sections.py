from __future__ import annotations

from typing import Any

from django import forms

from incidents.draft_forms import DraftForm
from incidents.models import NOTES, ReportSection
from incidents.models.report import MAX_NOTES_LENGTH
from incidents.rendering import MAX_MARKDOWN_LENGTH

PROMPT_OF_NOTES = "What has no place above. Notes are never public."


class SectionForm(DraftForm):
    """A chapter in two wordings."""

    text = forms.CharField(required=False, max_length=MAX_MARKDOWN_LENGTH, strip=False)
    public_text = forms.CharField(required=False, max_length=MAX_MARKDOWN_LENGTH, strip=False)

    def __init__(self, *args: Any, key: str, heading: str, section: ReportSection | None, **kwargs: Any) -> None:
        self.key, self.heading = key, heading
        self.prompt = self.question = ""  # what the severity asks here, and what the longest part of the incident does
        stored = {"text": section.text if section else "", "public_text": section.public_text if section else ""}
        super().__init__(*args, prefix=f"section-{key}", stored=stored, **kwargs)
        for name, label in (("text", "For colleagues"), ("public_text", "For customers")):
            self.fields[name].label = f"{heading}: {label.lower()}"
            self.fields[name].widget = forms.Textarea(
                {"rows": 2, "placeholder": "Markdown works here. Drop images in."}
            )
        if key == NOTES:
            del self.fields["public_text"]
            text = forms.CharField(required=False, max_length=MAX_NOTES_LENGTH, strip=False)
            text.label, text.widget = self.fields["text"].label, forms.Textarea({"rows": 2})
            self.fields["text"] = text
        self.dress()

    @property
    def anchor(self) -> str:
        """Where the chapter stands in the editor."""
        return f"section-{self.key}"

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        return text

    def clean_public_text(self) -> str:
        text: str = self.cleaned_data["public_text"].replace("\r\n", "\n")
        return text if text.strip() else ""

    @property
    def changes(self) -> dict[str, Any]:
        """The button “Use for customers” copies the words for colleagues."""
        if self.data.get("copy") and self.key != NOTES:
            return {**super().changes, "public_text": self.cleaned_data["text"]}
        return super().changes
