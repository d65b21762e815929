"""What was understood of a report, for a person to correct before anything is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents.authoring.operations import NewRow
from incidents.import_export.forms import ActionFormSet, ContentForm, ImageFormSet, RowFormSet, plain_lines
from incidents.import_export.operations import NOTES, Action, RemoteImage, ReportContent, notes_with
from incidents.import_export.understanding import (
    MAX_ACTION,
    MAX_ROW,
    image_as_note,
    length_as_sent,
    listed,
    proposed_marks,
    understand,
    wall_clock,
)
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Severity
from incidents.models.report import MAX_NOTES_LENGTH, SECTION_CHOICES
from incidents.models.timeline import ENTRY_PRECISIONS
from incidents.moments import to_moment
from incidents.parsing import ParsedEntry, ParsedReport
from incidents.zones import zone_label


class UnderstoodForm:
    """The whole preview: one form and three sets, valid together, turned into what is kept."""

    def __init__(self, data: Any = None, *, report: ParsedReport | None = None, file_name: str | None = None) -> None:
        initial = _initial_of(report, file_name) if report is not None else {}
        self.content = ContentForm(data, initial=initial.get("content"))
        self.rows = RowFormSet(data, prefix="rows", initial=initial.get("rows"))
        self.actions = ActionFormSet(data, prefix="actions", initial=initial.get("actions"))
        self.images = ImageFormSet(data, prefix="images", initial=initial.get("images"))
        self.moments: list[datetime | None] = []

    @property
    def sets(self) -> tuple[Any, Any, Any]:
        return self.rows, self.actions, self.images

    def is_valid(self) -> bool:
        valid = [part.is_valid() for part in (self.content, *self.sets)]
        return all(valid) and self._place_rows() and self._has_room()

    def _place_rows(self) -> bool:
        zone = ZoneInfo(self.content.cleaned_data["time_zone"])
        self.moments = []
        for form in self.rows.forms:
            moment = None
            if form.is_kept:
                try:
                    moment = to_moment(form.cleaned_data["day"], form.cleaned_data["clock"], zone)
                except ValidationError as error:
                    form.add_error("clock", error)
                else:
                    if moment > timezone.now():
                        form.add_error("clock", "This lies in the future.")
            self.moments.append(moment)
        return not any(form.errors for form in self.rows.forms)

    def _has_room(self) -> bool:
        length = length_as_sent(self._notes())
        if length > MAX_NOTES_LENGTH:
            self.content.add_error(
                f"section_{NOTES}",
                f"With what is unticked the notes have {length:,} characters; they hold at most {MAX_NOTES_LENGTH:,}.",
            )
        return length <= MAX_NOTES_LENGTH

    def _notes(self) -> str:
        """The notes, and what was unticked."""
        rows, actions, images = ([form for form in part.forms if not form.is_kept] for part in self.sets)
        return notes_with(
            plain_lines(self.content.cleaned_data[f"section_{NOTES}"]),
            listed("Timeline rows that were not kept", [form.as_note for form in rows]),
            listed("Action items that were not kept", [f"- {form.cleaned_data['text']}" for form in actions]),
            listed(
                "Images that were not kept",
                [image_as_note(form.cleaned_data["url"], form.cleaned_data["alt"]) for form in images],
            ),
        )

    def to_content(self) -> ReportContent:
        """What the person left standing; call after is_valid."""
        data = self.content.cleaned_data
        sections = {key: plain_lines(data[f"section_{key}"]) for key, _ in SECTION_CHOICES}
        sections[NOTES] = self._notes()
        return ReportContent(
            title=data["title"],
            severity=data["severity"],
            time_zone=data["time_zone"],
            sections=sections,
            rows=[
                _row(form.cleaned_data, moment)
                for form, moment in zip(self.rows.forms, self.moments, strict=True)
                if moment is not None
            ],
            actions=[
                Action(plain_lines(form.cleaned_data["text"]), form.cleaned_data["is_done"])
                for form in self.actions.forms
                if form.is_kept
            ],
            images=[
                RemoteImage(form.cleaned_data["url"], form.cleaned_data["alt"])
                for form in self.images.forms
                if form.is_kept
            ],
        )


def _row(row: dict[str, Any], moment: datetime) -> NewRow:
    return NewRow(
        moment,
        plain_lines(row["text"]),
        Precision(row["precision"] or Precision.EXACT),
        MilestoneKind(row["milestone"]) if row["milestone"] else None,
        plain_lines(row["raw"]),
    )


# ── From the report to the inputs ───────────────────────────────────────────


def _initial_of(report: ParsedReport, file_name: str | None) -> dict[str, Any]:
    understood = understand(report)
    tz = ZoneInfo(understood.zone) if understood.zone else None
    marks = proposed_marks(report)
    warnings = understood.warnings
    length = length_as_sent(understood.sections[NOTES])
    if length > MAX_NOTES_LENGTH:
        warnings.append(
            f"The notes have {length:,} characters and hold {MAX_NOTES_LENGTH:,}: shorten them to keep this."
        )
    if zone_label(understood.zone) != understood.zone:
        warnings.append(f"{understood.zone} is the name of {zone_label(understood.zone)}: its sign is turned round.")
    severity = Severity.objects.filter(name__iexact=report.severity or "").first()
    return {
        "content": {
            "title": understood.title,
            "severity": severity.pk if severity else None,
            "time_zone": understood.zone,
            "source_name": file_name or "",
            "said": warnings,
            **{f"section_{key}": text for key, text in understood.sections.items()},
        },
        "rows": [
            _row_of(entry, above, report, tz) | {"milestone": marks.get(index, "")}
            for index, (above, entry) in enumerate(zip((None, *understood.entries), understood.entries, strict=False))
        ],
        "actions": [
            {
                "keep": True,
                "text": action.plain_text,
                "is_done": action.done,
                "said": _too_long("item", action.plain_text, MAX_ACTION),
            }
            for action in report.action_items
        ],
        "images": [{"keep": True, "url": image.url, "alt": image.alt} for image in understood.images],
    }


def _row_of(entry: ParsedEntry, above: ParsedEntry | None, report: ParsedReport, tz: ZoneInfo | None) -> dict[str, Any]:
    local = wall_clock(entry, tz)
    precision = entry.precision if entry.precision in set(ENTRY_PRECISIONS) else Precision.ABOUT
    time = local.time() if local else entry.clock
    clock = time.strftime("%H:%M:%S" if time.second else "%H:%M") if time else ""
    written = entry.time_as_written
    return {
        "keep": True,
        "day": local.date() if local else entry.date or report.date,
        "clock": clock,
        "precision": precision,
        "text": entry.plain_text,
        "raw": entry.raw,
        "doubts": [*entry.doubts, *_too_long("row", entry.plain_text, MAX_ROW)],
        "said": [
            *([f"Written “{written}”."] if written and written.lstrip("0") != clock.lstrip("0") else []),
            *(sentence for sentence in entry.reading if above is None or sentence not in above.reading),
        ],
    }


def _too_long(noun: str, text: str, limit: int) -> list[str]:
    if len(text) <= limit:
        return []
    return [
        f"This text has {len(text):,} characters; {'an' if noun == 'item' else 'a'} {noun} holds {limit:,}. "
        "Shorten it, or untick it: it then goes whole into the notes."
    ]
