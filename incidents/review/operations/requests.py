"""Ask people to read a report, and what they answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.roles import Capability
from incidents.models import Activity, Report, ReportStatus, ReviewRequest, Step, Verb, Verdict, WrongState

if TYPE_CHECKING:
    from accounts.models import User


class ReportMoved(Exception):
    """The text changed after the reviewer opened it."""

    def __init__(self) -> None:
        super().__init__("The report changed after you opened it. Read it again before you approve.")


class CantApprove(Exception):
    """Somebody was asked who may not publish."""

    def __init__(self, person: User) -> None:
        super().__init__(f"{person} can’t approve reports. Ask somebody else.")


class RequestOver(Exception):
    """The person has answered, or the request was withdrawn already."""

    def __init__(self) -> None:
        super().__init__("This request is over: it was answered or withdrawn meanwhile.")


@transaction.atomic
def submit_for_review(report: Report, *, reviewers: Collection[User] = (), by: User, at: datetime) -> Report:
    """Draft → in review, and ask people to read it; nobody in particular means any publisher.

    Raises WrongState, or CantApprove for somebody who may not publish.
    """
    report = Report.objects.locked(report)
    report.take(Step.ASK_FOR_REVIEW)
    report.save(update_fields=Report.STATE_FIELDS)
    ReviewRequest.objects.waiting().filter(report=report).delete()  # who didn't answer in the round before
    asked = _ask(report, reviewers, by=by, at=at)
    Activity.objects.record(report.incident, Verb.ASKED_FOR_REVIEW, by=by, at=at, people=asked)
    return report


@transaction.atomic
def ask_reviewers(report: Report, *, reviewers: Collection[User], by: User, at: datetime) -> list[str]:
    """Ask more people while it waits; returns the names of those who weren't asked before.

    Raises WrongState, or CantApprove for somebody who may not publish.
    """
    report = Report.objects.locked(report)
    if report.status != ReportStatus.IN_REVIEW:
        raise WrongState(f"This report is {report.state_in_words}, so nobody can be asked to read it.")
    asked = _ask(report, reviewers, by=by, at=at)
    if asked:
        Activity.objects.record(report.incident, "asked more people for review", by=by, at=at, people=asked)
    return asked


@transaction.atomic
def withdraw_request(report: Report, *, request: int, by: User, at: datetime) -> User:
    """Somebody need not read it any more; `request` is the key of the row. Raises RequestOver."""
    report = Report.objects.locked(report)
    asked = ReviewRequest.objects.waiting().filter(report=report, pk=request).select_related("reviewer").first()
    if asked is None:
        raise RequestOver
    asked.delete()
    people = [str(asked.reviewer)]
    Activity.objects.record(report.incident, "withdrew a request for review", by=by, at=at, people=people)
    return asked.reviewer


@transaction.atomic
def approve_report(report: Report, *, seen: str, by: User, at: datetime) -> Report:
    """In review → approved, for the text whose checksum is `seen` and no other. One approval is enough.

    So is a report whose approval no longer fits, because a component was renamed: it gets a new one.
    Raises WrongState, or ReportMoved when the customer version is not the one that was read.
    """
    report = Report.objects.locked(report)
    current = report.to_snapshot().checksum
    appointment = None
    if report.status == ReportStatus.APPROVED and report.approved_checksum != current:
        appointment = report.take(Step.EDIT_APPROVED)
    report.take(Step.APPROVE)
    if seen != current:
        raise ReportMoved
    report.approved_checksum = current
    report.save(update_fields=Report.STATE_FIELDS)
    _answer(report, Verdict.APPROVED, by=by, at=at)
    Activity.objects.record(report.incident, Verb.APPROVED, by=by, at=at, checksum=current)
    Activity.objects.record_fall(
        report.incident, appointment, reason="What customers would read changed.", by=by, at=at
    )
    return report


@transaction.atomic
def send_back(report: Report, *, reason: str, by: User, at: datetime) -> Report:
    """In review or approved → draft, with the reason. Raises WrongState."""
    report = Report.objects.locked(report)
    appointment = report.take(Step.SEND_BACK)
    report.save(update_fields=Report.STATE_FIELDS)
    _answer(report, Verdict.SENT_BACK, by=by, at=at)
    Activity.objects.record(report.incident, "sent back", by=by, at=at, reason=reason)
    Activity.objects.record_fall(report.incident, appointment, reason="The report was sent back.", by=by, at=at)
    return report


def _ask(report: Report, reviewers: Collection[User], *, by: User, at: datetime) -> list[str]:
    """The names of those who are asked now."""
    for person in reviewers:
        if not person.may(Capability.PUBLISH):
            raise CantApprove(person)
    people = {person.pk: person for person in reviewers}
    requests = ReviewRequest.objects.ask(report, set(people), by=by, at=at)
    return [str(people[request.reviewer_id]) for request in requests]


def _answer(report: Report, verdict: Verdict, *, by: User, at: datetime) -> None:
    """Answer the request of the one who decides. Whoever else was asked, was asked and has not answered."""
    ReviewRequest.objects.waiting().filter(report=report, reviewer=by).update(verdict=verdict, answered_at=at)
