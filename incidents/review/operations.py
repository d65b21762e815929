"""Ask, approve, send back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.models import Activity, Report, ReportStatus, Step

if TYPE_CHECKING:
    from accounts.models import User

ASKED_FOR_REVIEW = "asked for review"


class ReportMoved(Exception):
    """The text changed after the reviewer opened it."""

    def __init__(self) -> None:
        super().__init__("The report changed after you opened it. Read it again before you approve.")


@transaction.atomic
def submit_for_review(report: Report, *, by: User, at: datetime) -> Report:
    """Draft → in review. Raises WrongState."""
    report = Report.objects.locked(report)
    report.take(Step.ASK_FOR_REVIEW)
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(report.incident, ASKED_FOR_REVIEW, by=by, at=at)
    return report


@transaction.atomic
def approve_report(report: Report, *, seen: str, by: User, at: datetime) -> Report:
    """In review → approved, for the text whose checksum is `seen` and no other.

    So is a report whose approval no longer fits, because a component was renamed: it gets a new one.
    Raises WrongState, or ReportMoved when the customer version is not the one that was read.
    """
    report = Report.objects.locked(report)
    current = report.to_snapshot().checksum
    if report.status == ReportStatus.APPROVED and report.approved_checksum != current:
        report.take(Step.EDIT_APPROVED)
    report.take(Step.APPROVE)
    if seen != current:
        raise ReportMoved
    report.approved_checksum = current
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(report.incident, "approved", by=by, at=at, checksum=current)
    return report


@transaction.atomic
def send_back(report: Report, *, reason: str, by: User, at: datetime) -> Report:
    """In review or approved → draft, with the reason. Raises WrongState."""
    report = Report.objects.locked(report)
    report.take(Step.SEND_BACK)
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(report.incident, "sent back", by=by, at=at, reason=reason)
    return report
