"""The page behind the link of an invitation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import operations
from accounts.models import INVITATION_LIFETIME, Invitation, User
from accounts.roles import Role
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def address(token: str) -> str:
    return reverse("accounts:accept_invitation", args=[token])


@pytest.fixture
def token(admin: User) -> str:
    return operations.invite("new@example.com", Role.ENGINEER, by=admin, at=timezone.now())[1]


def test_it_says_who_invites_whom_as_what(client: Client, token: str) -> None:
    html = client.get(address(token)).content.decode()
    for text in ("The admin invited you", "new@example.com", "engineer"):
        assert text in html


def test_looking_uses_nothing_up(client: Client, token: str) -> None:
    before = Invitation.objects.values().get()
    for _ in range(3):
        assert client.get(address(token)).status_code == 200
        assert client.head(address(token)).status_code == 200
    assert Invitation.objects.values().get() == before
    assert not User.objects.with_email("new@example.com").exists()


def test_accepting_logs_in(client: Client, token: str, settings: Any) -> None:
    response = client.post(address(token), {"name": "New Person", "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"] == reverse(settings.LOGIN_REDIRECT_URL)
    user = User.objects.get(email="new@example.com")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_accepting_starts_a_session_of_its_own(client: Client, token: str, admin: User) -> None:
    client.force_login(admin)
    before = client.session.session_key
    client.post(address(token), {"name": "New Person", "password": PASSWORD})
    assert client.session.session_key != before
    client.cookies["sessionid"] = before
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("name", "password", "error"),
    [
        ("", PASSWORD, "This field is required."),
        ("New Person", "", "This field is required."),
        ("New Person", "short", "too short"),
        ("New Person", "password", "too common"),
        ("New Person", "new@example.com", "too similar"),
        ("x" * 121, PASSWORD, "at most 120 characters"),
        ("New\0Person", PASSWORD, "Null characters are not allowed."),
        ("New Person", "x" * 201, "at most 200 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    name: str, password: str, error: str, client: Client, token: str
) -> None:
    response = client.post(address(token), {"name": name, "password": password})
    html = response.content.decode()
    assert response.status_code == 422
    assert error in html
    assert "is-invalid" in html
    assert not password or f'value="{password}"' not in html.replace('value="new@example.com"', "")
    assert not User.objects.with_email("new@example.com").exists()


def test_an_empty_post_is_bad_input_too(client: Client, token: str) -> None:
    response = client.post(address(token))
    assert response.status_code == 422
    assert response.content.decode().count("This field is required.") == 2


def test_address_and_role_come_from_the_invitation_alone(client: Client, token: str) -> None:
    intruding = {
        "role": "admin",
        "is_active": "",
        "is_staff": "1",
        "is_superuser": "1",
        "email": "evil@example.com",
        "session_generation": "9",
    }
    client.post(address(token), {"name": "New Person", "password": PASSWORD, **intruding})
    user = User.objects.get(name="New Person")
    assert (user.email, user.role, user.is_active, user.session_generation) == (
        "new@example.com",
        "engineer",
        True,
        0,
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_link_is_not_found(method: str, client: Client) -> None:
    response = getattr(client, method)(address("unknown"), {"name": "x", "password": PASSWORD})
    assert response.status_code == 404
    assert "This link is not one of ours" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_link_is_gone(method: str, client: Client, token: str) -> None:
    client.post(address(token), {"name": "New Person", "password": PASSWORD})
    response = getattr(Client(), method)(address(token), {"name": "Second", "password": PASSWORD})
    assert response.status_code == 410
    assert "was used already" in response.content.decode()
    assert User.objects.with_email("new@example.com").get().name == "New Person"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_expired_link_is_gone(method: str, client: Client, admin: User) -> None:
    then = timezone.now() - INVITATION_LIFETIME - timedelta(seconds=1)
    _, token = operations.invite("new@example.com", Role.READER, by=admin, at=then)
    response = getattr(client, method)(address(token), {"name": "x", "password": PASSWORD})
    assert response.status_code == 410
    assert "has expired" in response.content.decode()


def test_its_address_is_told_to_nobody(client: Client, token: str) -> None:
    for response in (client.get(address(token)), client.get(address("unknown"))):
        assert response["Referrer-Policy"] == "strict-origin"
        assert "no-store" in response["Cache-Control"]


def test_it_needs_the_forms_own_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    _, token = operations.invite("new@example.com", Role.READER, by=None, at=timezone.now())
    response = strict.post(address(token), {"name": "New Person", "password": PASSWORD})
    assert response.status_code == 403
    assert not User.objects.exists()


def test_other_methods_are_refused(client: Client, token: str) -> None:
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(address(token)).status_code == 405
