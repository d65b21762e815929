from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts.models import Invitation, User
from accounts.roles import Role
from outbox.sending import Sender

PASSWORD = "a long walk in the rain"

MakeUser = Callable[..., User]


@pytest.fixture
def at() -> datetime:
    return datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def make_user(db: Any) -> MakeUser:
    """An account as accepting an invitation makes it, named after its role."""

    def make(role: str = Role.ENGINEER, email: str = "", **fields: Any) -> User:
        email = email or f"{role}@example.com"
        user = User.objects.create_user(email, PASSWORD, role=role, **{"name": f"The {role}", **fields})
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def admin(make_user: MakeUser) -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def engineer(make_user: MakeUser) -> User:
    return make_user(Role.ENGINEER)


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def rows() -> Callable[[], dict[str, list[Any]]]:
    """All that accounts store, sessions aside, to be compared before and after."""

    def read() -> dict[str, list[Any]]:
        stored = {}
        for model in (User, Invitation, EmailAddress, Authenticator):
            stored[model.__name__] = list(model.objects.order_by("pk").values())
        return stored

    return read


def sent_mail() -> list[EmailMultiAlternatives]:
    """All that left, once the worker has looked into the outbox."""
    assert Sender().attempt(threading.Event())
    return mail.outbox
