"""Each part saves on its own, refuses beside the field, and keeps what was typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.authoring import operations
from incidents.milestones import MilestoneKind
from incidents.models import ActionItem, Activity, Incident, Milestone, ReportSection, TimelineEntry
from tests.factories import NOW, START, make_component, make_draft, make_user, publish
from tests.import_export.test_import_pages import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(db: None) -> Incident:
    return make_draft().incident


@pytest.fixture
def client(incident: Incident) -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"authoring:{name}", args=args)


def entry_data(prefix: str, **changes: str) -> dict[str, str]:
    data = {
        "occurred_at_date": "2026-03-06",
        "occurred_at_time": "06:15",
        "text": "Configuration starts",
        "public_text": "",
        "milestone": "",
        "precision": "exact",
        "version": "",
    } | changes
    return {f"{prefix}-{name}": value for name, value in data.items()}


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


def test_a_row_is_added_with_its_milestone(client: Client, incident: Incident) -> None:
    response = client.post(url("add_entry", incident.number), entry_data("entry-new", milestone="mitigated"))

    assert response.status_code == 302
    entry = incident.entries.get(text="Configuration starts")
    assert entry.occurred_at == START + timedelta(minutes=75)
    assert entry.public_text == ""
    assert entry.milestone.kind == MilestoneKind.MITIGATED
    assert entry.milestone.at == entry.occurred_at


def test_moving_a_row_moves_the_milestone_that_it_marks(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), entry_data("entry-new", milestone="mitigated"))
    entry = incident.entries.get(text="Configuration starts")

    client.post(
        url("entry", incident.number, entry.pk),
        entry_data(f"entry-{entry.pk}", milestone="mitigated", occurred_at_time="06:20", version="1"),
    )

    assert incident.milestones.get(kind="mitigated").at == START + timedelta(minutes=80)


def test_unmarking_a_row_leaves_the_milestone_its_time(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), entry_data("entry-new", milestone="mitigated"))
    entry = incident.entries.get(text="Configuration starts")

    client.post(url("entry", incident.number, entry.pk), entry_data(f"entry-{entry.pk}", version="1"))

    milestone = incident.milestones.get(kind="mitigated")
    assert (milestone.entry, milestone.at) == (None, START + timedelta(minutes=75))


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


def test_two_people_on_one_row_see_each_other(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    TimelineEntry.objects.filter(pk=entry.pk).update(text="Theirs", version=2)

    response = client.post(
        url("entry", incident.number, entry.pk), entry_data(f"entry-{entry.pk}", text="Mine", version="1")
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "Mine" in page
    assert "Theirs" in page
    entry.refresh_from_db()
    assert entry.text == "Theirs"
    client.post(url("entry", incident.number, entry.pk), entry_data(f"entry-{entry.pk}", text="Both", version="2"))
    entry.refresh_from_db()
    assert entry.text == "Both"


def test_two_people_on_one_section_see_each_other(client: Client, incident: Incident) -> None:
    ReportSection.objects.filter(report=incident.report, key="summary").update(text="Theirs", version=2)

    response = client.post(
        url("section", incident.number, "summary"),
        {"section-summary-text": "Mine", "section-summary-public_text": "Ours", "section-summary-version": "1"},
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert all(text in page for text in ("Mine", "Ours", "Theirs"))
    assert ReportSection.objects.get(report=incident.report, key="summary").text == "Theirs"


def test_two_people_on_the_facts_see_each_other(client: Client, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(title="Theirs", version=9)
    data = {
        "facts-title": "Mine",
        "facts-public_title": "Our headline",
        "facts-severity": incident.severity_id,
        "facts-status": "resolved",
        "facts-time_zone": "UTC",
        "facts-version": "1",
        "impacts-TOTAL_FORMS": "0",
        "impacts-INITIAL_FORMS": "0",
    }

    response = client.post(url("facts", incident.number), data)

    page = response.content.decode()
    assert response.status_code == 409
    assert all(text in page for text in ("Mine", "Our headline", "Theirs"))
    assert Incident.objects.get(pk=incident.pk).title == "Theirs"


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


def test_impossible_milestones_are_refused_with_what_was_typed(client: Client, incident: Incident) -> None:
    response = client.post(
        url("milestones", incident.number),
        {
            "milestones-impact_started_at_date": "2026-03-06",
            "milestones-impact_started_at_time": "05:00",
            "milestones-resolved_at_date": "2026-03-06",
            "milestones-resolved_at_time": "04:59",
        },
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "“Resolved” lies before “Impact starts”." in page
    assert 'value="04:59"' in page
    assert incident.milestones.get(kind="resolved").at == START + timedelta(hours=3, minutes=20)


def card_of(client: Client, incident: Incident) -> dict[str, str]:
    """The milestones card as a browser would send it back, untouched."""
    fields = fields_of(client.get(url("editor", incident.number)).content.decode())
    return {name: value for name, value in fields.items() if name.startswith("milestones-")}


def test_an_untouched_card_changes_nothing(client: Client, incident: Incident) -> None:
    before = [row.state for row in incident.milestones.order_by("id")]

    response = client.post(url("milestones", incident.number), card_of(client, incident))

    assert response.status_code == 302
    assert [row.state for row in incident.milestones.order_by("id")] == before


def test_the_card_leaves_alone_what_others_recorded_meanwhile(client: Client, incident: Incident) -> None:
    card = card_of(client, incident)
    client.post(url("add_entry", incident.number), entry_data("entry-new", milestone="mitigated"))

    client.post(
        url("milestones", incident.number),
        card | {"milestones-detected_at_time": "05:04"},
    )

    stored = {row.kind: row.at for row in incident.milestones.all()}
    assert stored["mitigated"] == START + timedelta(minutes=75)
    assert stored["detected"] == START + timedelta(minutes=4)


def test_two_people_on_one_milestone_see_each_other(client: Client, incident: Incident) -> None:
    card = card_of(client, incident)
    Milestone.objects.filter(incident=incident, kind="detected").update(at=START + timedelta(minutes=9))

    response = client.post(url("milestones", incident.number), card | {"milestones-detected_at_time": "05:04"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Stored now: 2026-03-06 05:09 (exact)." in page
    again = {name: value for name, value in fields_of(page).items() if name.startswith("milestones-")}
    assert again["milestones-detected_at_time"] == "05:04"
    client.post(url("milestones", incident.number), again)
    assert incident.milestones.get(kind="detected").at == START + timedelta(minutes=4)


def test_mending_a_row_does_not_confirm_its_proposed_milestone(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    Milestone.objects.create(incident=incident, kind="acknowledged", at=START, entry=entry, is_confirmed=False)
    data = entry_data(f"entry-{entry.pk}", text="Mended", milestone="acknowledged", version="1")

    client.post(url("entry", incident.number, entry.pk), data | {"visibility": "public"})

    assert not incident.milestones.get(kind="acknowledged").is_confirmed


def test_a_proposal_that_is_unmarked_is_gone(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    Milestone.objects.create(incident=incident, kind="acknowledged", at=START, entry=entry, is_confirmed=False)

    client.post(url("entry", incident.number, entry.pk), entry_data(f"entry-{entry.pk}", version="1"))

    assert not incident.milestones.filter(kind="acknowledged").exists()


def test_the_card_keeps_the_precision_it_was_given(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), entry_data("entry-new", milestone="mitigated"))
    entry = incident.entries.get(text="Configuration starts")
    client.post(
        url("milestones", incident.number), card_of(client, incident) | {"milestones-mitigated_precision": "about"}
    )

    client.post(
        url("entry", incident.number, entry.pk), entry_data(f"entry-{entry.pk}", text="Mended typo", version="1")
    )

    assert incident.milestones.get(kind="mitigated").precision == "about"


def test_a_form_without_its_version_overwrites_nothing(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()

    responses = [
        client.post(url("entry", incident.number, entry.pk), entry_data(f"entry-{entry.pk}", text="Blind")),
        client.post(url("section", incident.number, "summary"), {"section-summary-text": "Blind"}),
        client.post(
            url("facts", incident.number),
            {
                "facts-title": "Blind",
                "facts-severity": incident.severity_id,
                "facts-status": "resolved",
                "facts-time_zone": "UTC",
                "impacts-TOTAL_FORMS": "0",
                "impacts-INITIAL_FORMS": "0",
            },
        ),
    ]

    assert [response.status_code for response in responses] == [409, 409, 409]


def test_a_row_typed_before_the_zone_changed_keeps_its_instant(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    page = fields_of(client.get(url("editor", incident.number)).content.decode())
    row = {name: value for name, value in page.items() if name.startswith(f"entry-{entry.pk}-")}
    Incident.objects.filter(pk=incident.pk).update(time_zone="America/New_York")

    client.post(url("entry", incident.number, entry.pk), row | {f"entry-{entry.pk}-text": "Mended"})

    entry.refresh_from_db()
    assert (entry.text, entry.occurred_at) == ("Mended", START)


def test_what_somebody_deleted_is_said_and_the_text_stays(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    begin = operations.timeline.begin_edit

    def delete_first(*args: Any, **kwargs: Any) -> Any:
        report = begin(*args, **kwargs)
        TimelineEntry.objects.filter(pk=entry.pk).delete()
        return report

    with mock.patch.object(operations.timeline, "begin_edit", delete_first):
        response = client.post(
            url("entry", incident.number, entry.pk), entry_data(f"entry-{entry.pk}", text="Too late", version="1")
        )

    assert response.status_code == 409
    assert "Somebody deleted this" in response.content.decode()


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


def test_saving_the_card_confirms_proposals(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    Milestone.objects.create(
        incident=incident, kind="acknowledged", at=entry.occurred_at, entry=entry, is_confirmed=False
    )
    assert MilestoneKind.ACKNOWLEDGED not in {fact.kind for fact in incident.report.to_snapshot().milestones}

    card = card_of(client, incident)
    assert card["milestones-acknowledged_at_time"] == "05:00"

    client.post(
        url("milestones", incident.number),
        card
        | {
            "milestones-detected_at_date": "",
            "milestones-detected_at_time": "",
            "milestones-detected_precision": "unknown",
            "milestones-resolved_at_date": "",
            "milestones-resolved_at_time": "",
        },
    )

    stored = {row.kind: row for row in incident.milestones.all()}
    assert stored["acknowledged"].is_confirmed
    assert stored["acknowledged"].entry == entry
    assert (stored["detected"].at, stored["detected"].precision) == (None, "unknown")
    assert "resolved" not in stored


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
