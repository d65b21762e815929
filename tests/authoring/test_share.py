"""How many of the customers a component failed: a percentage beside each, which nobody has to give."""

from __future__ import annotations

import pytest
from django.test import Client

from incidents.authoring.operations import add_impact, impact_values, revise_impact
from incidents.edits import EditConflict, digest
from incidents.models import Activity, ImpactWindow, Incident, IncidentComponent, Report, UnsentText
from tests.authoring.sending import SCRIPT, form_on, forms_of, url
from tests.factories import NOW, approve, make_component, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def impact(incident: Incident) -> IncidentComponent:
    component = make_component("API")
    return add_impact(incident, component, level="partial_outage", by=incident.opened_by, at=NOW)


def form_of(client: Client, impact: IncidentComponent) -> dict[str, str]:
    return form_on(client, impact.incident, f"impact-{impact.pk}")


@pytest.mark.parametrize(
    ("typed", "share", "shown"), [("40", 40, "40"), (" 7 % ", 7, "7"), ("100%", 100, "100"), ("", None, "")]
)
def test_a_percentage_is_saved_as_people_write_it(
    client: Client, impact: IncidentComponent, typed: str, share: int | None, shown: str
) -> None:
    revise_impact(impact, changes={"share": 55}, by=impact.incident.opened_by, at=NOW)
    sent = form_of(client, impact) | {f"impact-{impact.pk}-share": typed}

    client.post(url("impact", impact.incident.number, impact.pk), sent, headers=SCRIPT)

    impact.refresh_from_db()
    assert impact.share == share
    assert form_of(client, impact)[f"impact-{impact.pk}-share"] == shown
    activity = Activity.objects.latest("id")
    assert activity.detail["new"]["share"] == (f"{share} %" if share else "")


@pytest.mark.parametrize("typed", ["0", "101", "-4", "many", "0.5", "40 of 100", "9" * 5_000])
def test_what_is_no_percentage_is_told_beside_it_and_stays(
    client: Client, impact: IncidentComponent, typed: str
) -> None:
    address, name = url("impact", impact.incident.number, impact.pk), f"impact-{impact.pk}-share"

    refused = client.post(address, form_of(client, impact) | {name: typed})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Give a whole number from 1 to 100, or leave it empty." in page.partition(f'id="id_{name}_notes"')[2][:300]
    assert forms_of(page)[f"impact-{impact.pk}"][name] == typed
    assert UnsentText.objects.get().text == typed
    impact.refresh_from_db()
    assert impact.share is None


def test_level_and_share_of_two_people_merge_and_two_shares_meet(client: Client, impact: IncidentComponent) -> None:
    address, name = url("impact", impact.incident.number, impact.pk), f"impact-{impact.pk}-share"
    mine = form_of(client, impact)
    IncidentComponent.objects.filter(pk=impact.pk).update(level="major_outage")

    client.post(address, mine | {name: "40"})
    impact.refresh_from_db()
    assert (impact.level, impact.share) == ("major_outage", 40)

    met = client.post(address, mine | {name: "60"})
    assert met.status_code == 409
    assert '<div class="stored" data-stored>40</div>' in met.content.decode()
    seen = {"share": digest(None)}
    with pytest.raises(EditConflict):
        revise_impact(impact, changes={"share": 60}, seen=seen, by=impact.incident.opened_by, at=NOW)
    assert impact_values(impact)["share"] == 40


def test_an_approval_falls_with_it_and_readers_get_it(client: Client, impact: IncidentComponent) -> None:
    incident = impact.incident
    before = approve(incident.report).approved_checksum

    revise_impact(impact, changes={"share": 40}, by=incident.opened_by, at=NOW)

    report = Report.objects.get(incident=incident)
    assert (report.status, report.approved_checksum) == ("in_review", "")
    assert report.to_snapshot().checksum != before
    assert "40 %</span> affected" in client.get(f"/workspace/{incident.number}/preview/").content.decode()
    report.status = "draft"
    report.save()
    publication = publish(report)
    assert "40 %</span> affected" in client.get(f"/incidents/{publication.public_id}/").content.decode()
    assert ImpactWindow.objects.get(from_report=True).share == 40


def test_a_component_is_added_with_its_share(client: Client, incident: Incident) -> None:
    answers = {"component": make_component().pk, "level": "major_outage", "share": "12 %"}

    client.post(url("add_impact", incident.number), {f"impact-new-{name}": said for name, said in answers.items()})

    assert incident.impacts.get().share == 12
