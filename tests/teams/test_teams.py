"""The list of teams: names, leads, and what becomes of the promises of one that is no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from incidents.action_items import add_action_item
from incidents.models import ActionItem, Activity, Incident, Team
from tests.factories import NOW, make_incident, make_user

pytestmark = pytest.mark.django_db
LIST = "/workspace/teams/"


@pytest.fixture
def admin(client: Client) -> User:
    admin = make_user("admin")
    client.force_login(admin)
    return admin


def promise(by: User, team: str) -> ActionItem:
    return add_action_item(make_incident(by=by), values={"text": "Test the fuse", "team": team}, by=by, at=NOW)


def test_a_team_gets_a_name_and_a_lead(client: Client, admin: User) -> None:
    lead = make_user(name="Lea")

    assert client.post(LIST, {"name": "  Power   and cooling ", "lead": lead.pk}).url == LIST

    team = Team.objects.get()
    assert (team.name, team.lead) == ("Power and cooling", lead)
    assert "Lea" in client.get(LIST).content.decode()
    assert Activity.objects.get(verb="added a team").actor == admin


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"name": ""}, 422, "This field is required."),
        ({"name": "   "}, 422, "This field is required."),
        ({"name": "x" * 81}, 422, "at most 80"),
        ({"name": "Fire", "lead": "0"}, 422, "Choose somebody from the list."),
        ({"name": "POWER"}, 409, "There is a team of this name already."),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    client: Client, admin: User, said: dict[str, str], status: int, words: str
) -> None:
    Team.objects.create(name="Power")
    other = Team.objects.create(name="Network")

    for address in (LIST, reverse("teams:team", args=[other.pk])):
        response = client.post(address, said)
        assert (response.status_code, words in response.content.decode()) == (status, True)
        assert said["name"].strip() in response.content.decode()
    assert sorted(Team.objects.values_list("name", flat=True)) == ["Network", "Power"]


def test_it_is_renamed_and_gets_another_lead(client: Client, admin: User) -> None:
    gone = make_user(is_active=False, name="Gone")
    team = Team.objects.create(name="Power", lead=gone)
    address = reverse("teams:team", args=[team.pk])
    assert "Gone" in client.get(address).content.decode(), "who left stays until somebody else is chosen"

    client.post(address, {"name": "power", "lead": ""})

    team.refresh_from_db()
    assert (team.name, team.lead) == ("power", None)


def test_promises_of_a_team_that_is_no_more_go_to_another(client: Client, admin: User) -> None:
    item = promise(admin, "Pwoer")
    team, heir = Team.objects.get(), Team.objects.create(name="Power")
    Incident.objects.update(team=team)
    address = reverse("teams:dissolve", args=[team.pk])

    refused = client.post(address, {"heir": ""})
    assert refused.status_code == 409
    assert "Choose which team takes them over." in refused.content.decode()
    assert client.post(address, {"heir": team.pk}).status_code == 422

    assert client.post(address, {"heir": heir.pk}).url == LIST

    item.refresh_from_db()
    assert item.team == heir
    assert Incident.objects.get().team == heir
    change = item.changes.get(field="team", old="Pwoer")
    assert (change.new, change.by) == ("Power", admin)
    assert list(Team.objects.all()) == [heir]


def test_a_team_without_anything_just_goes(client: Client, admin: User) -> None:
    team = Team.objects.create(name="Power")

    client.post(reverse("teams:dissolve", args=[team.pk]), {"heir": ""})

    assert not Team.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    client: Client, admin: User, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        Team.objects.create(name=f"Team {number}", lead=make_user())
        for _ in range(count):
            promise(admin, f"Team {number}")
    client.get(LIST)

    with django_assert_num_queries(6):
        page = client.get(LIST).content.decode()
    assert page.count('<th scope="row">') == count
    assert page.count(f">{count}<span") == count, "only promises that are open"


def test_closed_promises_are_not_counted(client: Client, admin: User) -> None:
    item = promise(admin, "Power")
    ActionItem.objects.filter(pk=item.pk).update(state="done", closed_on=NOW.date() - timedelta(days=1))

    assert ">0<span" in client.get(LIST).content.decode()
