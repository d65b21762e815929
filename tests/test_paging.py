"""Lists that begin behind a row: nothing is shown twice or left out, whichever way people turn the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Activity, Incident
from incidents.paging import KeysetPage, page_of
from tests.factories import NOW, make_incident, make_user

pytestmark = pytest.mark.django_db
COUNT, SIZE = 7, 3
ORDERS = (["-at", "-id"], ["at", "-id"], ["-verb", "at", "id"])


@pytest.fixture
def incident() -> Incident:
    """Its log has rows of the same moment, and of the same verb."""
    incident = make_incident(by=make_user())
    incident.activities.all().delete()
    for place in range(COUNT):
        verb = ("wrote", "saved")[place % 2]
        Activity.objects.create(incident=incident, verb=verb, at=NOW + timedelta(minutes=place // 3), detail={})
    return incident


def pages(incident: Incident, order: list[str], **asked: str) -> KeysetPage[Any]:
    return page_of(incident.activities.all(), order, asked=asked, size=SIZE)


@pytest.mark.parametrize("order", ORDERS)
def test_every_row_is_on_one_page_there_and_back(incident: Incident, order: list[str]) -> None:
    wanted = list(incident.activities.order_by(*order))
    page, there = pages(incident, order), []
    assert page.before == ""
    while True:
        there.append(page.rows)
        if not page.after:
            break
        page = pages(incident, order, after=page.after)
    assert [row for rows in there for row in rows] == wanted
    assert [len(rows) for rows in there] == [3, 3, 1]

    back = [page.rows]
    while page.before:
        page = pages(incident, order, before=page.before)
        back.insert(0, page.rows)
    assert back == there


def test_the_first_page_is_always_whole(incident: Incident) -> None:
    """A new row came while somebody read the second page: the way back ends at the first page, not at one row."""
    second = pages(incident, ["-id"], after=pages(incident, ["-id"]).after)
    Activity.objects.create(incident=incident, verb="wrote", at=NOW, detail={})
    first = pages(incident, ["-id"], before=second.before)
    assert len(first.rows) == SIZE
    assert first.before
    assert len(pages(incident, ["-id"], before=first.before).rows) == SIZE


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "99999999999999999999", "١", "1;--", "a\x00b"])
def test_a_row_that_is_none_of_these_gives_the_first_page(incident: Incident, asked: str) -> None:
    elsewhere = make_incident().activities.get().pk
    wanted = pages(incident, ["-id"])
    for name in (asked, str(elsewhere)):
        assert pages(incident, ["-id"], after=name) == pages(incident, ["-id"], before=name) == wanted


def test_a_page_behind_the_last_row_is_the_first(incident: Incident) -> None:
    last = incident.activities.earliest("id")
    assert pages(incident, ["-id"], after=str(last.pk)) == pages(incident, ["-id"])


def test_nothing_is_counted(incident: Incident) -> None:
    with CaptureQueriesContext(connection) as asked:
        pages(incident, ["-at", "-id"], after=pages(incident, ["-at", "-id"]).after)
    assert not any("COUNT" in query["sql"] or "OFFSET" in query["sql"] for query in asked.captured_queries)
