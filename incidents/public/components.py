"""All components in one sentence, together with what is open; and the list in groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from incidents.models import WORST_FIRST, Component, ComponentStatus, EventImpact, EventKind, EventStatus, PublicEvent
from incidents.models.event import IMPACT_OF_LEVEL
from incidents.public.bars import ComponentRow
from incidents.public.reading import moment, read_once
from incidents.public.words import Moment, in_short

_VERB_PHRASES = {
    ComponentStatus.MAJOR_OUTAGE: "down",
    ComponentStatus.PARTIAL_OUTAGE: "partly down",
    ComponentStatus.DEGRADED_PERFORMANCE: "slow or unreliable",
    ComponentStatus.UNDER_MAINTENANCE: "under maintenance",
}
_OPEN = {
    EventStatus.INVESTIGATING: "We are looking into a problem",
    EventStatus.IDENTIFIED: "We have found the cause of a problem",
    EventStatus.MONITORING: "A problem is fixed, and we are watching",
    EventStatus.IN_PROGRESS: "Maintenance is under way",
    EventStatus.VERIFYING: "Maintenance is done, and we are checking",
}
_LEVEL_OF_IMPACT = {impact: level for level, impact in IMPACT_OF_LEVEL.items()}
_MOST_NAMED = 3


@dataclass(frozen=True)
class StatusBanner:
    """`headline` is one sentence without its full stop; `rest` the others, and may be empty. `since` likewise None."""

    headline: str
    rest: str
    tone: str
    since: Moment | None = None
    next_update: Moment | None = None


@dataclass(frozen=True)
class ComponentGroup:
    """Neighbours on the page with the same group name, which is empty for those without a group."""

    name: str
    rows: tuple[ComponentRow, ...]


@read_once
def current_components() -> tuple[Component, ...]:
    """All with their status, in page order. One query in a block."""
    return tuple(Component.objects.with_status(moment()).in_page_order())


def banner(
    components: Sequence[Component], events: Sequence[PublicEvent] = (), *, since: datetime | None = None
) -> StatusBanner:
    """What works and what doesn't, in words: the worst of the components and of what is open.

    `since` is when the oldest window began that is still open.
    """
    affected = [
        (status, [component.name for component in components if component.status == status])
        for status in WORST_FIRST[:-1]
    ]
    sentences = [(status, _sentence(names, status)) for status, names in affected if names]
    tone = _worst([status for status, _ in sentences], events)
    promised = [each.next_update_by for each in events if each.next_update_by]
    next_update = Moment(min(promised)) if promised else None
    if not sentences:
        return _without_components(events, tone, next_update, any_listed=bool(components))
    rest = [f"{sentence}." for _, sentence in sentences[1:]]
    working = [component.name for component in components if component.status == ComponentStatus.OPERATIONAL]
    if 0 < len(working) <= _MOST_NAMED:
        rest.append(f"{in_short(working)} {'works' if len(working) == 1 else 'work'}.")
    elif working:
        rest.append("Everything else works.")
    return StatusBanner(sentences[0][1], " ".join(rest), tone, Moment(since) if since else None, next_update)


def grouped(rows: Sequence[ComponentRow]) -> tuple[ComponentGroup, ...]:
    """The components in their order, neighbours of one group together."""
    return tuple(
        ComponentGroup(name, tuple(members)) for name, members in groupby(rows, lambda row: row.component.group)
    )


def _without_components(
    events: Sequence[PublicEvent], tone: ComponentStatus, next_update: Moment | None, *, any_listed: bool
) -> StatusBanner:
    if not events:
        headline = "All systems operational" if any_listed else "No incident is open"
        return StatusBanner(headline, "", ComponentStatus.OPERATIONAL)
    incidents = [each for each in events if each.kind == EventKind.INCIDENT]
    shown = incidents or list(events)
    headline = _OPEN[EventStatus(shown[0].status)] if len(shown) == 1 else f"{len(shown)} incidents are open"
    if len(shown) > 1 and not incidents:
        headline = "Maintenance is under way"
    return StatusBanner(headline, "", tone, Moment(min(each.started_at for each in shown)), next_update)


def _worst(levels: Sequence[ComponentStatus], events: Sequence[PublicEvent]) -> ComponentStatus:
    """An open incident is never green, whatever its impact says."""
    told = [_LEVEL_OF_IMPACT[EventImpact(each.impact)] for each in events if each.impact != EventImpact.NONE]
    told += [ComponentStatus.DEGRADED_PERFORMANCE for each in events if each.impact == EventImpact.NONE]
    found = {*levels, *told}
    return next((level for level in WORST_FIRST if level in found), ComponentStatus.OPERATIONAL)


def _sentence(names: list[str], status: ComponentStatus) -> str:
    return f"{in_short(names)} {'is' if len(names) == 1 else 'are'} {_VERB_PHRASES[status]}"
