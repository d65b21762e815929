"""What the promises add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import TruncWeek

from incidents.board.filters import window
from incidents.models import ActionState
from incidents.models.action_item import IS_KEPT, IS_UNDERWAY, ActionItemQuerySet, is_late, is_unowned

WEEKS = 13


@dataclass(frozen=True)
class Share:
    """`done` of `due` were done by their day. `percent` is None where nothing was due."""

    done: int
    due: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.done / self.due) if self.due else None


@dataclass(frozen=True)
class Week:
    """A week from its Monday, with the heights of its two bars in per cent of the highest."""

    first: date
    opened: int
    done: int
    opened_height: float
    done_height: float

    @property
    def opened_top(self) -> float:
        return 100 - self.opened_height

    @property
    def done_top(self) -> float:
        return 100 - self.done_height


@dataclass(frozen=True)
class Figures:
    kept: Share
    kept_before: Share
    late: int
    oldest_late: int  # days
    underway: int
    unowned: int
    candidates: int
    weeks: tuple[Week, ...]


def figures(items: ActionItemQuerySet, *, on: date) -> Figures:
    """Of the items that somebody may see, on a day in UTC. Four queries; an index has all that each counts by."""
    now = items.not_closed().aggregate(
        underway=Count("pk", filter=IS_UNDERWAY),
        candidates=Count("pk", filter=Q(state=ActionState.CANDIDATE)),
        late=Count("pk", filter=is_late(on)),
        oldest=Min("due_or_never", filter=IS_UNDERWAY),
        unowned=Count("pk", filter=IS_UNDERWAY & is_unowned()),
    )
    kept, kept_before = _shares(items, on=on)
    return Figures(
        kept=kept,
        kept_before=kept_before,
        late=now["late"],
        oldest_late=max(0, (on - now["oldest"]).days) if now["oldest"] else 0,
        underway=now["underway"],
        unowned=now["unowned"],
        candidates=now["candidates"],
        weeks=_weeks(items, on=on),
    )


def _shares(items: ActionItemQuerySet, *, on: date) -> tuple[Share, Share]:
    """Of the last 90 days, and of the 90 before."""
    first, last = window(on, 90)
    before, _ = window(on, 180)
    recent = Q(due_or_never__gte=first)
    counted = items.due_within(before, last).aggregate(
        due=Count("pk", filter=recent),
        kept=Count("pk", filter=recent & IS_KEPT),
        due_before=Count("pk", filter=~recent),
        kept_before=Count("pk", filter=~recent & IS_KEPT),
    )
    return Share(counted["kept"], counted["due"]), Share(counted["kept_before"], counted["due_before"])


def _weeks(items: ActionItemQuerySet, *, on: date) -> tuple[Week, ...]:
    monday = on - timedelta(days=on.weekday())
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    last = monday + timedelta(days=6)
    opened = _by_week(items.opened_within(mondays[0], last), "opened_at")
    done = _by_week(items.filter(state=ActionState.DONE, closed_on__range=(mondays[0], last)), "closed_on")
    most = max([*opened.values(), *done.values(), 1])
    return tuple(
        Week(first, opened[first], done[first], 100 * opened[first] / most, 100 * done[first] / most)
        for first in mondays
    )


def _by_week(items: ActionItemQuerySet, column: str) -> Counter[date]:
    weeks = items.order_by().annotate(week=TruncWeek(column)).values_list("week").annotate(count=Count("pk"))
    return Counter({week.date() if isinstance(week, datetime) else week: count for week, count in weeks})
