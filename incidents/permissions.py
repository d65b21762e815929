"""Who may do what with an incident. Views ask here, after they loaded what this person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from accounts.roles import Capability

if TYPE_CHECKING:
    from accounts.models import User


def can_edit(user: User) -> bool:
    return user.may(Capability.WRITE)


def can_review(user: User) -> bool:
    return user.may(Capability.PUBLISH)


def can_publish(user: User) -> bool:
    return user.may(Capability.PUBLISH)


def can_change_action_items(user: User) -> bool:
    return user.may(Capability.WRITE) or user.may(Capability.MANAGE_ACTIONS)


def can_administer(user: User) -> bool:
    return user.may(Capability.ADMINISTER)


def require(allowed: bool) -> None:
    """Refuse with 403 unless allowed."""
    if not allowed:
        raise PermissionDenied
