from __future__ import annotations

import pytest

from accounts.models import User


@pytest.fixture
def publisher(db: None) -> User:
    return User.objects.create(email="publisher@northwind.example", name="Publisher", role="publisher")
