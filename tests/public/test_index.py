from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import Component
from incidents.public.components import banner
from tests.factories import make_component
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, publish, publish_many


def words(client: Client, path: str = "/") -> str:
    return Page(client.get(path).content.decode()).text


@pytest.mark.parametrize(
    ("states", "headline", "rest"),
    [
        ({"API": "operational", "Mail": "operational"}, "All systems operational", ""),
        ({"API": "major_outage", "Mail": "operational"}, "API is down", "Everything else works."),
        (
            {"API": "degraded_performance", "Mail": "major_outage", "Web": "major_outage"},
            "Mail and Web are down",
            "API is slow or unreliable.",
        ),
        ({"API": "under_maintenance"}, "API is under maintenance", ""),
        (
            dict.fromkeys(("A", "B", "C", "D"), "partial_outage") | {"E": "operational"},
            "A, B and 2 more are partly down",
            "Everything else works.",
        ),
    ],
)
def test_the_banner_says_what_is_not_well(states: dict[str, str], headline: str, rest: str) -> None:
    said = banner([in_state(Component(name=name), status) for name, status in states.items()])
    assert said is not None
    assert (said.headline, said.rest) == (headline, rest)


def in_state(component: Component, status: str) -> Component:
    component.current_level = status
    return component


def test_nothing_yet_reads_well(client: Client, db: None) -> None:
    assert "No incident report has been published yet." in words(client)
    assert "operational" not in words(client)


def test_components_are_listed_with_their_state_in_words(client: Client, db: None) -> None:
    make_component("API", status="degraded_performance", position=1)
    make_component("Relay", group="Mail", position=2)
    assert "API is slow or unreliable Everything else works." in words(client)
    assert "API Degraded performance Mail Relay Operational" in words(client)


def test_an_entry_tells_the_essentials(client: Client, publisher: User) -> None:
    publish(by=publisher)
    publish(by=publisher, note="Better.", at=PUBLISHED_AT + timedelta(days=3))
    told = f"6 March 2023 {SEED.title} Critical lasted 3 h 20 min version 2, revised 12 March 2023"
    assert told in words(client)


def test_newest_first_and_a_correction_keeps_its_place(client: Client, publisher: User) -> None:
    first, *_ = publish_many(3, by=publisher)
    publish(first.snapshot, by=publisher, note="Better.", at=PUBLISHED_AT + timedelta(days=90))
    links = [link["href"] for link in Page(client.get("/").content.decode()).all("a")]
    reports = [link for link in links if link.startswith("/incidents/")]
    assert reports == [f"/incidents/report{number:06d}/" for number in (3, 2, 1)]


def test_nothing_falls_off_the_end(client: Client, publisher: User) -> None:
    publish_many(45, by=publisher)
    found: list[str] = []
    path: str = "/"
    for _ in range(3):
        page = Page(client.get(path).content.decode())
        found += [link["href"] for link in page.all("a") if link["href"].startswith("/incidents/")]
        path = next((link["href"] for link in page.all("a") if link.get("rel") == "next"), "")
    assert path == ""
    assert len(found) == len(set(found)) == 45


@pytest.mark.parametrize("path", ["/page/0/", "/page/2/", "/page/99999999999999999999/", "/page/x/"])
def test_no_such_page_of_the_list(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_title_with_marks_is_shown_as_typed(client: Client, publisher: User) -> None:
    publish(replace(SEED, title="List<String> & friends"), by=publisher)
    assert "List<String> & friends" in words(client)
    assert "List<String> & friends" in words(client, f"/incidents/{PUBLIC_ID}/")
