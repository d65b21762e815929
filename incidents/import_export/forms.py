"""What was understood of a report, for a person to correct before anything is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents.authoring.fields import to_moment
from incidents.authoring.forms.base import OneLine, PlainForm
from incidents.authoring.forms.facts import SeverityField, ZoneField
from incidents.import_export.operations import (
    NOTES,
    Action,
    RemoteImage,
    ReportContent,
    Row,
    notes_with,
)
from incidents.import_export.understanding import proposed_marks, section_texts, wall_clock, web_images, zone_name
from incidents.milestones import MILESTONE_LABELS, MilestoneKind, Precision
from incidents.models import Severity
from incidents.models.report import SECTION_CHOICES
from incidents.models.timeline import ENTRY_PRECISIONS
from incidents.parsing import ParsedReport
from incidents.rendering import MAX_MARKDOWN_LENGTH, plain_text

MAX_BYTES = 1_000_000
_MARKS = [("", "no mark"), *((kind.value, label) for kind, label in MILESTONE_LABELS.items())]


class SourceForm(forms.Form):
    """A file or a text, one of the two."""

    file = forms.FileField(
        label="Markdown file",
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".md,.markdown,.txt,.qmd,text/markdown,text/plain"}),
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


class ContentForm(PlainForm):
    """Title, severity, zone and the sections, as read."""

    title = forms.CharField(max_length=200)
    severity = SeverityField(label="Severity")
    time_zone = ZoneField(
        label="Zone of the times below",
        error_messages={"required": "The report doesn’t say in which zone its times are. Name it."},
    )
    source_name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="report", **kwargs)
        for key, heading in SECTION_CHOICES:
            self.fields[f"section_{key}"] = forms.CharField(
                label=heading,
                required=False,
                strip=False,
                max_length=MAX_MARKDOWN_LENGTH * (5 if key == NOTES else 1),
                widget=forms.Textarea({"rows": 4}),
            )
        self.dress()

    def section_fields(self) -> list[forms.BoundField]:
        """Those that say something, and those that went wrong."""
        return [
            field for field in (self[f"section_{key}"] for key, _ in SECTION_CHOICES) if field.value() or field.errors
        ]


class RowForm(PlainForm):
    """A timeline row. One that isn't kept as a row is kept as a line of the notes."""

    keep = forms.BooleanField(required=False, initial=True)
    day = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    clock = forms.CharField(required=False, max_length=30)
    precision = forms.ChoiceField(
        choices=[(precision.value, precision.value) for precision in ENTRY_PRECISIONS], required=False
    )
    milestone = forms.ChoiceField(choices=_MARKS, required=False)
    text = forms.CharField(max_length=2_000, widget=OneLine())
    raw = forms.CharField(required=False, max_length=20_000, strip=False, widget=forms.HiddenInput)
    doubts: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("keep") and not self.errors and not (cleaned.get("day") and cleaned.get("clock")):
            self.add_error("clock", "Give day and time, or untick the row: it is then kept in the notes.")
        return cleaned


class ActionForm(PlainForm):
    keep = forms.BooleanField(required=False, initial=True)
    text = forms.CharField(max_length=500, widget=OneLine())
    is_done = forms.BooleanField(label="done", required=False)


class ImageForm(PlainForm):
    keep = forms.BooleanField(required=False, initial=True)
    url = forms.URLField(max_length=2_000, assume_scheme="https", widget=forms.HiddenInput)
    alt = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)


def _set_of(form: type[forms.Form]) -> Any:
    return forms.formset_factory(form, extra=0, max_num=3_000, absolute_max=3_000)


RowFormSet = _set_of(RowForm)
ActionFormSet = _set_of(ActionForm)
ImageFormSet = _set_of(ImageForm)


