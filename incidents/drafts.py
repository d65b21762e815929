"""What every edit of a draft has in common: the lock, and the state it needs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from incidents.edits import Gone
from incidents.models import (
    ActionItem,
    Activity,
    Attachment,
    Incident,
    IncidentComponent,
    Report,
    ReportStatus,
    ReviewRequest,
    Step,
    TimelineEntry,
    Verb,
)

if TYPE_CHECKING:
    from accounts.models import User

Part = TypeVar("Part", TimelineEntry, ActionItem, Attachment, IncidentComponent)


class Refused(Exception):
    """What somebody wants can't be. The message stands beside `field`, where there is one that can mend it."""

    field: str | None = None


class ReportLocked(Refused):
    """The report is published or withdrawn; a correction must be started first."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"This report is {report.get_status_display().lower()}. Start a correction to change it.")


def begin_edit(incident: Incident, *, by: User, at: datetime) -> Report:
    """Lock the draft for one edit. An approval is for the exact text approved: editing takes it back.

    Raises ReportLocked. Call inside a transaction.
    """
    report = Report.objects.select_for_update().get(incident=incident)
    if not report.is_editable:
        raise ReportLocked(report)
    if report.status == ReportStatus.APPROVED:
        appointment = report.take(Step.EDIT_APPROVED)
        report.save(update_fields=Report.STATE_FIELDS)
        ReviewRequest.objects.ask_again(report, by=by, at=at)
        Activity.objects.record(incident, Verb.APPROVAL_TAKEN_BACK, by=by, at=at)
        Activity.objects.record_fall(incident, appointment, reason="The text changed.", by=by, at=at)
    return report


def locked(part: Part) -> Part:
    """The part as it is now, locked; what the caller loaded may be old. Raises Gone."""
    rows = type(part).objects.select_for_update(of=("self",)).select_related("incident")
    current = rows.filter(pk=part.pk).first()
    if current is None:
        raise Gone
    return current
