"""What was typed into the page of a paste is there again: after a log-in, in another tab; and it is stored once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from incidents.models import Incident, UnsentText
from tests.authoring.sending import SCRIPT, forms_of, url
from tests.authoring.test_paste import LOG, form, keep, read, texts
from tests.factories import make_draft

pytestmark = pytest.mark.django_db


def typed(client: Client, incident: Incident, **inputs: str) -> Any:
    """As the script of the page sends it."""
    names = {name.replace("__", "-"): value for name, value in inputs.items()}
    return client.post(url("unsent_paste", incident.number), names, headers=SCRIPT)


def page(client: Client, incident: Incident) -> dict[str, str]:
    return forms_of(client.get(url("paste", incident.number)).content.decode())["editor"]


def test_what_the_script_sent_is_there_again(client: Client, incident: Incident) -> None:
    read(client, incident, LOG)

    answer = typed(client, incident, rows__1__text="Typed with care", rows__0__keep="false", rows__2__mark="resolved")

    assert "Your words are kept" in answer.content.decode()
    again = page(client, incident)
    assert (again["rows-1-text"], again["rows-2-mark"]) == ("Typed with care", "resolved")
    assert [name for name in again if name.endswith("-keep")] == ["rows-1-keep", "rows-2-keep"]
    keep(client, incident, again)
    assert texts(incident)[1:] == ["Typed with care", "customers fine again"]
    assert not UnsentText.objects.exists()


def test_what_was_sent_and_refused_is_there_again(client: Client) -> None:
    incident = make_draft(time_zone="Europe/Berlin").incident
    data = form(read(client, incident, "Handover\n\n06:10 first\n06:12 second", zone_is="Asia/Tokyo"))
    del data["rows-1-keep"], data["notes"]
    keep(client, incident, data | {"rows-0-clock": "soon"})

    again = page(client, incident)

    assert (again["rows-0-clock"], again["zone"]) == ("soon", "Asia/Tokyo")
    assert "rows-0-keep" in again
    assert not {"rows-1-keep", "notes"} & again.keys()


def test_what_was_said_of_one_text_is_not_said_of_another(client: Client, incident: Incident) -> None:
    read(client, incident, LOG)
    typed(client, incident, rows__1__text="Typed with care", zone="Asia/Tokyo")
    typed(client, incident, **{"paste-text": "05:10 one\n05:12 two"})
    other = page(client, incident)
    assert (other["rows-1-text"], other["zone"]) == ("two", "")

    typed(client, incident, rows__0__text="ONE")

    again = page(client, incident)
    assert (again["rows-0-text"], again["rows-1-text"]) == ("ONE", "two")


def test_odd_names_are_not_kept(client: Client, incident: Incident) -> None:
    read(client, incident, LOG)
    before = UnsentText.objects.get(name="paste-form").text

    typed(client, incident, of="x", rows__1__offered="x", other="x")

    assert UnsentText.objects.get(name="paste-form").text == before


@pytest.mark.parametrize("form", ["[", "[]", "null", "[" * 5_000, '{"of": 1}'])
def test_what_is_no_form_is_none(client: Client, incident: Incident, form: str) -> None:
    read(client, incident, LOG)
    UnsentText.objects.filter(name="paste-form").update(text=form)

    assert "rows-1-keep" in page(client, incident)


def test_who_had_to_log_in_comes_back_to_the_rows(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG))
    client.logout()
    sent_away = keep(client, incident, data)
    assert url("keep_paste", incident.number) in sent_away["Location"]

    client.force_login(incident.opened_by)

    back = client.get(url("keep_paste", incident.number))
    assert (back.status_code, back["Location"]) == (302, url("paste", incident.number))


@pytest.mark.parametrize("text", ["05:10 x\n" + "\x01\x02\x03" * 200, "ü" * 700_000])
def test_a_text_that_can_not_be_read_is_said_at_every_visit(client: Client, incident: Incident, text: str) -> None:
    assert read(client, incident, text).status_code == 422

    response = client.get(url("paste", incident.number))

    assert response.status_code == 200
    assert 'class="note note-error" role="alert"' in response.content.decode()
    assert "keep-bar" not in response.content.decode()


def test_the_empty_page_complains_of_nothing(client: Client, incident: Incident) -> None:
    assert "note-error" not in client.get(url("paste", incident.number)).content.decode()


def test_a_page_that_is_sent_twice_keeps_its_rows_once(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG))
    first = keep(client, incident, data)

    second = client.post(url("keep_paste", incident.number), data | {"rows-0-text": "corrected"}, follow=True)

    assert second.redirect_chain == [(first["Location"], 302)]
    assert "These rows were kept already." in second.content.decode()
    assert incident.entries.count() == 4


def test_rows_that_were_taken_out_can_be_kept_again(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG))
    keep(client, incident, data)
    client.post(url("undo_paste", incident.number, incident.activities.get(verb="kept pasted rows").pk))

    keep(client, incident, data)

    assert incident.entries.count() == 4


def test_another_reading_is_another_page(client: Client, incident: Incident) -> None:
    data = form(read(client, incident, LOG))
    keep(client, incident, data)

    again = form(client.post(url("paste", incident.number), data | {"paste-text": "05:40 UTC more"}))
    keep(client, incident, again)

    assert texts(incident)[1:] == [*(row.split(" ", 2)[2] for row in LOG.splitlines()), "more"]


@pytest.mark.parametrize("token", ["", "x", "\0" * 22, "é" * 22])
def test_a_page_without_a_token_is_kept_too(client: Client, incident: Incident, token: str) -> None:
    keep(client, incident, form(read(client, incident, LOG)) | {"once": token})

    assert incident.entries.count() == 4


def test_notes_that_are_full_are_said_beside_the_button(client: Client, incident: Incident) -> None:
    text = "word " * 12_000
    keep(client, incident, form(read(client, incident, f"{text}\n\n{LOG}")))

    refused = keep(client, incident, form(read(client, incident, f"{text}\n\n05:40 UTC more")))

    assert refused.status_code == 409
    assert "they hold 100,000" in refused.content.decode().partition('class="keep-bar"')[2]
    assert incident.entries.count() == 4
