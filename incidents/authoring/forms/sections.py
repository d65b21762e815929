from __future__ import annotations

from typing import Any

from django import forms

from incidents.authoring.forms.base import VersionedForm
from incidents.models import NOTES, ReportSection
from incidents.models.report import MAX_NOTES_LENGTH
from incidents.rendering import MAX_MARKDOWN_LENGTH

PROMPTS: dict[str, str] = {
    "summary": "What broke, for whom, from when to when? Three sentences will do.",
    "impact": "What did customers see, how many of them, and what was not affected?",
    "detection": "How did we notice, and how could we have noticed sooner?",
    "root_cause": "What made it possible, and what set it off?",
    "resolution": "What brought the service back?",
    "went_well": "What would you want to happen again next time?",
    "went_badly": "What made it longer or worse than it had to be?",
    "got_lucky": "What could have gone wrong and did not?",
    NOTES: "What has no place above. Notes are never public.",
}


class SectionForm(VersionedForm):
    """A chapter in two wordings."""

    text = forms.CharField(required=False, max_length=MAX_MARKDOWN_LENGTH, strip=False)
    public_text = forms.CharField(required=False, max_length=MAX_MARKDOWN_LENGTH, strip=False)

    def __init__(self, *args: Any, key: str, heading: str, section: ReportSection | None, **kwargs: Any) -> None:
        self.key, self.heading, self.prompt = key, heading, PROMPTS[key]
        self.section = section
        kwargs.setdefault(
            "initial",
            {
                "text": section.text if section else "",
                "public_text": section.public_text if section else "",
            },
        )
        super().__init__(*args, prefix=f"section-{key}", **kwargs)
        for name, label in (("text", "For colleagues"), ("public_text", "For customers")):
            self.fields[name].label = f"{heading}: {label.lower()}"
            self.fields[name].widget = forms.Textarea({"rows": 2})
        if key == NOTES:
            del self.fields["public_text"]
            text = forms.CharField(required=False, max_length=MAX_NOTES_LENGTH, strip=False)
            text.label, text.widget = self.fields["text"].label, forms.Textarea({"rows": 2})
            self.fields["text"] = text
        self.dress()

    @property
    def values(self) -> dict[str, str]:
        """Both wordings with plain line ends; the button “Use for customers” copies the first to the second."""
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        public_text = self.cleaned_data.get("public_text", "").replace("\r\n", "\n")
        if self.data.get("copy") and self.key != NOTES:
            public_text = text
        return {"text": text, "public_text": public_text.strip() and public_text}
