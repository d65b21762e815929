"""`/history.json`: three months a page, back from the present one."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import PublicEvent
from incidents.public.formats import history_json
from incidents.public.formats.history_json import Month, history_page, page_of, pages, pages_telling_of
from tests.factories import publish
from tests.public.formats.telling import incident, maintenance, say

TODAY = date(2026, 3, 9)


def at(year: int, month: int, day: int = 2, hour: int = 11, minute: int = 18) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def months(number: int = 1) -> dict[str, list[str]]:
    """The names of the events of each month on a page."""
    page = history_page(number, on=TODAY)
    return {f"{each['name']} {each['year']}": [event["name"] for event in each["incidents"]] for each in page["months"]}


def test_months_are_told_newest_first(db: None) -> None:
    incident("New", at=at(2026, 3, 9))
    incident("Old", at=at(2025, 12, 31, 23, 59))
    incident("First of the month", at=at(2026, 1, 1, 0, 0))
    assert months(1) == {"March 2026": ["New"], "February 2026": [], "January 2026": ["First of the month"]}
    assert months(2) == {"December 2025": ["Old"], "November 2025": [], "October 2025": []}
    assert pages(on=TODAY) == 2


def test_every_key_is_there_in_order(db: None) -> None:
    event = incident(at=at(2026, 3), impact="minor")
    say(event, "identified", "A bad **route**.", at=at(2026, 3, 2, 11, 30))
    say(event, "resolved", "It is\nover.", at=at(2026, 3, 2, 12, 40))
    page = history_page(1, on=TODAY)
    assert list(page) == ["months"]
    march, february, _ = page["months"]
    assert list(march) == ["name", "year", "starts_on", "days", "incidents"]
    assert (march["starts_on"], march["days"]) == (0, 31)
    assert (february["starts_on"], february["days"]) == (0, 28)
    assert march["incidents"] == [
        {
            "code": event.public_id,
            "name": "Card payments fail",
            "message": "It is<br />over.",
            "impact": "minor",
            "timestamp": "Mar <var data-var='date'>2</var>, <var data-var='time'>11:18</var> - "
            "<var data-var='time'>12:40</var> UTC",
        }
    ]
    assert list(march["incidents"][0]) == ["code", "name", "message", "impact", "timestamp"]


def test_what_lasted_into_another_day_says_which(db: None) -> None:
    say(incident(at=at(2026, 2, 28)), "resolved", "Over.", at=at(2026, 3, 1, 0, 5))
    incident(at=at(2026, 1, 15))
    stamps = [entry["timestamp"] for month in history_page(1, on=TODAY)["months"] for entry in month["incidents"]]
    assert stamps == [
        "Feb <var data-var='date'>28</var>, <var data-var='time'>11:18</var> - "
        "Mar <var data-var='date'>1</var>, <var data-var='time'>00:05</var> UTC",
        "Jan <var data-var='date'>15</var>, <var data-var='time'>11:18</var> UTC",
    ]


def test_a_month_of_many_tells_of_the_newest(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_json, "MOST_A_MONTH", 2)
    for day in (1, 2, 3):
        incident(f"Day {day}", at=at(2026, 3, day))
        incident(f"Day {day} of last month", at=at(2026, 2, day))
    assert months()["March 2026"] == ["Day 3", "Day 2"]
    assert months()["February 2026"] == ["Day 3 of last month", "Day 2 of last month"]


def test_what_is_only_planned_is_no_history(db: None) -> None:
    maintenance("Ahead", at=at(2026, 3))
    say(maintenance("Done", at=at(2026, 3)), "completed", "Done.", at=at(2026, 3, 2, 13))
    (done,) = history_page(1, on=TODAY)["months"][0]["incidents"]
    assert (done["name"], done["impact"]) == ("Done", "maintenance")


def test_a_report_without_updates_tells_its_summary(db: None) -> None:
    publish()
    (entry,) = history_page(1, on=TODAY)["months"][0]["incidents"]
    assert (entry["name"], entry["message"]) == ("Our servers were down", "We were down. We are sorry.")


def test_pages_end_with_the_first_event(client: Client, db: None) -> None:
    def status(path: str) -> int:
        return client.get(path).status_code

    assert status("/history.json") == status("/history/page-1.json") == 200
    assert status("/history/page-2.json") == status("/history/page-0.json") == 404
    incident(at=timezone.now() - timedelta(days=200))
    assert client.get("/history.json").content == client.get("/history/page-1.json").content
    assert status("/history/page-3.json") == 200
    assert status("/history/page-4.json") == 404
    assert client.get("/history.json")["Access-Control-Allow-Origin"] == "*"
    assert json.loads(client.get("/history.json?page=2").content) == json.loads(client.get("/history.json").content)


@given(
    began=st.datetimes(datetime(2019, 1, 1), datetime(2026, 3, 9), timezones=st.just(UTC)),  # noqa: DTZ001  # as asked
    on=st.dates(date(2026, 3, 9), date(2031, 1, 1)),
)
def test_each_moment_is_on_exactly_one_page(began: datetime, on: date) -> None:
    number = page_of(began, on=on)
    newest = Month.of(on).minus((number - 1) * 3)
    told = [newest.minus(back) for back in range(history_json.MONTHS_A_PAGE)]
    assert Month.of(began) in told
    assert told[-1].starts_at <= began < newest.minus(-1).starts_at


def test_a_change_touches_its_own_pages_alone(db: None) -> None:
    old = incident(at=at(2019, 5))
    event = incident(at=at(2024, 7))
    assert pages_telling_of(event, on=TODAY) == {1, page_of(at(2024, 7), on=TODAY)}
    say(event, "identified", "Told later.", at=at(2025, 7))
    assert pages_telling_of(event, on=TODAY) == {1, 3, page_of(at(2024, 7), on=TODAY)}
    assert page_of(old.started_at, on=TODAY) == pages(on=TODAY) == 28


def test_the_first_event_of_all_makes_the_empty_pages_before_it(db: None) -> None:
    incident(at=at(2025, 12))
    event = incident(at=at(2024, 12))
    assert pages_telling_of(event, on=TODAY) == {1, 2, 3, 4, 5, 6}


def test_a_report_that_moves_the_beginning_touches_where_it_was(db: None) -> None:
    publication = publish()
    PublicEvent.objects.update(started_at=at(2025, 7), created_at=at(2025, 7))
    event: Any = publication.incident.public_event
    event.refresh_from_db()
    assert pages_telling_of(event, on=TODAY) >= {1, 3}
    assert page_of(publication.snapshot.started_at, on=TODAY) == 1
