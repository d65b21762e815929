"""Bring a report in: what was read and corrected becomes an incident with its draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.authoring.operations import NewRow, open_incident, write_rows
from incidents.milestones import MilestoneKind
from incidents.models import (
    NOTES,
    ActionItem,
    ActionState,
    Activity,
    Attachment,
    Incident,
    IncidentStatus,
    Milestone,
    ReportSection,
    Severity,
)

if TYPE_CHECKING:
    from accounts.models import User

SOURCE = "import"


@dataclass(frozen=True)
class Action:
    text: str
    is_done: bool = False


@dataclass(frozen=True)
class RemoteImage:
    """An image that the report showed from elsewhere. Nothing is fetched."""

    url: str
    alt: str = ""


@dataclass(frozen=True)
class ReportContent:
    """A report to keep: everything internal. `sections` maps keys, `notes` among them, to Markdown."""

    title: str
    severity: Severity
    time_zone: str
    sections: dict[str, str]
    rows: list[NewRow] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    images: list[RemoteImage] = field(default_factory=list)


@transaction.atomic
def import_report(
    content: ReportContent, *, source_name: str, milestones_confirmed: bool, by: User, at: datetime
) -> Incident:
    """Open an incident and write all that was read into its draft.

    Milestones that nobody looked at stay proposals until somebody confirms them.
    """
    incident = open_incident(title=content.title, severity=content.severity, time_zone=content.time_zone, by=by, at=at)
    if any(row.milestone is MilestoneKind.RESOLVED for row in content.rows):
        Incident.objects.filter(pk=incident.pk).update(status=IncidentStatus.RESOLVED)
    _write_rows(incident, content.rows, confirmed=milestones_confirmed, by=by)
    ReportSection.objects.bulk_create(
        ReportSection(report=incident.report, key=key, text=text) for key, text in content.sections.items() if text
    )
    ActionItem.objects.bulk_create(
        ActionItem(
            incident=incident,
            text=action.text,
            state=ActionState.DONE if action.is_done else ActionState.OPEN,
            closed_on=at.date() if action.is_done else None,
        )
        for action in content.actions
    )
    Attachment.objects.bulk_create(
        Attachment(incident=incident, source_url=image.url, alt=image.alt) for image in content.images
    )
    Activity.objects.record(
        incident, "imported", by=by, at=at, source=source_name, rows=len(content.rows), actions=len(content.actions)
    )
    return incident


def _write_rows(incident: Incident, rows: list[NewRow], *, confirmed: bool, by: User) -> None:
    entries = write_rows(incident, rows, source=SOURCE, by=by)
    marked: dict[MilestoneKind, Milestone] = {}
    for row, entry in zip(rows, entries, strict=True):
        if row.milestone is not None and row.milestone not in marked:
            marked[row.milestone] = Milestone(
                incident=incident,
                kind=row.milestone,
                at=row.occurred_at,
                precision=row.precision,
                entry=entry,
                is_confirmed=confirmed,
            )
    Milestone.objects.bulk_create(marked.values())


def notes_with(notes: str, *additions: str) -> str:
    """The notes and what else must not be lost, as paragraphs."""
    return "\n\n".join(part.strip() for part in (*additions, notes) if part.strip())


__all__ = ["NOTES", "Action", "RemoteImage", "ReportContent", "import_report", "notes_with"]
