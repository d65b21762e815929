"""The inputs: where a report comes from, and the parts of what was understood of it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from incidents.authoring.forms.facts import SeverityField, ZoneField
from incidents.authoring.forms.impacts import LEVELS
from incidents.draft_forms import OneLine, PlainForm
from incidents.import_export.operations import Action
from incidents.import_export.promises import Owners, with_facts
from incidents.import_export.understanding import (
    MAX_ACTION,
    MAX_ALT,
    MAX_TITLE,
    says_more,
)
from incidents.milestones import MILESTONE_LABELS
from incidents.models import Component
from incidents.models.report import MAX_NOTES_LENGTH, SECTION_CHOICES
from incidents.models.timeline import ENTRY_PRECISIONS, MAX_ROW_TEXT
from incidents.parsing import MAX_ROWS

MAX_BYTES = 1_000_000
_PLACES = [*SECTION_CHOICES, ("", "leave it out")]
_MARKS = [("", "no mark"), *((kind.value, label) for kind, label in MILESTONE_LABELS.items())]


class SourceForm(forms.Form):
    """A file or a text, one of the two."""

    file = forms.FileField(
        label="Markdown file",
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".md,.markdown,.txt,.qmd,.json,.zip,text/markdown,text/plain"}),
    )
    text = forms.CharField(
        label="Or paste the text", required=False, strip=False, widget=forms.Textarea({"rows": 12, "class": "mono"})
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload is not None and upload.size > MAX_BYTES:
            raise ValidationError(
                f"This file has {upload.size / 1_000_000:.1f} MB; a report has at most 1 MB.", code="too_large"
            )
        return upload

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if len(text) > MAX_BYTES:
            raise ValidationError("This text is longer than a million characters.", code="too_large")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        upload, text = cleaned.get("file"), cleaned.get("text", "")
        if upload is None and not text.strip():
            raise ValidationError("Choose a file or paste a text.", code="missing")
        if upload is not None and text.strip():
            raise ValidationError("Give either a file or a text, not both.", code="both")
        return cleaned

    @property
    def source(self) -> tuple[str | bytes, str | None]:
        """What to read, and the file's name where there is one; call after is_valid."""
        upload = self.cleaned_data["file"]
        return (upload.read(), upload.name) if upload is not None else (self.cleaned_data["text"], None)


def plain_lines(text: Any) -> str:
    """What was sent, with line ends as we keep them and without what the database refuses."""
    return str(text or "").replace("\r\n", "\n").replace("\0", "")


class LinesField(forms.CharField):
    """Sentences that the page shows; sent along, so that they are still there when something else was wrong."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, strip=False)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value


class LinesMixin:
    def lines(self, name: str) -> list[str]:
        value = self[name].value()  # type: ignore[index]  # a form
        return [line for line in str(value or "").splitlines() if line.strip()]


class ContentForm(LinesMixin, PlainForm):
    """Title, severity, zone and the notes, as read."""

    title = forms.CharField(max_length=MAX_TITLE)
    severity = SeverityField(label="Severity")
    time_zone = ZoneField(
        label="Zone of the times below",
        error_messages={"required": "The report doesn’t say in which zone its times are. Name it."},
    )
    source_name = forms.CharField(required=False, max_length=1_000, widget=forms.HiddenInput)
    said = LinesField()

    section_notes = forms.CharField(
        label="Notes",
        required=False,
        strip=False,
        max_length=MAX_NOTES_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text="What no section holds. Never public.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="report", **kwargs)
        self.dress()

    @property
    def warnings(self) -> list[str]:
        return self.lines("said")


class FoundForm(PlainForm):
    """A section of the report as found, and which of ours its text goes to."""

    heading = forms.CharField(required=False, max_length=1_000, widget=forms.HiddenInput)
    place = forms.ChoiceField(choices=_PLACES, required=False)
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea({"rows": 4}))


class KeptForm(LinesMixin, PlainForm):
    """A part that is kept as what it is where it is ticked; unticked, nothing in it can be wrong: it becomes a note."""

    keep = forms.BooleanField(required=False, initial=True)
    said = LinesField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("keep"):
            self.errors.clear()
            for name in self.fields:
                if name != "keep":
                    cleaned[name] = plain_lines(self[name].data)
        return cleaned

    @property
    def is_kept(self) -> bool:
        return bool(self.cleaned_data["keep"])

    @property
    def notes(self) -> list[str]:
        """What the reader said of this part."""
        return self.lines("said")

    def hidden_errors(self) -> list[str]:
        """Errors of what has no input on the page."""
        return [str(error) for field in self.hidden_fields() for error in field.errors]


class RowForm(KeptForm):
    """A timeline row. One that isn't kept as a row is kept as a line of the notes."""

    day = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    clock = forms.CharField(required=False, max_length=30)
    precision = forms.ChoiceField(
        choices=[(precision.value, precision.value) for precision in ENTRY_PRECISIONS], required=False
    )
    milestone = forms.ChoiceField(choices=_MARKS, required=False)
    text = forms.CharField(max_length=MAX_ROW_TEXT, widget=OneLine())
    raw = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    doubts = LinesField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("keep") and not self.errors and not (cleaned.get("day") and cleaned.get("clock")):
            self.add_error("clock", "Give day and time, or untick the row: it is then kept in the notes.")
        return cleaned

    def doubt_lines(self) -> list[str]:
        return self.lines("doubts")

    @property
    def as_note(self) -> str:
        row = self.cleaned_data
        line = f"- {row['day']} {row['clock']} {row['text']}".replace("  ", " ").rstrip()
        raw = row["raw"].strip()
        return f"{line} — as written: {raw}" if says_more(raw, line) else line


