from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import Component
from tests.factories import make_component, make_user


@pytest.fixture
def by(db: None) -> User:
    return make_user("engineer")


@pytest.fixture
def engineer_client(client: Client, by: User) -> Client:
    client.force_login(by)
    return client


@pytest.fixture
def admin_client(client: Client) -> Client:
    client.force_login(make_user("admin"))
    return client


@pytest.fixture
def api(db: None) -> Component:
    return make_component("API")
