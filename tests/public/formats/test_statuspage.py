"""The Statuspage format: every document, key for key, and its traps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from incidents.models import EventUpdate
from incidents.publishing.operations import withdraw_report
from tests.factories import NOW, START, correct, make_component, make_user, publish
from tests.public.formats.schema import DOCUMENTS, INCIDENT, MAINTENANCE, WHOLE_INCIDENT, check_object
from tests.public.formats.telling import HOUR, MINUTE, affect, change, incident, maintenance, say, site

pytestmark = pytest.mark.django_db


def api(path: str = "summary.json") -> Any:
    response = Client().get(f"/api/v2/{path}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    return json.loads(response.content)


def whole(public_id: str) -> Any:
    return json.loads(Client().get(f"/incidents/{public_id}.json").content)


def a_page_with_everything() -> None:
    site(name="Harbor")
    europe = make_component("Checkout API", group="Europe", description="Cards and wallets")
    make_component("Dashboard")
    now_failing = incident()
    affect(now_failing, europe)
    say(now_failing, "investigating", "We look.", affected=[change(europe, "operational", "partial_outage")])
    say(now_failing, "identified", "A bad route.\nWe revert it.")
    over = incident("Slow pages")
    say(over, "monitoring", "It is better.")
    say(over, "resolved", "It is over.")
    affect(over, europe)
    for status in ("scheduled", "in_progress", "verifying", "completed", "cancelled"):
        say(maintenance(f"Work that is {status}"), status, "Writes pause for five minutes.")
    publish()
    withdrawn = publish()
    withdraw_report(withdrawn.incident.report, reason="It named a person.", by=make_user("publisher"), at=NOW + HOUR)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_has_its_keys_in_order(path: str) -> None:
    a_page_with_everything()
    document = api(path)
    check_object(document, DOCUMENTS[path])
    assert all(document.values()), "nothing here is empty"


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_page_with_nothing_has_lists_without_entries(path: str) -> None:
    document = api(path)
    check_object(document, DOCUMENTS[path])
    lists = {"components", "incidents", "scheduled_maintenances"} & document.keys()
    assert [document[each] for each in lists] == [[]] * len(lists)
    if "status" in document:
        assert document["status"] == {"indicator": "none", "description": "All Systems Operational"}


def test_each_list_holds_what_it_is_for() -> None:
    a_page_with_everything()
    found = {path: sorted({each["status"] for each in [*api(path).values()][1]}) for path in list(DOCUMENTS)[3:]}
    assert found == {
        "incidents.json": ["identified", "postmortem", "resolved"],
        "incidents/unresolved.json": ["identified"],
        "scheduled-maintenances.json": ["completed", "in_progress", "scheduled", "verifying"],
        "scheduled-maintenances/upcoming.json": ["scheduled"],
        "scheduled-maintenances/active.json": ["in_progress", "verifying"],
    }
    summary = api()
    assert [each["status"] for each in summary["incidents"]] == ["identified"]
    assert [each["status"] for each in summary["scheduled_maintenances"]] == ["verifying", "in_progress", "scheduled"]


def test_no_more_than_fifty_of_what_was() -> None:
    for number in range(52):
        say(incident(f"Number {number}", at=START + number * HOUR), "resolved", "Over.")
        say(maintenance(f"Work {number}", at=START + number * HOUR), "completed", "Done.")
    assert [each["name"] for each in api("incidents.json")["incidents"]] == [f"Number {n}" for n in range(51, 1, -1)]
    assert len(api("scheduled-maintenances.json")["scheduled_maintenances"]) == 50


def test_the_page_is_named_as_its_site() -> None:
    row = site(name="Harbor", updated_at=datetime(2026, 3, 2, 11, 42, 7, 318_999, tzinfo=UTC))
    assert api("status.json")["page"] == {
        "id": row.page_id,
        "name": "Harbor",
        "url": "http://localhost:8000",
        "time_zone": "Etc/UTC",
        "updated_at": "2026-03-02T11:42:07.318Z",
    }


def test_any_change_moves_the_page() -> None:
    site(updated_at=START - HOUR)
    component = make_component(updated_at=START - HOUR)
    event = incident(updated_at=START)
    seen = [api("status.json")["page"]["updated_at"]]
    for row, at in ((component, START + HOUR), (event, START + 2 * HOUR), (site(), START + 3 * HOUR)):
        row.updated_at = at
        row.save()
        seen.append(api("status.json")["page"]["updated_at"])
    assert seen == sorted(set(seen))
    assert api("status.json") == api("status.json")


@pytest.mark.parametrize(
    ("zone", "at", "shown"),
    [
        ("America/Los_Angeles", datetime(2026, 3, 8, 9, 59, 59, 999_000, tzinfo=UTC), "2026-03-08T01:59:59.999-08:00"),
        ("America/Los_Angeles", datetime(2026, 3, 8, 10, 0, tzinfo=UTC), "2026-03-08T03:00:00.000-07:00"),
        ("Europe/London", datetime(2026, 1, 8, 10, 0, tzinfo=UTC), "2026-01-08T10:00:00.000+00:00"),
        ("Asia/Kolkata", datetime(2026, 1, 8, 10, 0, tzinfo=UTC), "2026-01-08T15:30:00.000+05:30"),
        ("Etc/UTC", datetime(2026, 1, 8, 10, 0, tzinfo=UTC), "2026-01-08T10:00:00.000Z"),
        ("Nowhere/AtAll", datetime(2026, 1, 8, 10, 0, tzinfo=UTC), "2026-01-08T10:00:00.000Z"),
    ],
)
def test_times_are_in_the_zone_of_the_page(zone: str, at: datetime, shown: str) -> None:
    site(time_zone=zone)
    say(incident(at=at - HOUR), "identified", "Found.", at=at)
    document = api("incidents.json")
    (event,) = document["incidents"]
    assert event["updated_at"] == shown
    assert event["incident_updates"][0]["display_at"] == shown
    assert document["page"]["time_zone"] == ("Etc/UTC" if shown.endswith("Z") else zone)


def test_a_group_stands_before_its_members() -> None:
    paris = make_component("Paris", group="Europe", position=1, updated_at=START)
    alone = make_component("Dashboard", position=2)
    rome = make_component("Rome", group="Europe", position=3, status="partial_outage", updated_at=START + HOUR)
    group, *rest = api("components.json")["components"]
    assert [each["id"] for each in rest] == [paris.public_id, rome.public_id, alone.public_id]
    assert (group["name"], group["components"]) == ("Europe", [paris.public_id, rome.public_id])
    assert (group["status"], group["updated_at"]) == ("partial_outage", "2026-03-06T06:00:00.000Z")
    assert [each["group_id"] for each in rest] == [group["id"], group["id"], None]
    assert [each["position"] for each in (group, *rest)] == [1, 1, 2, 2]
    assert api("components.json")["components"][0]["id"] == group["id"]


def test_updates_are_newest_first_and_their_bodies_are_html() -> None:
    event = incident()
    say(event, "investigating", "We **look**.\nStay tuned.\n\n<script>alert(1)</script>")
    say(event, "identified", "- one\n- two", at=START + HOUR)
    early = say(event, "monitoring", "Told later.", at=START + 2 * HOUR)
    EventUpdate.objects.filter(pk=early.pk).update(display_at=START)
    bodies = [each["body"] for each in api()["incidents"][0]["incident_updates"]]
    assert bodies == [
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
        "We <strong>look</strong>.<br />Stay tuned.<br /><br />&lt;script&gt;alert(1)&lt;/script&gt;",
        "Told later.",
    ]


@pytest.mark.parametrize("text", ["x" * 24_990, "line\n" * 4_990, "A paragraph.\n\n" * 1_780, "[" * 24_000])
def test_the_longest_update_is_told_whole(text: str) -> None:
    say(incident(), "investigating", text)
    (update,) = api()["incidents"][0]["incident_updates"]
    shown = update["body"]
    for mark in ("<br />", "<p>", "</p>", "\n"):
        shown = shown.replace(mark, "")
    assert shown == text.replace("\n", "")


def test_affected_components_are_named_with_their_group() -> None:
    grouped, alone = make_component("Checkout", group="Europe"), make_component("Dashboard")
    event = incident()
    affected = [change(grouped, "operational", "major_outage"), change(alone, "partial_outage", "operational")]
    affected.append(affected[0] | {"name": "Europe: Till"})
    affected.append(affected[0] | {"component": "gone44444444", "name": "Gone"})
    say(event, "identified", "Found.", affected=affected)
    say(event, "identified", "Still the same.")
    silent, told = api()["incidents"][0]["incident_updates"]
    assert silent["affected_components"] is None
    assert told["affected_components"][0] == {
        "code": grouped.public_id,
        "name": "Europe - Checkout",
        "old_status": "operational",
        "new_status": "major_outage",
    }
    names = [each["name"] for each in told["affected_components"]]
    assert names == ["Europe - Checkout", "Dashboard", "Europe - Till", "Gone"]


def test_a_published_report_makes_a_postmortem_and_a_withdrawal_unmakes_it() -> None:
    publication = publish()
    event = publication.incident.public_event
    say(event, "resolved", "It is over.")
    address = f"http://localhost:8000/incidents/{event.public_id}/"

    def shown() -> Any:
        (found,) = api("incidents.json")["incidents"]
        check_object(found, INCIDENT)
        return found

    found = shown()
    top, below = found["incident_updates"]
    assert (found["status"], found["name"], found["shortlink"]) == ("postmortem", "Our servers were down", address)
    assert (top["status"], top["body"]) == (
        "postmortem",
        f'<p>We were down. We are sorry.</p>\n<p><a href="{address}">Read the report</a></p>',
    )
    assert top["created_at"] == top["display_at"] == top["updated_at"] == "2026-03-09T14:00:00.000Z"
    assert below["status"] == "resolved"

    correct(publication)
    again = shown()["incident_updates"][0]
    assert (again["id"], again["created_at"]) == (top["id"], top["created_at"])
    assert again["updated_at"] == "2026-03-10T14:00:00.000Z"

    withdraw_report(publication.incident.report, reason="Wrong.", by=make_user("publisher"), at=NOW + 72 * HOUR)
    after = shown()
    assert after["status"] == "resolved"
    assert after["incident_updates"] == [below]
    assert "sorry" not in json.dumps(api("incidents.json"))


def test_an_incident_with_a_report_alone_is_a_sensible_incident() -> None:
    publication = publish()
    (found,) = api("incidents.json")["incidents"]
    assert [each["status"] for each in found["incident_updates"]] == ["postmortem"]
    assert found["started_at"] == "2026-03-06T05:00:00.000Z"
    assert found["resolved_at"] == "2026-03-06T08:20:00.000Z"

    withdraw_report(publication.incident.report, reason="Wrong.", by=make_user("publisher"), at=NOW + HOUR)
    (found,) = api("incidents.json")["incidents"]
    check_object(found, INCIDENT)
    (told,) = found["incident_updates"]
    assert (told["status"], told["body"]) == (
        "resolved",
        "The report of this incident was withdrawn on 9 March 2026, 15:00 UTC.",
    )


def test_a_report_on_what_goes_on_does_not_close_it() -> None:
    event = publish().incident.public_event
    say(event, "identified", "It is back.")
    (found,) = api("incidents/unresolved.json")["incidents"]
    assert [found["status"], *(each["status"] for each in found["incident_updates"])] == ["identified", "identified"]


def test_maintenance_has_its_times_last_and_a_cancelled_one_is_completed() -> None:
    event = maintenance()
    say(event, "cancelled", "We do it another day.")
    (found,) = api("scheduled-maintenances.json")["scheduled_maintenances"]
    check_object(found, MAINTENANCE)
    assert (found["status"], found["incident_updates"][0]["status"]) == ("completed", "completed")
    assert found["scheduled_for"] == "2026-03-06T05:00:00.000Z"
    assert found["scheduled_until"] == "2026-03-06T07:00:00.000Z"
    assert found["started_at"] == found["created_at"] == "2026-03-04T05:00:00.000Z"


def test_the_document_of_one_incident_holds_its_report() -> None:
    publication = publish()
    component = make_component("Checkout", position=7)
    affect(publication.incident.public_event, component, level="major_outage")
    found = whole(publication.public_id)
    check_object(found, WHOLE_INCIDENT)
    assert found["code"] == found["id"] == publication.public_id
    assert found["postmortem_body"] == "<h2>Summary</h2>\n<p>We were down. We are sorry.</p>"
    assert found["postmortem_published_at"] == "2026-03-09T14:00:00.000Z"
    assert [(each["status"], each["position"]) for each in found["components"]] == [("major_outage", 7)]
    assert Client().get("/incidents/aaaaaaaaaaaa.json").status_code == 404


def test_the_document_of_one_incident_does_not_change_with_later_states() -> None:
    component = make_component("Checkout")
    event = incident()
    affect(event, component)
    say(event, "resolved", "Over.", at=START + HOUR)
    event.windows.update(ended_at=START + HOUR)
    before = whole(event.public_id)
    affect(incident("Another"), component, level="major_outage")
    component.updated_at = START + 9 * HOUR
    component.save()
    after = whole(event.public_id)
    assert [each["status"] for each in after["components"]] == ["partial_outage"]
    assert {**after, "page_id": ""} == {**before, "page_id": ""}


def test_times_that_nobody_reached_are_null() -> None:
    event = incident()
    say(event, "monitoring", "Better.", at=START + 5 * MINUTE)
    say(event, "monitoring", "Even better.", at=START + 9 * MINUTE)
    (found,) = api()["incidents"]
    assert (found["monitoring_at"], found["resolved_at"]) == ("2026-03-06T05:05:00.000Z", None)
