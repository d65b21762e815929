from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from incidents.authoring.operations.drafts import begin_edit, check_version, locked
from incidents.authoring.operations.milestones import mark_milestone
from incidents.milestones import Precision
from incidents.models import Activity, Incident, TimelineEntry

if TYPE_CHECKING:
    from accounts.models import User


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
    )
    mark_milestone(entry, milestone)
    Activity.objects.record(incident, "added a timeline row", by=by, at=at, new=_said(entry))
    return entry


@transaction.atomic
def revise_entry(
    entry: TimelineEntry,
    *,
    occurred_at: datetime,
    text: str,
    public_text: str,
    precision: str,
    milestone: str | None,
    expected_version: int | None,
    by: User,
    at: datetime,
) -> TimelineEntry:
    """Change a row. Raises ReportLocked, EditConflict or Gone."""
    begin_edit(entry.incident, by=by, at=at)
    entry = locked(entry)
    check_version(entry, expected_version)
    old = _said(entry)
    entry.occurred_at, entry.precision = occurred_at, precision
    entry.text, entry.public_text = text, public_text
    entry.version += 1
    entry.save()
    mark_milestone(entry, milestone)
    Activity.objects.record(entry.incident, "changed a timeline row", by=by, at=at, old=old, new=_said(entry))
    return entry


@transaction.atomic
def delete_entry(entry: TimelineEntry, *, by: User, at: datetime) -> None:
    """Take a row out. What it said stays in the activity log; a milestone that it marked stays too."""
    begin_edit(entry.incident, by=by, at=at)
    entry = locked(entry)
    Activity.objects.record(entry.incident, "deleted a timeline row", by=by, at=at, old=_said(entry))
    entry.delete()


@transaction.atomic
def make_all_public(incident: Incident, *, by: User, at: datetime) -> int:
    """Show every internal row to customers in its internal words; returns how many."""
    begin_edit(incident, by=by, at=at)
    internal = incident.entries.filter(public_text="").in_order()
    said = [entry.text for entry in internal]
    internal.update(public_text=F("text"), version=F("version") + 1)
    Activity.objects.record(incident, "made all timeline rows public", by=by, at=at, new=said)
    return len(said)


def _said(entry: TimelineEntry) -> dict[str, str]:
    return {
        "occurred_at": entry.occurred_at.isoformat(),
        "text": entry.text,
        "public_text": entry.public_text,
    }
