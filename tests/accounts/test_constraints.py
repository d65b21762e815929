"""What the database refuses, whoever writes to it."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from accounts.models import Invitation, User
from tests.accounts.conftest import MakeUser

pytestmark = pytest.mark.django_db


def invitation(at: datetime, **fields: Any) -> Invitation:
    values = {
        "email": "new@example.com",
        "role": "reader",
        "token_sha256": "0" * 64,
        "created_at": at,
        "expires_at": at + timedelta(days=7),
    }
    return Invitation.objects.create(**values | fields)


def test_one_account_for_each_address(make_user: MakeUser) -> None:
    make_user(email="one@example.com")
    with pytest.raises(IntegrityError, match="email"):
        User.objects.create(email="one@example.com", name="Another")


def test_an_address_differs_by_more_than_its_case(make_user: MakeUser) -> None:
    make_user(email="one@example.com")
    with pytest.raises(IntegrityError, match="user_email_lower_case"):
        User.objects.create(email="One@Example.com", name="Another")


def test_a_role_comes_from_the_list() -> None:
    with pytest.raises(IntegrityError, match="user_role_known"):
        User.objects.create(email="one@example.com", name="One", role="owner")


def test_the_role_of_an_invitation_comes_from_the_list(at: datetime) -> None:
    with pytest.raises(IntegrityError, match="invitation_role_known"):
        invitation(at, role="owner")


def test_one_open_invitation_for_each_address(at: datetime) -> None:
    invitation(at)
    with pytest.raises(IntegrityError, match="invitation_one_open_per_address"):
        invitation(at, token_sha256="1" * 64)


def test_accepted_invitations_do_not_count_as_open(at: datetime) -> None:
    invitation(at, accepted_at=at)
    invitation(at, token_sha256="1" * 64)


def test_an_invited_address_is_in_lower_case(at: datetime) -> None:
    with pytest.raises(IntegrityError, match="invitation_email_lower_case"):
        invitation(at, email="New@example.com")


def test_one_invitation_for_each_token(at: datetime) -> None:
    invitation(at)
    with pytest.raises(IntegrityError, match="token_sha256"):
        invitation(at, email="other@example.com")


def test_an_invitation_expires_after_it_was_made(at: datetime) -> None:
    with pytest.raises(IntegrityError, match="invitation_expires_later"):
        invitation(at, expires_at=at)


def test_the_cache_table_is_the_one_that_django_makes(settings: Any) -> None:
    default = settings.CACHES["default"]
    settings.CACHES = {"default": default | {"LOCATION": "another_cache"}}
    out = io.StringIO()
    call_command("createcachetable", dry_run=True, stdout=out)
    migration = import_module("accounts.migrations.0001_initial")
    made_by_django = out.getvalue().replace("another_cache", default["LOCATION"])
    assert made_by_django.split() == migration.CREATE_CACHE_TABLE.split()
    assert "django_cache" in connection.introspection.table_names()
