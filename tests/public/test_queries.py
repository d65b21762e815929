"""The number of queries doesn't grow with reports, versions, rows or images."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from incidents.models import Component
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, publish_many


def queries(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "DECLARE"))]


@pytest.mark.parametrize(("path", "most"), [("/", 3)])
def test_lists(client: Client, publisher: User, path: str, most: int) -> None:
    publish_many(1, by=publisher)
    Component.objects.create(name="API")
    assert len(queries(client, path)) == most
    for number in range(3):
        publish(replace(SEED, public_id=f"more{number:08d}"), by=publisher)
        Component.objects.create(name=f"Part {number}")
    assert len(queries(client, path)) == most


@pytest.mark.parametrize(
    ("rest", "most"),
    [
        ("", 2),
        ("report.md", 2),
        ("report.json", 2),
        ("versions/2/", 2),
        ("versions/2/changes/", 3),
        ("versions/2/changes/1/", 3),
    ],
)
def test_reports(client: Client, publisher: User, rest: str, most: int) -> None:
    publish(replace(SEED, timeline=SEED.timeline[:1], promises=SEED.promises[:1]), by=publisher)
    publish(by=publisher, note="More rows.", at=PUBLISHED_AT + timedelta(days=1))
    path = f"/incidents/{PUBLIC_ID}/{rest}"
    assert len(queries(client, path)) == most
    for days in (2, 3, 4):
        publish(by=publisher, note="Again.", at=PUBLISHED_AT + timedelta(days=days))
    assert len(queries(client, path)) == most


def test_a_known_reader_costs_nothing_more(client: Client, publisher: User) -> None:
    publish(by=publisher)
    client.force_login(publisher)
    assert not any("session" in sql or "accounts_user" in sql for sql in queries(client, f"/incidents/{PUBLIC_ID}/"))
