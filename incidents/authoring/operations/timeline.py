from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.authoring.operations.milestones import mark_milestone
from incidents.drafts import begin_edit, locked
from incidents.edits import Seen, as_sent, check_as_seen, check_unchanged, stored_values
from incidents.milestones import Precision
from incidents.models import Activity, Incident, TimelineEntry

if TYPE_CHECKING:
    from accounts.models import User

_FIELDS = ("occurred_at", "precision", "text", "public_text")


@transaction.atomic
def add_entry(
    incident: Incident,
    *,
    occurred_at: datetime,
    text: str,
    by: User,
    at: datetime,
    precision: str = Precision.EXACT,
    public_text: str = "",
    milestone: str | None = None,
    raw_line: str = "",
) -> TimelineEntry:
    """Add a row, and let it mark a milestone where one is named. Raises ReportLocked."""
    begin_edit(incident, by=by, at=at)
    entry = TimelineEntry.objects.create(
        incident=incident,
        occurred_at=occurred_at,
        precision=precision,
        text=text,
        public_text=public_text,
        author=by,
        raw_line=raw_line,
    )
    mark_milestone(entry, milestone, at=at)
    Activity.objects.record(incident, "added a timeline row", by=by, at=at, new=_said(entry_values(entry)))
    return entry


@transaction.atomic
def revise_entry(
    entry: TimelineEntry, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> TimelineEntry:
    """Change the fields of a row that `changes` names: its columns, and `milestone`, the mark that it bears.

    Raises ReportLocked, EditConflict or Gone.
    """
    begin_edit(entry.incident, by=by, at=at)
    entry = locked(entry)
    stored = entry_values(entry)
    check_unchanged(stored, changes, seen)
    values = {**stored, **changes}
    for name in _FIELDS:
        setattr(entry, name, values[name])
    entry.save()
    if {"milestone", "occurred_at", "precision"} & changes.keys():
        mark_milestone(entry, values["milestone"], at=at)
    old, new = _said(stored), _said(values)
    if new != old:
        Activity.objects.record_edit(
            entry.incident, "changed a timeline row", of=entry.key, by=by, at=at, old=old, new=new
        )
    return entry


@transaction.atomic
def delete_entry(entry: TimelineEntry, *, by: User, at: datetime, seen: Seen | None = None) -> None:
    """Take a row out. What it said stays in the activity log; a milestone that it marked stays too.

    Raises ReportLocked, Gone, or EditConflict when it says something else than the person saw.
    """
    begin_edit(entry.incident, by=by, at=at)
    entry = locked(entry)
    check_as_seen(entry_values(entry), seen)
    Activity.objects.record(entry.incident, "deleted a timeline row", by=by, at=at, old=_said(entry_values(entry)))
    entry.delete()


@transaction.atomic
def make_all_public(incident: Incident, *, by: User, at: datetime) -> list[TimelineEntry]:
    """Show every internal row to customers in its internal words; returns those rows."""
    begin_edit(incident, by=by, at=at)
    internal = list(incident.entries.select_related("milestone").filter(public_text="").in_order())
    for entry in internal:
        entry.public_text = entry.text
    TimelineEntry.objects.bulk_update(internal, ["public_text"])
    said = [entry.text for entry in internal]
    Activity.objects.record(incident, "made all timeline rows public", by=by, at=at, new=said)
    return internal


def entry_values(entry: TimelineEntry) -> dict[str, Any]:
    """A row as its form shows it: the columns, and the kind of the milestone that it marks, or an empty text."""
    milestone = getattr(entry, "milestone", None)
    return {**stored_values(entry, _FIELDS), "milestone": milestone.kind if milestone else ""}


def _said(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: as_sent(value) for name, value in values.items()}
