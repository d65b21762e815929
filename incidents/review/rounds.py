"""How far the review of a report is: who asked, who was asked, who approved, since when it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incidents.models import Activity, Report, ReportStatus, ReviewRequest, Verb, Verdict


@dataclass(frozen=True)
class Asked:
    """One person and the newest request; `approved_before` where they approved an earlier text of this round."""

    request: ReviewRequest
    approved_before: bool


@dataclass(frozen=True)
class Round:
    """Everything since the report was last sent to review. Empty parts are None, or an empty tuple."""

    sent: Activity | None
    waiting_since: datetime | None
    approval: Activity | None
    people: tuple[Asked, ...]

    @property
    def waiting_for(self) -> set[int]:
        """The ids of those who were asked and have not answered."""
        return {each.request.reviewer_id for each in self.people if each.request.verdict == Verdict.WAITING}


def review_round(report: Report) -> Round:
    """Two queries."""
    log = list(
        report.incident.activities.filter(verb__in=[Verb.ASKED_FOR_REVIEW, Verb.APPROVAL_TAKEN_BACK, Verb.APPROVED])
        .select_related("actor")
        .order_by("-at", "-id")
    )
    began = [each for each in log if each.verb != Verb.APPROVED]
    approvals = [each for each in log if each.verb == Verb.APPROVED]
    is_approved = report.approved_checksum != ""
    return Round(
        sent=next((each for each in log if each.verb == Verb.ASKED_FOR_REVIEW), None),
        waiting_since=began[0].at if began and report.status == ReportStatus.IN_REVIEW else None,
        approval=approvals[0] if approvals and is_approved else None,
        people=_people(report),
    )


def _people(report: Report) -> tuple[Asked, ...]:
    newest: dict[int, ReviewRequest] = {}
    approved: set[int] = set()
    requests = ReviewRequest.objects.of_this_round(report).select_related("reviewer", "asked_by")
    for request in requests.order_by("asked_at", "pk"):
        newest[request.reviewer_id] = request
        if request.verdict == Verdict.APPROVED:
            approved.add(request.reviewer_id)
    return tuple(
        Asked(request, approved_before=request.verdict == Verdict.WAITING and person in approved)
        for person, request in newest.items()
    )
