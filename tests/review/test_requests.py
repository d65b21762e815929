"""People are asked to read a report, and answer: who waits for whom, in every turn of a review."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from incidents.authoring.operations import revise_section
from incidents.models import Activity, Incident, Report, ReportStatus, ReviewRequest, WrongState, waiting_since
from incidents.review.operations import (
    CantApprove,
    RequestOver,
    approve_report,
    ask_reviewers,
    send_back,
    submit_for_review,
    withdraw_request,
)
from incidents.review.rounds import review_round
from tests.factories import NOW, make_draft, make_user, publish

pytestmark = pytest.mark.django_db


def hours(count: float) -> datetime:
    return NOW + timedelta(hours=count)


@pytest.fixture
def anna(db: None) -> User:
    return make_user("publisher", name="Anna")


@pytest.fixture
def ben(db: None) -> User:
    return make_user("admin", name="Ben")


@pytest.fixture
def engineer(db: None) -> User:
    return make_user(name="Eve")


def asked(*people: User, by: User | None = None, at: datetime = NOW) -> Report:
    return submit_for_review(make_draft(), reviewers=people, by=by or make_user(), at=at)


def approve_it(report: Report, *, by: User, at: datetime) -> Report:
    return approve_report(report, seen=report.to_snapshot().checksum, by=by, at=at)


def edit(report: Report, text: str = "All of it.", *, at: datetime) -> None:
    revise_section(report.incident, "impact", changes={"public_text": text}, by=make_user(name="Editor"), at=at)


def requests(report: Report) -> list[tuple[str, str, datetime, datetime | None]]:
    rows = ReviewRequest.objects.filter(report=report).order_by("asked_at", "pk")
    return [(str(row.reviewer), row.verdict, row.asked_at, row.answered_at) for row in rows]


def said(report: Report, verb: str) -> list[Any]:
    return [each.detail for each in report.incident.activities.filter(verb=verb).order_by("pk")]


# ── Asking ──────────────────────────────────────────────────────────────────
def test_several_people_are_asked_at_once(anna: User, ben: User, engineer: User) -> None:
    report = asked(anna, ben, by=engineer)

    assert requests(report) == [("Anna", "waiting", NOW, None), ("Ben", "waiting", NOW, None)]
    assert set(ReviewRequest.objects.values_list("asked_by__name", flat=True)) == {"Eve"}
    assert said(report, "asked for review") == [{"people": ["Anna", "Ben"]}]


def test_nobody_in_particular_can_be_asked(anna: User) -> None:
    report = asked()

    assert report.status == ReportStatus.IN_REVIEW
    assert requests(report) == []
    assert approve_it(report, by=anna, at=hours(1)).status == ReportStatus.APPROVED


@pytest.mark.parametrize("fields", [{"role": "engineer"}, {"role": "publisher", "is_active": False}])
def test_who_may_not_publish_is_not_asked(anna: User, fields: dict[str, Any]) -> None:
    draft = make_draft()

    with pytest.raises(CantApprove, match="Ollie can’t approve reports"):
        submit_for_review(draft, reviewers=[anna, make_user(name="Ollie", **fields)], by=anna, at=NOW)

    assert Report.objects.get(pk=draft.pk).status == ReportStatus.DRAFT
    assert requests(draft) == []


def test_more_people_can_be_asked_while_it_waits(anna: User, ben: User, engineer: User) -> None:
    report = asked(anna)

    assert ask_reviewers(report, reviewers=[anna, ben], by=engineer, at=hours(1)) == ["Ben"]
    assert ask_reviewers(report, reviewers=[anna, ben], by=engineer, at=hours(2)) == []

    assert requests(report) == [("Anna", "waiting", NOW, None), ("Ben", "waiting", hours(1), None)]
    assert said(report, "asked more people for review") == [{"people": ["Ben"]}]


@pytest.mark.parametrize("make", [make_draft, lambda: publish().incident.report], ids=["draft", "published"])
def test_only_what_is_in_review_can_be_given_more_readers(anna: User, make: Any) -> None:
    with pytest.raises(WrongState, match="so nobody can be asked to read it"):
        ask_reviewers(make(), reviewers=[anna], by=anna, at=NOW)


def test_a_request_can_be_withdrawn_once(anna: User, ben: User, engineer: User) -> None:
    report = asked(anna, ben)
    request = ReviewRequest.objects.get(reviewer=anna)

    assert withdraw_request(report, request=request.pk, by=engineer, at=hours(1)) == anna

    assert requests(report) == [("Ben", "waiting", NOW, None)]
    assert said(report, "withdrew a request for review") == [{"people": ["Anna"]}]
    with pytest.raises(RequestOver):
        withdraw_request(report, request=request.pk, by=engineer, at=hours(1))


def test_what_was_answered_or_belongs_elsewhere_is_not_withdrawn(anna: User, ben: User) -> None:
    report, other = asked(anna), asked(ben)
    approve_it(report, by=anna, at=hours(1))

    for request in ReviewRequest.objects.all():
        with pytest.raises(RequestOver):
            withdraw_request(report, request=request.pk, by=anna, at=hours(2))
    assert len(requests(report)) == len(requests(other)) == 1


# ── Answering ───────────────────────────────────────────────────────────────
def test_an_approval_answers_the_request_of_the_approver_and_no_other(anna: User, ben: User) -> None:
    report = approve_it(asked(anna, ben), by=anna, at=hours(1))

    assert report.status == ReportStatus.APPROVED
    assert requests(report) == [("Anna", "approved", NOW, hours(1)), ("Ben", "waiting", NOW, None)]


def test_one_approval_is_enough_also_by_somebody_who_was_not_asked(anna: User, ben: User) -> None:
    report = approve_it(asked(anna), by=ben, at=hours(1))

    assert report.status == ReportStatus.APPROVED
    assert requests(report) == [("Anna", "waiting", NOW, None)]
    assert str(review_round(report).approval.actor) == "Ben"


def test_sending_back_answers_likewise(anna: User, ben: User) -> None:
    report = send_back(asked(anna, ben), reason="Unclear.", by=ben, at=hours(1))

    assert requests(report) == [("Anna", "waiting", NOW, None), ("Ben", "sent_back", NOW, hours(1))]


def test_those_who_approved_an_earlier_text_are_asked_again(anna: User, ben: User) -> None:
    report = approve_it(asked(anna, ben), by=anna, at=hours(1))

    edit(report, at=hours(2))

    assert requests(report) == [
        ("Anna", "approved", NOW, hours(1)),
        ("Ben", "waiting", NOW, None),
        ("Anna", "waiting", hours(2), None),
    ]
    assert [(str(each.request.reviewer), each.approved_before) for each in review_round(report).people] == [
        ("Anna", True),
        ("Ben", False),
    ]


def test_an_edit_before_any_approval_asks_nobody_twice(anna: User) -> None:
    report = asked(anna)

    edit(report, at=hours(1))

    assert requests(report) == [("Anna", "waiting", NOW, None)]


def test_approvals_of_another_round_are_not_asked_again(anna: User, ben: User) -> None:
    report = approve_it(asked(anna), by=anna, at=hours(1))
    send_back(report, reason="Unclear.", by=ben, at=hours(2))
    submit_for_review(report, reviewers=[ben], by=anna, at=hours(3))
    approve_it(Report.objects.get(pk=report.pk), by=ben, at=hours(4))

    edit(report, at=hours(5))

    assert requests(report)[2:] == [("Ben", "waiting", hours(5), None)]


def test_a_new_round_starts_afresh(anna: User, ben: User) -> None:
    report = asked(anna, ben)
    send_back(report, reason="Unclear.", by=ben, at=hours(1))

    report = submit_for_review(report, reviewers=[anna], by=ben, at=hours(2))

    assert requests(report) == [("Ben", "sent_back", NOW, hours(1)), ("Anna", "waiting", hours(2), None)]
    assert [str(each.request.reviewer) for each in review_round(report).people] == ["Anna"]


# ── Since when it waits ─────────────────────────────────────────────────────
def since(report: Report) -> list[datetime | None]:
    """What each of the three readers says: they must agree."""
    report = Report.objects.with_waiting_since().get(pk=report.pk)
    incident = Incident.objects.annotate(waiting_since=waiting_since("pk")).get(pk=report.incident_id)
    return [report.waiting_since, incident.waiting_since, review_round(report).waiting_since]


def test_it_waits_since_it_was_asked_for(anna: User) -> None:
    draft = make_draft()
    assert since(draft) == [None] * 3

    report = submit_for_review(draft, by=anna, at=hours(1))
    ask_reviewers(report, reviewers=[anna], by=anna, at=hours(2))
    edit(report, at=hours(3))

    assert since(report) == [hours(1)] * 3


def test_an_approval_that_fell_makes_it_wait_from_then_on(anna: User) -> None:
    report = approve_it(asked(anna), by=anna, at=hours(1))
    assert since(report) == [None] * 3

    edit(report, at=hours(2))

    assert since(report) == [hours(2)] * 3


# ── Whom it waits for ───────────────────────────────────────────────────────
def waiting_for(user: User) -> list[Report]:
    return list(Report.objects.visible_to(user).waiting_for(user))


def test_who_waits_longest_comes_first(anna: User, ben: User) -> None:
    anybodys = asked(at=hours(2))
    mine = asked(anna, at=hours(3))
    later = asked(ben, at=hours(1))
    ask_reviewers(later, reviewers=[anna], by=ben, at=hours(4))

    assert waiting_for(anna) == [anybodys, mine, later]
    assert waiting_for(ben) == [later, anybodys]


def test_what_is_not_in_review_waits_for_nobody(anna: User, ben: User) -> None:
    approve_it(asked(anna, ben), by=ben, at=hours(1))
    send_back(asked(anna, ben), reason="Unclear.", by=ben, at=hours(1))
    make_draft()
    publish()

    assert waiting_for(anna) == waiting_for(ben) == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "reader"}])
def test_a_report_does_not_wait_for_somebody_who_cannot_approve_any_more(
    anna: User, ben: User, change: dict[str, Any]
) -> None:
    report = asked(ben)
    assert waiting_for(anna) == []

    User.objects.filter(pk=ben.pk).update(**change)

    assert waiting_for(anna) == [report]


def test_a_withdrawn_request_leaves_it_to_anybody(anna: User, ben: User) -> None:
    report = asked(ben)

    withdraw_request(report, request=ReviewRequest.objects.get().pk, by=anna, at=hours(1))

    assert waiting_for(anna) == waiting_for(ben) == [report]


def test_every_step_is_logged_once(anna: User, ben: User) -> None:
    report = asked(anna)
    ask_reviewers(report, reviewers=[ben], by=anna, at=hours(1))
    approve_it(report, by=anna, at=hours(2))
    edit(report, at=hours(3))

    verbs = Activity.objects.filter(incident=report.incident, at__gte=NOW).order_by("at", "pk")
    assert [each.verb for each in verbs if "review" in each.verb or "approv" in each.verb] == [
        "asked for review",
        "asked more people for review",
        "approved",
        "approval taken back by an edit",
    ]
