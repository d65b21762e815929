"""`manage.py invite`: the way to the first account of a fresh install."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Invitation, User
from accounts.roles import Role
from tests.accounts.conftest import PASSWORD, MakeUser, sent_mail

pytestmark = pytest.mark.django_db


def invite(*arguments: str) -> str:
    out = io.StringIO()
    call_command("invite", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_it_prints_a_link_that_makes_the_account(settings: Any, client: Client) -> None:
    settings.PUBLIC_BASE_URL = "https://reports.example.com"
    link = invite("First@Example.com", "--role", "admin", "--name", "First Admin").split()[-1]
    assert link.startswith("https://reports.example.com/")
    path = link.removeprefix("https://reports.example.com")
    assert 'value="First Admin"' in client.get(path).content.decode()
    client.post(path, {"name": "First Admin", "password": PASSWORD})
    user = User.objects.get()
    assert (user.email, user.role) == ("first@example.com", Role.ADMIN)


def test_without_a_role_it_invites_a_reader() -> None:
    invite("new@example.com")
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.invited_by) == (Role.READER, None)


def test_it_mails_the_link_too() -> None:
    printed = invite("new@example.com")
    (sent,) = sent_mail()
    assert printed.split()[-1] in sent.body
    assert "You are invited" in sent.body


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "'nonsense' is not an e-mail address."),
        (["new@example.com", "--role", "owner"], "invalid choice: 'owner'"),
        (["here@example.com"], "here@example.com has an account already."),
    ],
)
def test_it_says_what_is_wrong(arguments: list[str], sentence: str, make_user: MakeUser) -> None:
    make_user(email="here@example.com")
    with pytest.raises(CommandError, match=sentence):
        invite(*arguments)
    assert not Invitation.objects.exists()
