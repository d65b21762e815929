"""The page where people are asked: from a draft, and more of them while it waits."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from incidents.models import Report, ReportStatus, ReviewRequest
from incidents.review.operations import approve_report, send_back, submit_for_review
from tests.factories import NOW, approve, make_draft, make_incident, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(db: None) -> User:
    return make_user(name="Eve")


@pytest.fixture
def client(engineer: User) -> Client:
    client = Client()
    client.force_login(engineer)
    return client


@pytest.fixture
def anna(db: None) -> User:
    return make_user("publisher", name="Anna")


@pytest.fixture
def ben(db: None) -> User:
    return make_user("admin", name="Ben")


def address(report: Report) -> str:
    return reverse("review:submit", args=[report.incident.number])


def page(client: Client, report: Report) -> str:
    response = client.get(address(report))
    assert response.status_code == 200
    return response.content.decode()


def offered(shown: str) -> list[tuple[str, bool]]:
    """The people beside the boxes, and whether each is ticked."""
    boxes = re.findall(r'name="reviewers"[^>]*?(checked)?>\s*<label[^>]*>([^<]+)', shown)
    return [(name.strip(), bool(ticked)) for ticked, name in boxes]


def asked(report: Report) -> list[str]:
    return [str(each.reviewer) for each in report.review_requests.filter(verdict="waiting").order_by("pk")]


def test_those_who_may_publish_are_offered_by_name(client: Client, anna: User, ben: User) -> None:
    make_user("publisher", name="Gone", is_active=False)
    make_user("manager", name="Mia")

    assert offered(page(client, make_draft())) == [("Anna", False), ("Ben", False)]


def test_what_is_missing_is_said_before_anybody_is_asked(client: Client, anna: User) -> None:
    assert "No summary for customers yet." in page(client, make_incident().report)


def test_nobody_to_ask_is_said(client: Client) -> None:
    assert "Nobody may approve reports yet." in page(client, make_draft())


def test_people_are_asked(client: Client, anna: User, ben: User) -> None:
    report = make_draft()

    response = client.post(address(report), {"reviewers": [anna.pk, ben.pk]}, follow=True)

    assert response.redirect_chain == [(reverse("authoring:editor", args=[report.incident.number]), 302)]
    assert "Asked Anna and Ben to read and approve it." in response.content.decode()
    assert asked(report) == ["Anna", "Ben"]


def test_asking_nobody_asks_any_publisher(client: Client, anna: User) -> None:
    report = make_draft()

    response = client.post(address(report), follow=True)

    assert "Asked for review. A publisher can read and approve it now." in response.content.decode()
    assert Report.objects.get(pk=report.pk).status == ReportStatus.IN_REVIEW
    assert asked(report) == []
    assert "Nobody in particular is asked: any publisher can approve." in page(client, report)


def test_while_it_waits_the_page_tells_who_was_asked_and_offers_the_others(
    client: Client, anna: User, ben: User
) -> None:
    report = submit_for_review(make_draft(), reviewers=[anna], by=make_user(name="Eve"), at=NOW)

    shown = page(client, report)
    assert "<strong>Anna</strong> has not answered" in shown
    assert offered(shown) == [("Ben", False)]
    response = client.post(address(report), {"reviewers": [ben.pk]}, follow=True)

    assert "Asked Ben as well." in response.content.decode()
    assert asked(report) == ["Anna", "Ben"]
    assert "Everybody who can approve it is asked." in page(client, report)


def test_somebody_was_faster(client: Client, anna: User) -> None:
    """The page was opened on a draft; a colleague sent it to review, and asked the same person."""
    report = submit_for_review(make_draft(), reviewers=[anna], by=make_user(), at=NOW)

    response = client.post(address(report), {"reviewers": [anna.pk]}, follow=True)

    assert "They are asked already." in response.content.decode()
    assert asked(report) == ["Anna"]


@pytest.mark.parametrize("change", [{"role": "engineer"}, {"is_active": False}])
def test_somebody_who_cannot_approve_any_more_is_refused_and_the_choice_kept(
    client: Client, anna: User, ben: User, change: dict[str, object]
) -> None:
    report = make_draft()
    User.objects.filter(pk=ben.pk).update(**change)

    response = client.post(address(report), {"reviewers": [anna.pk, ben.pk]})

    assert response.status_code == 422
    assert "Somebody you chose can’t approve any more." in response.content.decode()
    assert offered(response.content.decode()) == [("Anna", True)]
    assert Report.objects.get(pk=report.pk).status == ReportStatus.DRAFT


def test_who_read_the_round_before_is_ticked_in_the_next(client: Client, anna: User, ben: User) -> None:
    report = submit_for_review(make_draft(), reviewers=[anna], by=make_user(), at=NOW)
    send_back(report, reason="Unclear.", by=ben, at=NOW)

    assert offered(page(client, report)) == [("Anna", True), ("Ben", False)]


def test_there_is_nothing_to_ask_for_what_is_approved(client: Client, anna: User) -> None:
    report = approve(make_draft(), by=anna)

    shown = page(client, report)

    assert "This report is approved, so nobody can be asked to read it." in shown
    assert "<form method" not in shown.partition("<main")[2]


def test_a_publisher_can_ask_herself(anna: User) -> None:
    client = Client()
    client.force_login(anna)
    report = make_draft()

    assert "(you)</span></label>" in page(client, report)
    client.post(address(report), {"reviewers": [anna.pk]})

    assert asked(report) == ["Anna"]


# ── Not any more ────────────────────────────────────────────────────────────
def withdrawal(request: ReviewRequest) -> str:
    return reverse("review:withdraw_request", args=[request.report.incident.number, request.pk])


def test_a_request_is_withdrawn_on_the_same_page(client: Client, anna: User, ben: User) -> None:
    report = submit_for_review(make_draft(), reviewers=[anna, ben], by=make_user(), at=NOW)
    request = ReviewRequest.objects.get(reviewer=anna)
    assert f'action="{withdrawal(request)}"' in page(client, report)

    first = client.post(withdrawal(request), follow=True).content.decode()
    again = client.post(withdrawal(request), follow=True).content.decode()

    assert "Anna is no longer asked." in first
    assert "This request is over" in again
    assert asked(report) == ["Ben"]


def test_what_was_answered_meanwhile_stays(client: Client, anna: User) -> None:
    report = submit_for_review(make_draft(), reviewers=[anna], by=make_user(), at=NOW)
    request = ReviewRequest.objects.get()
    approve_report(report, seen=report.to_snapshot().checksum, by=anna, at=NOW)

    response = client.post(withdrawal(request), follow=True)

    assert "This request is over" in response.content.decode()
    assert ReviewRequest.objects.get().verdict == "approved"


def test_queries_do_not_grow_with_people(client: Client) -> None:
    counts = []
    for number in (1, 3):
        people = [make_user("publisher") for _ in range(number)]
        report = submit_for_review(make_draft(), reviewers=people, by=people[0], at=NOW)
        with CaptureQueriesContext(connection) as captured:
            page(client, report)
        counts.append(len(captured))

    assert counts[0] == counts[1]
