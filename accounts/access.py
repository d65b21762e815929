"""The one question that views ask before they act: may this person do that?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from accounts.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.roles import Capability


def require(user: User | AnonymousUser, capability: Capability) -> User:
    """The account, when it may; otherwise the answer is the 403 page."""
    if isinstance(user, User) and user.may(capability):
        return user
    raise PermissionDenied
