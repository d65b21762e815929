"""Two people, or one person and an old tab: different fields merge, the same field is asked about, nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client

from accounts.roles import Role
from incidents.authoring import operations
from incidents.authoring.operations import add_impact
from incidents.models import ActionItem, Incident, Milestone, Report, ReportSection, Team, TimelineEntry
from tests.authoring.sending import form_on, forms_of, row_on, url
from tests.factories import START, make_component, make_user

pytestmark = pytest.mark.django_db


def told(response: Any) -> list[str]:
    """What is said to be stored, at each field that two people changed."""
    assert response.status_code == 409
    pieces = response.content.decode().split('<div class="stored" data-stored>')[1:]
    return [piece.split("</div>")[0] for piece in pieces]


def test_different_fields_of_one_row_merge(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    mine = row_on(client, incident, entry.key)
    TimelineEntry.objects.filter(pk=entry.pk).update(public_text="Theirs", precision="about")

    response = client.post(url("entry", incident.number, entry.pk), mine | {f"entry-{entry.key}-text": "Mine"})

    entry.refresh_from_db()
    assert response.status_code == 302
    assert (entry.text, entry.public_text, entry.precision) == ("Mine", "Theirs", "about")


def test_the_same_field_of_one_row_is_asked_about(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    mine = row_on(client, incident, entry.key) | {f"entry-{entry.key}-text": "Mine"}
    TimelineEntry.objects.filter(pk=entry.pk).update(text="Theirs")

    response = client.post(url("entry", incident.number, entry.pk), mine)

    assert told(response) == ["Theirs"]
    entry.refresh_from_db()
    assert entry.text == "Theirs"
    again = forms_of(response.content.decode())[f"entry-{entry.key}-form"]
    assert again[f"entry-{entry.key}-text"] == "Mine"
    client.post(url("entry", incident.number, entry.pk), again | {f"entry-{entry.key}-text": "Both"})
    entry.refresh_from_db()
    assert entry.text == "Both"


def test_the_same_words_from_two_people_are_no_conflict(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    mine = row_on(client, incident, entry.key) | {f"entry-{entry.key}-text": "The same"}
    TimelineEntry.objects.filter(pk=entry.pk).update(text="The same")

    assert client.post(url("entry", incident.number, entry.pk), mine).status_code == 302


def test_a_conflict_is_told_in_the_words_of_the_form(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    other = Milestone.objects.create(incident=incident, kind="mitigated", at=START)
    mine = row_on(client, incident, entry.key)
    prefix = f"entry-{entry.key}-"
    TimelineEntry.objects.filter(pk=entry.pk).update(occurred_at=START + timedelta(minutes=7), precision="about")
    Milestone.objects.filter(pk=other.pk).update(entry=entry)

    response = client.post(
        url("entry", incident.number, entry.pk),
        mine
        | {
            f"{prefix}occurred_at_time": "05:04",
            f"{prefix}precision": "before",
            f"{prefix}milestone": "acknowledged",
        },
    )

    assert sorted(told(response)) == ["2026-03-06 05:07 UTC", "Mitigated", "about"]


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        ({"at": START + timedelta(minutes=7, seconds=33), "precision": "about"}, ["2026-03-06 05:07:33 UTC", "about"]),
        ({"at": START + timedelta(minutes=7)}, ["2026-03-06 05:07 UTC"]),
        ({"precision": "about"}, ["2026-03-06 05:02 UTC", "about"]),
        ({"at": None, "precision": "unknown"}, ["nothing", "unknown"]),
    ],
)
def test_a_milestone_says_the_time_and_how_well_it_is_known(
    client: Client, incident: Incident, theirs: dict[str, Any], said: list[str]
) -> None:
    detected = Milestone.objects.filter(incident=incident, kind="detected")
    detected.update(at=START + timedelta(minutes=2))
    mine = form_on(client, incident, "milestones-form")
    detected.update(**theirs)

    response = client.post(url("milestones", incident.number), mine | {"milestones-detected_at_time": "05:04"})

    assert told(response) == said


def test_a_time_in_a_doubled_hour_is_told_with_its_offset(client: Client, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(time_zone="Europe/Berlin")
    mine = form_on(client, incident, "milestones-form")
    twice = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    Milestone.objects.filter(incident=incident, kind="impact_started").update(at=twice)

    response = client.post(url("milestones", incident.number), mine | {"milestones-impact_started_at_time": "05:04"})

    assert told(response) == ["2025-10-26 02:30+01:00 Europe/Berlin"]


def test_two_texts_can_be_put_together_and_two_times_can_not(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    mine = row_on(client, incident, entry.key)
    TimelineEntry.objects.filter(pk=entry.pk).update(text="Theirs", occurred_at=START + timedelta(minutes=7))
    prefix = f"entry-{entry.key}-"

    def offers(**typed: str) -> int:
        sent = mine | {f"{prefix}{name}": value for name, value in typed.items()}
        return client.post(url("entry", incident.number, entry.pk), sent).content.decode().count('data-take="both"')

    assert (offers(text="Mine"), offers(occurred_at_time="05:04")) == (1, 0)


@pytest.mark.parametrize("name", ["text", "public_text"])
def test_blanks_around_a_stored_text_are_nobodys_edit(client: Client, incident: Incident, name: str) -> None:
    entry = incident.entries.get()
    TimelineEntry.objects.filter(pk=entry.pk).update(**{name: "  - imported \n"})
    row, prefix = row_on(client, incident, entry.key), f"entry-{entry.key}-"

    client.post(url("entry", incident.number, entry.pk), row | {f"{prefix}precision": "about"})
    kept = getattr(TimelineEntry.objects.get(pk=entry.pk), name)
    again = client.post(url("entry", incident.number, entry.pk), row | {f"{prefix}{name}": "Mended"})

    assert kept == "  - imported \n"
    assert again.status_code == 302
    assert getattr(TimelineEntry.objects.get(pk=entry.pk), name) == "Mended"


def test_less_than_a_second_is_nobodys_edit(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    precise = START + timedelta(microseconds=500)
    TimelineEntry.objects.filter(pk=entry.pk).update(occurred_at=precise)
    row, prefix = row_on(client, incident, entry.key), f"entry-{entry.key}-"

    client.post(url("entry", incident.number, entry.pk), row | {f"{prefix}text": "Mine"})
    kept = TimelineEntry.objects.get(pk=entry.pk).occurred_at
    TimelineEntry.objects.filter(pk=entry.pk).update(occurred_at=START + timedelta(minutes=1))
    merged = client.post(
        url("entry", incident.number, entry.pk), row | {f"{prefix}precision": "about", f"{prefix}text": "Mine"}
    )

    assert kept == precise
    assert merged.status_code == 302


def test_a_level_that_the_editor_does_not_offer_stays(client: Client, incident: Incident) -> None:
    impact = add_impact(incident, make_component(), level="operational", by=incident.opened_by, at=START)
    form = form_on(client, incident, f"impact-{impact.pk}")

    client.post(
        url("impact", incident.number, impact.pk),
        form | {f"impact-{impact.pk}-started_at_date": "2026-03-06", f"impact-{impact.pk}-started_at_time": "05:04"},
    )

    impact.refresh_from_db()
    assert (impact.level, impact.started_at) == ("operational", START + timedelta(minutes=4))


def test_two_wordings_of_one_section_merge(client: Client, incident: Incident) -> None:
    mine = form_on(client, incident, "section-summary-form")
    ReportSection.objects.filter(report=incident.report, key="summary").update(public_text="Theirs")

    client.post(url("section", incident.number, "summary"), mine | {"section-summary-text": "Mine"})

    section = ReportSection.objects.get(report=incident.report, key="summary")
    assert (section.text, section.public_text) == ("Mine", "Theirs")


def test_the_same_wording_of_one_section_is_asked_about(client: Client, incident: Incident) -> None:
    mine = form_on(client, incident, "section-summary-form")
    ReportSection.objects.filter(report=incident.report, key="summary").update(text="Theirs")

    response = client.post(url("section", incident.number, "summary"), mine | {"section-summary-text": "Mine"})

    assert told(response) == ["Theirs"]
    assert ReportSection.objects.get(report=incident.report, key="summary").text == "Theirs"


def test_line_ends_are_no_difference(client: Client, incident: Incident) -> None:
    ReportSection.objects.filter(report=incident.report, key="summary").update(text="One\nTwo")
    mine = form_on(client, incident, "section-summary-form")
    ReportSection.objects.filter(report=incident.report, key="summary").update(text="Theirs")

    response = client.post(
        url("section", incident.number, "summary"),
        mine | {"section-summary-text": "One\r\nTwo", "section-summary-public_text": "Mine"},
    )

    section = ReportSection.objects.get(report=incident.report, key="summary")
    assert response.status_code == 302
    assert (section.text, section.public_text) == ("Theirs", "Mine")


def test_different_facts_merge_and_the_same_is_asked_about(client: Client, incident: Incident) -> None:
    mine = form_on(client, incident, "facts-form")
    lead = make_user(Role.ENGINEER, name="Theo Lead")
    Incident.objects.filter(pk=incident.pk).update(title="Their title", status="monitoring", lead=lead)
    Report.objects.filter(incident=incident).update(due_on=date(2026, 4, 1))

    merged = client.post(url("facts", incident.number), mine | {"facts-byline": "The team"})
    met = client.post(
        url("facts", incident.number),
        mine | {"facts-title": "Mine", "facts-lead": "", "facts-status": "resolved", "facts-due_on": "2026-05-01"},
    )

    stored = Incident.objects.select_related("report").get(pk=incident.pk)
    assert merged.status_code == 302
    assert (stored.title, stored.status, stored.report.byline) == ("Their title", "monitoring", "The team")
    assert sorted(told(met)) == ["2026-04-01", "Monitoring", "Their title", "Theo Lead"]


def test_an_emptied_box_counts_and_a_missing_one_does_not(client: Client, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(is_private=True, lead=None)
    client.force_login(make_user(Role.PUBLISHER))
    mine = form_on(client, incident, "facts-form")
    assert mine.pop("facts-is_private") == "on"

    client.post(url("facts", incident.number), {"facts-byline": "Only this", "facts-seen": ""})
    kept = Incident.objects.get(pk=incident.pk).is_private
    client.post(url("facts", incident.number), mine)

    assert kept
    assert not Incident.objects.get(pk=incident.pk).is_private


def test_an_action_item_merges_and_asks(client: Client, incident: Incident) -> None:
    item = incident.action_items.get()
    mine = form_on(client, incident, f"action-{item.key}-form")
    owner = make_user(Role.ENGINEER, name="Olga Owner")
    ActionItem.objects.filter(pk=item.pk).update(team=Team.objects.named("Power"), owner=owner)

    merged = client.post(
        url("action", incident.number, item.pk), mine | {f"action-{item.key}-done_when": "The test is green"}
    )
    met = client.post(url("action", incident.number, item.pk), mine | {f"action-{item.key}-team": "Network"})

    item.refresh_from_db()
    assert merged.status_code == 302
    assert (str(item.team), item.owner, item.done_when) == ("Power", owner, "The test is green")
    assert told(met) == ["Power"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("entry", {"text": "Blind"}),
        ("section", {"section-summary-text": "Blind"}),
        ("facts", {"facts-title": "Blind"}),
    ],
)
def test_a_form_that_saw_nothing_overwrites_nothing(
    client: Client, incident: Incident, name: str, data: dict[str, str]
) -> None:
    entry = incident.entries.get()
    arguments = {"entry": [entry.pk], "section": ["summary"], "facts": []}[name]
    if name == "entry":
        data = {f"entry-{entry.key}-text": "Blind"}

    response = client.post(url(name, incident.number, *arguments), data)

    assert response.status_code == 409
    assert not TimelineEntry.objects.filter(text="Blind").exists()
    assert not Incident.objects.filter(title="Blind").exists()


def test_a_save_deletes_nothing_that_it_did_not_mention(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    row = row_on(client, incident, entry.key)
    seen = {name: value for name, value in row.items() if name.endswith("-seen")}

    client.post(url("entry", incident.number, entry.pk), seen | {f"entry-{entry.key}-precision": "about"})

    changed = TimelineEntry.objects.get(pk=entry.pk)
    assert changed.precision == "about"
    assert (changed.text, changed.public_text, changed.occurred_at) == (
        entry.text,
        entry.public_text,
        entry.occurred_at,
    )


def test_a_row_that_somebody_changed_is_not_deleted_unseen(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    seen = row_on(client, incident, entry.key)
    TimelineEntry.objects.filter(pk=entry.pk).update(text="Theirs, and important")

    response = client.post(url("delete_entry", incident.number, entry.pk), seen, headers={"HX-Request": "true"})

    assert response.status_code == 409
    assert "was not deleted" in response.content.decode()
    assert incident.entries.count() == 1


def test_a_name_that_no_row_has_is_nobodys_business(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    seen = row_on(client, incident, entry.key) | {f"entry-{entry.key}-seen": "colour:0123456789"}

    response = client.post(url("delete_entry", incident.number, entry.pk), seen, headers={"HX-Request": "true"})

    assert response.status_code < 500
    assert not incident.entries.exists()


def test_a_row_typed_before_the_zone_changed_keeps_its_instant(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    row = row_on(client, incident, entry.key)
    Incident.objects.filter(pk=incident.pk).update(time_zone="America/New_York")

    client.post(url("entry", incident.number, entry.pk), row | {f"entry-{entry.key}-text": "Mended"})

    entry.refresh_from_db()
    assert (entry.text, entry.occurred_at) == ("Mended", START)


def test_what_somebody_deleted_is_said_and_the_text_stays(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    row = row_on(client, incident, entry.key)
    begin = operations.timeline.begin_edit

    def delete_first(*args: Any, **kwargs: Any) -> Any:
        report = begin(*args, **kwargs)
        TimelineEntry.objects.filter(pk=entry.pk).delete()
        return report

    with mock.patch.object(operations.timeline, "begin_edit", delete_first):
        response = client.post(
            url("entry", incident.number, entry.pk),
            row | {f"entry-{entry.key}-text": "Too late"},
            headers={"HX-Request": "true"},
        )

    assert response.status_code == 409
    assert "Somebody deleted this" in response.content.decode()
