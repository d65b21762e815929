"""Accept a doubt with a reason, or take that back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.checks.finding import shortened
from incidents.models import AcceptedFinding, Activity, Report

if TYPE_CHECKING:
    from accounts.models import User

SHORTEST_REASON = 5
_LONGEST_MESSAGE = 500


class FindingGone(Exception):
    """Nothing with this fingerprint is found any more: the words were changed, or the rules."""

    def __init__(self) -> None:
        super().__init__("This is no longer found: somebody changed the words. Look at what stands there now.")


class FindingBlocks(Exception):
    """What blocks can't be accepted."""

    def __init__(self) -> None:
        super().__init__("This can’t be accepted: it must be fixed.")


class ReasonMissing(Exception):
    """Somebody will want to know why it was fine."""

    def __init__(self) -> None:
        super().__init__("Say in a few words why it is fine.")


@transaction.atomic
def accept_finding(report: Report, *, fingerprint: str, reason: str, by: User, at: datetime) -> AcceptedFinding:
    """Take a finding on, for the words that stand there now. Accepted already, it stays with its first reason.

    Raises ReasonMissing, FindingGone or FindingBlocks.
    """
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise ReasonMissing
    report = Report.objects.locked(report)
    judged = next((one for one in report.judged_findings(at=at) if one.fingerprint == fingerprint), None)
    if judged is None:
        raise FindingGone
    if judged.blocks:
        raise FindingBlocks
    if judged.accepted is not None:
        return judged.accepted
    message = shortened(judged.message, _LONGEST_MESSAGE)
    Activity.objects.record(report.incident, "accepted a finding", by=by, at=at, key=message, reason=reason)
    return AcceptedFinding.objects.create(
        report=report, fingerprint=fingerprint, message=message, reason=reason, accepted_by=by, accepted_at=at
    )


@transaction.atomic
def take_back_acceptance(report: Report, *, fingerprint: str, by: User, at: datetime) -> None:
    """The finding stands again. Raises FindingGone when nobody had accepted it, or it was taken back before."""
    report = Report.objects.locked(report)
    accepted = AcceptedFinding.objects.filter(report=report, fingerprint=fingerprint).first()
    if accepted is None:
        raise FindingGone
    Activity.objects.record(
        report.incident, "took an acceptance back", by=by, at=at, key=accepted.message, reason=accepted.reason
    )
    accepted.delete()
