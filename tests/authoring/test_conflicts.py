"""Two people on one part: the second sees every value of the first that differs from their own, in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from incidents.authoring.forms import ActionItemForm, EntryForm, FactsForm, SectionForm
from incidents.models import ActionItem, Incident, IncidentComponent, Milestone, Report, ReportSection, TimelineEntry
from tests.authoring.test_refusals import NO_IMPACTS, sent_by, url
from tests.factories import START, make_component, make_draft, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(db: None) -> Incident:
    return make_draft(time_zone="Europe/Berlin").incident


@pytest.fixture
def client(incident: Incident) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(make_user(Role.ENGINEER))
    return client


def shown(response: Any) -> str:
    """What the conflict's notice says, on one line."""
    assert response.status_code == 409
    page = response.content.decode()
    start = page.index("What is stored now")
    return " ".join(page[start : page.index("</dl>", start)].split())


def row(label: str, value: str) -> str:
    return f'<dt>{label}</dt> <dd class="stored">{value}</dd>'


def test_a_row_shows_all_that_differs(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    typed = sent_by(EntryForm(incident=incident, entry=entry)) | {f"entry-{entry.pk}-text": "Mine"}
    TimelineEntry.objects.filter(pk=entry.pk).update(
        public_text="Their words", occurred_at=START + timedelta(minutes=7), precision="about", version=2
    )
    Milestone.objects.create(incident=incident, kind="mitigated", at=START, entry=entry)

    notice = shown(client.post(url("entry", incident, entry.pk), typed))

    assert row("What happened", entry.text) in notice
    assert row("Customers read", "Their words") in notice
    assert row("Time", "2026-03-06 06:07 Europe/Berlin") in notice
    assert row("How well known", "about") in notice
    assert row("Milestone", "Mitigated") in notice


def test_what_both_say_is_not_shown(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    typed = sent_by(EntryForm(incident=incident, entry=entry)) | {f"entry-{entry.pk}-text": "Mine"}
    TimelineEntry.objects.filter(pk=entry.pk).update(version=2)

    notice = shown(client.post(url("entry", incident, entry.pk), typed))

    assert notice.count("<dt>") == 1


def test_words_for_customers_stay_in_sight_when_the_row_became_internal(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    typed = sent_by(EntryForm(incident=incident, entry=entry)) | {f"entry-{entry.pk}-public_text": "Mine"}
    TimelineEntry.objects.filter(pk=entry.pk).update(public_text="", version=2)

    response = client.post(url("entry", incident, entry.pk), typed)

    assert row("Customers read", "nothing") in shown(response)
    assert f'<label class="field-label" for="id_entry-{entry.pk}-public_text">' in response.content.decode()


def test_the_facts_show_all_that_differs(client: Client, incident: Incident) -> None:
    typed = sent_by(FactsForm(incident=incident, report=incident.report))
    lead = make_user(Role.ENGINEER, name="Theo Lead")
    Incident.objects.filter(pk=incident.pk).update(
        title="Their title", status="monitoring", lead=lead, time_zone="UTC", is_private=True, version=99
    )
    Report.objects.filter(incident=incident).update(public_title="Their headline", byline="", due_on=date(2026, 4, 1))
    IncidentComponent.objects.create(incident=incident, component=make_component("Websites"), level="major_outage")
    client.force_login(make_user(Role.PUBLISHER))

    response = client.post(url("facts", incident), NO_IMPACTS | typed)

    notice = shown(response)
    assert row("Title for colleagues", "Their title") in notice
    assert row("Headline for customers", "Their headline") in notice
    assert row("Status", "Monitoring") in notice
    assert row("Lead", "Theo Lead") in notice
    assert row("Time zone", "UTC") in notice
    assert row("Byline", "nothing") in notice
    assert row("Report due", "2026-04-01") in notice
    assert row("Private", "yes") in notice
    assert "Severity" not in notice
    assert "Websites: Major outage" in response.content.decode()


def test_a_section_shows_both_wordings(client: Client, incident: Incident) -> None:
    section = ReportSection.objects.get(report=incident.report, key="summary")
    typed = sent_by(SectionForm(key="summary", heading="Summary", section=section))
    ReportSection.objects.filter(pk=section.pk).update(text="Theirs", public_text="Theirs too", version=2)

    notice = shown(client.post(url("section", incident, "summary"), typed))

    assert row("Summary: for colleagues", "Theirs") in notice
    assert row("Summary: for customers", "Theirs too") in notice


def test_line_ends_are_no_difference(client: Client, incident: Incident) -> None:
    section = ReportSection.objects.get(report=incident.report, key="summary")
    ReportSection.objects.filter(pk=section.pk).update(text="One\nTwo", public_text="Theirs", version=2)
    typed = sent_by(SectionForm(key="summary", heading="Summary", section=section))

    notice = shown(client.post(url("section", incident, "summary"), typed | {"section-summary-text": "One\r\nTwo"}))

    assert notice.count("<dt>") == 1


def test_an_action_item_shows_all_that_differs(client: Client, incident: Incident) -> None:
    item = incident.action_items.get()
    typed = sent_by(ActionItemForm(item=item)) | {f"action-{item.pk}-text": "Mine"}
    owner = make_user(Role.ENGINEER, name="Olga Owner")
    ActionItem.objects.filter(pk=item.pk).update(
        state="wont_do",
        reason="The hall closes.",
        team="Power",
        kind="detect",
        owner=owner,
        due_on=None,
        version=2,
        closed_on=START.date(),
    )

    notice = shown(client.post(url("action", incident, item.pk), typed))

    assert row("What we will do", item.text) in notice
    assert row("State", "Won’t do") in notice
    assert row("Why not", "The hall closes.") in notice
    assert row("Team", "Power") in notice
    assert row("Owner", "Olga Owner") in notice
    assert row("Due", "nothing") in notice


def test_the_next_save_wins_on_purpose(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    typed = sent_by(EntryForm(incident=incident, entry=entry)) | {f"entry-{entry.pk}-text": "Mine"}
    TimelineEntry.objects.filter(pk=entry.pk).update(text="Theirs", version=2)

    refused = client.post(url("entry", incident, entry.pk), typed)
    client.post(url("entry", incident, entry.pk), typed | {f"entry-{entry.pk}-version": "2"})

    assert f'name="entry-{entry.pk}-version" value="2"' in refused.content.decode()
    assert incident.entries.get().text == "Mine"
