from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from incidents.models import Incident, Presence

if TYPE_CHECKING:
    from accounts.models import User

BEATS_EVERY = timedelta(seconds=10)
_GONE_AFTER = 3 * BEATS_EVERY


def note_presence(incident: Incident, *, place: str, by: User, at: datetime) -> None:
    """This person has the editor open, and was last in that part of it."""
    Presence.objects.update_or_create(
        incident=incident, user=by, defaults={"place": place.replace("\0", "")[:60], "seen_at": at}
    )


def others_present(incident: Incident, *, user: User, at: datetime) -> list[Presence]:
    """Who else is there now."""
    fresh = Presence.objects.filter(incident=incident, seen_at__gt=at - _GONE_AFTER).exclude(user=user)
    return list(fresh.select_related("user").order_by("user__name", "user_id"))


def forget_presence(at: datetime) -> None:
    """Take out who left long ago."""
    Presence.objects.filter(seen_at__lt=at - timedelta(days=1)).delete()
