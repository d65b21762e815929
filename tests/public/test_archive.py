"""History, by month and by component, and the list of reports: nothing falls off, and no page shifts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import ImpactWindow, PublicEvent
from tests.factories import make_component
from tests.public.happenings import BEGAN, HOUR, NOW, happening, hit, planned
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, publish_many, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock: Callable[[datetime], None]) -> None:
    clock(NOW)


def page(client: Client, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, path
    said = Page(answer.content.decode())
    assert said.faults == []
    return said


def listed(client: Client, path: str) -> list[str]:
    """The public ids on a page, in its order."""
    links = [link["href"] for link in page(client, path).all("a")]
    return [link.split("/")[2] for link in links if link.startswith("/incidents/")]


def many(count: int, *, started_at: datetime = BEGAN) -> list[PublicEvent]:
    rows = [
        PublicEvent(
            kind="incident",
            status="resolved",
            title=f"Number {number}",
            posted_title="x",
            public_id=f"many{number:08d}",
            started_at=started_at + timedelta(minutes=number),
            resolved_at=started_at + timedelta(minutes=number + 1),
            created_at=started_at,
            updated_at=started_at,
        )
        for number in range(count)
    ]
    return PublicEvent.objects.bulk_create(rows)


def test_the_newest_month_with_the_way_to_all_others(client: Client) -> None:
    older, newer, old, future = (
        happening("Older", started_at=BEGAN - 5 * HOUR),
        happening("Newer"),
        happening("Old", started_at=datetime(2024, 2, 29, 23, 59, tzinfo=UTC)),
        planned("To come", started_at=NOW + 60 * 24 * HOUR),
    )
    assert listed(client, "/history/") == [newer.public_id, older.public_id]
    said = page(client, "/history/")
    assert "March 2026 Newest first" in said.text
    assert "All months 2026 May 2026 March 2026 2024 February 2024" in said.text
    assert listed(client, "/history/2024/02/") == listed(client, "/history/2024/2/") == [old.public_id]
    assert listed(client, "/history/2026/5/") == [future.public_id]


def test_months_lead_to_their_neighbours(client: Client) -> None:
    for month in (1, 3, 6):
        happening(started_at=datetime(2025, month, 15, tzinfo=UTC))
    links = page(client, "/history/2025/3/").all("a")
    assert [(link["href"], link["rel"]) for link in links if "rel" in link] == [
        ("/history/2025/1/", "prev"),
        ("/history/2025/6/", "next"),
    ]
    assert 'rel="canonical" href="http://localhost:8000/history/2025/3/"' in client.get("/history/2025/03/").text


def test_months_begin_at_midnight_utc(client: Client) -> None:
    happening("Last", public_id="lastlastlast", started_at=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC))
    happening("First", public_id="firstfirstfi", started_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert listed(client, "/history/2026/1/") == ["lastlastlast"]
    assert listed(client, "/history/2026/2/") == ["firstfirstfi"]


def test_nothing_falls_off_the_end_and_pages_never_shift(client: Client) -> None:
    many(120)
    paths = ["/history/2026/3/", "/history/2026/3/2/", "/history/2026/3/3/"]
    before = [listed(client, path) for path in paths]
    assert [len(found) for found in before] == [50, 50, 20]
    assert before[0][0] == "many00000049"
    assert len({each for found in before for each in found}) == 120
    assert listed(client, "/history/") == before[2]

    late = happening("Told late", started_at=BEGAN - HOUR)  # before all of them

    assert [listed(client, path) for path in paths[:2]] == before[:2]
    assert listed(client, paths[2]) == [*before[2], late.public_id]


def test_pages_of_a_month_lead_to_each_other(client: Client) -> None:
    many(101)
    ways = [[(link["href"], link["rel"]) for link in page(client, path).all("a") if "rel" in link] for path in (
        "/history/2026/3/", "/history/2026/3/2/", "/history/2026/3/3/")]  # fmt: skip
    assert ways == [
        [("/history/2026/3/2/", "next")],
        [("/history/2026/3/", "prev"), ("/history/2026/3/3/", "next")],
        [("/history/2026/3/2/", "prev")],
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/history/2026/3/1/",
        "/history/2026/3/2/",
        "/history/2026/3/0/",
        "/history/2026/3/99999999999999999999/",
        "/history/2026/13/",
        "/history/2026/0/",
        "/history/0/1/",
        "/history/99999999999/1/",
        "/history/2025/1/",
        "/reports/2026/3/",
        "/components/nosuchcompon/",
        "/components/nosuchcompon/2026/3/",
    ],
)
def test_no_such_page(client: Client, path: str) -> None:
    happening()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("month", [1, 12])
def test_the_ends_of_the_calendar(client: Client, month: int) -> None:
    happening()
    assert client.get(f"/history/{1 if month == 1 else 9999}/{month}/").status_code == 404


def test_before_anything_happened(client: Client) -> None:
    component = make_component("API")
    assert "Nothing has been reported yet." in page(client, "/history/").text
    assert "No incident report has been published yet." in page(client, "/reports/").text
    assert "No incident has affected it yet." in page(client, f"/components/{component.public_id}/").text


def test_a_component_has_its_own_history(client: Client) -> None:
    api, mail = make_component("API", description="What programs talk to."), make_component("Mail")
    recent, old = happening("Recent"), happening("Old", started_at=datetime(2024, 5, 1, tzinfo=UTC))
    for event in (recent, old):
        hit(event, api)
    hit(happening("Mail only"), mail)
    root = f"/components/{api.public_id}/"

    said = page(client, root)

    assert "API Operational What programs talk to." in said.text
    assert "March 2026, newest first" in said.text
    assert "All months 2026 March 2026 2024 May 2024" in said.text
    assert listed(client, root) == [recent.public_id]
    assert listed(client, f"{root}2024/5/") == [old.public_id]
    assert "99.95 % uptime" in said.text


def test_the_report_decides_which_components_were_affected(client: Client) -> None:
    api, mail = make_component("API"), make_component("Mail")
    event = happening(has_report_windows=True)
    hit(event, api, is_superseded=True)
    ImpactWindow.objects.create(
        event=event, component=mail, level="major_outage", started_at=BEGAN, ended_at=NOW, from_report=True
    )
    assert listed(client, f"/components/{api.public_id}/") == []
    assert listed(client, f"/components/{mail.public_id}/") == [event.public_id]


def test_reports_tell_the_essentials(client: Client, publisher: User) -> None:
    happening("Without a report", started_at=datetime(2023, 3, 7, tzinfo=UTC))
    publish(replace(SEED, tags=("power", "racks"), cause="hardware"), by=publisher)
    publish(
        replace(SEED, tags=("power", "racks"), cause="hardware"), by=publisher, note="Better.", at=PUBLISHED_AT + HOUR
    )
    said = page(client, "/reports/")
    told = "Resolved lasted 3 hours 20 minutes Report published, version 2 Cause: Hardware or power power racks"
    assert f"6 March 2023, 05:00 {SEED.title} {told}" in said.text
    assert listed(client, "/reports/") == [PUBLIC_ID]


def test_history_says_which_reports_are_published_or_expected(client: Client, publisher: User) -> None:
    happening("Soon", started_at=datetime(2023, 3, 7, tzinfo=UTC), report_expected_on=date(2023, 3, 20))
    publish(by=publisher)
    said = page(client, "/history/2023/3/").text
    assert f"{SEED.title} Resolved lasted 3 hours 20 minutes Report published" in said
    assert "Soon Resolved lasted 1 hour Report expected by 20 March 2023" in said


def test_a_withdrawn_report_leaves_a_line_without_words_in_the_history(client: Client, publisher: User) -> None:
    first, *_ = publish_many(2, by=publisher)
    withdraw(first, by=publisher)
    assert listed(client, "/reports/2023/3/") == ["report000002"]
    assert listed(client, "/history/2023/3/") == ["report000002", "report000001"]
    assert "6 March 2023, 05:00 Withdrawn report Report withdrawn" in page(client, "/history/2023/3/").text


def test_a_report_that_comes_late_stands_at_the_end(client: Client, publisher: User) -> None:
    """Its event was recorded first: the order is that of publication."""
    happening(public_id="earlyearlyea", started_at=SEED.started_at)
    publish_many(51, by=publisher)
    before = listed(client, "/reports/2023/3/")
    publish(replace(SEED, public_id="latelatelate"), by=publisher)
    assert listed(client, "/reports/2023/3/") == before
    assert "latelatelate" in listed(client, "/reports/2023/3/2/")

    publish(replace(SEED, public_id=before[0]), by=publisher, note="Better.")
    assert set(listed(client, "/reports/2023/3/")) == set(before)
