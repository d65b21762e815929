"""Many rows at once, from a pasted text; and back again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.authoring.operations.drafts import begin_edit
from incidents.authoring.operations.milestones import mark_milestone
from incidents.milestones import MilestoneKind, Precision
from incidents.models import NOTES, Activity, Incident, Milestone, Report, ReportSection, TimelineEntry
from incidents.parsing import MAX_ROWS

if TYPE_CHECKING:
    from accounts.models import User

KEPT_ROWS = "kept pasted rows"
UNDONE = "took pasted rows out again"


@dataclass(frozen=True)
class NewRow:
    """A timeline row with an aware time; `milestone` where it marks one; `raw` as it was written."""

    occurred_at: datetime
    text: str
    precision: Precision = Precision.EXACT
    milestone: MilestoneKind | None = None
    raw: str = ""


class AlreadyUndone(Exception):
    """These rows were taken out before."""

    def __init__(self) -> None:
        super().__init__("These rows were taken out already.")


class TooManyRows(Exception):
    """With these, the timeline would have more rows than a report holds."""

    def __init__(self, here: int, more: int) -> None:
        super().__init__(f"A report holds {MAX_ROWS:,} rows; this one has {here:,}, and {more:,} are ticked here.")


@transaction.atomic
def keep_rows(incident: Incident, rows: Sequence[NewRow], *, by: User, at: datetime, notes: str = "") -> Activity:
    """Add the rows of a paste, and what became no row to the notes; the activity that is returned undoes it.

    Raises ReportLocked, TooManyRows.
    """
    report = begin_edit(incident, by=by, at=at)
    here = incident.entries.count()
    if here + len(rows) > MAX_ROWS:
        raise TooManyRows(here, len(rows))
    before = {row.kind: [row.at and row.at.isoformat(), row.precision] for row in incident.milestones.all()}
    entries = write_rows(incident, rows, source="paste", by=by)
    marks = {}
    for row, entry in zip(rows, entries, strict=True):
        if row.milestone is not None and row.milestone not in marks:
            marks[row.milestone.value] = before.get(row.milestone.value)
            mark_milestone(entry, row.milestone)
    if notes:
        _write_notes(report, lambda text: f"{text}\n\n{notes}" if text else notes)
    said = {entry.key: entry.text for entry in entries}
    return Activity.objects.record(
        incident, KEPT_ROWS, by=by, at=at, rows=said, marks=marks, notes=notes, new=list(said.values())
    )


@transaction.atomic
def undo_kept_rows(activity: Activity, *, by: User, at: datetime) -> tuple[int, int]:
    """Take the rows of a paste out again; those that somebody worked on since stay. Returns how many went and stayed.

    A milestone that the paste set is as it was before. Raises ReportLocked, AlreadyUndone.
    """
    incident = activity.incident
    if incident is None or activity.verb != KEPT_ROWS:
        raise AlreadyUndone
    report = begin_edit(incident, by=by, at=at)
    kept: dict[str, str] = activity.detail["rows"]
    entries = list(incident.entries.select_for_update(of=("self",)).filter(key__in=kept))
    if not entries:
        raise AlreadyUndone
    untouched = [entry for entry in entries if entry.text == kept[entry.key] and not entry.public_text]
    for milestone in incident.milestones.filter(entry__in=untouched):
        _take_back(milestone, activity.detail["marks"].get(milestone.kind))
    if notes := activity.detail["notes"]:
        _write_notes(report, lambda text: text.removesuffix(notes).rstrip("\n"))
    said = [entry.text for entry in untouched]
    TimelineEntry.objects.filter(pk__in=[entry.pk for entry in untouched]).delete()
    Activity.objects.record(incident, UNDONE, by=by, at=at, old=said)
    return len(untouched), len(entries) - len(untouched)


def write_rows(incident: Incident, rows: Iterable[NewRow], *, source: str, by: User) -> list[TimelineEntry]:
    """Rows in one go, inside the caller's transaction; their marks are the caller's."""
    return TimelineEntry.objects.bulk_create(
        TimelineEntry(
            incident=incident,
            occurred_at=row.occurred_at,
            precision=row.precision,
            text=row.text,
            author=by,
            source=source,
            raw_line=row.raw,
        )
        for row in rows
    )


def _write_notes(report: Report, change: Callable[[str], str]) -> None:
    section = ReportSection.objects.filter(report=report, key=NOTES).first()
    section = section or ReportSection(report=report, key=NOTES)
    section.text = change(section.text)
    section.save()


def _take_back(milestone: Milestone, before: list[Any] | None) -> None:
    if before is None:
        milestone.delete()
        return
    milestone.at = datetime.fromisoformat(before[0]) if before[0] else None
    milestone.precision, milestone.entry = before[1], None
    milestone.save()