class ActionForm(KeptForm):
    text = forms.CharField(max_length=MAX_ACTION, widget=OneLine())
    owner = forms.ChoiceField(required=False)
    due_on = forms.DateField(label="Due", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    is_done = forms.BooleanField(label="done", required=False)

    def __init__(self, *args: Any, owners: Owners, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners
        field: Any = self.fields["owner"]
        field.choices = owners.choices

    @property
    def action(self) -> Action:
        item = self.cleaned_data
        owner = self.owners.people.get(item["owner"])
        return Action(plain_lines(item["text"]), item["is_done"], owner, item["due_on"])

    @property
    def as_note(self) -> str:
        item = self.cleaned_data
        owner = self.owners.people.get(item["owner"])
        facts = [f"owner: {owner}" if owner else "", f"due: {item['due_on']}" if item["due_on"] else ""]
        return f"- {with_facts(item['text'], facts)}"


class StatedForm(KeptForm):
    """A milestone that the report states apart from the rows."""

    kind = forms.ChoiceField(choices=_MARKS[1:], widget=forms.HiddenInput)
    day = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    clock = forms.CharField(max_length=30)
    precision = forms.ChoiceField(
        choices=[(precision.value, precision.value) for precision in ENTRY_PRECISIONS], widget=forms.HiddenInput
    )

    @property
    def label(self) -> str:
        return dict(_MARKS).get(str(self["kind"].value()), "Milestone")


class ComponentForm(forms.Form):
    """A component of here that the report names."""

    keep = forms.BooleanField(required=False)
    component = forms.ChoiceField(widget=forms.HiddenInput)
    level = forms.ChoiceField(label="How badly", choices=LEVELS)

    def __init__(self, *args: Any, components: dict[str, Component], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.components = components
        field: Any = self.fields["component"]
        field.choices = [(pk, str(component)) for pk, component in components.items()]
        self.fields["level"].widget.attrs["class"] = "form-select"

    @property
    def label(self) -> str:
        return str(self.components.get(str(self["component"].value()), ""))


class ImageForm(KeptForm):
    url = forms.URLField(max_length=2_000, assume_scheme="https", widget=forms.HiddenInput)
    alt = forms.CharField(max_length=MAX_ALT, required=False, widget=forms.HiddenInput)


class SentFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    """Forms for the rows that were sent, whatever number is claimed, so that a claim costs nothing."""

    def total_form_count(self) -> int:
        claimed: int = super().total_form_count()
        return min(claimed, self._sent) if self.is_bound else claimed

    @cached_property
    def _sent(self) -> int:
        row = re.compile(rf"{self.prefix}-(\d{{1,6}})-")
        return len({match[1] for name in self.data if (match := row.match(name))})

    def clean(self) -> None:
        if self.management_form.cleaned_data["TOTAL_FORMS"] != self._sent:
            raise ValidationError("The page did not arrive whole. Nothing was kept; send it again.", code="incomplete")

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """No form is optional, not even one that was added and left as it was."""
        kwargs: dict[str, Any] = super().get_form_kwargs(index)
        return kwargs if index is None else kwargs | {"empty_permitted": False}


def _set_of(form: type[forms.Form]) -> Any:
    return forms.formset_factory(form, formset=SentFormSet, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS)


RowFormSet = _set_of(RowForm)
FoundFormSet = _set_of(FoundForm)
StatedFormSet = _set_of(StatedForm)
ComponentFormSet = _set_of(ComponentForm)
ActionFormSet = _set_of(ActionForm)
ImageFormSet = _set_of(ImageForm)
