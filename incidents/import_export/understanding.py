"""From what the reader found to what can be kept: zones as IANA names, rows with a place in time, the rest as notes."""

from __future__ import annotations

from datetime import datetime, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from incidents.import_export.operations import Action, RemoteImage, ReportContent, Row, notes_with
from incidents.milestones import MilestoneKind, Precision
from incidents.models import NOTES, Severity
from incidents.models.report import SECTION_CHOICES
from incidents.parsing import ParsedEntry, ParsedReport
from incidents.rendering import plain_text

UNTITLED = "Untitled report"
_MAX_TITLE = 200
_MAX_ROW = 2_000
_MAX_ACTION = 500


def zone_name(report: ParsedReport) -> str:
    """An IANA name for the report's offset, or the empty string where the report states no zone.

    IANA's Etc/GMT names count west of Greenwich as positive (tz database, file etcetera).
    """
    minutes = report.utc_offset_minutes
    if minutes is None:
        return ""
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(minutes, 60)
    return "UTC" if rest else f"Etc/GMT{-hours:+d}"


def wall_clock(entry: ParsedEntry, zone: tzinfo | None) -> datetime | None:
    """What to write into the row's inputs: the time on the clock of the zone, or as the report wrote it."""
    if entry.occurred_at is not None and zone is not None:
        return entry.occurred_at.astimezone(zone).replace(tzinfo=None)
    return entry.local


def facts_as_notes(report: ParsedReport) -> str:
    """What the report states about itself and no field of the form holds."""
    facts = [
        ("Author", report.author),
        ("Date", report.date.isoformat() if report.date else None),
        ("Zone as written", report.time_zone),
        ("Severity as written", report.severity),
        ("Duration as written", f"{report.duration_minutes} minutes" if report.duration_minutes else None),
    ]
    return "\n".join(f"- {name}: {value}" for name, value in facts if value)


def section_texts(report: ParsedReport) -> dict[str, str]:
    """Markdown by key. Sections of one key follow one another; notes keep their headings."""
    texts: dict[str, list[str]] = {key: [] for key, _ in SECTION_CHOICES}
    for section in report.sections:
        text = section.markdown.strip()
        if section.key == NOTES and section.heading and text:
            text = f"### {section.heading}\n\n{text}"
        if text:
            texts[section.key].append(text)
    joined = {key: "\n\n".join(parts) for key, parts in texts.items()}
    joined[NOTES] = notes_with(joined[NOTES], facts_as_notes(report))
    return joined


def proposed_marks(report: ParsedReport) -> dict[int, MilestoneKind]:
    """Which row marks which milestone, by the row's position."""
    return {mark.entry_index: MilestoneKind(mark.kind) for mark in report.milestones}


def web_images(report: ParsedReport) -> tuple[list[RemoteImage], list[str]]:
    """Images with an address on the web, and the other paths, which can only be noted."""
    images, others = [], []
    for image in report.attachments:
        if urlsplit(image.url).scheme in {"http", "https"} and len(image.url) <= _MAX_ROW:
            images.append(RemoteImage(image.url, image.alt[:300]))
        else:
            others.append(f"- Image: {image.alt} {image.url}".replace("  ", " "))
    return images, others


def content_of(report: ParsedReport, *, severity: Severity, zone: str) -> tuple[ReportContent, list[str]]:
    """The report as it would be kept without anybody looking, and what could not be placed.

    A row without a known instant is kept as a line of the notes: nothing is guessed.
    """
    warnings = list(report.warnings)
    tz = ZoneInfo(zone) if zone else None
    marks = proposed_marks(report)
    rows, unplaced = [], []
    for index, entry in enumerate(report.timeline):
        moment, text = _instant(entry, tz), entry.plain_text.strip()
        if moment is None or not text or len(text) > _MAX_ROW:
            unplaced.append(f"- {entry.time_as_written}: {entry.text}")
            continue
        precision = Precision.ABOUT if entry.precision == "unknown" else Precision(entry.precision)
        rows.append(Row(moment, text, precision, marks.get(index), entry.raw))
    if unplaced:
        warnings.append(f"{len(unplaced)} timeline rows have no certain time; they are in the notes.")
    sections = section_texts(report)
    images, other_images = web_images(report)
    sections[NOTES] = notes_with(
        sections[NOTES], _listed("Timeline rows without a certain time", unplaced), "\n".join(other_images)
    )
    title = plain_text(report.title or UNTITLED)[:_MAX_TITLE] or UNTITLED
    if not report.title:
        warnings.append("The report has no title.")
    return (
        ReportContent(
            title=title,
            severity=severity,
            time_zone=zone or "UTC",
            sections=sections,
            rows=rows,
            actions=[
                Action(action.plain_text[:_MAX_ACTION], action.done)
                for action in report.action_items
                if action.plain_text.strip()
            ],
            images=images,
        ),
        warnings,
    )


def _instant(entry: ParsedEntry, zone: tzinfo | None) -> datetime | None:
    if entry.occurred_at is not None:
        return entry.occurred_at
    if entry.local is not None and zone is not None:
        return entry.local.replace(tzinfo=zone)
    return None


def _listed(heading: str, lines: list[str]) -> str:
    return f"### {heading}\n\n" + "\n".join(lines) if lines else ""
