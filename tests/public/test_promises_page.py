"""The page of all public promises: off until it is turned on, honest, and true at every day's turn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from incidents.action_items import revise_action_item
from incidents.models import Publication, PublicPromise
from incidents.publishing.operations import withdraw_report
from tests.factories import NOW, correct, make_user, publish, show_promises

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return make_user()


@pytest.fixture
def shown() -> None:
    show_promises()


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


def page(client: Client) -> str:
    response = client.get("/promises/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_is_not_there_until_it_is_turned_on(client: Client) -> None:
    publish()

    assert client.get("/promises/").status_code == 404
    assert "/promises/" not in client.get("/").content.decode()

    show_promises()
    assert 'href="/promises/"' in client.get("/").content.decode()


def test_a_promise_counts_when_its_day_has_passed(
    client: Client, shown: None, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = publish()  # due on the 9th
    due = NOW.date()

    on(monkeypatch, due)
    assert "No promise was due in the last year." in page(client)
    on(monkeypatch, due + timedelta(days=1))
    late = page(client)
    assert "In the last year 1 promise was due. We kept 0 on time: 0 %." in late
    assert "Late by 1 day" in late
    assert f'href="/incidents/{publication.public_id}/#measures"' in late

    revise_action_item(publication.incident.action_items.get(), changes={"state": "done"}, by=by, at=NOW)
    assert "We kept 1 on time: 100 %." in page(client)


@pytest.mark.parametrize("changes", [{"state": "wont_do", "reason": "internal-zebra"}, {"state": "done"}])
def test_dropped_or_done_too_late_is_not_kept(
    client: Client, shown: None, by: User, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    publication = publish()
    later = NOW + timedelta(days=3)

    revise_action_item(publication.incident.action_items.get(), changes=changes, by=by, at=later)

    on(monkeypatch, later.date())
    told = page(client)
    assert "We kept 0 on time: 0 %." in told
    assert "internal-zebra" not in told


def test_it_lists_what_stands(client: Client, shown: None, by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    publication = publish()
    on(monkeypatch, NOW.date())
    assert "Review the power supply" in page(client)

    second = correct(publication)
    assert PublicPromise.objects.get().key == second.snapshot.promises[0].key

    withdraw_report(publication.incident.report, reason="It was wrong.", by=make_user("publisher"), at=NOW)
    assert not PublicPromise.objects.exists()
    assert "Review the power supply" not in page(client)


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_same_number_of_questions(
    client: Client, shown: None, django_assert_max_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        publish()

    with django_assert_max_num_queries(14):
        client.get("/promises/")


def test_the_table_says_what_the_documents_say(by: User) -> None:
    """Filled anew as the migration does for those who come from before, it is the same."""
    for state in ("open", "done", "in_progress"):
        publication: Publication = publish()
        revise_action_item(
            publication.incident.action_items.get(), changes={"state": state}, by=by, at=NOW + timedelta(days=1)
        )
    columns = ("public_id", "key", "text", "state", "due_on", "closed_on", "promised_at")
    before = sorted(PublicPromise.objects.values_list(*columns), key=str)
    PublicPromise.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute(import_module("incidents.migrations.0017_public_promises_are_listed").FILL)

    assert sorted(PublicPromise.objects.values_list(*columns), key=str) == before
