"""Many rows at once, from a pasted text; and back again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.authoring.operations.milestones import mark_milestone
from incidents.authoring.operations.sections import length_as_sent
from incidents.authoring.operations.timeline import entry_values
from incidents.authoring.operations.unsent import keep_unsent
from incidents.drafts import Refused, begin_edit
from incidents.edits import as_sent, digest
from incidents.milestones import MilestoneKind, Precision
from incidents.models import (
    NOTES,
    Activity,
    Incident,
    Milestone,
    Report,
    ReportSection,
    TimelineEntry,
    UnsentText,
    Verb,
)
from incidents.models.report import MAX_NOTES_LENGTH
from incidents.parsing import MAX_ROWS

if TYPE_CHECKING:
    from accounts.models import User

TEXT, FORM = "paste-text", "paste-form"  # what is kept of a paste that is being looked at


@dataclass(frozen=True)
class NewRow:
    """A timeline row with an aware time; `milestone` where it marks one; `raw` as it was written."""

    occurred_at: datetime
    text: str
    precision: Precision = Precision.EXACT
    milestone: MilestoneKind | None = None
    raw: str = ""


class KeptAlready(Refused):
    """The same page was sent before, and its rows are there."""

    def __init__(self) -> None:
        super().__init__("These rows were kept already. Correct them here.")


class NotesFull(Refused):
    """What became no row does not fit into the notes any more."""

    field = "notes"

    def __init__(self, length: int) -> None:
        holds = f"they hold {MAX_NOTES_LENGTH:,}"
        super().__init__(f"With this the notes have {length:,} characters; {holds}. Untick it, or shorten the notes.")


class AlreadyUndone(Exception):
    """These rows were taken out before."""

    def __init__(self) -> None:
        super().__init__("These rows were taken out already.")


class TooManyRows(Refused):
    """With these, the timeline would have more rows than a report holds."""

    def __init__(self, here: int, more: int) -> None:
        super().__init__(f"A report holds {MAX_ROWS:,} rows; this one has {here:,}, and {more:,} are ticked here.")


@transaction.atomic
def keep_rows(
    incident: Incident, rows: Sequence[NewRow], *, by: User, at: datetime, notes: str = "", token: str = ""
) -> Activity:
    """Add the rows of a paste, and what became no row to the notes; the activity that is returned undoes it.

    A token is spent with the rows, and free again when they are taken out. Raises ReportLocked, KeptAlready, NotesFull,
    TooManyRows.
    """
    report = begin_edit(incident, by=by, at=at)
    if token and _is_spent(token, incident):
        raise KeptAlready
    here = incident.entries.count()
    if here + len(rows) > MAX_ROWS:
        raise TooManyRows(here, len(rows))
    before = {milestone.kind: _as_data(milestone) for milestone in incident.milestones.select_related("entry")}
    entries = write_rows(incident, rows, source="paste", by=by)
    marks = {}
    for row, entry in zip(rows, entries, strict=True):
        if row.milestone is not None and row.milestone not in marks:
            marks[row.milestone.value] = before.get(row.milestone.value)
            mark_milestone(entry, row.milestone, at=at)
    if notes:
        _write_notes(report, lambda text: f"{text}\n\n{notes}" if text else notes)
    said = [entry.text for entry in entries]
    kept = _rows_as_data(incident, [entry.key for entry in entries])
    return Activity.objects.record(
        incident, Verb.KEPT_PASTE, by=by, at=at, rows=kept, marks=marks, notes=notes, token=token, new=said
    )


@transaction.atomic
def undo_kept_rows(activity: Activity, *, by: User, at: datetime) -> tuple[int, int]:
    """Take the rows of a paste out again; those that somebody worked on since stay. Returns how many went and stayed.

    A milestone that the paste set is as it was before. Raises ReportLocked, AlreadyUndone.
    """
    incident = activity.incident
    if incident is None or activity.verb != Verb.KEPT_PASTE:
        raise AlreadyUndone
    report = begin_edit(incident, by=by, at=at)
    kept: dict[str, Any] = activity.detail["rows"]
    now = _rows_as_data(incident, kept)
    if not now:
        raise AlreadyUndone
    untouched = [key for key, values in now.items() if values == kept[key]]
    marks: dict[str, Any] = activity.detail["marks"]
    for milestone in incident.milestones.filter(kind__in=marks, entry__key__in=untouched):
        _take_back(milestone, marks[milestone.kind])
    if notes := activity.detail["notes"]:
        _write_notes(report, lambda text: text.removesuffix(notes).rstrip("\n"))
    incident.entries.filter(key__in=untouched).delete()
    Activity.objects.record(incident, Verb.UNDID_PASTE, by=by, at=at, old=[kept[key]["text"] for key in untouched])
    return len(untouched), len(now) - len(untouched)


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


@transaction.atomic
def keep_typed(incident: Incident, typed: Mapping[str, str], *, by: User, at: datetime) -> None:
    """Keep what was typed into the page of a paste, beside what was typed there before."""
    mine = UnsentText.objects.select_for_update().filter(user=by, incident=incident, name__in=[TEXT, FORM])
    kept = dict(mine.values_list("name", "text"))
    form = {name: value for name, value in typed.items() if name != TEXT}
    form = {"of": digest(kept.get(TEXT, "")), **form_kept(kept), **form}
    texts = {FORM: json.dumps(form), **{name: value for name, value in typed.items() if name == TEXT}}
    keep_unsent(incident, texts, by=by, at=at)


def form_kept(texts: Mapping[str, str]) -> dict[str, str]:
    """The inputs of the page of a paste by name. Those of another text than the one that is kept are none of it."""
    try:
        form = json.loads(texts.get(FORM, "{}"))
    except (ValueError, RecursionError):  # it was longer than what is kept of a text, or is none of ours
        return {}
    return form if isinstance(form, dict) and form.get("of") == digest(texts.get(TEXT, "")) else {}


def _is_spent(token: str, incident: Incident) -> bool:
    kept = incident.activities.filter(verb=Verb.KEPT_PASTE, detail__token=token).first()
    return kept is not None and incident.entries.filter(key__in=kept.detail["rows"]).exists()


def _rows_as_data(incident: Incident, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    rows = incident.entries.select_for_update(of=("self",)).select_related("milestone").filter(key__in=list(keys))
    return {row.key: {name: as_sent(value) for name, value in entry_values(row).items()} for row in rows}


def _as_data(milestone: Milestone) -> dict[str, Any]:
    return {
        "at": milestone.at and milestone.at.isoformat(),
        "precision": milestone.precision,
        "is_confirmed": milestone.is_confirmed,
        "entry": milestone.entry and milestone.entry.key,
    }


def _take_back(milestone: Milestone, before: dict[str, Any] | None) -> None:
    """Undo what a mark did. Where it made the milestone, a note that somebody wrote since keeps it."""
    if before is None:
        if not milestone.note:
            milestone.delete()
        return
    milestone.at = datetime.fromisoformat(before["at"]) if before["at"] else None
    milestone.precision, milestone.is_confirmed = before["precision"], before["is_confirmed"]
    row = milestone.incident.entries.filter(key=before["entry"], milestone=None).first()
    says_so = row is not None and (row.occurred_at, row.precision) == (milestone.at, milestone.precision)
    milestone.entry = row if says_so else None
    milestone.save()


def _write_notes(report: Report, change: Callable[[str], str]) -> None:
    section = ReportSection.objects.filter(report=report, key=NOTES).first()
    section = section or ReportSection(report=report, key=NOTES)
    before, section.text = section.text, change(section.text)
    length = length_as_sent(section.text)
    if length > MAX_NOTES_LENGTH and len(section.text) > len(before):
        raise NotesFull(length)
    section.save()
