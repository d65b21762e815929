"""All numbers of the metrics page, for one set of filters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from incidents.metrics.facts import MEASURES, Facts
from incidents.metrics.statistics import Spread, Tally

_FEW_LISTED = 5


@dataclass(frozen=True)
class Minutes:
    """Minutes that customers lost, and of how many components nobody knows the share or the times."""

    lost: float = 0
    counted: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Group:
    """The incidents that are alike in something: their number, what customers lost, and how long they took."""

    key: Hashable
    count: int
    minutes: Minutes
    spreads: Mapping[str, Spread]


@dataclass(frozen=True)
class Sheet:
    """`months` has every month of the time, also empty ones; the other groups have those that occur."""

    total: Group
    months: tuple[Group, ...]
    severities: tuple[Group, ...]
    components: tuple[Group, ...]
    teams: tuple[Group, ...]
    longest: tuple[Facts, ...]
    made_at: datetime


def sheet_of(facts: Iterable[Facts], *, months: Iterable[date], zone: ZoneInfo, at: datetime) -> Sheet:
    """Every number, worked out anew. `months` are their first days, in the zone of the site."""
    facts = list(facts)

    by_month = {
        group.key: group for group in _groups(facts, lambda each: each.began_at.astimezone(zone).date().replace(day=1))
    }
    known = [each for each in facts if each.lengths.get("to_resolve")]
    return Sheet(
        total=_group("", facts),
        months=tuple(by_month.get(first) or _group(first, []) for first in months),
        severities=_groups(facts, lambda each: each.severity),
        components=tuple(
            _group(key, members, component=key)
            for key, members in _grouped(facts, lambda each: each.components).items()
        ),
        teams=_groups(facts, lambda each: each.team),
        longest=tuple(sorted(known, key=_resolved_after, reverse=True)[:_FEW_LISTED]),
        made_at=at,
    )


def _resolved_after(facts: Facts) -> float:
    length = facts.lengths["to_resolve"]
    return length.low if length else 0


def _groups(facts: Iterable[Facts], key: Callable[[Facts], Hashable]) -> tuple[Group, ...]:
    return tuple(_group(each, members) for each, members in _grouped(facts, lambda one: [key(one)]).items())


def _grouped(facts: Iterable[Facts], keys: Callable[[Facts], Iterable[Hashable]]) -> dict[Hashable, list[Facts]]:
    found: dict[Hashable, list[Facts]] = defaultdict(list)
    for each in facts:
        for key in keys(each):
            found[key].append(each)
    return found


def _group(key: Hashable, facts: list[Facts], *, component: Hashable = None) -> Group:
    """With a component, only what customers lost of that one counts."""
    tallies = {name: Tally() for name in MEASURES}
    for each in facts:
        for name, length in each.lengths.items():
            tallies[name].add(length)
    return Group(key, len(facts), _minutes(facts, component), {name: tally.spread for name, tally in tallies.items()})


def _minutes(facts: Iterable[Facts], component: Hashable) -> Minutes:
    lost = [each.minutes for one in facts for each in one.lost if component in {None, each.component}]
    known = [minutes for minutes in lost if minutes is not None]
    return Minutes(sum(known), len(known), len(lost) - len(known))
