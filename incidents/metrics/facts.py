"""What is known of each incident that is counted. Four queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Min, Q

from incidents.metrics.statistics import Range, range_of
from incidents.milestones import LENGTHS, Milestone, MilestoneKind, Precision, durations, impact_end
from incidents.models import IncidentComponent
from incidents.models.incident import IncidentQuerySet
from incidents.models.milestone import Milestone as StoredMilestone

TO_PUBLISH = "to_publish"
# Every length on the page: what it is called, and what it says.
MEASURES: dict[str, tuple[str, str]] = {
    **{name: (label, meaning) for name, (label, meaning, _) in LENGTHS.items()},
    TO_PUBLISH: (
        "Resolved to published",
        "From the end of the incident for us until its report was first published.",
    ),
}


@dataclass(frozen=True)
class Lost:
    """Minutes of one component, weighted with the share of customers; None where the share or the window is unknown."""

    component: int
    minutes: float | None


@dataclass(frozen=True)
class Facts:
    """One incident. `lengths` has no key for what does not apply to it, and None for what nobody knows."""

    number: int
    title: str
    began_at: datetime
    severity: int
    team: int | None
    components: frozenset[int]
    lengths: Mapping[str, Range | None]
    lost: tuple[Lost, ...]


class _Impact(NamedTuple):
    component_id: int
    started_at: datetime | None
    ended_at: datetime | None
    share: int | None


def began_within(incidents: IncidentQuerySet, first: datetime, end: datetime) -> IncidentQuerySet:
    """Those whose impact began in this time, `end` not included; those that were opened then, where nobody knows."""
    starts = StoredMilestone.objects.filter(kind=MilestoneKind.IMPACT_STARTED, is_confirmed=True, at__isnull=False)
    known = Q(pk__in=starts.filter(at__gte=first, at__lt=end).values("incident"))
    opened = Q(opened_at__gte=first, opened_at__lt=end) & ~Q(pk__in=starts.values("incident"))
    return incidents.filter(known | opened)


def facts_of(incidents: IncidentQuerySet, *, component: int | None = None) -> list[Facts]:
    """All of these incidents, the oldest first. With a component, only what customers lost of that one counts."""
    milestones = _milestones(incidents)
    impacts = _impacts(incidents)
    found = []
    rows = incidents.annotate(published_at=Min("publications__published_at")).values_list(
        "pk", "number", "title", "severity_id", "team_id", "opened_at", "published_at"
    )
    for pk, number, title, severity, team, opened_at, published_at in rows:
        known = milestones.get(pk, {})
        started = known.get(MilestoneKind.IMPACT_STARTED)
        found.append(
            Facts(
                number,
                title,
                started.at if started and started.at else opened_at,
                severity,
                team,
                frozenset(each.component_id for each in impacts.get(pk, ())),
                _lengths(known, published_at),
                tuple(_lost(each, known) for each in impacts.get(pk, ()) if component in {None, each.component_id}),
            )
        )
    return sorted(found, key=lambda each: (each.began_at, each.number))


def _milestones(incidents: IncidentQuerySet) -> dict[int, dict[MilestoneKind, Milestone]]:
    found: dict[int, dict[MilestoneKind, Milestone]] = defaultdict(dict)
    stored = StoredMilestone.objects.filter(incident__in=incidents.order_by().values("pk"), is_confirmed=True)
    for incident, kind, at, precision in stored.values_list("incident_id", "kind", "at", "precision"):
        found[incident][MilestoneKind(kind)] = Milestone(MilestoneKind(kind), at, Precision(precision))
    return found


def _impacts(incidents: IncidentQuerySet) -> dict[int, list[_Impact]]:
    found: dict[int, list[_Impact]] = defaultdict(list)
    rows = IncidentComponent.objects.filter(incident__in=incidents.order_by().values("pk")).order_by("pk")
    for incident, *impact in rows.values_list("incident_id", *_Impact._fields):
        found[incident].append(_Impact(*impact))
    return found


def _lengths(known: Mapping[MilestoneKind, Milestone], published_at: datetime | None) -> dict[str, Range | None]:
    lengths: dict[str, Range | None] = {}
    computed = durations(known)
    for name, (_, _, moments) in LENGTHS.items():
        if all(known[kind].applies for kind in moments if kind in known):
            length = getattr(computed, name)
            lengths[name] = range_of(length) if length else None
    resolved = known.get(MilestoneKind.RESOLVED)
    if published_at and (resolved is None or resolved.applies):
        after = published_at - resolved.at if resolved and resolved.at else None
        lengths[TO_PUBLISH] = None if after is None else Range(*(2 * [max(after, timedelta(0)).total_seconds()]))
    return lengths


def _lost(impact: _Impact, known: Mapping[MilestoneKind, Milestone]) -> Lost:
    started, ended = known.get(MilestoneKind.IMPACT_STARTED), impact_end(known)
    begin = impact.started_at or (started.at if started else None)
    end = impact.ended_at or (ended.at if ended else None)
    if begin is None or end is None or end < begin or impact.share is None:
        return Lost(impact.component_id, None)
    return Lost(impact.component_id, (end - begin).total_seconds() / 60 * impact.share / 100)
