"""Numbers of many incidents are kept for an hour: they are of months, and nobody should wait for them twice."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from incidents.keeping import kept
from incidents.metrics.facts import began_within, facts_of
from incidents.metrics.filters import Filters
from incidents.metrics.sheets import Sheet, sheet_of
from incidents.models import Incident

MANY = 2_000  # incidents; fewer are counted anew each time
_KEPT_SECONDS = 3_600
_VERSION = 1  # of what is kept; raise it when Sheet changes


def kept_sheet(filters: Filters, *, user: User, at: datetime) -> Sheet:
    """The numbers as this person may see them; of many incidents, as they were up to an hour ago."""
    said = sorted((name, value) for name, value in filters.cleaned_data.items() if name != "measure")
    return kept(
        "metrics",
        *(_VERSION, said, filters.days, str(filters.zone)),
        user=user,
        seconds=_KEPT_SECONDS,
        make=lambda: direct_sheet(filters, user=user, at=at),
        is_long=lambda sheet: sheet.total.count > MANY,
    )


def direct_sheet(filters: Filters, *, user: User, at: datetime) -> Sheet:
    """The numbers as they are now."""
    incidents = began_within(filters.narrowed(Incident.objects.visible_to(user)), *filters.times)
    facts = facts_of(incidents, component=filters.only)
    return sheet_of(facts, months=filters.months(), zone=filters.zone, at=at)
