"""Bring a report in: what was read and corrected becomes an incident with its draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from incidents.authoring.operations import NewRow, open_incident, write_rows
from incidents.milestones import MilestoneKind, Precision
from incidents.models import (
    NOTES,
    ActionItem,
    ActionState,
    Activity,
    Attachment,
    Component,
    Incident,
    IncidentComponent,
    IncidentStatus,
    Milestone,
    ReportSection,
    Severity,
    Verb,
)

if TYPE_CHECKING:
    from accounts.models import User

SOURCE = "import"


@dataclass(frozen=True)
class Action:
    text: str
    is_done: bool = False
    owner: User | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class RemoteImage:
    """An image that the report showed from elsewhere. Nothing is fetched."""

    url: str
    alt: str = ""


@dataclass(frozen=True)
class StatedMilestone:
    """A milestone that no row stands for."""

    kind: MilestoneKind
    at: datetime
    precision: Precision = Precision.EXACT


@dataclass(frozen=True)
class ReportContent:
    """A report to keep: everything internal.

    `sections` maps keys, `notes` among them, to Markdown; `components` says how badly each was affected. A stated
    milestone counts more than that of a row.
    """

    title: str
    severity: Severity
    time_zone: str
    sections: dict[str, str]
    rows: list[NewRow] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    images: list[RemoteImage] = field(default_factory=list)
    milestones: list[StatedMilestone] = field(default_factory=list)
    components: dict[Component, str] = field(default_factory=dict)


class ImportedAlready(Exception):
    """The same page was sent before: `incidents` are what it made."""

    def __init__(self, incidents: list[Incident]) -> None:
        super().__init__("This was kept already.")
        self.incidents = incidents


def check_not_imported(token: str, *, by: User) -> None:
    """Raise ImportedAlready where this token was spent.

    Call when the incident has its number: the counter is locked then, so nobody spends the same token meanwhile.
    """
    if before := imported_with(token, by=by):
        raise ImportedAlready(before)


def imported_with(token: str, *, by: User) -> list[Incident]:
    """The incidents that this person made with this token, or with one below it: `token/…`."""
    if not token:
        return []
    spent = Q(detail__token=token) | Q(detail__token__startswith=f"{token}/")
    made = Activity.objects.filter(spent, actor=by, verb=Verb.IMPORTED).order_by("id").select_related("incident")
    return [activity.incident for activity in made if activity.incident is not None]


@transaction.atomic
def import_report(
    content: ReportContent, *, source_name: str, milestones_confirmed: bool, by: User, at: datetime, token: str = ""
) -> Incident:
    """Open an incident and write all that was read into its draft.

    Milestones that nobody looked at stay proposals until somebody confirms them. Raises ImportedAlready.
    """
    incident = open_incident(title=content.title, severity=content.severity, time_zone=content.time_zone, by=by, at=at)
    check_not_imported(token, by=by)
    marked = {*(row.milestone for row in content.rows), *(mark.kind for mark in content.milestones)}
    if MilestoneKind.RESOLVED in marked:
        Incident.objects.filter(pk=incident.pk).update(status=IncidentStatus.RESOLVED)
    _write_rows(incident, content, confirmed=milestones_confirmed, by=by)
    ReportSection.objects.bulk_create(
        ReportSection(report=incident.report, key=key, text=text) for key, text in content.sections.items() if text
    )
    ActionItem.objects.bulk_create(
        ActionItem(
            incident=incident,
            text=action.text,
            owner=action.owner,
            due_on=action.due_on,
            rule_may_set_due=False,  # a report from elsewhere may be old: no rule of today makes its items late
            opened_at=at,
            state=ActionState.DONE if action.is_done else ActionState.OPEN,
            closed_on=at.date() if action.is_done else None,
        )
        for action in content.actions
    )
    Attachment.objects.bulk_create(
        Attachment(incident=incident, source_url=image.url, alt=image.alt) for image in content.images
    )
    IncidentComponent.objects.bulk_create(
        IncidentComponent(incident=incident, component=component, level=level)
        for component, level in content.components.items()
    )
    Activity.objects.record(
        incident,
        Verb.IMPORTED,
        by=by,
        at=at,
        source=source_name,
        rows=len(content.rows),
        actions=len(content.actions),
        token=token,
    )
    return incident


def _write_rows(incident: Incident, content: ReportContent, *, confirmed: bool, by: User) -> None:
    entries = write_rows(incident, content.rows, source=SOURCE, by=by)
    marked: dict[MilestoneKind, Milestone] = {}
    for mark in content.milestones:
        marked.setdefault(mark.kind, Milestone(kind=mark.kind, at=mark.at, precision=mark.precision))
    for row, entry in zip(content.rows, entries, strict=True):
        if row.milestone is not None and row.milestone not in marked:
            marked[row.milestone] = Milestone(
                kind=row.milestone, at=row.occurred_at, precision=row.precision, entry=entry
            )
    for milestone in marked.values():
        milestone.incident, milestone.is_confirmed = incident, confirmed
    Milestone.objects.bulk_create(marked.values())


def notes_with(notes: str, *additions: str) -> str:
    """The notes and what else must not be lost, as paragraphs."""
    return "\n\n".join(part.strip() for part in (*additions, notes) if part.strip())


__all__ = [
    "NOTES",
    "Action",
    "ImportedAlready",
    "RemoteImage",
    "ReportContent",
    "StatedMilestone",
    "check_not_imported",
    "import_report",
    "imported_with",
    "notes_with",
]
