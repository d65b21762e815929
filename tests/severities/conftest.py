from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import Severity
from tests.factories import make_user

# Two at once are run as tests/publishing runs them.
from tests.publishing.test_races import race

__all__ = ["race"]


@pytest.fixture
def admin(db: None) -> User:
    return make_user("admin")


@pytest.fixture
def admin_client(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def low(db: None) -> Severity:
    return Severity.objects.get(name="Low")
