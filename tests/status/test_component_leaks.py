"""A component is public by its name: what looks internal in it is pointed out, and nobody is kept from saving it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.roles import Role
from incidents.checks import load_words
from incidents.models import Component
from tests.factories import make_component, make_user

pytestmark = pytest.mark.django_db

HOST = "“db-3.internal” in the name looks like an internal host name. Say what the machine does."


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user(Role.ADMIN))
    return client


def sent(**changes: Any) -> dict[str, Any]:
    return {"name": "API", "group": "", "description": "", "counted_from": "2026-01-01", **changes}


def text(client: Client, component: Component | None = None) -> str:
    at = reverse("status:component", args=[component.pk]) if component else reverse("status:component_list")
    return client.get(at).content.decode()


@pytest.mark.parametrize(
    ("field", "said", "word"),
    [
        ("name", "looks like an internal host name", "db-3.internal"),
        ("name", "looks like an internal host name", "pg-prod-01"),
        ("group", "is an address inside your network", "10.20.4.17"),
        ("description", "leads where customers can’t follow", "http://wiki.corp.northwind/x"),
        ("description", "looks like the mailbox of one person", "jan.novak@northwind.example"),
        ("description", "looks like a GitHub token", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
    ],
)
def test_it_is_saved_and_pointed_out(client: Client, field: str, said: str, word: str) -> None:
    answer = client.post(reverse("status:component_list"), sent(**{field: f"Storage {word}"}))

    component = Component.objects.get()
    assert answer["Location"] == reverse("status:component_list")
    shown = word if "token" not in said else word[:6]
    for page in (text(client), text(client, component)):
        assert said in page
        assert f"“{shown}" in page


def test_a_refused_form_points_out_what_was_typed(client: Client) -> None:
    component = make_component("API")

    refused = client.post(
        reverse("status:component", args=[component.pk]), sent(name="db-3.internal", counted_from="soon")
    )

    assert refused.status_code == 422
    assert HOST in refused.content.decode()
    assert HOST not in text(client)


def test_those_who_only_look_see_it_too(client: Client) -> None:
    make_component("db-3.internal")
    engineer = Client()
    engineer.force_login(make_user(Role.ENGINEER))

    assert HOST in text(engineer)


@pytest.mark.parametrize(
    "name", ["API", "EU-1", "Region us-east-1", "E-mail", "Mail (support@northwind.example)", "Marta’s shop"]
)
def test_an_ordinary_name_is_fine(client: Client, name: str) -> None:
    component = make_component(name, description="For everybody, see https://www.example.com.")

    assert component.leaks == []
    assert "hint doubt" not in text(client)


def test_an_organisation_adds_words_of_its_own(client: Client, tmp_path: Any) -> None:
    path = tmp_path / "words.toml"
    path.write_text('[hosts]\nsuffixes = ["nw"]\n')
    component = make_component("box.nw")

    assert component.leaks == []
    with override_settings(CHECK_WORDS=load_words(path)):
        assert [finding.code for finding in component.leaks] == ["host-name"]
