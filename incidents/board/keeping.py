"""The overview of a long history is kept for some minutes: nobody should wait for it twice."""

from __future__ import annotations

from datetime import UTC, datetime

from accounts.models import User
from incidents.board.overview import Overview, overview_of
from incidents.keeping import kept
from incidents.models import ActionItem

MANY = 5_000  # items; with fewer it is made anew each time
_KEPT_SECONDS = 600
_VERSION = 1  # of what is kept; raise it when Overview changes


def kept_overview(user: User, *, at: datetime) -> Overview:
    """As this person may see it; of many items, as it was up to ten minutes ago, but never of another day."""
    on = at.astimezone(UTC).date()
    return kept(
        "overview",
        *(_VERSION, on),
        user=user,
        seconds=_KEPT_SECONDS,
        make=lambda: overview_of(user, on=on, at=at),
        is_long=lambda _: ActionItem.objects.order_by("pk")[MANY : MANY + 1].exists(),
    )
