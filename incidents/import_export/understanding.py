"""From what the reader found to what can be kept: zones as IANA names, rows with a place in time, the rest as notes.

Nothing is dropped: what fits no field, or is too long for its field, stands in the notes, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from incidents.authoring.operations import NewRow, length_as_sent
from incidents.import_export.offers import proposed_marks
from incidents.import_export.operations import Action, RemoteImage, ReportContent, StatedMilestone, notes_with
from incidents.import_export.promises import Owners, promise_of, words_kept
from incidents.milestones import MilestoneKind, Precision
from incidents.models import NOTES, Severity
from incidents.models.report import MAX_NOTES_LENGTH, SECTION_CHOICES
from incidents.models.timeline import MAX_ROW_TEXT
from incidents.parsing import MAX_ROWS, ParsedAction, ParsedEntry, ParsedReport, with_end
from incidents.parsing.zones import named_zone
from incidents.rendering import MAX_MARKDOWN_LENGTH, plain_text
from incidents.zones import known_zone

UNTITLED = "Untitled report"
MAX_TITLE = 200
MAX_ACTION = 500
MAX_ALT = 300
_MAX_URL = 2_000
_MAX_IMAGES = 500
_JOINT = 200  # what a heading between two texts of one section may take
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])?\s*(?:\[.\])?\s*")


class TooMuch(Exception):
    """More than a report holds, even in its notes. The message is for people."""


@dataclass(frozen=True)
class FoundSection:
    """Text under one heading of the report, and the section of ours that it is proposed for."""

    heading: str
    place: str
    text: str


@dataclass(frozen=True)
class Understood:
    """What both ways to import begin with. `notes` holds what has no other place and stands under no heading."""

    title: str
    zone: str
    entries: tuple[ParsedEntry, ...]
    found: list[FoundSection]
    notes: str
    images: list[RemoteImage]
    warnings: list[str]


def understand(report: ParsedReport) -> Understood:
    warnings = list(report.warnings)
    title, whole_title = _title(report, warnings)
    found, more = _found_sections(report, warnings)
    notes = [whole_title, facts_as_notes(report), *more]
    if len(report.timeline) > MAX_ROWS:
        warnings.append(f"Only the first {MAX_ROWS:,} timeline rows are rows; the others are in the notes.")
        notes.append(listed("More timeline rows", [_as_line(entry) for entry in report.timeline[MAX_ROWS:]]))
    images, other_images = _images(report)
    if other_images:
        warnings.append(f"{_count(len(other_images), 'image')} can’t be kept as written; the notes name them.")
    notes.append(listed("Images", other_images))
    notes.append(listed("Action items as written", _said_beside(report.action_items)))
    if converted_to_utc(report):
        warnings.append(
            f"The report’s times are in {report.time_zone}, which has no name that we can store: "
            "they are converted to UTC."
        )
    return Understood(
        title, zone_name(report), report.timeline[:MAX_ROWS], found, notes_with("", *notes), images, warnings
    )


def content_of(report: ParsedReport, *, severity: Severity) -> tuple[ReportContent, list[str]]:
    """The report as it would be kept without anybody looking, and what to tell the person who sent it.

    A row without a known instant is kept as a line of the notes: nothing is guessed. Raises TooMuch.
    """
    understood = understand(report)
    warnings, sections = understood.warnings, placed(understood.found)
    tz = ZoneInfo(understood.zone) if understood.zone else None
    marks = proposed_marks(report)
    rows, unplaced, long_rows = [], [], []
    for index, entry in enumerate(understood.entries):
        moment, text = _instant(entry, tz), entry.plain_text.strip()
        if moment is not None and text:
            text = with_end(text, moment.astimezone(tz), entry.lasted)
        if moment is None or not text:
            unplaced.append(_as_line(entry))
            continue
        if len(text) > MAX_ROW_TEXT:
            long_rows.append(_as_line(entry))
        precision = Precision.ABOUT if entry.precision == "unknown" else Precision(entry.precision)
        rows.append(NewRow(moment, shortened(text, MAX_ROW_TEXT), precision, marks.rows.get(index), entry.raw))
    owners = Owners()
    actions = [(promise_of(action, owners), action) for action in report.action_items if action.plain_text.strip()]
    long_actions = [f"- {promise.text}" for promise, _ in actions if len(promise.text) > MAX_ACTION]
    if unplaced:
        warnings.append(f"{_count(len(unplaced), 'timeline row')} without a certain time or a text: see the notes.")
    if long_rows:
        warnings.append(f"{_count(len(long_rows), 'timeline row')} cut at {MAX_ROW_TEXT:,} characters: see the notes.")
    if long_actions:
        warnings.append(
            f"{_count(len(long_actions), 'action item')} cut at {MAX_ACTION} characters: whole in the notes."
        )
    if not understood.title:
        warnings.append("The report has no title.")
    sections[NOTES] = notes_with(
        sections[NOTES],
        understood.notes,
        listed("Timeline rows without a certain time", unplaced),
        listed("Timeline rows that are too long", long_rows),
        listed("Action items that are too long", long_actions),
    )
    if length_as_sent(sections[NOTES]) > MAX_NOTES_LENGTH:
        raise TooMuch(
            f"What has no place of its own has {len(sections[NOTES]):,} characters, and notes hold at most "
            f"{MAX_NOTES_LENGTH:,}. Import it on the page, where you can shorten it."
        )
    content = ReportContent(
        title=understood.title or UNTITLED,
        severity=severity,
        time_zone=understood.zone or "UTC",
        sections=sections,
        rows=rows,
        actions=[
            Action(shortened(promise.text, MAX_ACTION), action.done, promise.owner, promise.due_on)
            for promise, action in actions
        ],
        images=understood.images,
        milestones=[
            StatedMilestone(MilestoneKind(mark.kind), mark.occurred_at, Precision(mark.precision))
            for mark in marks.stated
            if mark.occurred_at is not None
        ],
    )
    return content, warnings


# ── Zones and times ─────────────────────────────────────────────────────────


def zone_name(report: ParsedReport) -> str:
    """The region that the report names, else a name for its offset, or the empty string where it states no zone.

    Offsets that have no name are kept as UTC: see `converted_to_utc`.
    """
    written = named_zone(report.time_zone) if report.time_zone else None
    if written is not None and written.region and known_zone(written.region):
        return written.region
    minutes = report.utc_offset_minutes
    if minutes is None:
        return ""
    name = _offset_name(minutes)
    return name if known_zone(name) else "UTC"


def converted_to_utc(report: ParsedReport) -> bool:
    """Whether the report's times are in another zone than UTC, and are shown in UTC for want of a name."""
    return zone_name(report) == "UTC" and report.utc_offset_minutes not in {None, 0}


