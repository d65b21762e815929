from __future__ import annotations

import pytest
from django.test import Client

from accounts.roles import Role
from incidents.models import Incident
from tests.factories import make_draft, make_user


@pytest.fixture
def incident(db: None) -> Incident:
    return make_draft().incident


@pytest.fixture
def client(incident: Incident) -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    return client
