"""The number of queries doesn't grow with events, reports, versions, rows or images; and none reads a whole table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from incidents.models import Component, EventUpdate, ImpactWindow, PublicEvent
from tests.factories import make_component
from tests.public.happenings import BEGAN, HOUR, NOW, happening, hit, planned, post
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, publish_many


@pytest.fixture(autouse=True)
def _now(clock: Callable[[datetime], None]) -> None:
    clock(NOW)


def queries(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "DECLARE", "WITH"))]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 12),
        ("/history/", 8),
        ("/history/2026/3/", 5),
        ("/reports/", 8),
        ("/reports/2023/3/", 5),
        ("/history/tag/power/", 8),
        ("/history/tag/power/2026/3/", 5),
        ("/history/cause/data/", 8),
        ("/history/cause/data/2026/3/", 5),
        ("/sitemaps/1.xml", 2),
        ("/sitemap.xml", 1),
        ("/sitemaps/pages.xml", 4),
    ],
)
def test_lists(client: Client, publisher: User, path: str, most: int) -> None:
    publish_many(1, by=publisher)
    make_some(1)
    assert len(queries(client, path)) == most
    for number in range(3):
        publish(replace(SEED, public_id=f"more{number:08d}"), by=publisher)
        make_some(3)
    assert len(queries(client, path)) == most


def make_some(count: int) -> None:
    for _ in range(count):
        event = happening(status="investigating")
        hit(event, make_component())
        post(event, "We look into it.")
        planned()
        happening(tags=["power", "racks"], cause="data")


@pytest.mark.parametrize("rest", ["", "2026/3/"])
def test_a_component(client: Client, publisher: User, rest: str) -> None:
    component = make_component()
    hit(happening(), component)
    path = f"/components/{component.public_id}/{rest}"
    before = len(queries(client, path))
    for _ in range(3):
        hit(happening(), component)
    assert len(queries(client, path)) == before <= 13


def test_an_event(client: Client, db: None) -> None:
    event = happening()
    path = f"/incidents/{event.public_id}/"
    for _ in range(2):
        post(event, "We look into it.")
        hit(event, make_component())
        assert len(queries(client, path)) == 6


@pytest.mark.parametrize(
    ("rest", "most"),
    [
        ("", 8),
        ("report.md", 5),
        ("report.json", 5),
        ("versions/2/", 5),
        ("card.png", 2),
        ("versions/2/changes/", 5),
        ("versions/2/changes/1/", 5),
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


@pytest.fixture
def long_history(db: None) -> Component:
    """5,000 incidents over 14 years, each with a window and an update, of 20 components."""
    components = [make_component(f"Part {number}") for number in range(20)]
    events = PublicEvent.objects.bulk_create(
        PublicEvent(
            kind="incident",
            status="resolved",
            title=f"Number {number}",
            posted_title="x",
            public_id=f"long{number:08d}",
            started_at=BEGAN - timedelta(days=number),
            resolved_at=BEGAN - timedelta(days=number) + HOUR,
            created_at=BEGAN,
            updated_at=BEGAN,
            description="What it was about, in the first words of a report that had many more. " * 4,
            tags=["power", f"tag {number % 50}"] if number % 7 == 0 else [],
            cause="data" if number % 7 == 0 else "",
        )
        for number in range(5_000)
    )
    ImpactWindow.objects.bulk_create(
        ImpactWindow(
            event=event,
            component=components[number % 20],
            level="major_outage",
            started_at=event.started_at,
            ended_at=event.resolved_at,
        )
        for number, event in enumerate(events)
    )
    EventUpdate.objects.bulk_create(
        EventUpdate(event=event, status="resolved", text="Over.", display_at=BEGAN, posted_at=BEGAN) for event in events
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_publicevent SET search = to_tsvector('english', title)")
        for table in ("publicevent", "impactwindow", "eventupdate", "eventcomponent", "component"):
            cursor.execute(f"ANALYZE incidents_{table}")
    return components[7]


def test_no_page_reads_a_whole_table(client: Client, long_history: Component) -> None:
    paths = [
        "/",
        "/history/",
        "/history/2020/5/",
        "/reports/",
        "/history/tag/tag_7/",
        "/history/tag/tag_7/2026/2/",
        "/history/tag/power/",
        "/history/cause/data/",
        "/history/cause/data/2020/5/",
        "/search/?q=4711",
        "/history.atom",
        "/history.rss",
        "/updates.atom",
        "/calendar.ics",
        "/history.json",
        "/api/v2/summary.json",
        "/api/v2/incidents.json",
        "/api/v2/scheduled-maintenances.json",
        "/incidents/long00000007.json",
        "/embed/",
        "/incidents/long00000007/",
        "/sitemap.xml",
        "/sitemaps/pages.xml",
        f"/components/{long_history.public_id}/",
        f"/components/{long_history.public_id}/2020/5/",
    ]
    for path in paths:
        for sql in queries(client, path):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}")
                plan = "\n".join(line for (line,) in cursor.fetchall())
            for table in ("publicevent", "impactwindow", "eventupdate"):
                assert f"Seq Scan on incidents_{table}" not in plan, f"{path}\n{sql}\n{plan}"
