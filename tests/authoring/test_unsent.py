"""What is typed and not part of the draft is kept on the server, for the person who typed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import MAX_UNSENT_INPUTS, MAX_UNSENT_LENGTH, forget_old_unsent
from incidents.models import Incident, TimelineEntry, UnsentText
from tests.authoring.sending import SCRIPT, form_on, line, row_on, url
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def test_half_a_line_comes_back_with_the_page(client: Client, incident: Incident) -> None:
    answer = client.post(url("unsent", incident.number), {"row-new-line": "06:15 backup sys"}, headers=SCRIPT)

    assert "Saved <time" in answer.content.decode()
    assert form_on(client, incident, "row-new")["row-new-line"] == "06:15 backup sys"


def test_half_a_promise_comes_back_with_the_page(client: Client, incident: Incident) -> None:
    client.post(url("unsent", incident.number), {"action-new-text": "Put a time"})

    assert form_on(client, incident, "action-new")["action-new-text"] == "Put a time"


def test_it_comes_back_to_nobody_else(client: Client, incident: Incident) -> None:
    client.post(url("unsent", incident.number), {"row-new-line": "06:15 backup sys"})
    other = Client()
    other.force_login(make_user(Role.ENGINEER))

    assert form_on(other, incident, "row-new")["row-new-line"] == ""


def test_it_is_gone_when_it_has_become_a_row(client: Client, incident: Incident) -> None:
    client.post(url("unsent", incident.number), {"row-new-line": "06:15 backup", "action-new-text": "Put a time"})

    client.post(url("add_entry", incident.number), line("06:15 backup systems start"))

    assert list(UnsentText.objects.values_list("name", flat=True)) == ["action-new-text"]


def test_an_emptied_input_is_forgotten(client: Client, incident: Incident) -> None:
    client.post(url("unsent", incident.number), {"row-new-line": "06:15 backup sys"})

    client.post(url("unsent", incident.number), {"row-new-line": ""})

    assert not UnsentText.objects.exists()


def test_words_that_met_a_colleagues_come_back_beside_theirs(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    mine = row_on(client, incident, entry.key) | {f"entry-{entry.key}-text": "Mine"}
    TimelineEntry.objects.filter(pk=entry.pk).update(text="Theirs")
    client.post(url("entry", incident.number, entry.pk), mine, headers=SCRIPT)

    page = client.get(url("editor", incident.number)).content.decode()

    assert row_on(client, incident, entry.key)[f"entry-{entry.key}-text"] == "Mine"
    assert '<div class="stored" data-stored>Theirs</div>' in page
    assert "could not be saved yet" in page


def test_what_was_mended_is_no_longer_kept(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    row = row_on(client, incident, entry.key)
    client.post(url("entry", incident.number, entry.pk), row | {f"entry-{entry.key}-occurred_at_time": "soon"})
    assert row_on(client, incident, entry.key)[f"entry-{entry.key}-occurred_at_time"] == "soon"

    client.post(url("entry", incident.number, entry.pk), row | {f"entry-{entry.key}-occurred_at_time": "05:03"})

    assert not UnsentText.objects.exists()
    assert row_on(client, incident, entry.key)[f"entry-{entry.key}-occurred_at_time"] == "05:03"


def test_names_that_no_input_has_are_ignored(client: Client, incident: Incident) -> None:
    client.post(url("unsent", incident.number), {"Ä": "x", "a b": "x", "x" * 81: "x", "-": "x"})

    assert not UnsentText.objects.exists()


@pytest.mark.parametrize(
    "texts",
    [
        {"paste-text": "x" * (MAX_UNSENT_LENGTH + 1), "row-new-line": "05:10"},
        {f"name-{number}": "x" for number in range(MAX_UNSENT_INPUTS + 1)},
    ],
    ids=["a long text", "many inputs"],
)
def test_more_than_is_kept_is_refused_and_never_called_saved(
    client: Client, incident: Incident, texts: dict[str, str]
) -> None:
    answer = client.post(url("unsent", incident.number), texts, headers=SCRIPT)

    assert answer.status_code == 413
    assert "Saved" not in answer.content.decode()
    assert "not kept" in answer.content.decode() or "Nothing of them was kept" in answer.content.decode()
    assert not UnsentText.objects.exists()


def test_as_much_as_is_kept_comes_back_whole(client: Client, incident: Incident) -> None:
    client.post(url("unsent", incident.number), {"paste-text": "x" * MAX_UNSENT_LENGTH})

    assert len(UnsentText.objects.get().text) == MAX_UNSENT_LENGTH


def test_what_was_typed_last_is_kept_where_there_is_no_room(client: Client, incident: Incident) -> None:
    user = User.objects.get(pk=client.session["_auth_user_id"])
    for start in range(MAX_UNSENT_INPUTS):
        at = NOW + timedelta(seconds=start)
        UnsentText.objects.create(user=user, incident=incident, name=f"old-{start}", text="x", typed_at=at)

    answer = client.post(url("unsent", incident.number), {"row-new-line": "05:10 last", "old-0": "again"})

    names = set(UnsentText.objects.values_list("name", flat=True))
    assert answer.status_code == 200
    assert len(names) == MAX_UNSENT_INPUTS
    assert {"row-new-line", "old-0", "old-2"} <= names
    assert "old-1" not in names


def test_a_refused_form_with_too_much_in_it_says_so(client: Client, incident: Incident) -> None:
    entry = incident.entries.get()
    row = row_on(client, incident, entry.key)

    answer = client.post(
        url("entry", incident.number, entry.pk),
        row | {f"entry-{entry.key}-text": "x" * (MAX_UNSENT_LENGTH + 1)},
        headers=SCRIPT,
    )

    assert answer.status_code == 413
    assert "it was not kept" in answer.content.decode()


def test_null_characters_are_no_500(client: Client, incident: Incident) -> None:
    client.post(url("unsent", incident.number), {"row-new-line": "06:15\0 x"})

    assert UnsentText.objects.get().text == "06:15 x"


def test_outside_an_incident_it_is_kept_too(client: Client) -> None:
    client.post(url("unsent_outside"), {"title": "Servers do"})

    assert UnsentText.objects.get(incident=None).text == "Servers do"
    assert 'value="Servers do"' in client.get(url("new_incident")).content.decode()


def test_the_answers_of_a_new_incident_are_forgotten_when_it_is_open(client: Client, incident: Incident) -> None:
    UnsentText.objects.create(user=make_user(), incident=None, name="title", text="Another's", typed_at=NOW)
    client.post(url("unsent_outside"), {"title": "Servers do"})

    client.post(
        url("new_incident"),
        {
            "title": "Servers down",
            "severity": incident.severity_id,
            "started_on": "2026-03-06",
            "started_time": "06:00",
            "time_zone": "UTC",
        },
    )

    assert UnsentText.objects.get().text == "Another's"


def test_what_nobody_came_back_to_is_forgotten_by_the_worker(client: Client, incident: Incident) -> None:
    user = make_user()
    for name, days in (("old", 91), ("young", 89)):
        UnsentText.objects.create(user=user, name=name, text="x", typed_at=NOW - timedelta(days=days))

    forget_old_unsent(NOW)

    assert UnsentText.objects.get().name == "young"
