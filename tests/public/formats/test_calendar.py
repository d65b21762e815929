"""The calendar, read as calendars read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from incidents.models import PublicEvent
from tests.factories import START, make_component, publish
from tests.public.formats.telling import HOUR, affect, incident, maintenance, say, site

pytestmark = pytest.mark.django_db


def read(path: str = "/calendar.ics") -> tuple[Calendar, list[Any]]:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    calendar = Calendar.from_ical(response.content)
    for entry in calendar.walk("VEVENT"):
        assert not entry.errors
        assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "LAST-MODIFIED", "URL"} <= set(entry)
    return calendar, list(calendar.walk("VEVENT"))


def test_planned_work_stands_at_its_time() -> None:
    site(name="Harbor")
    event = maintenance("Database; upgrade, with\nbreak")
    say(event, "scheduled", "Writes **pause**, for five minutes.", at=START - 2 * HOUR)
    calendar, (entry,) = read()
    assert calendar["X-WR-CALNAME"] == "Harbor: status"
    assert "newest 200" in calendar["DESCRIPTION"]
    assert calendar["METHOD"] == "PUBLISH"
    assert entry["SUMMARY"] == "Maintenance: Database; upgrade, with\nbreak"
    assert (entry.start, entry.end) == (START, START + 2 * HOUR)
    assert b"DTSTART:20260306T050000Z" in Client().get("/calendar.ics").content
    assert entry["STATUS"] == "CONFIRMED"
    assert entry["TRANSP"] == "TRANSPARENT"
    assert entry.categories == ["Maintenance"]
    assert entry["URL"] == f"http://localhost:8000/incidents/{event.public_id}/"
    assert entry["DESCRIPTION"].startswith("Scheduled. Writes pause, for five minutes.")


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    event = maintenance()
    say(event, "scheduled", "It will be.", at=START - 2 * HOUR)
    _, (before,) = read()
    event.scheduled_for += HOUR
    say(event, "scheduled", "It will be later.", at=START - HOUR)
    _, (after,) = read()
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTAMP"].dt == after["LAST-MODIFIED"].dt == START - HOUR
    assert after.start == START + HOUR


def test_the_clock_changes_nothing() -> None:
    say(maintenance(), "scheduled", "It will be.")
    say(incident(), "resolved", "Over.")
    assert Client().get("/calendar.ics").content == Client().get("/calendar.ics").content


def test_what_is_cancelled_says_so_at_the_time_that_was_planned() -> None:
    event = maintenance(resolved_at=START + HOUR)
    say(event, "cancelled", "We do it another day.", at=START + HOUR)
    _, (entry,) = read()
    assert (entry["STATUS"], entry.start, entry.end) == ("CANCELLED", START, START + 2 * HOUR)


def test_work_that_took_longer_ends_when_it_ended() -> None:
    say(maintenance(), "completed", "Done.", at=START + 5 * HOUR)
    _, (entry,) = read()
    assert (entry.start, entry.end) == (START, START + 5 * HOUR)


def test_an_incident_ends_when_it_is_over_and_not_before() -> None:
    event = incident(tags=["dns"])
    say(event, "identified", "Found.")
    _, (entry,) = read()
    assert entry.start == START
    assert "DTEND" not in entry
    assert entry.categories == ["Incident", "dns"]
    say(event, "resolved", "Over.", at=START + 3 * HOUR)
    _, (entry,) = read()
    assert entry.end == START + 3 * HOUR


def test_an_incident_of_no_length_is_still_valid() -> None:
    incident(status="resolved", resolved_at=START)
    _, (entry,) = read()
    assert "DTEND" not in entry


def test_a_report_is_told_in_short() -> None:
    publish()
    _, (entry,) = read()
    assert entry["SUMMARY"] == "Incident: Our servers were down"
    assert "We were down. We are sorry." in entry["DESCRIPTION"]


def test_all_that_is_ahead_and_the_newest_of_what_was() -> None:
    values = {"impact": "none", "created_at": START, "updated_at": START}
    PublicEvent.objects.bulk_create(
        PublicEvent(kind="incident", status="resolved", title=f"{n}", started_at=START + timedelta(hours=n), **values)
        for n in range(205)
    )
    PublicEvent.objects.bulk_create(
        PublicEvent(
            kind="maintenance",
            status="scheduled",
            title=f"Ahead {n}",
            started_at=START + timedelta(days=20 + n),
            scheduled_for=START + timedelta(days=20 + n),
            scheduled_until=START + timedelta(days=21 + n),
            **values,
        )
        for n in range(3)
    )
    _, entries = read()
    titles = [entry["SUMMARY"].partition(": ")[2] for entry in entries]
    assert titles[:4] == ["Ahead 0", "Ahead 1", "Ahead 2", "204"]
    assert titles[-1] == "5"


def test_a_component_has_a_calendar_of_its_own() -> None:
    component, other = make_component("Checkout"), make_component("Dashboard")
    affect(incident("Checkout fails"), component)
    affect(incident("Dashboard fails"), other)
    affect(maintenance("Checkout moves"), component, level="under_maintenance")
    calendar, entries = read(f"/components/{component.public_id}/calendar.ics")
    assert calendar["X-WR-CALNAME"].endswith(": Checkout")
    assert [entry["SUMMARY"] for entry in entries] == ["Maintenance: Checkout moves", "Incident: Checkout fails"]
    assert Client().get("/components/aaaaaaaaaaaa/calendar.ics").status_code == 404
