"""“Waiting for me”, and how long: in words, with the exact time in the machine's form."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from incidents.models import Report
from incidents.review.operations import submit_for_review
from incidents.templatetags.moments import how_long
from tests.factories import make_draft, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(db: None) -> User:
    return make_user("publisher", name="Anna")


@pytest.fixture
def client(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def asked(*people: User, ago: timedelta, title: str = "Servers down") -> Report:
    return submit_for_review(
        make_draft(title=title), reviewers=people, by=make_user(name="Eve"), at=timezone.now() - ago
    )


def page(client: Client) -> str:
    response = client.get(reverse("review:waiting"))
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1, seconds=1), "1 minute"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(days=2, hours=23), "2 days"),
        (timedelta(days=8), "1 week"),
        (timedelta(seconds=-30), "less than a minute"),  # another machine's clock
    ],
)
def test_how_long_in_its_largest_unit(ago: timedelta, words: str) -> None:
    assert how_long(timezone.now() - ago).replace("\xa0", " ") == words


def test_what_i_was_asked_and_what_anybody_can_take_oldest_first(client: Client, anna: User) -> None:
    asked(anna, ago=timedelta(days=2), title="Mine")
    asked(ago=timedelta(days=3), title="Anybody’s")
    asked(make_user("publisher"), ago=timedelta(days=9), title="Somebody else’s")

    shown = page(client)

    rows = shown.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    assert [("Mine" in row, "Anybody’s" in row) for row in rows] == [(False, True), (True, False)]
    assert "Any publisher" in rows[0]
    assert ">3 days</time>" in rows[0]
    assert ">You</td>" in rows[1]
    assert ">2 days</time>" in rows[1]


def test_an_empty_desk_is_good_news(client: Client) -> None:
    assert "Nothing waits for you" in page(client)


def test_the_review_page_tells_how_long(client: Client, anna: User) -> None:
    report = asked(anna, ago=timedelta(days=2))

    shown = client.get(reverse("review:review", args=[report.incident.number])).content.decode()

    shown = " ".join(shown.replace("\xa0", " ").split())
    assert "Eve asked on" in shown
    assert "<strong>Anna</strong> has not answered" in shown
    assert shown.count("waiting for <time") == 2
    assert shown.count(">2 days</time>") == 2


def test_the_partial_says_nothing_of_what_does_not_wait() -> None:
    assert render_to_string("review/_waiting.html", {"since": None}).strip() == ""


def test_every_page_says_how_many_wait(client: Client, anna: User) -> None:
    assert "Waiting for me</a>" in page(client)
    asked(anna, ago=timedelta(days=1))
    asked(make_user("publisher"), ago=timedelta(days=1))

    assert 'Waiting for me <span class="count">1</span></a>' in page(client)


def test_queries_do_not_grow(client: Client, anna: User) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            asked(anna, ago=timedelta(days=1))
            asked(ago=timedelta(days=1))
        with CaptureQueriesContext(connection) as captured:
            page(client)
        counts.append(len(captured))

    assert counts[0] == counts[1]
