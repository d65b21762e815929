"""Each part saves on its own, refuses beside the field, and keeps what was typed. Without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.authoring.operations import add_impact
from incidents.models import ActionItem, Activity, Attachment, Incident, ReportSection, Severity, TimelineEntry
from tests.authoring.sending import form_on, line, row_on, url
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
            f"level_{component.pk}": "partial_outage",
        },
    )

    opened = Incident.objects.newest_first().first()
    assert response["Location"] == url("editor", opened.number)
    assert opened.milestones.get().at == START
    assert [(impact.component, impact.level) for impact in opened.impacts.all()] == [(component, "partial_outage")]
    assert opened.report.status == "draft"


def test_a_refused_answer_comes_back_as_typed(client: Client) -> None:
    response = client.post(
        url("new_incident"), {"title": "My long story", "started_on": "2026-03-06", "started_time": "late"}
    )

    assert response.status_code == 422
    assert 'value="My long story"' in response.content.decode()
    assert 'value="late"' in response.content.decode()
    assert Incident.objects.count() == 1


def test_how_badly_is_asked_of_every_ticked_component(client: Client) -> None:
    websites, mail = make_component("Websites"), make_component("Mail")
    answers = {
        "title": "Servers down",
        "severity": Incident.objects.get().severity_id,
        "started_on": "2026-03-06",
        "started_time": "06:00",
        "time_zone": "UTC",
        "components": [websites.pk],
        f"level_{mail.pk}": "partial_outage",
    }

    refused = client.post(url("new_incident"), answers)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert page.count("Say how badly.") == 1
    assert f'value="{websites.pk}" id="affected-{websites.pk}" checked' in page
    assert Incident.objects.count() == 1
    client.post(url("new_incident"), answers | {f"level_{websites.pk}": "degraded_performance"})
    opened = Incident.objects.newest_first().first()
    assert [(impact.component, impact.level) for impact in opened.impacts.all()] == [(websites, "degraded_performance")]


def test_how_badly_is_asked_of_a_component_that_is_added(client: Client, incident: Incident) -> None:
    response = client.post(url("add_impact", incident.number), {"impact-new-component": make_component("Websites").pk})

    assert response.status_code == 422
    assert "Say how badly it was affected." in response.content.decode()
    assert not incident.impacts.exists()


def test_an_incident_cannot_start_tomorrow(client: Client) -> None:
    response = client.post(
        url("new_incident"),
        {"title": "x", "severity": 1, "started_on": "2199-01-01", "started_time": "06:00", "time_zone": "UTC"},
    )

    assert "This lies in the future." in response.content.decode()


def test_a_refused_row_keeps_its_text_and_the_other_rows(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    row = row_on(client, incident, entry.key)

    response = client.post(
        url("entry", incident.number, entry.pk),
        row | {f"entry-{entry.key}-text": "Typed with care", f"entry-{entry.key}-occurred_at_time": "soon"},
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Typed with care" in page
    assert 'value="soon"' in page
    assert "Write the time as 05:10" in page
    assert incident.entries.get().text != "Typed with care"


def test_public_and_internal_are_one_button(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), line("06:15 Configuration starts"))
    entry = incident.entries.get(text="Configuration starts")
    address = url("entry", incident.number, entry.pk)

    client.post(address, row_on(client, incident, entry.key) | {"visibility": "public"})
    entry.refresh_from_db()
    assert entry.public_text == "Configuration starts"

    # Words that colleagues add later do not flow to customers by themselves.
    client.post(address, row_on(client, incident, entry.key) | {f"entry-{entry.key}-text": "web-03 again"})
    entry.refresh_from_db()
    assert (entry.text, entry.public_text) == ("web-03 again", "Configuration starts")

    client.post(address, row_on(client, incident, entry.key) | {"visibility": "internal"})
    entry.refresh_from_db()
    assert entry.public_text == ""


def test_a_deleted_row_stays_in_the_log(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()

    client.post(url("delete_entry", incident.number, entry.pk), row_on(client, incident, entry.key))

    assert not incident.entries.exists()
    assert Activity.objects.get(verb="deleted a timeline row").detail["old"]["text"] == entry.text


def test_a_section_that_is_too_long_comes_back_whole(client: Client, incident: Incident) -> None:
    text = "word " * 5_000

    response = client.post(
        url("section", incident.number, "impact"),
        form_on(client, incident, "section-impact-form") | {"section-impact-text": text},
    )

    assert response.status_code == 422
    assert text in response.content.decode()
    assert not ReportSection.objects.filter(report=incident.report, key="impact").exists()


def test_the_button_copies_the_wording_for_customers(client: Client, incident: Incident) -> None:
    form = form_on(client, incident, "section-impact-form")

    client.post(url("section", incident.number, "impact"), form | {"section-impact-text": "All of it.", "copy": "1"})

    assert ReportSection.objects.get(report=incident.report, key="impact").public_text == "All of it."


def test_notes_can_not_be_made_public(client: Client, incident: Incident) -> None:
    client.post(
        url("section", incident.number, "notes"),
        {"section-notes-text": "x", "section-notes-public_text": "x", "section-notes-seen": "", "copy": "1"},
    )

    assert ReportSection.objects.get(report=incident.report, key="notes").public_text == ""


def test_a_component_is_added_changed_and_removed(client: Client, incident: Incident) -> None:
    component = make_component("Websites")
    client.post(
        url("add_impact", incident.number),
        {"impact-new-component": component.pk, "impact-new-level": "partial_outage"},
    )
    impact = incident.impacts.get()
    form = form_on(client, incident, f"impact-{impact.pk}")

    client.post(
        url("impact", incident.number, impact.pk),
        form
        | {
            f"impact-{impact.pk}-started_at_date": "2026-03-06",
            f"impact-{impact.pk}-started_at_time": "05:10",
        },
    )

    impact.refresh_from_db()
    assert (impact.level, f"{impact.started_at:%H:%M}") == ("partial_outage", "05:10")
    client.post(url("delete_impact", incident.number, impact.pk), form_on(client, incident, f"impact-{impact.pk}"))
    assert not incident.impacts.exists()
    assert list(Activity.objects.order_by("id").values_list("verb", flat=True))[-3:] == [
        "added an affected component",
        "changed an affected component",
        "removed an affected component",
    ]


def test_a_component_twice_with_one_start_is_refused_with_a_sentence(client: Client, incident: Incident) -> None:
    data = {"impact-new-component": make_component("Websites").pk, "impact-new-level": "partial_outage"}
    client.post(url("add_impact", incident.number), data)

    response = client.post(url("add_impact", incident.number), data)

    assert response.status_code == 409
    assert "is here already with the same start" in response.content.decode()


def test_saving_the_facts_leaves_the_components_alone(client: Client, incident: Incident) -> None:
    client.post(
        url("add_impact", incident.number),
        {"impact-new-component": make_component("Websites").pk, "impact-new-level": "partial_outage"},
    )

    client.post(url("facts", incident.number), form_on(client, incident, "facts-form") | {"facts-byline": "The team"})

    assert incident.impacts.count() == 1
    assert Activity.objects.filter(verb="changed facts").latest("id").detail["new"]["byline"] == "The team"


def test_nobody_locks_themselves_out(client: Client, incident: Incident) -> None:
    response = client.post(
        url("facts", incident.number), form_on(client, incident, "facts-form") | {"facts-is_private": "on"}
    )

    assert response.status_code == 422
    assert "lock yourself out" in response.content.decode()
    assert not Incident.objects.get(pk=incident.pk).is_private


def test_wont_do_asks_why(client: Client, incident: Incident) -> None:
    item = incident.action_items.get()
    data = form_on(client, incident, f"action-{item.key}-form") | {f"action-{item.key}-state": "wont_do"}

    refused = client.post(url("action", incident.number, item.pk), data)
    client.post(url("action", incident.number, item.pk), data | {f"action-{item.key}-reason": "The hall closes."})

    assert refused.status_code == 422
    assert "Say why this won’t be done." in refused.content.decode()
    assert ActionItem.objects.get(pk=item.pk).closed_on is not None


def test_a_promise_begins_as_one_line(client: Client, incident: Incident) -> None:
    response = client.post(url("add_action", incident.number), {"action-new-text": "Put a timeout on delivery"})

    item = incident.action_items.get(text="Put a timeout on delivery")
    assert response.status_code == 302
    assert (item.state, item.public_text, item.owner) == ("open", "", None)


def test_a_published_report_refuses_with_a_sentence(client: Client) -> None:
    incident = publish().incident

    response = client.post(url("add_entry", incident.number), line("06:15 Late thought"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "Start a correction to change it." in page
    assert "Late thought" in page
    assert incident.entries.count() == 1


def test_work_on_promises_goes_on_after_publishing(client: Client) -> None:
    incident = publish().incident
    item = incident.action_items.get()
    ActionItem.objects.update(owner=client.get("/workspace/").wsgi_request.user)
    data = form_on(client, incident, f"action-{item.key}-form")

    client.post(url("action", incident.number, item.pk), data | {f"action-{item.key}-state": "done"})

    assert ActionItem.objects.get(pk=item.pk).state == "done"


@pytest.mark.parametrize("bad", ["9" * 30, "0", "-1", "1e3", "١"])
def test_odd_numbers_are_not_found(client: Client, bad: str) -> None:
    assert client.get(f"/workspace/{bad}/").status_code == 404


def test_nul_bytes_are_refused_beside_the_field(client: Client, incident: Incident) -> None:
    response = client.post(url("add_entry", incident.number), line("06:15 a\x00b"))

    assert response.status_code == 422
    assert "Null characters are not allowed." in response.content.decode()


def test_letters_that_follow_each_other_are_one_edit_in_the_log(client: Client, incident: Incident) -> None:
    for text in ("All", "All of", "All of it."):
        form = form_on(client, incident, "section-impact-form")
        client.post(url("section", incident.number, "impact"), form | {"section-impact-text": text})

    edit = Activity.objects.get(verb="wrote a section", detail__of="impact")
    assert (edit.detail["old"]["text"], edit.detail["new"]["text"]) == ("", "All of it.")


def test_a_low_severity_asks_four_questions_and_keeps_all_answers(client: Client, incident: Incident) -> None:
    form = form_on(client, incident, "section-went_well-form")
    client.post(url("section", incident.number, "went_well"), form | {"section-went_well-text": "The pager."})
    Incident.objects.filter(pk=incident.pk).update(severity=Severity.objects.get(tone="low"))

    page = client.get(url("editor", incident.number)).content.decode()

    above, folded = page.split("More chapters", 1)
    in_sight = [key for key in ("summary", "impact", "detection", "root_cause") if f'id="section-{key}"' in above]
    assert in_sight == ["summary", "impact", "root_cause"]
    assert 'id="section-went_well"' in above  # it says something
    assert 'id="section-detection"' in folded
    assert "What made it possible?" in above


def test_the_line_says_the_day_that_it_means(client: Client, incident: Incident) -> None:
    first = incident.entries.get()
    TimelineEntry.objects.create(incident=incident, occurred_at=START + timedelta(days=1), text="The day after")

    for after, day in (("", "7 March 2026"), (first.key, "6 March 2026")):
        page = client.get(url("editor", incident.number), {"after": after}).content.decode()
        assert f'<span id="line-day">{day}</span>' in page


def keep_what_was_refused(client: Client, incident: Incident, impact: int, action: str) -> None:
    texts = {f"impact-{impact}-started_at_time": "soon", f"action-{action}-due_on": "soon"}
    client.post(url("unsent", incident.number), texts)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_editor_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    incident = make_draft(rows=min(count, 3)).incident
    for _ in range(count):
        Activity.objects.record(incident, "looked", by=incident.opened_by, at=NOW)
    ActionItem.objects.bulk_create(ActionItem(incident=incident, text="x") for _ in range(min(count, 20)))
    TimelineEntry.objects.bulk_create(
        TimelineEntry(incident=incident, occurred_at=START, text="x") for _ in range(count)
    )
    Attachment.objects.bulk_create(
        Attachment(incident=incident, source_url=f"https://example.test/{number}.png")
        for number in range(min(count, 20))
    )

    for number in range(min(count, 20)):
        impact = add_impact(incident, make_component(f"Part {number}"), by=incident.opened_by, at=NOW)
        keep_what_was_refused(client, incident, impact.pk, incident.action_items.order_by("id")[number].key)

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
EDITOR_QUERIES = 40
HISTORY_QUERIES = 6
LIST_QUERIES = 5
