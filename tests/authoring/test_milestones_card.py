"""The six moments: the card, the rows that mark them, and proposals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from incidents.milestones import MilestoneKind
from incidents.models import Incident, Milestone, TimelineEntry
from tests.authoring.sending import SCRIPT, form_on, forms_of, line, row_on, url
from tests.factories import START

pytestmark = pytest.mark.django_db


def add_marked_row(client: Client, incident: Incident) -> TimelineEntry:
    """A row at 06:15 that marks “Mitigated”."""
    client.post(url("add_entry", incident.number), line("06:15 Configuration starts"))
    entry = incident.entries.get(text="Configuration starts")
    save_row(client, incident, entry, milestone="mitigated")
    entry.refresh_from_db()
    return entry


def save_row(client: Client, incident: Incident, entry: TimelineEntry, **changes: str) -> None:
    row = row_on(client, incident, entry.key)
    client.post(
        url("entry", incident.number, entry.pk),
        row | {f"entry-{entry.key}-{name}": value for name, value in changes.items()},
    )


def card_of(client: Client, incident: Incident) -> dict[str, str]:
    """The milestones card as a browser would send it back, untouched."""
    return form_on(client, incident, "milestones-form")


def test_a_row_marks_a_milestone(client: Client, incident: Incident) -> None:
    entry = add_marked_row(client, incident)

    assert entry.occurred_at == START + timedelta(minutes=75)
    assert entry.public_text == ""
    assert entry.milestone.kind == MilestoneKind.MITIGATED
    assert entry.milestone.at == entry.occurred_at


def test_moving_a_row_moves_the_milestone_that_it_marks(client: Client, incident: Incident) -> None:
    entry = add_marked_row(client, incident)

    save_row(client, incident, entry, occurred_at_time="06:20")

    assert incident.milestones.get(kind="mitigated").at == START + timedelta(minutes=80)


def test_unmarking_a_row_leaves_the_milestone_its_time(client: Client, incident: Incident) -> None:
    entry = add_marked_row(client, incident)

    save_row(client, incident, entry, milestone="")

    milestone = incident.milestones.get(kind="mitigated")
    assert (milestone.entry, milestone.at) == (None, START + timedelta(minutes=75))


def test_impossible_milestones_are_refused_with_what_was_typed(client: Client, incident: Incident) -> None:
    card = card_of(client, incident)

    response = client.post(url("milestones", incident.number), card | {"milestones-resolved_at_time": "04:59"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "“Resolved” lies before “Impact starts”." in page
    assert 'value="04:59"' in page
    assert incident.milestones.get(kind="resolved").at == START + timedelta(hours=3, minutes=20)


def test_what_was_impossible_before_keeps_nothing_else_from_being_saved(client: Client, incident: Incident) -> None:
    Milestone.objects.filter(incident=incident, kind="resolved").update(at=START - timedelta(hours=1))

    response = client.post(
        url("milestones", incident.number), card_of(client, incident) | {"milestones-detected_at_time": "05:04"}
    )

    assert response.status_code == 302
    assert incident.milestones.get(kind="detected").at == START + timedelta(minutes=4)


def test_unusual_milestones_are_taken(client: Client, incident: Incident) -> None:
    card = card_of(client, incident)

    response = client.post(
        url("milestones", incident.number),
        card | {"milestones-mitigated_at_time": "06:00", "milestones-recovered_at_time": "05:50"},
    )

    assert response.status_code == 302
    assert incident.milestones.get(kind="recovered").at == START + timedelta(minutes=50)


def test_the_day_is_that_of_the_milestone_before(client: Client, incident: Incident) -> None:
    card = card_of(client, incident)
    assert card["milestones-mitigated_at_date"] == "2026-03-06"

    client.post(url("milestones", incident.number), card | {"milestones-mitigated_at_time": "06:00"})

    assert incident.milestones.get(kind="mitigated").at == START + timedelta(hours=1)


def test_a_day_that_was_only_offered_records_nothing(client: Client, incident: Incident) -> None:
    client.post(url("milestones", incident.number), card_of(client, incident))

    assert sorted(incident.milestones.values_list("kind", flat=True)) == ["detected", "impact_started", "resolved"]


@pytest.mark.parametrize("precision", ["unknown", "not_applicable"])
def test_a_moment_without_a_time_says_why(client: Client, incident: Incident, precision: str) -> None:
    card = card_of(client, incident)

    refused = client.post(url("milestones", incident.number), card | {"milestones-detected_precision": precision})
    client.post(
        url("milestones", incident.number),
        card | {"milestones-detected_at_time": "", "milestones-detected_precision": precision},
    )

    assert refused.status_code == 422
    stored = incident.milestones.get(kind="detected")
    assert (stored.at, stored.precision) == (None, precision)


def test_an_untouched_card_changes_nothing(client: Client, incident: Incident) -> None:
    before = [row.state for row in incident.milestones.order_by("id")]

    response = client.post(url("milestones", incident.number), card_of(client, incident))

    assert response.status_code == 302
    assert [row.state for row in incident.milestones.order_by("id")] == before


def test_the_card_leaves_alone_what_others_recorded_meanwhile(client: Client, incident: Incident) -> None:
    card = card_of(client, incident)
    add_marked_row(client, incident)

    client.post(url("milestones", incident.number), card | {"milestones-detected_at_time": "05:04"})

    stored = {row.kind: row.at for row in incident.milestones.all()}
    assert stored["mitigated"] == START + timedelta(minutes=75)
    assert stored["detected"] == START + timedelta(minutes=4)


def test_two_people_on_one_milestone_see_each_other(client: Client, incident: Incident) -> None:
    card = card_of(client, incident)
    Milestone.objects.filter(incident=incident, kind="detected").update(at=START + timedelta(minutes=9))

    response = client.post(url("milestones", incident.number), card | {"milestones-detected_at_time": "05:04"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "2026-03-06 05:09 UTC" in page
    again = forms_of(page)["milestones-form"]
    assert again["milestones-detected_at_time"] == "05:04"
    client.post(url("milestones", incident.number), again)
    assert incident.milestones.get(kind="detected").at == START + timedelta(minutes=4)


def proposed(incident: Incident) -> TimelineEntry:
    entry = incident.entries.get()
    Milestone.objects.filter(incident=incident, kind="detected").update(at=START)
    Milestone.objects.create(
        incident=incident, kind="acknowledged", at=entry.occurred_at, entry=entry, is_confirmed=False
    )
    return entry


def test_mending_a_row_does_not_confirm_its_proposed_milestone(client: Client, incident: Incident) -> None:
    entry = proposed(incident)

    save_row(client, incident, entry, text="Mended")

    assert not incident.milestones.get(kind="acknowledged").is_confirmed


def test_mending_one_milestone_does_not_confirm_another(client: Client, incident: Incident) -> None:
    proposed(incident)
    card = card_of(client, incident)
    assert card["milestones-acknowledged_at_time"] == "05:00"

    client.post(url("milestones", incident.number), card | {"milestones-resolved_at_time": "08:30"})

    assert not incident.milestones.get(kind="acknowledged").is_confirmed
    assert incident.milestones.get(kind="resolved").at == START + timedelta(hours=3, minutes=30)


def test_a_proposal_that_is_unmarked_is_gone(client: Client, incident: Incident) -> None:
    entry = proposed(incident)

    save_row(client, incident, entry, milestone="")

    assert not incident.milestones.filter(kind="acknowledged").exists()


def test_the_button_confirms_proposals_and_keeps_their_rows(client: Client, incident: Incident) -> None:
    entry = proposed(incident)
    assert MilestoneKind.ACKNOWLEDGED not in {fact.kind for fact in incident.report.to_snapshot().milestones}

    client.post(url("milestones", incident.number), card_of(client, incident) | {"confirm": "all"})

    stored = incident.milestones.get(kind="acknowledged")
    assert (stored.is_confirmed, stored.entry) == (True, entry)


def test_the_card_keeps_the_precision_it_was_given(client: Client, incident: Incident) -> None:
    entry = add_marked_row(client, incident)
    client.post(
        url("milestones", incident.number), card_of(client, incident) | {"milestones-mitigated_precision": "about"}
    )

    save_row(client, incident, entry, text="Mended typo")

    assert incident.milestones.get(kind="mitigated").precision == "about"


def test_a_mark_reaches_the_card_that_stands_open(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), line("06:15 Configuration starts"))
    entry = incident.entries.get(text="Configuration starts")
    row = row_on(client, incident, entry.key) | {f"entry-{entry.key}-milestone": "mitigated"}

    answer = client.post(url("entry", incident.number, entry.pk), row, headers=SCRIPT).content.decode()

    assert '<template data-value="milestones-mitigated_at_time">06:15</template>' in answer
    assert f'<template data-value="milestones-seen">{card_of(client, incident)["milestones-seen"]}</template>' in answer


def test_half_a_card_is_taken_and_leaves_the_other_half(client: Client, incident: Incident) -> None:
    Milestone.objects.filter(incident=incident, kind="detected").update(precision="about")
    card = card_of(client, incident)
    half = {name: card[name] for name in card if name.endswith(("seen", "detected_at_date", "detected_at_zone"))}

    client.post(url("milestones", incident.number), half | {"milestones-detected_at_time": "05:04"})

    stored = incident.milestones.get(kind="detected")
    assert (stored.at, stored.precision) == (START + timedelta(minutes=4), "about")
    assert incident.milestones.count() == 3


def test_half_a_card_can_not_say_a_time_and_that_there_is_none(client: Client, incident: Incident) -> None:
    Milestone.objects.filter(incident=incident, kind="detected").update(at=None, precision="unknown")
    half = {"milestones-detected_at_date": "2026-03-06", "milestones-detected_at_time": "05:04"}

    response = client.post(url("milestones", incident.number), half)

    assert response.status_code == 422
    assert "Either give a time or say “unknown”." in response.content.decode()


def test_an_untouched_proposal_is_not_confirmed_by_a_colleague_who_saved_it_differently(
    client: Client, incident: Incident
) -> None:
    proposed(incident)
    card = card_of(client, incident)
    Milestone.objects.filter(kind="acknowledged").update(at=START + timedelta(minutes=7))

    response = client.post(url("milestones", incident.number), card | {"confirm": "all"})

    assert response.status_code == 409
    assert not incident.milestones.get(kind="acknowledged").is_confirmed
