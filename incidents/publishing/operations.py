"""Freeze the approved draft, correct it, take it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.checks import Finding
from incidents.models import (
    Activity,
    Publication,
    Report,
    ReportStatus,
    Retraction,
    Step,
)

if TYPE_CHECKING:
    from accounts.models import User


_TOLD_FINDINGS = 3  # in one sentence; the page lists them all


class NotApproved(Exception):
    """The customer version is not the one that was approved."""

    def __init__(self) -> None:
        super().__init__("The report changed after it was approved. It needs a new approval.")


class NotReady(Exception):
    """Something is to be mended, or to be accepted with a reason. `findings` says what, for people."""

    def __init__(self, standing: list[Finding]) -> None:
        more = len(standing) - _TOLD_FINDINGS
        told = [finding.message for finding in standing[:_TOLD_FINDINGS]]
        super().__init__(" ".join([*told, *([f"And {more} more."] if more > 0 else [])]))
        self.findings = standing


class NoteMissing(Exception):
    """A correction must tell readers what changed."""

    def __init__(self) -> None:
        super().__init__("Tell readers what changed.")


class NothingPublished(Exception):
    """There is no public version to take back."""

    def __init__(self) -> None:
        super().__init__("Customers can see no version of this report, so there is none to withdraw.")


@transaction.atomic
def publish_report(report: Report, *, by: User, change_note: str, at: datetime) -> Publication:
    """Freeze the approved draft as the next public version.

    Raises WrongState, NotApproved, NotReady, or NoteMissing from the second version on.
    """
    report = Report.objects.locked(report)
    report.take(Step.PUBLISH)
    snapshot = report.to_snapshot()
    if snapshot.checksum != report.approved_checksum:
        raise NotApproved
    standing = [judged.finding for judged in report.judged_findings(at=at, snapshot=snapshot) if judged.stands]
    if standing:
        raise NotReady(standing)
    if not change_note and Publication.objects.of(report.incident).exists():
        raise NoteMissing
    publication = Publication.objects.append(report.incident, snapshot, by=by, change_note=change_note, at=at)
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(report.incident, "published", by=by, at=at, number=publication.number)
    return publication


@transaction.atomic
def start_correction(report: Report, *, by: User, at: datetime) -> Report:
    """Published or withdrawn → draft. What customers see stays until the next version is published."""
    report = Report.objects.locked(report)
    report.take(Step.CORRECT)
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(report.incident, "started a correction", by=by, at=at)
    return report


@transaction.atomic
def withdraw_report(report: Report, *, reason: str, by: User, at: datetime) -> Retraction:
    """Take back every public version: a tombstone with the reason stays.

    Possible in every state of the draft, since a leak doesn't wait for a correction to end.
    Raises NothingPublished.
    """
    report = Report.objects.locked(report)
    publication = Publication.objects.standing().of(report.incident).first()
    if publication is None:
        raise NothingPublished
    retraction = Retraction.objects.create(publication=publication, reason=reason, retracted_by=by, retracted_at=at)
    if report.status == ReportStatus.PUBLISHED:
        report.take(Step.WITHDRAW)
        report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(report.incident, "withdrew", by=by, at=at, number=publication.number, reason=reason)
    return retraction
