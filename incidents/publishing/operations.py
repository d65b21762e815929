"""Freeze the approved draft at once or at its hour, correct it, take it back."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, transaction

from accounts.roles import Capability
from incidents.action_items import give_waiting_days
from incidents.checks import Finding, note_findings
from incidents.models import (
    Activity,
    Publication,
    Report,
    ReportStatus,
    Retraction,
    Step,
    Verb,
    WrongState,
    show_publication,
)
from incidents.snapshot import Snapshot

if TYPE_CHECKING:
    from accounts.models import User

MOST_AHEAD = timedelta(days=366)
logger = logging.getLogger(__name__)


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


class NoteRefused(Exception):
    """What readers are told beside a version, or in its place, holds what they should not read.

    `findings` says what. When none of them blocks, `meant` is what to hand over to say that it is meant for customers:
    it holds for these words only.
    """

    def __init__(self, found: list[Finding]) -> None:
        self.findings = found
        self.messages = [finding.message for finding in found]
        self.blocks = any(finding.blocks for finding in found)
        told = " ".join(sorted(finding.fingerprint for finding in found))
        self.meant = "" if self.blocks else hashlib.sha256(told.encode()).hexdigest()
        super().__init__(" ".join(self.messages))


class NotAllowed(Exception):
    """Whoever made the appointment lost the right to publish."""

    def __init__(self, person: User | None) -> None:
        super().__init__(f"{person}, who made the appointment, may not publish any more.")


class WrongHour(Exception):
    """An appointment lies in the past, or so far ahead that somebody must have mistyped the year."""


class NoAppointment(Exception):
    """There is none to cancel: it came, fell or was cancelled meanwhile."""

    def __init__(self) -> None:
        super().__init__("There is no appointment to cancel. Look again at what became of it.")


class NothingPublished(Exception):
    """There is no public version to take back."""

    def __init__(self) -> None:
        super().__init__("Customers can see no version of this report, so there is none to withdraw.")


@transaction.atomic
def publish_report(report: Report, *, by: User, change_note: str, at: datetime, meant: str | None = "") -> Publication:
    """Freeze the approved draft as the next public version.

    `meant` is what NoteRefused gave, None for a note that was asked about before.
    Raises WrongState, NotApproved, NotReady, NoteRefused, or NoteMissing from the second version on.
    """
    report = Report.objects.locked(report)
    report.take(Step.PUBLISH)
    snapshot = _publishable(report, change_note=change_note, at=at)
    _refuse_note(report, change_note, meant=meant)
    publication = Publication.objects.append(report.incident, snapshot, by=by, change_note=change_note, at=at)
    report.save(update_fields=Report.STATE_FIELDS)
    show_publication(report.incident, at=at)
    give_waiting_days(report.incident, at=at)
    Activity.objects.record(report.incident, Verb.PUBLISHED, by=by, at=at, number=publication.number)
    return publication


@transaction.atomic
def schedule_publication(
    report: Report, *, publish_at: datetime, note: str, by: User, at: datetime, meant: str = ""
) -> Report:
    """Make an appointment: the worker publishes the approved text at that hour, in the name of `by`.

    What would refuse it then refuses it now. Another appointment takes the place of one that stands.
    Raises WrongState, WrongHour, NotApproved, NotReady, NoteMissing or NoteRefused.
    """
    report = Report.objects.locked(report)
    if report.status != ReportStatus.APPROVED:
        raise WrongState(f"This report is {report.state_in_words}. Only an approved one waits for its hour.")
    if publish_at <= at:
        raise WrongHour("This hour has passed. Choose a later one, or publish now.")
    if publish_at > at + MOST_AHEAD:
        raise WrongHour("This is more than a year ahead. Choose an earlier day.")
    _publishable(report, change_note=note, at=publish_at)
    _refuse_note(report, note, meant=meant)
    report.publish_at, report.publish_note, report.publish_by = publish_at, note, by
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(
        report.incident, Verb.APPOINTMENT_MADE, by=by, at=at, publish_at=publish_at.isoformat(), note=note
    )
    return report


@transaction.atomic
def cancel_schedule(report: Report, *, by: User, at: datetime) -> Report:
    """Not at that hour after all. The report stays approved. Raises NoAppointment."""
    report = Report.objects.locked(report)
    publish_at = report.end_appointment()
    if publish_at is None:
        raise NoAppointment
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(
        report.incident, Verb.APPOINTMENT_CANCELLED, by=by, at=at, publish_at=publish_at.isoformat()
    )
    return report


def publish_due(at: datetime) -> list[Publication]:
    """Publish every report whose hour has come, each in a transaction of its own.

    Two workers don't get into each other's way: what one has locked, the other leaves alone. An appointment that
    can't be kept falls, with the reason in the log, so that nothing is tried for ever; only a database that is
    away is waited for.
    """
    due = list(Report.objects.due(at).values_list("pk", flat=True))
    return [publication for pk in due if (publication := _publish_one(pk, at=at))]


@transaction.atomic
def start_correction(report: Report, *, by: User, at: datetime) -> Report:
    """Published or withdrawn → draft. What customers see stays until the next version is published."""
    report = Report.objects.locked(report)
    report.take(Step.CORRECT)
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record(report.incident, "started a correction", by=by, at=at)
    return report


@transaction.atomic
def withdraw_report(report: Report, *, reason: str, by: User, at: datetime, meant: str | None = "") -> Retraction:
    """Take back every public version: a tombstone with the reason stays.

    Possible in every state of the draft, since a leak doesn't wait for a correction to end. An appointment for the
    next version falls: what was wrong may be in it, too. Its approval stays.
    Raises NothingPublished or NoteRefused.
    """
    report = Report.objects.locked(report)
    publication = Publication.objects.standing().of(report.incident).first()
    if publication is None:
        raise NothingPublished
    _refuse_note(report, reason, meant=meant)
    retraction = Retraction.objects.create(publication=publication, reason=reason, retracted_by=by, retracted_at=at)
    if report.status == ReportStatus.PUBLISHED:
        report.take(Step.WITHDRAW)
    appointment = report.end_appointment()
    report.save(update_fields=Report.STATE_FIELDS)
    show_publication(report.incident, at=at)
    Activity.objects.record(report.incident, "withdrew", by=by, at=at, number=publication.number, reason=reason)
    Activity.objects.record_fall(report.incident, appointment, reason="The report was withdrawn.", by=by, at=at)
    return retraction


@transaction.atomic
def _publish_one(pk: int, *, at: datetime) -> Publication | None:
    """None where another worker was faster, somebody changed their mind, or it could not be."""
    rows = Report.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    report = rows.select_related("incident", "publish_by").filter(pk=pk).first()
    if report is None:
        return None
    try:
        return _keep_appointment(report, at=at)
    except (OperationalError, InterfaceError):
        raise
    except (NotAllowed, NotApproved, NotReady, NoteMissing, NoteRefused, WrongState) as refusal:
        reason = str(refusal)
    except Exception:
        logger.exception("The appointment of report %d fell", pk)
        reason = "An error stopped it. The worker’s log says more."
    publish_at = report.end_appointment()
    report.save(update_fields=Report.STATE_FIELDS)
    Activity.objects.record_fall(report.incident, publish_at, reason=reason, by=None, at=at)
    return None


def _keep_appointment(report: Report, *, at: datetime) -> Publication:
    by = report.publish_by
    if by is None or not by.may(Capability.PUBLISH):
        raise NotAllowed(by)
    return publish_report(report, by=by, change_note=report.publish_note, at=at, meant=None)


def _refuse_note(report: Report, text: str, *, meant: str | None) -> None:
    """Let no secret out with a note, and nothing doubtful unless somebody said that it is meant."""
    found = note_findings(text, context=report.check_context()) if text else []
    if not found:
        return
    refusal = NoteRefused(found)
    if refusal.blocks or meant not in {None, refusal.meant}:
        raise refusal


def _publishable(report: Report, *, change_note: str, at: datetime) -> Snapshot:
    """What would be published, when nothing stands in its way. Raises NotApproved, NotReady or NoteMissing."""
    snapshot = report.to_snapshot()
    if snapshot.checksum != report.approved_checksum:
        raise NotApproved
    standing = [judged.finding for judged in report.judged_findings(at=at, snapshot=snapshot) if judged.stands]
    if standing:
        raise NotReady(standing)
    if not change_note and Publication.objects.of(report.incident).exists():
        raise NoteMissing
    return snapshot
