"""Finding an incident inside: by its code, and by words that stand anywhere in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import (
    add_action_items,
    add_entry,
    delete_entry,
    revise_facts,
    revise_section,
)
from incidents.models import Incident, IncidentWords, TimelineEntry
from tests.factories import NOW, START, make_draft, make_incident, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return make_user(Role.ENGINEER)


@pytest.fixture
def incident(by: User) -> Incident:
    return make_incident(by=by, title="Zebra crossing")


@pytest.fixture
def client(by: User) -> Client:
    client = Client()
    client.force_login(by)
    return client


def found(words: str) -> list[Incident]:
    return [each.incident for each in IncidentWords.objects.saying(words)]


def test_it_is_found_by_whatever_stands_in_it(incident: Incident, by: User) -> None:
    make_draft()
    revise_facts(incident, changes={"public_title": "A quokka"}, by=by, at=NOW)
    texts = {"text": "Inside: wombats were running", "public_text": "Outside: a numbat"}
    revise_section(incident, "root_cause", changes=texts, by=by, at=NOW)
    add_entry(incident, occurred_at=START, text="echidna restarted", public_text="platypus returned", by=by, at=NOW)
    add_action_items(incident, ["Feed the bandicoot"], by=by, at=NOW)

    for words in (
        "zebra",
        "quokka",
        "wombat running",
        "numbats",
        "ECHIDNA",
        "platypus",
        "bandicoot",
        "zebra bandicoot",
    ):
        assert found(words) == [incident], words
    for words in ("zebra lion", "zebra -wombats", '"numbat wombat"', "the", "", "'"):
        assert found(words) == [], words
    assert found("lion or zebra") == found('"platypus returned"') == found(str(incident.number)) == [incident]


def test_what_is_found_knows_its_number(incident: Incident) -> None:
    assert IncidentWords.objects.get().number == incident.number


def test_what_is_gone_is_not_found(incident: Incident, by: User) -> None:
    add_entry(incident, occurred_at=START, text="echidna restarted", by=by, at=NOW)
    entry = incident.entries.get()
    delete_entry(entry, by=by, at=NOW)
    revise_facts(incident, changes={"title": "Lion crossing"}, by=by, at=NOW)
    assert found("echidna") == found("zebra") == []
    assert found("lion") == [incident]


def test_an_incident_can_be_deleted_with_all_its_words(incident: Incident, by: User) -> None:
    with transaction.atomic():
        incident.activities.all().delete()
        incident.delete()
    assert not IncidentWords.objects.exists()


def test_what_postgres_can_not_index_is_no_reason_to_refuse_a_text(incident: Incident) -> None:
    """A vector of words has at most a megabyte, and a word 2,046 bytes."""
    rows = [
        TimelineEntry(
            incident=incident,
            occurred_at=START + timedelta(seconds=place),
            text=" ".join(f"{chr(0x10000 + place)}{word}" for word in range(280)),
        )
        for place in range(3_000)
    ]
    TimelineEntry.objects.bulk_create([*rows, TimelineEntry(incident=incident, occurred_at=START, text="x" * 2_000)])
    assert sum(len(row.text) for row in rows) > 2_000_000
    assert found("zebra") == [incident]


def test_rows_that_come_together_are_read_once(incident: Incident) -> None:
    calls = "SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'incidents_find_words'"
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL track_functions = 'all'")
        TimelineEntry.objects.bulk_create(
            TimelineEntry(incident=incident, occurred_at=START, text=f"row {place}") for place in range(200)
        )
        cursor.execute(calls)
        assert cursor.fetchall() == [(1,)]
    assert found("row 199") == [incident]


@pytest.mark.parametrize("typed", ["INC-{}", "inc-{}", "#{}", "  INC-{} "])
def test_a_code_leads_to_the_incident(client: Client, incident: Incident, typed: str) -> None:
    answer = client.get(reverse("authoring:incident_list"), {"q": typed.format(incident.number)})
    assert answer.headers["Location"] == reverse("authoring:editor", args=[incident.number])


@pytest.mark.parametrize("typed", ["INC-999", "#0", "INC-999999999", "a\x00b", "<b>&", "x" * 5_000, '"', "\\"])
def test_odd_questions_have_an_answer(client: Client, incident: Incident, typed: str) -> None:
    answer = client.get(reverse("authoring:incident_list"), {"q": typed})
    assert answer.status_code == 200
    assert "No incident says" in answer.content.decode()


def test_a_private_incident_is_not_found_by_others(incident: Incident, client: Client) -> None:
    private = make_incident(title="Zebra secret", is_private=True)
    listed = client.get(reverse("authoring:incident_list"), {"q": "zebra"}).content.decode()
    assert "Zebra crossing" in listed
    assert "Zebra secret" not in listed
    assert client.get(reverse("authoring:incident_list"), {"q": private.code}).status_code == 200
    client.force_login(make_user(Role.PUBLISHER))
    assert "Zebra secret" in client.get(reverse("authoring:incident_list"), {"q": "zebra"}).content.decode()


def test_a_private_incident_takes_no_place(incident: Incident, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.authoring.views.incidents._PER_PAGE", 1)
    make_incident(title="Zebra secret", is_private=True)
    listed = client.get(reverse("authoring:incident_list"), {"q": "zebra"}).content.decode()
    assert incident.title in listed
    assert "after=" not in listed


def test_the_pages_keep_the_words(client: Client, by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.authoring.views.incidents._PER_PAGE", 2)
    for place in range(3):
        make_incident(by=by, title=f"Zebra & {place}")
    first = client.get(reverse("authoring:incident_list"), {"q": "zebra &"}).content.decode()
    assert "Zebra &amp; 2" in first
    assert "Zebra &amp; 0" not in first
    assert 'value="zebra &amp;"' in first
    last = Incident.objects.get(title="Zebra & 1").number
    assert f'href="?q=zebra+%26&amp;after={last}"' in first
    second = client.get(reverse("authoring:incident_list"), {"q": "zebra &", "after": last}).content.decode()
    assert "Zebra &amp; 0" in second
    assert "Zebra &amp; 1" not in second


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_same_number_of_questions(
    client: Client, by: User, django_assert_num_queries: Any, count: int
) -> None:
    for place in range(count):
        make_incident(by=by, title=f"Zebra {place}")
    with django_assert_num_queries(6):
        client.get(reverse("authoring:incident_list"), {"q": "zebra"})
