"""The page for other people's iframes."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import START, make_component
from tests.public.formats.telling import HOUR, incident, maintenance, say, site
from tests.public.markup import Page

pytestmark = pytest.mark.django_db


def shown() -> Page:
    response = Client().get("/embed/")
    assert response.status_code == 200
    page = Page(response.content.decode())
    assert page.faults == []
    return page


def test_it_says_how_things_are_and_what_is_open() -> None:
    site(name="Harbor")
    make_component("Websites", status="major_outage")
    event = incident("Card <payments> fail")
    say(event, "identified", "Found.")
    say(maintenance("Database upgrade", at=START + 48 * HOUR), "scheduled", "It will be.")
    say(incident("An old story"), "resolved", "Over.")
    page = shown()
    assert "Websites is down" in page.text
    assert "Card <payments> fail Identified, since 6 March 2026, 05:00 UTC" in page.text
    assert "Database upgrade Scheduled, from 8 March 2026, 05:00 UTC" in page.text
    assert "An old story" not in page.text
    links = [each["href"] for each in page.all("a")]
    assert f"http://localhost:8000/incidents/{event.public_id}/" in links
    assert all(each["target"] == "_blank" for each in page.all("a"))


def test_an_open_incident_counts_where_no_component_shows_it() -> None:
    make_component("Websites")
    assert "All systems operational" in shown().text
    incident(impact="critical")
    page = shown()
    assert "All systems operational" not in page.text
    assert "Major outage" in page.text


def test_others_may_frame_it_and_nothing_else() -> None:
    incident()
    first = Client().get("/embed/")
    again = Client().get("/embed/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    for response in (first, again):
        assert "frame-ancestors *" in response["Content-Security-Policy"]
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert "X-Frame-Options" not in response
    for path in ("/", "/badge.svg", "/api/v2/summary.json"):
        response = Client().get(path)
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert response["X-Frame-Options"] == "DENY"
