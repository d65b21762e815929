"""What every edit of a draft has in common: the lock, the state it needs, the ways it can be refused."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from incidents.models import ActionItem, Activity, Attachment, Incident, Report, ReportStatus, Step, TimelineEntry

if TYPE_CHECKING:
    from accounts.models import User

Part = TypeVar("Part", TimelineEntry, ActionItem, Attachment)


class ReportLocked(Exception):
    """The report is published or withdrawn; a correction must be started first."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"This report is {report.get_status_display().lower()}. Start a correction to change it.")


class EditConflict(Exception):
    """Somebody saved this part after the form was opened. `current` is what is stored now."""

    def __init__(self, current: Any) -> None:
        super().__init__("Somebody changed this while you were writing. Nothing of yours was saved yet.")
        self.current = current


class Gone(Exception):
    """Somebody deleted this part after the form was opened."""

    def __init__(self) -> None:
        super().__init__("Somebody deleted this while you were writing. What you typed is still here to copy.")


def begin_edit(incident: Incident, *, by: User, at: datetime) -> Report:
    """Lock the draft for one edit. An approval is for the exact text approved: editing takes it back.

    Raises ReportLocked. Call inside a transaction.
    """
    report = Report.objects.select_for_update().get(incident=incident)
    if not report.is_editable:
        raise ReportLocked(report)
    if report.status == ReportStatus.APPROVED:
        report.take(Step.EDIT_APPROVED)
        report.save(update_fields=["status", "approved_checksum"])
        Activity.objects.record(incident, "approval taken back by an edit", by=by, at=at)
    return report


def locked(part: Part) -> Part:
    """The part as it is now, locked; what the caller loaded may be old. Raises Gone."""
    rows = type(part).objects.select_for_update(of=("self",)).select_related("incident")
    current = rows.filter(pk=part.pk).first()
    if current is None:
        raise Gone
    return current


def check_version(current: Any, expected: int | None) -> None:
    """Raise EditConflict when the row has moved on. None, for callers that saw no form, asks for no check."""
    if expected is not None and current.version != expected:
        raise EditConflict(current)
