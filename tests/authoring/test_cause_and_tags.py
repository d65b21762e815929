"""Cause and tags, by which readers find reports that are alike: written with the facts, folded where hardly anybody asks."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.roles import Role
from incidents.authoring.operations import revise_facts
from incidents.models import Activity, Incident, Report, Severity, UnsentText
from incidents.snapshot import CAUSES
from tests.authoring.sending import SCRIPT, form_on, forms_of, url
from tests.factories import NOW, approve, make_draft, make_user, publish
from tests.public.markup import Page

pytestmark = pytest.mark.django_db


def facts_on(client: Client, incident: Incident) -> dict[str, str]:
    return form_on(client, incident, "facts-form")


def send(client: Client, incident: Incident, **typed: str) -> object:
    changes = {f"facts-{name}": text for name, text in typed.items()}
    return client.post(url("facts", incident.number), facts_on(client, incident) | changes, headers=SCRIPT)


def stored(incident: Incident) -> tuple[str, list[str]]:
    report = Report.objects.get(incident=incident)
    return report.cause, report.tags


def test_they_are_saved_as_they_are_read(client: Client, incident: Incident) -> None:
    answer = client.post(
        url("facts", incident.number),
        facts_on(client, incident) | {"facts-cause": "hardware", "facts-tags": " #Power, data hall ,power"},
        headers=SCRIPT,
    )

    assert stored(incident) == ("hardware", ["power", "data hall"])
    assert '<template data-value="facts-tags">power, data hall</template>' in answer.content.decode()
    assert facts_on(client, incident)["facts-tags"] == "power, data hall"
    assert Activity.objects.latest("id").detail["new"] == {"cause": CAUSES["hardware"], "tags": "power, data hall"}
    client.post(url("facts", incident.number), facts_on(client, incident) | {"facts-cause": "", "facts-tags": ""})
    assert stored(incident) == ("", [])


def test_nothing_is_said_until_somebody_says_it(client: Client, incident: Incident) -> None:
    assert '<option value="" selected>Not said</option>' in client.get(url("editor", incident.number)).content.decode()
    client.post(url("facts", incident.number), facts_on(client, incident) | {"facts-byline": "The team"})
    assert stored(incident) == ("", [])


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("tags", f"power, {'x' * 41}", "A tag holds 40 characters"),
        ("tags", ",".join("abcdefghijk"), "These are 11 tags; a report has at most 10."),
        ("tags", "a\x00b", "Null characters are not allowed."),
        ("cause", "gremlins", "Select a valid choice"),
    ],
)
def test_what_can_not_be_kept_is_told_beside_it_and_stays(
    client: Client, incident: Incident, field: str, typed: str, said: str
) -> None:
    typed_in = facts_on(client, incident) | {f"facts-{field}": typed}

    refused = client.post(url("facts", incident.number), typed_in)

    page = refused.content.decode()
    notes = page.partition(f'id="id_facts-{field}_notes"')[2].partition("</div>")[0]
    assert refused.status_code == 422
    assert said in notes
    assert field == "cause" or forms_of(page)["facts-form"][f"facts-{field}"] == typed
    assert stored(incident) == ("", [])
    assert UnsentText.objects.get(name=f"facts-{field}").text == typed.replace("\0", "")


def test_two_people_who_write_cause_and_tags_meet_nowhere(client: Client, incident: Incident) -> None:
    mine = facts_on(client, incident)
    Report.objects.filter(incident=incident).update(tags=["power"])

    client.post(url("facts", incident.number), mine | {"facts-cause": "hardware"})

    assert stored(incident) == ("hardware", ["power"])


@pytest.mark.parametrize(
    ("theirs", "mine", "said"),
    [
        ({"tags": ["power", "feed"]}, {"facts-tags": "dns"}, "power, feed"),
        ({"cause": "change"}, {"facts-cause": "data"}, CAUSES["change"]),
    ],
)
def test_the_same_field_of_two_people_is_asked_about_in_words(
    client: Client, incident: Incident, theirs: dict[str, object], mine: dict[str, str], said: str
) -> None:
    form = facts_on(client, incident) | mine
    Report.objects.filter(incident=incident).update(**theirs)

    met = client.post(url("facts", incident.number), form)

    page = met.content.decode()
    assert met.status_code == 409
    assert f'<div class="stored" data-stored>{said}</div>' in page
    again = forms_of(page)["facts-form"]
    assert mine.items() <= again.items()
    client.post(url("facts", incident.number), again)
    assert mine["facts-tags"] in stored(incident)[1] if "facts-tags" in mine else stored(incident)[0] == "data"


@pytest.mark.parametrize("changes", [{"tags": ["power"]}, {"cause": "hardware"}])
def test_an_approval_falls_with_them(incident: Incident, changes: dict[str, object]) -> None:
    report = approve(incident.report)
    before = report.approved_checksum

    revise_facts(incident, changes=changes, by=incident.opened_by, at=NOW)

    report = Report.objects.get(pk=report.pk)
    assert (report.status, report.approved_checksum) == ("in_review", "")
    assert report.to_snapshot().checksum != before


def test_the_preview_has_them_and_so_has_the_page(client: Client, incident: Incident) -> None:
    revise_facts(incident, changes={"tags": ["power feed"], "cause": "hardware"}, by=incident.opened_by, at=NOW)

    preview = client.get(f"/workspace/{incident.number}/preview/").content.decode()
    publication = publish(incident.report)
    page = client.get(f"/incidents/{publication.public_id}/").content.decode()

    for shown in (preview, page):
        assert "Cause: Hardware or power power feed" in Page(shown).text
    assert "/history/" not in preview, "a draft has no page of its tag yet"
    assert 'href="/history/tag/power_feed/"' in page


def test_tags_that_were_used_are_suggested_the_usual_ones_first(client: Client, incident: Incident) -> None:
    lead = make_user(Role.ENGINEER)
    for tags in (["dns"], ["power", "dns"], ["deploy"]):
        Report.objects.filter(pk=make_draft(by=lead).pk).update(tags=tags)
    secret = make_draft(by=lead, is_private=True)
    Report.objects.filter(pk=secret.pk).update(tags=["takeover"])

    page = client.get(url("editor", incident.number)).content.decode()
    suggested = page.partition('<datalist id="known-tags">')[2].partition("</datalist>")[0]

    assert suggested.count("<option") == 3
    assert suggested.index('"dns"') < suggested.index('"deploy"') < suggested.index('"power"')
    assert "takeover" not in page
    assert list(Report.objects.visible_to(lead).tags_by_use()) == ["dns", "deploy", "power", "takeover"]


def fold(client: Client, incident: Incident) -> str:
    page = client.get(url("editor", incident.number)).content.decode()
    return page.partition('id="facts-sorting"')[2].partition(">")[0]


@pytest.mark.parametrize(("tone", "is_open"), [("critical", True), ("low", False)])
def test_they_are_folded_where_no_report_is_due(client: Client, incident: Incident, tone: str, is_open: bool) -> None:
    severity = Severity.objects.get(tone=tone)
    assert severity.needs_report == is_open
    Incident.objects.filter(pk=incident.pk).update(severity=severity)

    assert ("open" in fold(client, incident)) == is_open
    Report.objects.filter(incident=incident).update(tags=["power"])
    assert "open" in fold(client, incident)


def test_what_is_wrong_with_them_is_never_folded_away(client: Client, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(severity=Severity.objects.get(tone="low"))

    client.post(url("facts", incident.number), facts_on(client, incident) | {"facts-tags": "x" * 41}, headers=SCRIPT)

    assert "open" in fold(client, incident)


def test_a_reader_is_asked_nothing(incident: Incident) -> None:
    Report.objects.filter(incident=incident).update(tags=["power"], cause="hardware")
    client = Client()
    client.force_login(make_user(Role.READER))

    page = client.get(url("editor", incident.number)).content.decode()

    assert 'value="power"' in page
    assert '<datalist id="known-tags">' not in page