def _offset_name(minutes: int) -> str:
    """IANA's Etc/GMT names count west of Greenwich as positive, and whole hours only (tz database, file etcetera)."""
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(minutes, 60)
    return "" if rest else f"Etc/GMT{-hours:+d}"


def wall_clock(entry: ParsedEntry, zone: tzinfo | None) -> datetime | None:
    """What to write into the row's inputs: the time on the clock of the zone, or as the report wrote it."""
    if entry.occurred_at is not None and zone is not None:
        return entry.occurred_at.astimezone(zone).replace(tzinfo=None)
    return entry.local


def _instant(entry: ParsedEntry, zone: tzinfo | None) -> datetime | None:
    if entry.occurred_at is not None:
        return entry.occurred_at
    if entry.local is not None and entry.zone is None and zone is not None:
        return entry.local.replace(tzinfo=zone)
    return None


# ── Texts ───────────────────────────────────────────────────────────────────


def facts_as_notes(report: ParsedReport) -> str:
    """What the report states about itself and no field of the form holds."""
    facts = [
        ("Author", report.author),
        ("Date", _read_as(report.date_written, report.date.isoformat() if report.date else None, report.date_source)),
        ("Zone as written", report.time_zone),
        ("Severity as written", report.severity),
        ("Duration", _read_as(report.duration_written, _minutes(report.duration_minutes), None)),
    ]
    # Of the lines whose meaning went into fields, only an address has no field.
    linked = [("As written", line.strip()) for line in report.structure if "://" in line]
    return "\n".join(f"- {name}: {value}" for name, value in [*facts, *linked] if value)


def _read_as(written: str | None, read: str | None, source: str | None) -> str | None:
    """The words that are written, and apart from them what was concluded."""
    if written is None:
        return read and f"read as {read}, from {source}"
    if read is None:
        return f"“{written}”"
    return written if written == read else f"“{written}”, read as {read}"


def _minutes(minutes: int | None) -> str | None:
    return _count(minutes, "minute") if minutes else None


