"""The components in short: one sentence for all of them, and the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from incidents.models import WORST_FIRST, Component, ComponentStatus
from incidents.public.words import in_short

_VERB_PHRASES = {
    ComponentStatus.MAJOR_OUTAGE: "down",
    ComponentStatus.PARTIAL_OUTAGE: "partly down",
    ComponentStatus.DEGRADED_PERFORMANCE: "slow or unreliable",
    ComponentStatus.UNDER_MAINTENANCE: "under maintenance",
}


@dataclass(frozen=True)
class StatusBanner:
    """`headline` is one sentence without its full stop; `rest` the others, and may be empty."""

    headline: str
    rest: str
    tone: str


@dataclass(frozen=True)
class ComponentGroup:
    """Neighbours on the page with the same group name, which is empty for those without a group."""

    name: str
    components: tuple[Component, ...]


def banner(components: Sequence[Component]) -> StatusBanner | None:
    """What works and what doesn't, in words; None where no component is listed."""
    if not components:
        return None
    affected = [
        (status, [component.name for component in components if component.status == status])
        for status in WORST_FIRST[:-1]
    ]
    sentences = [(status, _sentence(names, status)) for status, names in affected if names]
    if not sentences:
        return StatusBanner("All systems operational", "", ComponentStatus.OPERATIONAL)
    working = sum(component.status == ComponentStatus.OPERATIONAL for component in components)
    rest = [f"{sentence}." for _, sentence in sentences[1:]]
    if working:
        rest.append("Everything else works.")
    tone, headline = sentences[0]
    return StatusBanner(headline, " ".join(rest), tone)


def grouped(components: Sequence[Component]) -> tuple[ComponentGroup, ...]:
    """The components in their order, neighbours of one group together."""
    return tuple(
        ComponentGroup(name, tuple(members)) for name, members in groupby(components, lambda component: component.group)
    )


def _sentence(names: list[str], status: ComponentStatus) -> str:
    return f"{in_short(names)} {'is' if len(names) == 1 else 'are'} {_VERB_PHRASES[status]}"
