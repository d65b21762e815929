"""Any two versions and the draft, side by side for colleagues."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.authoring.operations import revise_facts
from incidents.models import Report
from incidents.publishing.operations import start_correction, withdraw_report
from tests.factories import NOW, correct, make_draft, make_user, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user("reader"))
    return client


def three_versions() -> Report:
    """Headlines “Our servers were down”, with “, corrected 1” and “, corrected 2”; the draft says “Almost”."""
    third = correct(correct(publish()))
    report = third.incident.report
    start_correction(report, by=make_user(), at=NOW)
    revise_facts(report.incident, changes={"public_title": "Almost all servers were down"}, by=make_user(), at=NOW)
    return Report.objects.get(pk=report.pk)


def page(client: Client, report: Report, query: str = "", status: int = 200) -> str:
    response = client.get(reverse("review:changes", args=[report.incident.number]) + query)
    assert response.status_code == status
    return response.content.decode()


def told(shown: str) -> list[str]:
    """`-gone- +new+`, one string a change."""
    shown = re.sub(r"<del>(.*?)</del>", r"-\1-", re.sub(r"<ins>(.*?)</ins>", r"+\1+", shown))
    return [re.sub(r"<[^>]+>", "", each) for each in re.findall(r'<p class="diff">(.*?)</p>', shown, re.DOTALL)]


def chosen(shown: str) -> list[str]:
    return re.findall(r"<option[^>]*selected[^>]*>([^<]+)", shown)


def test_first_the_newest_version_and_the_draft(client: Client) -> None:
    shown = page(client, three_versions())

    assert chosen(shown) == ["Version 3, 11 March 2026", "The draft"]
    assert told(shown) == ["Headline -Our-+Almost all+ servers were -down, corrected 2-+down+"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?from=1&to=3", ["Headline Our servers were -down-+down, corrected 2+"]),
        ("?from=3&to=1", ["Headline Our servers were -down, corrected 2-+down+"]),
        ("?from=1&to=draft", ["Headline -Our-+Almost all+ servers were down"]),
        ("?to=2", ["Headline Our servers were down, corrected -2-+1+"]),
        ("?from=2&to=2", []),
    ],
)
def test_any_two(client: Client, query: str, expected: list[str]) -> None:
    assert told(page(client, three_versions(), query)) == expected


def test_the_same_words_are_said_to_be_the_same(client: Client) -> None:
    assert "The words are the same in both versions." in page(client, publish().incident.report)


@pytest.mark.parametrize("query", ["?from=9", "?to=0", "?from=x", "?from=-1", "?to="])
def test_a_version_that_is_not_there_is_refused_beside_the_field(client: Client, query: str) -> None:
    shown = page(client, three_versions(), query, status=422)

    assert re.search("There is no such version.|This field is required.", shown)
    assert 'class="diff"' not in shown


def test_colleagues_still_read_what_was_withdrawn(client: Client) -> None:
    report = three_versions()
    withdraw_report(report, reason="It named a customer.", by=make_user("publisher"), at=NOW)

    shown = page(client, report, "?from=1&to=2")

    assert "Version 3, 11 March 2026, withdrawn" in shown
    assert told(shown) == ["Headline Our servers were -down-+down, corrected 1+"]


def test_nothing_published_is_nothing_to_compare_with(client: Client) -> None:
    shown = page(client, make_draft())

    assert "Nothing to compare with" in shown
    assert "<select" not in shown


def test_queries_do_not_grow_with_versions(client: Client) -> None:
    newest, counts = publish(), []
    for more in (1, 2):
        for _ in range(more):
            newest = correct(newest, at=newest.published_at + timedelta(days=1))
        with CaptureQueriesContext(connection) as captured:
            page(client, newest.incident.report, "?from=1&to=2")
        counts.append(len(captured))

    assert counts[0] == counts[1]
