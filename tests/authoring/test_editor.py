"""Each part saves on its own, refuses beside the field, and keeps what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from incidents.models import ActionItem, Activity, Incident, ReportSection
from tests.authoring.sending import entry_data, url
from tests.factories import NOW, START, make_component, make_draft, publish

pytestmark = pytest.mark.django_db


def test_four_answers_open_an_incident(client: Client) -> None:
    component = make_component("Websites")

    response = client.post(
        url("new_incident"),
        {
            "title": "Servers down",
            "severity": Incident.objects.get().severity_id,
            "started_on": "2026-03-06",
            "started_time": "06:00",
            "time_zone": "Europe/Berlin",
            "components": [component.pk],
        },
    )

    opened = Incident.objects.newest_first().first()
    assert response["Location"] == url("editor", opened.number)
    assert opened.milestones.get().at == START
    assert [impact.component for impact in opened.impacts.all()] == [component]
    assert opened.report.status == "draft"


def test_a_refused_answer_comes_back_as_typed(client: Client) -> None:
    response = client.post(
        url("new_incident"), {"title": "My long story", "started_on": "2026-03-06", "started_time": "late"}
    )

    assert response.status_code == 422
    assert 'value="My long story"' in response.content.decode()
    assert 'value="late"' in response.content.decode()
    assert Incident.objects.count() == 1


def test_an_incident_cannot_start_tomorrow(client: Client) -> None:
    response = client.post(
        url("new_incident"),
        {"title": "x", "severity": 1, "started_on": "2199-01-01", "started_time": "06:00", "time_zone": "UTC"},
    )

    assert "This lies in the future." in response.content.decode()


def test_a_refused_row_keeps_its_text_and_the_other_rows(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()

    response = client.post(
        url("entry", incident.number, entry.pk),
        entry_data(f"entry-{entry.pk}", text="Typed with care", occurred_at_time="soon", version="1"),
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Typed with care" in page
    assert 'value="soon"' in page
    assert "Write the time as 05:10" in page
    assert incident.entries.get().text != "Typed with care"


def test_htmx_gets_the_part_and_nothing_else(client: Client, incident: Incident) -> None:
    response = client.post(url("add_entry", incident.number), entry_data("entry-new"), headers={"HX-Request": "true"})

    page = response.content.decode()
    assert response.status_code == 200
    assert page.lstrip().startswith('<section id="timeline"')
    assert "<html" not in page
    assert response["HX-Trigger-After-Settle"] == "saved"


def test_public_and_internal_are_one_button(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), entry_data("entry-new"))
    entry = incident.entries.get(text="Configuration starts")
    address = url("entry", incident.number, entry.pk)

    client.post(address, entry_data(f"entry-{entry.pk}", version="1") | {"visibility": "public"})
    entry.refresh_from_db()
    assert entry.public_text == "Configuration starts"

    # Words that colleagues add later do not flow to customers by themselves.
    client.post(
        address,
        entry_data(f"entry-{entry.pk}", version="2", text="web-03 again", public_text=entry.public_text),
    )
    entry.refresh_from_db()
    assert (entry.text, entry.public_text) == ("web-03 again", "Configuration starts")

    client.post(
        address,
        entry_data(f"entry-{entry.pk}", version="3", public_text=entry.public_text) | {"visibility": "internal"},
    )
    entry.refresh_from_db()
    assert entry.public_text == ""


def test_a_deleted_row_stays_in_the_log(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()

    client.post(url("delete_entry", incident.number, entry.pk))

    assert not incident.entries.exists()
    assert Activity.objects.get(verb="deleted a timeline row").detail["old"]["text"] == entry.text


def test_a_section_that_is_too_long_comes_back_whole(client: Client, incident: Incident) -> None:
    text = "word " * 5_000

    response = client.post(
        url("section", incident.number, "impact"),
        {"section-impact-text": text, "section-impact-public_text": "", "section-impact-version": "0"},
    )

    assert response.status_code == 422
    assert text in response.content.decode()
    assert not ReportSection.objects.filter(report=incident.report, key="impact").exists()


def test_the_button_copies_the_wording_for_customers(client: Client, incident: Incident) -> None:
    client.post(
        url("section", incident.number, "impact"),
        {
            "section-impact-text": "All of it.",
            "section-impact-public_text": "",
            "section-impact-version": "0",
            "copy": "1",
        },
    )

    assert ReportSection.objects.get(report=incident.report, key="impact").public_text == "All of it."


def test_notes_can_not_be_made_public(client: Client, incident: Incident) -> None:
    client.post(
        url("section", incident.number, "notes"),
        {"section-notes-text": "x", "section-notes-public_text": "x", "section-notes-version": "0", "copy": "1"},
    )

    assert ReportSection.objects.get(report=incident.report, key="notes").public_text == ""


def test_changed_components_are_in_the_log(client: Client, incident: Incident) -> None:
    component = make_component("Websites")
    data = {
        "facts-title": incident.title,
        "facts-severity": incident.severity_id,
        "facts-status": incident.status,
        "facts-time_zone": "UTC",
        "facts-version": Incident.objects.get(pk=incident.pk).version,
        "impacts-TOTAL_FORMS": "1",
        "impacts-INITIAL_FORMS": "0",
        "impacts-0-component": component.pk,
        "impacts-0-level": "major_outage",
    }

    client.post(url("facts", incident.number), data)

    detail = Activity.objects.filter(verb="changed facts").order_by("-id")[0].detail
    assert detail["old"]["components"] == ""
    assert detail["new"]["components"] == "Websites major_outage"


def test_nobody_locks_themselves_out(client: Client, incident: Incident) -> None:
    data = {
        "facts-title": "x",
        "facts-severity": incident.severity_id,
        "facts-status": "resolved",
        "facts-time_zone": "UTC",
        "facts-is_private": "on",
        "facts-version": Incident.objects.get(pk=incident.pk).version,
        "impacts-TOTAL_FORMS": "0",
        "impacts-INITIAL_FORMS": "0",
    }

    response = client.post(url("facts", incident.number), data)

    assert response.status_code == 422
    assert "lock yourself out" in response.content.decode()
    assert not Incident.objects.get(pk=incident.pk).is_private


def test_wont_do_asks_why(client: Client, incident: Incident) -> None:
    item = incident.action_items.get()
    data = {"text": "Fix it", "kind": "prevent", "state": "wont_do", "version": "1"}
    data = {f"action-{item.pk}-{name}": value for name, value in data.items()}

    refused = client.post(url("action", incident.number, item.pk), data)
    client.post(url("action", incident.number, item.pk), data | {f"action-{item.pk}-reason": "The hall closes."})

    assert refused.status_code == 422
    assert "Say why this won’t be done." in refused.content.decode()
    assert ActionItem.objects.get(pk=item.pk).closed_on is not None


def test_a_published_report_refuses_with_a_sentence(client: Client) -> None:
    incident = publish().incident

    response = client.post(url("add_entry", incident.number), entry_data("entry-new", text="Late thought"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "Start a correction to change it." in page
    assert "Late thought" in page
    assert incident.entries.count() == 1


def test_work_on_promises_goes_on_after_publishing(client: Client) -> None:
    incident = publish().incident
    item = incident.action_items.get()
    data = {"text": item.text, "public_text": item.public_text, "kind": "prevent", "state": "done", "version": "1"}

    client.post(
        url("action", incident.number, item.pk), {f"action-{item.pk}-{name}": value for name, value in data.items()}
    )

    assert ActionItem.objects.get(pk=item.pk).state == "done"


@pytest.mark.parametrize("bad", ["9" * 30, "0", "-1", "1e3", "١"])
def test_odd_numbers_are_not_found(client: Client, bad: str) -> None:
    assert client.get(f"/workspace/{bad}/").status_code == 404


def test_nul_bytes_are_refused_beside_the_field(client: Client, incident: Incident) -> None:
    response = client.post(url("add_entry", incident.number), entry_data("entry-new", text="a\x00b"))

    assert response.status_code == 422
    assert "Null characters are not allowed." in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_editor_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    incident = make_draft(rows=count).incident
    for _ in range(count):
        ActionItem.objects.create(incident=incident, text="x")
        Activity.objects.record(incident, "looked", by=incident.opened_by, at=NOW)

    client.get(url("editor", incident.number))
    with django_assert_num_queries(EDITOR_QUERIES):
        client.get(url("editor", incident.number))
    with django_assert_num_queries(HISTORY_QUERIES):
        client.get(url("history", incident.number))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(client: Client, django_assert_num_queries: Any, count: int) -> None:
    for _ in range(count - 1):
        make_draft()

    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(url("incident_list")).content.decode()

    assert page.count("<tr>") == count + 1


# Session and account come first in each.
EDITOR_QUERIES = 26
HISTORY_QUERIES = 6
LIST_QUERIES = 4
