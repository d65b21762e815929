"""Two people, or one person and an old tab: nobody overwrites what they did not see."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.test import Client

from incidents.authoring import operations
from incidents.models import Incident, ReportSection, TimelineEntry
from tests.authoring.sending import entry_data, url
from tests.factories import START
from tests.import_export.test_import_pages import fields_of

pytestmark = pytest.mark.django_db


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
