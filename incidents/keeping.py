"""What takes long to count is kept for a while, for all who may read the same incidents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.cache import cache

from incidents.models import Incident

if TYPE_CHECKING:
    from accounts.models import User

T = TypeVar("T")


def kept(kind: str, *asked: object, user: User, seconds: int, make: Callable[[], T], is_long: Callable[[T], bool]) -> T:
    """What was made for the same question up to `seconds` ago, or what `make` makes now: that is kept if it `is_long`.

    Another is made as soon as an incident is hidden from this person that was not, or the other way round. `asked`
    needs a telling repr. Whoever asks has been let in already.
    """
    hidden = list(Incident.objects.hidden_from(user).order_by("pk").values_list("pk", flat=True))
    key = f"{kind}-{hashlib.sha256(repr((asked, hidden)).encode()).hexdigest()}"
    found: Any = cache.get(key)
    if found is not None:
        was_made: T = found
        return was_made
    made = make()
    if is_long(made):
        cache.set(key, made, timeout=seconds)
    return made
