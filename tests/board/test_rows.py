"""Items that are made and changed on the board itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from incidents.models import ActionItem, Incident
from tests.factories import NOW, make_incident, make_user, publish

pytestmark = pytest.mark.django_db
BOARD = "/actions/"


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MANAGER, name="Mara")
    client.force_login(user)
    return user


def item(incident: Incident, **fields: Any) -> ActionItem:
    return ActionItem.objects.create(incident=incident, **{"text": "Test the fuse", "due_on": NOW.date(), **fields})


def edited(client: Client, key: str, query: str = "") -> str:
    response = client.get(f"{BOARD}?{query}{'&' if query else ''}edit={key}")
    assert response.status_code == 200
    return response.content.decode()


# ── A row in its place ──────────────────────────────────────────────────────
def test_a_row_is_changed_in_its_place(client: Client, manager: User) -> None:
    owner, found = make_user(name="Ada"), item(make_incident())
    page = edited(client, found.key, "state=any&sort=newest")
    assert page.count('id="row-form"') == 1
    assert f'value="{NOW.date()}"' in page
    said = {"key": found.key, "is_row": "on", "query": "state=any&sort=newest", "reason": ""}

    response = client.post(
        "/actions/change/", {**said, "owner": owner.pk, "due_on": "2026-05-01", "state": "in_progress"}
    )

    assert response.url == f"{BOARD}?state=any&sort=newest#row-{found.key}"
    found.refresh_from_db()
    assert (found.owner, str(found.due_on), found.state) == (owner, "2026-05-01", "in_progress")
    client.post("/actions/change/", {**said, "owner": "", "due_on": "", "state": "open"})
    found.refresh_from_db()
    assert (found.owner, found.due_on, found.state) == (None, None, "open")


def test_what_is_wrong_is_said_in_the_row_and_stays(client: Client, manager: User) -> None:
    found = item(make_incident())
    said = {"key": found.key, "is_row": "on", "query": "", "owner": "", "due_on": "2026-05-01", "state": "wont_do"}

    response = client.post("/actions/change/", said)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Say why these won’t be done." in page
    assert page.count('id="row-form"') == 1
    assert 'value="2026-05-01"' in page
    assert '<option value="wont_do" selected>' in page
    for wrong in ("yesterday", "2026-02-31"):
        assert f'value="{wrong}"' in client.post("/actions/change/", {**said, "due_on": wrong}).content.decode()


def test_an_owner_who_left_stays_unless_somebody_else_is_chosen(client: Client, manager: User) -> None:
    gone = make_user(is_active=False, name="Gone")
    found = item(make_incident(), owner=gone, due_on=None)
    assert '<option value="leave" selected>Gone (left)</option>' in edited(client, found.key)

    client.post("/actions/change/", {"key": found.key, "is_row": "on", "owner": "leave", "state": "in_progress"})

    found.refresh_from_db()
    assert (found.owner, found.state) == (gone, "in_progress")


def test_an_engineer_edits_own_rows_only(client: Client) -> None:
    ada = make_user(name="Ada")
    own, other = item(make_incident(), owner=ada), item(make_incident(), owner=make_user())
    client.force_login(ada)

    assert 'id="row-form"' in edited(client, own.key)
    assert 'id="row-form"' not in edited(client, other.key)
    said = {"key": other.key, "is_row": "on", "owner": ada.pk, "state": "done"}
    assert client.post("/actions/change/", said).status_code == 403
    other.refresh_from_db()
    assert other.state == "open"


def test_many_that_are_changed_keep_their_days(client: Client, manager: User) -> None:
    found = item(make_incident())

    client.post("/actions/change/", {"key": found.key, "owner": "leave", "due_on": "", "state": "done"})

    found.refresh_from_db()
    assert (found.due_on, found.state) == (NOW.date(), "done")


# ── A new one ───────────────────────────────────────────────────────────────
def test_a_promise_is_made_on_the_board(client: Client, manager: User) -> None:
    incident, owner = make_incident(), make_user()
    said = {"incident": f" inc-{incident.number} ", "text": "Test\nthe fuse", "owner": owner.pk, "due_on": "2026-05-01"}

    response = client.post("/actions/new/", said)

    made = ActionItem.objects.get()
    assert response.url == reverse("board:item", args=[made.key])
    assert (made.incident, made.text, made.owner, str(made.due_on)) == (incident, "Test the fuse", owner, "2026-05-01")


def test_it_can_be_made_after_the_report_is_out(client: Client, manager: User) -> None:
    published = publish()
    client.post("/actions/new/", {"incident": str(published.incident.number), "text": "Also this"})

    assert published.incident.action_items.filter(text="Also this", public_text="").exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"incident": "INC-999"}, "There is no incident of this number."),
        ({"incident": "99999999999999999999"}, "There is no incident of this number."),
        ({"incident": "٣"}, "There is no incident of this number."),
        ({"text": " "}, "This field is required."),
        ({"text": "x" * 501}, "at most 500"),
        ({"owner": "0"}, "Select a valid choice."),
        ({"due_on": "soon"}, "Enter a valid date."),
    ],
)
def test_what_is_wrong_is_said_beside_it(client: Client, manager: User, said: dict[str, str], words: str) -> None:
    item(make_incident())
    good = {"incident": "INC-1", "text": "zebra", "query": "state=any"}

    response = client.post("/actions/new/", {**good, **said})

    page = response.content.decode()
    assert (response.status_code, words in page) == (422, True)
    assert ("zebra" in page) or "text" in said
    assert ActionItem.objects.count() == 1


def test_a_private_incident_is_no_incident_for_others(client: Client) -> None:
    secret = make_incident(is_private=True)
    client.force_login(make_user())

    assert client.post("/actions/new/", {"incident": str(secret.number), "text": "x"}).status_code == 422
    assert not ActionItem.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_editing_asks_the_same_number_of_questions(
    client: Client, manager: User, django_assert_num_queries: Any, count: int
) -> None:
    found = [item(make_incident(), owner=make_user(), due_on=NOW.date() + timedelta(days=900)) for _ in range(count)]
    client.get(BOARD)

    with django_assert_num_queries(16):
        edited(client, found[0].key)
