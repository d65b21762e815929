"""What readers of feeds and calendars find by the address of a page alone."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import make_component
from tests.public.happenings import happening
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, publish, withdraw

OF_THE_SITE = ["/history.atom", "/history.rss", "/updates.atom", "/calendar.ics"]
COMPONENT = "/components/apiapiapiapi/"


def alternates(client: Client, path: str) -> list[str]:
    """The addresses that a page names as other forms of it. Each is there, and of the type that is said."""
    links = [link for link in Page(client.get(path).text).all("link") if link.get("rel") == "alternate"]
    for link in links:
        answer = client.get(link["href"])
        assert answer.status_code == 200
        assert answer["Content-Type"].split(";")[0] == link["type"]
    titles = [link["title"] for link in links if link["href"].endswith((".atom", ".rss", ".ics"))]
    assert len(titles) == len(set(titles))
    return [link["href"] for link in links]


@pytest.fixture
def site(publisher: User) -> None:
    make_component("API", public_id="apiapiapiapi")
    happening(public_id="eventevent22", tags=["power"], cause="data")
    publish(by=publisher)
    withdraw(publish(by=publisher, note="Better."), by=publisher)
    publish(by=publisher, note="Again.")


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("/", [], []),
        ("/history/", [], []),
        ("/history/2026/3/", [], []),
        ("/history/tag/power/", [], []),
        ("/history/cause/data/", [], []),
        ("/reports/", [], []),
        (COMPONENT, [f"{COMPONENT}history.atom", f"{COMPONENT}calendar.ics"], []),
        ("/incidents/eventevent22/", [], ["/incidents/eventevent22.json"]),
        (
            f"/incidents/{PUBLIC_ID}/",
            [],
            [
                f"/incidents/{PUBLIC_ID}/report.md",
                f"/incidents/{PUBLIC_ID}/report.json",
                f"/incidents/{PUBLIC_ID}.json",
            ],
        ),
    ],
)
def test_pages_name_their_feeds(client: Client, site: None, path: str, before: list[str], after: list[str]) -> None:
    assert alternates(client, path) == [*before, *OF_THE_SITE, *after]


@pytest.mark.parametrize("path", ["/search/", "/nothing-here", f"/incidents/{PUBLIC_ID}/versions/1/"])
def test_what_no_feed_tells_of_names_none(client: Client, site: None, path: str) -> None:
    assert alternates(client, path) == []
