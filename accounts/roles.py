"""The five roles and what each may do. Deny by default: what is not listed here is refused."""

from __future__ import annotations

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    READER = "reader", "Reader"
    ENGINEER = "engineer", "Engineer"
    PUBLISHER = "publisher", "Publisher"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Admin"


class Capability(StrEnum):
    """What an account may do, asked for by name wherever a permission is checked."""

    READ = "read internal reports"
    WRITE = "write incidents and reports"
    PUBLISH = "approve, publish and withdraw"
    MANAGE_ACTIONS = "change every action item"
    ADMINISTER = "invite people and edit the lists"


ROLE_MEANINGS: dict[str, str] = {
    Role.READER: "Sees internal reports.",
    Role.ENGINEER: "Writes reports and asks for review.",
    Role.PUBLISHER: "Writes too, and approves, publishes and withdraws.",
    Role.MANAGER: "Sees internal reports and follows action items and numbers.",
    Role.ADMIN: "Everything, and the people.",
}

_CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.READER: frozenset({Capability.READ}),
    Role.ENGINEER: frozenset({Capability.READ, Capability.WRITE}),
    Role.PUBLISHER: frozenset({Capability.READ, Capability.WRITE, Capability.PUBLISH, Capability.MANAGE_ACTIONS}),
    Role.MANAGER: frozenset({Capability.READ, Capability.MANAGE_ACTIONS}),
    Role.ADMIN: frozenset(Capability),
}


def role_allows(role: str, capability: Capability) -> bool:
    return capability in _CAPABILITIES.get(role, frozenset())


def roles_with(capability: Capability) -> list[str]:
    """Every role that allows it."""
    return [role for role in Role.values if role_allows(role, capability)]
