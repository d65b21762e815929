"""The six moments: the card, the rows that mark them, and proposals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from incidents.milestones import MilestoneKind
from incidents.models import Incident, Milestone
from tests.authoring.sending import entry_data, url
from tests.factories import START
from tests.import_export.test_import_pages import fields_of

pytestmark = pytest.mark.django_db


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
