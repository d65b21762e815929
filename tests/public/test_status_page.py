"""What customers see first: how it is, since when, what is planned, and what was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import Component, Site
from incidents.public.components import banner
from tests.factories import make_component
from tests.public.happenings import BEGAN, HOUR, NOW, happening, hit, planned, post
from tests.public.markup import Page
from tests.public.samples import SEED, publish, withdraw

pytestmark = pytest.mark.django_db
SetClock = Callable[[datetime], None]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _now(clock: SetClock) -> None:
    clock(NOW)


def page(client: Client, path: str = "/") -> Page:
    return Page(client.get(path).content.decode())


def words(client: Client, path: str = "/") -> str:
    return page(client, path).sentences


def in_state(component: Component, status: str) -> Component:
    component.current_level = status
    return component


@pytest.mark.parametrize(
    ("states", "headline", "rest"),
    [
        ({"API": "operational", "Mail": "operational"}, "All systems operational", ""),
        ({"API": "major_outage", "Mail": "operational"}, "API is down", "Mail works."),
        (dict.fromkeys("ABCD", "operational") | {"E": "major_outage"}, "E is down", "Everything else works."),
        (
            {"API": "degraded_performance", "Mail": "major_outage", "Web": "major_outage"},
            "Mail and Web are down",
            "API is slow or unreliable.",
        ),
        ({"API": "under_maintenance"}, "API is under maintenance", ""),
        (
            dict.fromkeys(("A", "B", "C", "D"), "partial_outage") | {"E": "operational", "F": "operational"},
            "A, B and 2 more are partly down",
            "E and F work.",
        ),
    ],
)
def test_the_banner_says_what_is_not_well(states: dict[str, str], headline: str, rest: str) -> None:
    said = banner([in_state(Component(name=name), status) for name, status in states.items()])
    assert (said.headline, said.rest) == (headline, rest)


@pytest.mark.parametrize(
    ("fields", "headline", "tone"),
    [
        ({"status": "investigating", "impact": "critical"}, "We are looking into a problem", "major_outage"),
        ({"status": "identified", "impact": "none"}, "We have found the cause of a problem", "degraded_performance"),
        (
            {"status": "monitoring", "impact": "minor"},
            "A problem is fixed, and we are watching",
            "degraded_performance",
        ),
    ],
)
def test_an_open_incident_is_never_green(client: Client, fields: dict[str, Any], headline: str, tone: str) -> None:
    make_component("API")
    happening(**fields)
    said = page(client)
    assert f"{headline} Since 05:00 UTC." in said.sentences
    assert "All systems operational" not in said.sentences
    assert {"class": f"banner {tone}"} in said.all("header")


def test_during_an_outage_the_first_lines_say_all(client: Client) -> None:
    websites, api = make_component("Websites"), make_component("API")
    make_component("Control panel")
    event = happening(
        "Server outage in all halls", status="identified", impact="critical", next_update_by=NOW + 30 * MINUTE
    )
    for component in (api, websites):
        hit(event, component)
    post(event, "All websites return **HTTP 500**.", at=BEGAN + 10 * MINUTE)
    post(event, "The cause is a power overload.", "identified", at=BEGAN + HOUR)

    said = words(client)

    assert "API and Websites are down Since 05:00 UTC. Control panel works. Next update by 06:45 UTC." in said
    assert "As of 6 March 2026, 06:15 UTC" in said
    assert "newest update first" in said
    assert said.index("The cause is a power overload.") < said.index("All websites return HTTP 500.")
    assert "Identified 06:00 UTC" in said


def test_since_another_day_names_the_day(client: Client, clock: SetClock) -> None:
    hit(happening(status="investigating"), make_component("API"))
    clock(NOW + timedelta(days=2))
    assert "API is down Since 6 March 2026, 05:00 UTC." in words(client)


def test_what_began_in_this_minute_is_shown(client: Client, clock: SetClock) -> None:
    event = happening(status="investigating", started_at=NOW + timedelta(seconds=20))
    hit(event, make_component("API"))
    clock(NOW + timedelta(seconds=20))
    said = words(client)
    assert "API is down Since 06:15 UTC." in said
    assert "As of 6 March 2026, 06:15 UTC" in said


def test_a_fresh_install_reads_well(client: Client) -> None:
    said = page(client)
    assert said.faults == []
    assert "No incident is open" in said.sentences
    assert "operational" not in said.sentences
    assert "21 February to 6 March 2026 No incidents" in said.sentences


def test_components_stand_in_groups_with_state_percentage_and_bar(client: Client) -> None:
    hit(happening(status="investigating"), make_component("API", position=1), "partial_outage", share=50)
    make_component("Relay", group="Mail", position=2)
    make_component("Silent", position=3, shows_uptime=False)

    said = page(client)

    assert "API Partial outage" in said.sentences
    assert "Mail Relay Operational" in said.sentences
    assert [rect["class"] for rect in said.all("rect") if "height" in rect and rect["height"] == "1"] == [
        "operational",
        "partial_outage",
        "operational",
    ]
    assert "99.97 % uptime" in said.sentences  # 37.5 minutes of 89 days and 6 hours
    assert "6 March 2026 Partial outage 1 h 15 min" in said.sentences
    assert "All other days No problems, 89 days" in said.sentences
    assert "No problems in the last 90 days." in said.sentences
    assert said.sentences.count("% uptime") == 2
    assert "Uptime = 1 − (time affected × weight) ÷ (time counted)." in said.sentences


def test_days_are_those_of_the_sites_zone_and_begin_when_counting_began(client: Client) -> None:
    Site.objects.update_or_create(id=1, defaults={"time_zone": "Pacific/Auckland"})
    component = make_component("API", counted_from=date(2026, 3, 5))
    hit(
        happening(started_at=datetime.fromisoformat("2026-03-05T10:30:00Z")), component
    )  # until half past midnight there
    said = page(client)
    assert "7 March 2026" not in said.sentences
    assert "6 March 2026 Major outage 30 min" in said.sentences
    assert "5 March 2026 Major outage 30 min" in said.sentences
    assert [(rect["class"], rect["width"]) for rect in said.all("rect") if rect.get("height") == "1"] == [
        ("no_data", "88"),
        ("major_outage", "2"),
    ]


def test_maintenance_is_told_ahead_and_while_it_goes_on(client: Client) -> None:
    component = make_component("Disks")
    hit(planned("New disks"), component, "under_maintenance", started_at=NOW + 24 * HOUR, ended_at=NOW + 26 * HOUR)
    planned("Next year", started_at=NOW + 300 * 24 * HOUR)
    said = words(client)
    assert "All systems operational" in said
    assert "Planned maintenance New disks 7 March 2026, 06:15 UTC to 08:15 UTC Affects Disks Next year" in said

    hit(planned("A new switch", status="in_progress", started_at=BEGAN), make_component("Net"), "under_maintenance")
    said = words(client)
    assert "Net is under maintenance Since 05:00 UTC. Disks works." in said
    assert said.index("A new switch") < said.index("Planned maintenance")


def test_the_past_two_weeks_with_their_reports(client: Client, publisher: User) -> None:
    day = timedelta(days=1)
    happening("Slow mail", started_at=BEGAN - 2 * day, report_expected_on=date(2026, 3, 12))
    happening("Long ago", started_at=BEGAN - 20 * day)
    moved = [replace(each, at=each.at and each.at.replace(year=2026, day=3)) for each in SEED.milestones]
    publish(replace(SEED, milestones=tuple(moved)), by=publisher, at=NOW - day)
    gone = publish(
        replace(SEED, public_id="gonegonegone", title="Gone", milestones=tuple(moved)), by=publisher, at=NOW - day
    )
    withdraw(gone, by=publisher)

    said = page(client)

    assert "4 March 2026 Slow mail · resolved after 1 hour · Report expected by 12 March 2026" in said.sentences
    assert f"3 March 2026 {SEED.title} · resolved after 3 hours 20 minutes · Read the report" in said.sentences
    assert "5 to 6 March 2026 No incidents" in said.sentences
    assert "Long ago" not in said.sentences
    assert not any("gonegonegone" in link for link in said.values("href"))


def test_it_stays_small_when_everything_burns(client: Client) -> None:
    for number in range(30):
        event = happening(f"Fire {number}", status="investigating")
        hit(event, make_component(f"Part {number}"))
        for update in range(8):
            post(event, f"Update {update}. " * 20, at=BEGAN + update * MINUTE)
    said = client.get("/").content
    assert Page(said.decode()).faults == []
    assert len(said) < 400_000
    assert "3 earlier updates" in Page(said.decode()).sentences