class UnderstoodForm:
    """The whole preview: one form and three sets, valid together, turned into what is kept."""

    def __init__(self, data: Any = None, *, report: ParsedReport | None = None, file_name: str | None = None) -> None:
        initial = _initial_of(report, file_name) if report is not None else {}
        self.content = ContentForm(data, initial=initial.get("content"))
        self.rows = RowFormSet(data, prefix="rows", initial=initial.get("rows"))
        self.actions = ActionFormSet(data, prefix="actions", initial=initial.get("actions"))
        self.images = ImageFormSet(data, prefix="images", initial=initial.get("images"))
        if report is not None:
            for form, entry in zip(self.rows.forms, report.timeline, strict=True):
                form.doubts = entry.doubts
        self.moments: list[datetime | None] = []

    def is_valid(self) -> bool:
        valid = [part.is_valid() for part in (self.content, self.rows, self.actions, self.images)]
        return all(valid) and self._place_rows()

    def _place_rows(self) -> bool:
        zone = ZoneInfo(self.content.cleaned_data["time_zone"])
        self.moments = []
        for form in self.rows.forms:
            moment = None
            if form.cleaned_data["keep"]:
                try:
                    moment = to_moment(form.cleaned_data["day"], form.cleaned_data["clock"], zone)
                except ValidationError as error:
                    form.add_error("clock", error)
                else:
                    if moment > timezone.now():
                        form.add_error("clock", "This lies in the future.")
            self.moments.append(moment)
        return not any(form.errors for form in self.rows.forms)

    def to_content(self) -> ReportContent:
        """What the person left standing; call after is_valid."""
        data = self.content.cleaned_data
        sections = {key: data[f"section_{key}"].replace("\r\n", "\n") for key, _ in SECTION_CHOICES}
        rows, loose = [], []
        for form, moment in zip(self.rows.forms, self.moments, strict=True):
            row = form.cleaned_data
            if moment is None:
                loose.append(f"- {row['day'] or ''} {row['clock']} {row['text']}".replace("  ", " "))
                continue
            rows.append(
                Row(
                    moment,
                    row["text"],
                    Precision(row["precision"] or Precision.EXACT),
                    MilestoneKind(row["milestone"]) if row["milestone"] else None,
                    row["raw"],
                )
            )
        dropped = [f"- {form.cleaned_data['text']}" for form in self.actions.forms if not form.cleaned_data["keep"]]
        sections[NOTES] = notes_with(sections[NOTES], "\n".join(loose), "\n".join(dropped))
        return ReportContent(
            title=data["title"],
            severity=data["severity"],
            time_zone=data["time_zone"],
            sections=sections,
            rows=rows,
            actions=[
                Action(form.cleaned_data["text"], form.cleaned_data["is_done"])
                for form in self.actions.forms
                if form.cleaned_data["keep"]
            ],
            images=[
                RemoteImage(form.cleaned_data["url"], form.cleaned_data["alt"])
                for form in self.images.forms
                if form.cleaned_data["keep"]
            ],
        )


def _initial_of(report: ParsedReport, file_name: str | None) -> dict[str, Any]:
    zone = zone_name(report)
    tz = ZoneInfo(zone) if zone else None
    marks = proposed_marks(report)
    images, other_images = web_images(report)
    texts = section_texts(report)
    texts[NOTES] = notes_with(texts[NOTES], "\n".join(other_images))
    severity = Severity.objects.filter(name__iexact=report.severity or "").first()
    return {
        "content": {
            "title": plain_text(report.title or "")[:200],
            "severity": severity.pk if severity else None,
            "time_zone": zone,
            "source_name": file_name or "",
            **{f"section_{key}": text for key, text in texts.items()},
        },
        "rows": [_row_of(report, index, marks, tz) for index in range(len(report.timeline))],
        "actions": [
            {"keep": True, "text": action.plain_text, "is_done": action.done} for action in report.action_items
        ],
        "images": [{"keep": True, "url": image.url, "alt": image.alt} for image in images],
    }


def _row_of(report: ParsedReport, index: int, marks: dict[int, MilestoneKind], tz: ZoneInfo | None) -> dict[str, Any]:
    entry = report.timeline[index]
    local = wall_clock(entry, tz)
    precision = entry.precision if entry.precision in set(ENTRY_PRECISIONS) else Precision.ABOUT
    clock = local.time() if local else entry.clock
    day = local.date() if local else entry.date or report.date
    return {
        "keep": True,
        "day": day,
        "clock": clock.strftime("%H:%M:%S" if clock.second else "%H:%M") if clock else "",
        "precision": precision,
        "milestone": marks.get(index, ""),
        "text": entry.plain_text,
        "raw": entry.raw,
    }
