"""What every edit of a draft has in common: the lock, the state it needs, the conflict it can meet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from incidents.models import Activity, Incident, Report, ReportStatus, Step

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import User


class ReportLocked(Exception):
    """The report is published or withdrawn; a correction must be started first."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"This report is {report.get_status_display().lower()}. Start a correction to change it.")


class EditConflict(Exception):
    """Somebody saved this part after the form was opened. `current` is what is stored now."""

    def __init__(self, current: Model) -> None:
        super().__init__("Somebody changed this while you were writing. Nothing of yours was saved yet.")
        self.current = current


def begin_edit(incident: Incident, *, by: User, at: datetime) -> Report:
    """Lock the draft for one edit. An approval is for the exact text approved: editing takes it back.

    Raises ReportLocked. Call inside a transaction.
    """
    report = Report.objects.select_for_update().get(incident=incident)
    if not report.is_editable:
        raise ReportLocked(report)
    if report.status == ReportStatus.APPROVED:
        report.take(Step.EDIT_APPROVED)
        Activity.objects.record(incident, "approval fell", by=by, at=at)
    report.version += 1
    report.save(update_fields=["status", "approved_checksum", "version"])
    return report


def check_version(current: Report | Model, expected: int | None) -> None:
    """Raise EditConflict when the row has moved on. None asks for no check."""
    if expected is not None and current.version != expected:  # type: ignore[union-attr]  # rows here have one
        raise EditConflict(current)
