"""What customers will read is shown when a row is made public, in a field of its own."""

from __future__ import annotations

import pytest
from django.test import Client

from incidents.models import Incident, TimelineEntry
from tests.authoring.sending import SCRIPT, row_on, url
from tests.factories import START

pytestmark = pytest.mark.django_db

SAME = "entry-public entry-same"


def add_internal(incident: Incident, *texts: str) -> list[TimelineEntry]:
    return [TimelineEntry.objects.create(incident=incident, occurred_at=START, text=text) for text in texts]


def test_a_row_that_was_made_public_says_that_its_words_are_the_internal_ones(
    client: Client, incident: Incident
) -> None:
    (entry,) = add_internal(incident, "web-03 was left out")

    response = client.post(
        url("entry", incident.number, entry.pk), row_on(client, incident, entry.key) | {"visibility": "public"}
    )

    assert response["Location"].endswith(f"#entry-{entry.key}")
    page = client.get(url("editor", incident.number)).content.decode()
    assert page.count(SAME) == 1
    row = row_on(client, incident, entry.key)
    assert row[f"entry-{entry.key}-public_text"] == "web-03 was left out"
    client.post(
        url("entry", incident.number, entry.pk), row | {f"entry-{entry.key}-public_text": "A server was left out"}
    )
    assert SAME not in client.get(url("editor", incident.number)).content.decode()


def test_all_rows_are_asked_for_with_their_number(client: Client, incident: Incident) -> None:
    add_internal(incident, "One", "Two")

    page = client.get(url("editor", incident.number)).content.decode()

    assert "<strong><span data-internal-rows>2</span> of <span data-all-rows>3</span> rows</strong>" in page
    assert page.index('id="row-new"') < page.index("Make all rows public")


def test_the_script_gets_the_words_of_the_rows_that_became_public(client: Client, incident: Incident) -> None:
    one, two = add_internal(incident, "One", "Two")
    stands = incident.entries.exclude(public_text="").get()

    answer = client.post(url("make_all_public", incident.number), headers=SCRIPT).content.decode()

    for entry in (one, two):
        assert f'<template data-value="entry-{entry.key}-public_text">{entry.text}</template>' in answer
    assert stands.key not in answer
    assert not incident.entries.filter(public_text="").exists()
    # What was seen is what is stored: the next save of such a row meets nobody.
    row = row_on(client, incident, one.key)
    assert f'<template data-value="entry-{one.key}-seen">{row[f"entry-{one.key}-seen"]}</template>' in answer
