"""What was understood of a report, for a person to correct before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.forms import Form
from django.utils import timezone

from incidents.authoring.operations import NewRow, length_as_sent
from incidents.import_export.corrections import CONTENT, corrected
from incidents.import_export.forms import (
    ActionFormSet,
    ComponentFormSet,
    ContentForm,
    FoundFormSet,
    ImageFormSet,
    RowFormSet,
    StatedFormSet,
    plain_lines,
)
from incidents.import_export.offers import named_components, proposed_marks
from incidents.import_export.operations import NOTES, RemoteImage, ReportContent, StatedMilestone, notes_with
from incidents.import_export.promises import Owners, Promise, promise_of
from incidents.import_export.understanding import (
    MAX_ACTION,
    FoundSection,
    image_as_note,
    listed,
    placed,
    understand,
    wall_clock,
)
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Component, ComponentStatus, Severity
from incidents.models.report import MAX_NOTES_LENGTH, SECTION_CHOICES
from incidents.models.timeline import ENTRY_PRECISIONS, MAX_ROW_TEXT
from incidents.moments import clock_of, to_moment
from incidents.parsing import ParsedEntry, ParsedReport, ProposedMilestone, with_end
from incidents.rendering import MAX_MARKDOWN_LENGTH
from incidents.zones import zone_label


class UnderstoodForm:
    """The whole preview: one form and some sets, valid together, turned into what is kept."""

    def __init__(
        self,
        data: Any = None,
        *,
        report: ParsedReport | None = None,
        file_name: str | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """`data` is a page that was sent; without it `report` is offered, with what was `typed` into it before."""
        owners = Owners()
        initial = corrected(_initial_of(report, file_name, owners), typed or {}) if report is not None else {}
        components = {str(component.pk): component for component in Component.objects.in_page_order()}

        def part(kind: Any, prefix: str, **given: Any) -> Any:
            return kind(data, prefix=prefix, initial=initial.get(prefix), form_kwargs=given)

        self.content = ContentForm(data, initial=initial.get(CONTENT))
        self.stated = part(StatedFormSet, "stated")
        self.components = part(ComponentFormSet, "components", components=components)
        self.rows = part(RowFormSet, "rows")
        self.found = part(FoundFormSet, "sections")
        self.actions = part(ActionFormSet, "actions", owners=owners)
        self.images = part(ImageFormSet, "images")
        self.moments: dict[Any, datetime] = {}

    @property
    def sets(self) -> tuple[Any, ...]:
        return self.stated, self.components, self.rows, self.found, self.actions, self.images

    @property
    def forms(self) -> list[Form]:
        return [self.content, *(form for part in self.sets for form in part.forms)]

    def is_valid(self) -> bool:
        valid = [part.is_valid() for part in (self.content, *self.sets)]
        return all(valid) and self._place_in_time() and self._has_room()

    def _place_in_time(self) -> bool:
        zone = ZoneInfo(self.content.cleaned_data["time_zone"])
        timed = [form for part in (self.stated, self.rows) for form in part.forms if form.is_kept]
        self.moments = {}
        for form in timed:
            try:
                moment = to_moment(form.cleaned_data["day"], form.cleaned_data["clock"], zone)
            except ValidationError as error:
                form.add_error("clock", error)
            else:
                self.moments[form] = moment
                if moment > timezone.now():
                    form.add_error("clock", "This lies in the future.")
        return not any(form.errors for form in timed)

    def _has_room(self) -> bool:
        sections, forms = self._sections(), self.found.forms
        for key, heading in SECTION_CHOICES:
            limit = MAX_NOTES_LENGTH if key == NOTES else MAX_MARKDOWN_LENGTH
            length = length_as_sent(sections[key])
            if length <= limit:
                continue
            if key == NOTES:
                said = f"With what is unticked the notes have {length:,} characters; they hold at most {limit:,}."
                self.content.add_error(f"section_{NOTES}", said)
            else:
                last = [form for form in forms if form.cleaned_data["place"] == key][-1]
                said = f"With this “{heading}” has {length:,} characters; it holds at most {limit:,}."
                last.add_error("text", f"{said} Shorten it, or let a part go to another section.")
        return not self.content.errors and not any(form.errors for form in forms)

    def _sections(self) -> dict[str, str]:
        """The sections as they would be kept, the notes with what was unticked."""
        found = [form.cleaned_data for form in self.found.forms]
        sections = placed(FoundSection(part["heading"], part["place"], plain_lines(part["text"])) for part in found)
        stated, rows, actions, images = (
            [form for form in part.forms if not form.is_kept]
            for part in (self.stated, self.rows, self.actions, self.images)
        )
        sections[NOTES] = notes_with(
            sections[NOTES],
            plain_lines(self.content.cleaned_data[f"section_{NOTES}"]),
            listed("Milestones that were not kept", [f"- {line}" for form in stated for line in form.notes]),
            listed("Timeline rows that were not kept", [form.as_note for form in rows]),
            listed("Action items that were not kept", [form.as_note for form in actions]),
            listed(
                "Images that were not kept",
                [image_as_note(form.cleaned_data["url"], form.cleaned_data["alt"]) for form in images],
            ),
        )
        return sections

    def to_content(self) -> ReportContent:
        """What the person left standing; call after is_valid."""
        data = self.content.cleaned_data
        return ReportContent(
            title=data["title"],
            severity=data["severity"],
            time_zone=data["time_zone"],
            sections=self._sections(),
            rows=[_row(form.cleaned_data, self.moments[form]) for form in self.rows.forms if form in self.moments],
            actions=[form.action for form in self.actions.forms if form.is_kept],
            images=[
                RemoteImage(form.cleaned_data["url"], form.cleaned_data["alt"])
                for form in self.images.forms
                if form.is_kept
            ],
            milestones=[
                StatedMilestone(
                    MilestoneKind(form.cleaned_data["kind"]),
                    self.moments[form],
                    Precision(form.cleaned_data["precision"]),
                )
                for form in self.stated.forms
                if form in self.moments
            ],
            components={
                form.components[form.cleaned_data["component"]]: form.cleaned_data["level"]
                for form in self.components.forms
                if form.cleaned_data["keep"]
            },
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


def _initial_of(report: ParsedReport, file_name: str | None, owners: Owners) -> dict[str, Any]:
    understood = understand(report)
    tz = ZoneInfo(understood.zone) if understood.zone else None
    marks = proposed_marks(report)
    warnings = understood.warnings
    length = length_as_sent(notes_with(placed(understood.found)[NOTES], understood.notes))
    if length > MAX_NOTES_LENGTH:
        warnings.append(
            f"The notes have {length:,} characters and hold {MAX_NOTES_LENGTH:,}: shorten them to keep this."
        )
    if zone_label(understood.zone) != understood.zone:
        warnings.append(f"{understood.zone} is the name of {zone_label(understood.zone)}: its sign is turned round.")
    severity = Severity.objects.filter(name__iexact=report.severity or "").first()
    return {
        CONTENT: {
            "title": understood.title,
            "severity": severity.pk if severity else None,
            "time_zone": understood.zone,
            "source_name": file_name or "",
            "said": warnings,
            f"section_{NOTES}": understood.notes,
        },
        "stated": [_stated_of(mark, tz) for mark in marks.stated if mark.occurred_at is not None],
        "components": [
            {"keep": named.is_plain, "component": named.component.pk, "level": ComponentStatus.MAJOR_OUTAGE}
            for named in named_components(report)
        ],
        "rows": [
            _row_of(entry, above, report, tz) | {"milestone": marks.rows.get(index, "")}
            for index, (above, entry) in enumerate(zip((None, *understood.entries), understood.entries, strict=False))
        ],
        "sections": [
            {"heading": section.heading, "place": section.place, "text": section.text} for section in understood.found
        ],
        "actions": [_action_of(promise_of(action, owners), done=action.done) for action in report.action_items],
        "images": [{"keep": True, "url": image.url, "alt": image.alt} for image in understood.images],
    }


def _action_of(promise: Promise, *, done: bool) -> dict[str, Any]:
    return {
        "keep": True,
        "text": promise.text,
        "owner": promise.owner.pk if promise.owner else "",
        "due_on": promise.due_on,
        "is_done": done,
        "said": [*promise.notes, *_too_long("item", promise.text, MAX_ACTION)],
    }


def _stated_of(mark: ProposedMilestone, tz: ZoneInfo | None) -> dict[str, Any]:
    local = mark.occurred_at.astimezone(tz) if mark.occurred_at else None
    return {
        "keep": True,
        "kind": mark.kind,
        "day": local and local.date(),
        "clock": clock_of(local) if local else "",
        "precision": mark.precision,
        "said": [mark.reason],
    }


def _row_of(entry: ParsedEntry, above: ParsedEntry | None, report: ParsedReport, tz: ZoneInfo | None) -> dict[str, Any]:
    local = wall_clock(entry, tz)
    precision = entry.precision if entry.precision in set(ENTRY_PRECISIONS) else Precision.ABOUT
    time = local.time() if local else entry.clock
    clock = time.strftime("%H:%M:%S" if time.second else "%H:%M") if time else ""
    written = entry.time_as_written
    day = local.date() if local else entry.date or report.date
    text = with_end(entry.plain_text, local, entry.lasted) if local else entry.plain_text
    return {
        "keep": True,
        "day": day,
        "clock": clock,
        "precision": precision,
        "text": text,
        "raw": entry.raw,
        "doubts": [*entry.doubts, *_too_long("row", text, MAX_ROW_TEXT)],
        "said": [
            *([f"Written “{written}”."] if written and not _says_no_more(written, day, clock, report) else []),
            *(sentence for sentence in entry.reading if above is None or sentence not in above.reading),
        ],
    }


def _says_no_more(written: str, day: date | None, clock: str, report: ParsedReport) -> bool:
    """Whether the time as written is what the inputs beside it show anyhow."""
    bare = written.removesuffix(f" {report.time_zone}").removeprefix(f"{day} ")
    return bare.lstrip("0") == clock.lstrip("0")


def _too_long(noun: str, text: str, limit: int) -> list[str]:
    if len(text) <= limit:
        return []
    return [
        f"This text has {len(text):,} characters; {'an' if noun == 'item' else 'a'} {noun} holds {limit:,}. "
        "Shorten it, or untick it: it then goes whole into the notes."
    ]