def _found_sections(report: ParsedReport, warnings: list[str]) -> tuple[list[FoundSection], list[str]]:
    """The sections as found, each in a place with room for it, and what did not fit, for the notes."""
    found, more = [], []
    headings, room = dict(SECTION_CHOICES), dict.fromkeys(dict(SECTION_CHOICES), MAX_MARKDOWN_LENGTH)
    for section in report.sections:
        text, rest = section.markdown.strip(), ""
        if section.key != NOTES:
            text, rest = fitting(text, room[section.key]) if room[section.key] > 0 else ("", text)
            room[section.key] -= length_as_sent(text) + _JOINT
        if text:
            found.append(FoundSection(section.heading, section.key, text))
        if rest:
            more.append(f"### {headings[section.key]}, continued\n\n{rest}")
            warnings.append(
                f"“{headings[section.key]}” is longer than {MAX_MARKDOWN_LENGTH:,} characters; "
                "what comes after is in the notes."
            )
    return found, more


def placed(found: Iterable[FoundSection]) -> dict[str, str]:
    """Markdown by our sections: texts in their order, in the notes and behind another one under their heading."""
    texts: dict[str, list[str]] = {key: [] for key, _ in SECTION_CHOICES}
    for section in found:
        text = section.text.strip()
        if text and section.place in texts:
            headed = section.heading and (section.place == NOTES or texts[section.place])
            texts[section.place].append(f"### {section.heading}\n\n{text}" if headed else text)
    return {key: "\n\n".join(parts) for key, parts in texts.items()}


def fitting(text: str, limit: int) -> tuple[str, str]:
    """What fits into a field, and the rest; parted between paragraphs, lines or words where there are any."""
    if length_as_sent(text) <= limit:
        return text, ""
    head = text[: limit - text.count("\n", 0, limit)]
    edges = (head.rfind(edge) for edge in ("\n\n", "\n", " "))
    at = next((edge for edge in edges if edge > 0), len(head))
    return text[:at].rstrip(), text[at:].strip("\n")


def shortened(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis; whoever calls this keeps the whole elsewhere."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rpartition(" ")[0] or head) + "…"


def listed(heading: str, lines: list[str]) -> str:
    return f"### {heading}\n\n" + "\n".join(lines) if lines else ""


def says_more(raw: str, *kept: str) -> bool:
    """Whether the text as written has words that what is kept of it has not: an owner, an address, a number."""
    return bool(_words(_BULLET.sub("", raw)) - _words(" ".join(kept)))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _title(report: ParsedReport, warnings: list[str]) -> tuple[str, str]:
    """What fits into the title, and a note with all of it where that is not everything."""
    written = report.title or ""
    title = plain_text(written[:MAX_MARKDOWN_LENGTH])
    if len(title) <= MAX_TITLE and len(written) <= MAX_MARKDOWN_LENGTH:
        return title, ""
    warnings.append(f"The title is longer than {MAX_TITLE} characters; it is whole in the notes.")
    return shortened(title, MAX_TITLE), f"- Title: {written}"


def _images(report: ParsedReport) -> tuple[list[RemoteImage], list[str]]:
    """Images with an address on the web, and lines for the notes on what can’t be kept of all images."""
    images: list[RemoteImage] = []
    noted = []
    for image in report.attachments:
        kept = _is_web_address(image.url) and len(images) < _MAX_IMAGES
        if kept:
            images.append(RemoteImage(image.url, shortened(image.alt, MAX_ALT)))
        if not kept or len(image.alt) > MAX_ALT:
            noted.append(image_as_note(image.url, image.alt))
    return images, noted


def image_as_note(url: str, alt: str) -> str:
    return f"- Image: {alt} {url}" if alt else f"- Image: {url}"


def _is_web_address(url: str) -> bool:
    if len(url) > _MAX_URL:
        return False
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        return False
    return True


def _said_beside(actions: tuple[ParsedAction, ...]) -> list[str]:
    """Items with an owner, a link, a group or anything else that the text of an action item does not hold."""
    lines = []
    for action in actions:
        group = f"{action.group}: " if action.group else ""
        if group or says_more(action.raw, words_kept(action)):
            lines.append(f"- {group}{_BULLET.sub('', action.raw)}")
    return lines


def _as_line(entry: ParsedEntry) -> str:
    return f"- {entry.time_as_written}: {entry.text}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
