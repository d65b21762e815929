from __future__ import annotations

import pytest

from accounts.models import User
from accounts.roles import ROLE_MEANINGS, Capability, Role, role_allows

R, W, P, M, A = Capability.READ, Capability.WRITE, Capability.PUBLISH, Capability.MANAGE_ACTIONS, Capability.ADMINISTER

ALLOWED = {
    Role.READER: {R},
    Role.ENGINEER: {R, W},
    Role.PUBLISHER: {R, W, P, M},
    Role.MANAGER: {R, M},
    Role.ADMIN: {R, W, P, M, A},
}


@pytest.mark.parametrize("capability", Capability)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_the_table_says(role: Role, capability: Capability) -> None:
    assert User(role=role).may(capability) == (capability in ALLOWED[role])


@pytest.mark.parametrize("capability", Capability)
@pytest.mark.parametrize("role", Role)
def test_a_deactivated_account_may_nothing(role: Role, capability: Capability) -> None:
    assert not User(role=role, is_active=False).may(capability)


@pytest.mark.parametrize("capability", Capability)
def test_an_unknown_role_may_nothing(capability: Capability) -> None:
    assert not role_allows("owner", capability)
    assert not role_allows("", capability)


def test_each_role_is_explained() -> None:
    assert set(ROLE_MEANINGS) == set(Role)
