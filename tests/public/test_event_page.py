"""One address for what goes on, what is planned, and the report on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import PublicEvent
from incidents.snapshot import ComponentImpact
from tests.factories import make_component
from tests.public.happenings import BEGAN, HOUR, NOW, happening, hit, planned, post
from tests.public.markup import Page
from tests.public.samples import PUBLIC_ID, SEED, at, incident, publish, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock: Callable[[datetime], None]) -> None:
    clock(NOW)


def page(client: Client, public_id: str, status: int = 200) -> Page:
    answer = client.get(f"/incidents/{public_id}/")
    assert answer.status_code == status
    said = Page(answer.content.decode())
    assert said.faults == []
    return said


def posted(by: User, public_id: str = PUBLIC_ID) -> PublicEvent:
    """An incident that was told of while it happened, and has no report yet."""
    event = happening("Servers are down", incident=incident(public_id, by=by), public_id=public_id, started_at=at(5))
    post(event, "We look into it.", at=at(5, 10))
    post(event, "It is over.", "resolved", at=at(8, 20), edited_at=at(9))
    return event


def test_while_it_goes_on(client: Client) -> None:
    event = happening(status="identified", next_update_by=NOW + HOUR, report_expected_on=date(2026, 3, 12))
    hit(event, make_component("API"), "partial_outage", share=40)
    post(event, "We look into it.", at=BEGAN)
    changed = [{"component": "x", "name": "API", "old": "operational", "new": "partial_outage"}]
    post(event, "It is the **power**.", "identified", at=BEGAN + HOUR, affected=changed)

    said = page(client, event.public_id)

    assert "Identified Incident Servers are down Since 6 March 2026, 05:00 UTC Affects API" in said.sentences
    assert "Next update by 6 March 2026, 07:15 UTC We will publish a report by 12 March 2026." in said.sentences
    assert "Updates Newest first, times in UTC Identified 6 March 2026, 06:00 UTC It is the power." in said.sentences
    assert "API: Partial outage" in said.sentences
    assert said.sentences.index("It is the power") < said.sentences.index("We look into it.")
    assert "API Partial outage, 40 % affected 6 March 2026, 05:00 UTC still affected" in said.sentences
    assert {"class": "ask", "method": "get", "action": "#affected", "hidden": ""} in said.all("form")


def test_what_is_planned(client: Client) -> None:
    said = page(client, planned("New disks").public_id).sentences
    assert "Scheduled Maintenance New disks Planned 7 March 2026, 06:15 UTC, until 7 March 2026, 08:15 UTC" in said
    assert "Was I affected?" not in said


def test_when_it_is_over(client: Client) -> None:
    event = happening(next_update_by=NOW)
    post(event, "It is over.", "resolved", edited_at=NOW)
    said = page(client, event.public_id).sentences
    assert "From 6 March 2026, 05:00 UTC to 6 March 2026, 06:00 UTC lasted 1 hour" in said
    assert "Edited 6 March 2026, 06:15 UTC" in said
    assert "Next update" not in said


def test_the_report_takes_the_page_and_keeps_what_was_posted(client: Client, publisher: User) -> None:
    posted(publisher)
    publish(replace(SEED, tags=("power",), cause="hardware"), by=publisher)

    said = page(client, PUBLIC_ID)

    assert f"{SEED.title} By the Infrastructure team" in said.sentences
    assert "Cause: Hardware or power power" in said.sentences
    assert "As it was posted Oldest first, times in UTC" in said.sentences
    assert said.sentences.index("We look into it.") < said.sentences.index("It is over.")
    assert "#as-posted" in said.values("href")
    assert "Servers are down" not in said.sentences


def test_a_report_says_who_was_affected_when(client: Client, publisher: User) -> None:
    components = (
        ComponentImpact("API", "partial_outage", at(5, 30), None, 40),
        ComponentImpact("Mail", "major_outage", None, None),
    )
    publish(replace(SEED, components=components), by=publisher)
    said = page(client, PUBLIC_ID)
    assert "API Partial outage, 40 % affected 6 March 2023, 05:30 UTC 6 March 2023, 08:20 UTC" in said.sentences
    assert "Mail Major outage 6 March 2023, 05:00 UTC 6 March 2023, 08:20 UTC" in said.sentences
    assert said.sentences.count("#") == 0
    assert len(said.all("option")) == 2


def test_the_updates_say_who_was_affected_where_the_report_does_not(client: Client, publisher: User) -> None:
    hit(posted(publisher), make_component("API"))
    publish(replace(SEED, components=()), by=publisher)
    assert "API Major outage 6 March 2023, 05:00 UTC 6 March 2023, 06:00 UTC" in page(client, PUBLIC_ID).sentences


def test_what_was_posted_outlives_the_report(client: Client, publisher: User) -> None:
    posted(publisher)
    withdraw(publish(by=publisher), by=publisher)
    said = page(client, PUBLIC_ID, status=410).sentences
    assert "This report was withdrawn" in said
    assert "What was posted while it happened Newest first, times in UTC Resolved" in said
    assert said.index("It is over.") < said.index("We look into it.")
    assert SEED.title not in said


def test_an_update_from_before_the_limit_is_shown_as_typed(client: Client) -> None:
    event = happening()
    post(event, "word **bold** " * 1_700)
    assert "word **bold** word" in page(client, event.public_id).sentences


def test_machines_are_told_the_dates(client: Client, publisher: User) -> None:
    event = happening('</script><b>"down" & out')
    source = client.get(f"/incidents/{event.public_id}/").content.decode()
    assert page(client, event.public_id)
    assert '"@type":"SpecialAnnouncement","name":"\\u003c/script\\u003e\\u003cb\\u003e\\"down\\" \\u0026 out"' in source
    publish(by=publisher)
    source = client.get(f"/incidents/{PUBLIC_ID}/").content.decode()
    assert '"datePublished":"2023-03-09T14:00:00Z"' in source
    assert '"about":["All services"]' in source


def test_the_clock_of_the_reader_changes_nothing(client: Client) -> None:
    event = happening()
    plain = client.get(f"/incidents/{event.public_id}/")
    asked = client.get(f"/incidents/{event.public_id}/?tz=Europe/Berlin&component=API&at=2026-03-06T05:00")
    assert asked.content == plain.content


def test_it_is_kept_for_a_day_that_never_comes(client: Client) -> None:
    """An incident of long ago, with no update at all, is a page as well."""
    event = happening(started_at=BEGAN - timedelta(days=4000))
    assert "Updates" not in page(client, event.public_id).sentences
