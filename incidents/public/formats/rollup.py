"""One indicator and one description for the whole page, in the exact words that clients compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from incidents.models import ComponentStatus, EventImpact

Rollup = tuple[str, str]

OPERATIONAL: Rollup = ("none", "All Systems Operational")
SOME_DEGRADED: Rollup = ("minor", "Partially Degraded Service")
ALL_DEGRADED: Rollup = ("minor", "Degraded System Service")
SOME_PARTIAL: Rollup = ("minor", "Minor Service Outage")
SOME_MAJOR: Rollup = ("major", "Partial System Outage")
ALL_MAJOR: Rollup = ("critical", "Major System Outage")
MAINTENANCE: Rollup = ("maintenance", "Service Under Maintenance")

_OF_IMPACT = (
    (EventImpact.CRITICAL, ALL_MAJOR),
    (EventImpact.MAJOR, SOME_MAJOR),
    (EventImpact.MINOR, SOME_PARTIAL),
    (EventImpact.MAINTENANCE, MAINTENANCE),
)


def rollup(levels: Collection[str], *, impacts: Collection[str]) -> Rollup:
    """From the levels of all components alone; a page without components asks the impacts of what is going on.

    The format's own rule, kept for its clients: an open incident that no component shows leaves it at “none”.
    Our pages say more, see `worst_level` in `badge.py`.
    """
    if not levels:
        return next((said for impact, said in _OF_IMPACT if impact in impacts), OPERATIONAL)
    count, total = Counter(levels), len(levels)
    rules = (
        (count[ComponentStatus.MAJOR_OUTAGE] == total, ALL_MAJOR),
        (count[ComponentStatus.MAJOR_OUTAGE] > 0, SOME_MAJOR),
        (count[ComponentStatus.PARTIAL_OUTAGE] == total, SOME_MAJOR),
        (count[ComponentStatus.PARTIAL_OUTAGE] > 0, SOME_PARTIAL),
        (count[ComponentStatus.DEGRADED_PERFORMANCE] == total, ALL_DEGRADED),
        (count[ComponentStatus.DEGRADED_PERFORMANCE] > 0, SOME_DEGRADED),
        (count[ComponentStatus.UNDER_MAINTENANCE] > 0, MAINTENANCE),
    )
    return next((said for holds, said in rules if holds), OPERATIONAL)
