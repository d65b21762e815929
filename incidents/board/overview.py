"""What a manager asks beyond the rows: who keeps promises, how long they take, what is missing, what comes again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, TruncMonth

from incidents.board.figures import Share
from incidents.board.filters import AGE_LABELS, AGES, window
from incidents.models import (
    ActionItem,
    ActionKind,
    ActionState,
    Incident,
    IncidentComponent,
    Report,
    ReportStatus,
    Team,
)
from incidents.models.action_item import IS_KEPT, IS_UNDERWAY, ActionItemQuerySet, is_late
from incidents.models.report import ReportQuerySet
from incidents.snapshot import CAUSES

if TYPE_CHECKING:
    from accounts.models import User

COHORT_DAYS = (30, 60, 90)
_MONTHS = 12
_LISTED = 10
_UNPUBLISHED = (ReportStatus.DRAFT, ReportStatus.IN_REVIEW, ReportStatus.APPROVED)


@dataclass(frozen=True)
class Cohort:
    """The promises of one month, and how many of them were done after so many days.

    A share is None while some of the month’s promises are not that old yet.
    """

    first: date
    opened: int
    done: tuple[Share | None, ...]

    @property
    def by_days(self) -> list[tuple[int, Share | None]]:
        return list(zip(COHORT_DAYS, self.done, strict=True))


@dataclass(frozen=True)
class Standing:
    """The promises of one team or kind. `query` leads to them on the board."""

    name: str
    query: str
    kept: Share
    underway: int
    late: int


@dataclass(frozen=True)
class Bucket:
    label: str
    query: str
    count: int


@dataclass(frozen=True)
class Missing:
    """Incidents that lack something: how many, and the newest."""

    heading: str
    count: int
    first: tuple[Incident, ...]


@dataclass(frozen=True)
class Stuck:
    """A report that is not out. `since` is when it began to stand where it is; `days_over` how late it is."""

    report: Report
    since: datetime
    days: int
    days_over: int


@dataclass(frozen=True)
class Repeat:
    """It happened again to a component, for the same cause, while a promise from earlier was still open."""

    incident: Incident
    component: str
    cause: str
    earlier: ActionItem

    @property
    def cause_label(self) -> str:
        return CAUSES.get(self.cause, self.cause)


@dataclass(frozen=True)
class Overview:
    made_at: datetime
    cohorts: tuple[Cohort, ...]
    teams: tuple[Standing, ...]
    kinds: tuple[Standing, ...]
    ages: tuple[Bucket, ...]
    missing: tuple[Missing, ...]
    stuck: tuple[Stuck, ...]
    stuck_count: int
    repeats: tuple[Repeat, ...]


def overview_of(user: User, *, on: date, at: datetime) -> Overview:
    """Of what this person may see, on a day in UTC. The number of queries is the same however much there is."""
    items = ActionItem.objects.visible_to(user)
    incidents = Incident.objects.visible_to(user)
    reports = _unpublished(user)
    return Overview(
        made_at=at,
        cohorts=_cohorts(items, on=on),
        teams=_standings(items, "team", [(pk, name, f"team={pk}") for pk, name in _teams()], on=on),
        kinds=_standings(items, "kind", [(kind.value, kind.label, f"kind={kind}") for kind in ActionKind], on=on),
        ages=_ages(items, on=on),
        missing=tuple(_missing(incidents, on=on)),
        stuck=_stuck(reports, on=on, at=at),
        stuck_count=reports.filter(due_on__lt=on).count(),
        repeats=_repeats(user, incidents, on=on),
    )


# ── Promises ────────────────────────────────────────────────────────────────
def _cohorts(items: ActionItemQuerySet, *, on: date) -> tuple[Cohort, ...]:
    firsts = list(_months(on))
    opened_on = Cast("opened_at", DateField())
    after = {
        f"done_{days}": Count(
            "pk",
            filter=Q(
                state=ActionState.DONE,
                closed_on__lte=ExpressionWrapper(F("opened_on") + timedelta(days=days), output_field=DateField()),
            ),
        )
        for days in COHORT_DAYS
    }
    promised = items.exclude(state=ActionState.CANDIDATE).opened_within(firsts[0], on).order_by()
    rows = promised.annotate(opened_on=opened_on, month=TruncMonth("opened_at", tzinfo=UTC)).values("month")
    counted: dict[date, dict[str, Any]] = {
        row["month"].date(): {**row} for row in rows.annotate(opened=Count("pk"), **after)
    }
    cohorts = []
    for first in firsts:
        row = counted.get(first)
        opened = row["opened"] if row else 0
        last = _next_month(first) - timedelta(days=1)
        shares = tuple(
            Share(row[f"done_{days}"] if row else 0, opened) if last + timedelta(days=days) < on else None
            for days in COHORT_DAYS
        )
        cohorts.append(Cohort(first, opened, shares))
    return tuple(cohorts)


def _standings(
    items: ActionItemQuerySet, column: str, names: Iterable[tuple[Any, str, str]], *, on: date
) -> tuple[Standing, ...]:
    due = _grouped(items.due_within(*window(on, 90)), column, due=Count("pk"), kept=Count("pk", filter=IS_KEPT))
    underway = _grouped(
        items.not_closed(),
        column,
        underway=Count("pk", filter=IS_UNDERWAY),
        late=Count("pk", filter=is_late(on)),
    )
    found = []
    for key, name, query in names:
        was, now = due[key], underway[key]
        found.append(Standing(name, query, Share(was["kept"], was["due"]), now["underway"], now["late"]))
    return tuple(each for each in found if each.kept.due or each.underway)


def _grouped(items: ActionItemQuerySet, column: str, **counts: Count) -> dict[Any, Counter[str]]:
    """What is counted, by what stands in the column; nought where nothing does."""
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for row in items.order_by().values(column).annotate(**counts):
        found[row.pop(column)].update(row)
    return found


def _teams() -> QuerySet[Team, tuple[int, str]]:
    return Team.objects.values_list("pk", "name")


def _ages(items: ActionItemQuerySet, *, on: date) -> tuple[Bucket, ...]:
    """How long ago those were opened that are not closed, by the filter of the board."""
    filters = {}
    for name, (youngest, oldest) in AGES.items():
        span = Q(opened_at__lt=_midnight(on - timedelta(days=youngest - 1)))
        if oldest is not None:
            span &= Q(opened_at__gte=_midnight(on - timedelta(days=oldest)))
        filters[f"age_{name}"] = Count("pk", filter=span)
    counted = items.not_closed().aggregate(**filters)
    return tuple(Bucket(label, f"age={name}", counted[f"age_{name}"]) for name, label in AGE_LABELS if name)


# ── Incidents and reports ───────────────────────────────────────────────────
def _missing(incidents: QuerySet[Incident], *, on: date) -> Iterable[Missing]:
    """Of the last twelve months, what has a severity that asks for a report."""
    recent = incidents.filter(opened_at__gte=_midnight(_first_month(on)), severity__needs_report=True)
    without = (
        ("without a published report", recent.filter(publications=None)),
        ("without an action item", recent.filter(action_items=None, report__no_action_reason="")),
        ("without anybody who writes the report", recent.filter(publications=None, report__owner=None)),
    )
    for heading, lacking in without:
        first = lacking.order_by("-opened_at", "-pk").select_related("severity")[:_LISTED]
        yield Missing(heading, lacking.count(), tuple(first))


def _unpublished(user: User) -> ReportQuerySet:
    waiting = Report.objects.visible_to(user).filter(status__in=_UNPUBLISHED, incident__publications=None)
    return waiting.filter(incident__severity__needs_report=True)


def _stuck(reports: ReportQuerySet, *, on: date, at: datetime) -> tuple[Stuck, ...]:
    """Those that are overdue, the longest first."""
    overdue = reports.filter(due_on__lt=on).order_by("due_on", "pk")
    shown: QuerySet[Any] = overdue.with_waiting_since().select_related("incident__severity", "owner")[:_LISTED]
    found = []
    for report in shown:
        since = report.waiting_since or report.incident.opened_at
        found.append(Stuck(report, since, (at - since).days, (on - report.due_on).days))
    return tuple(found)


def _repeats(user: User, incidents: QuerySet[Incident], *, on: date) -> tuple[Repeat, ...]:
    """Incidents of the last twelve months that another foretold, the newest first."""
    earlier = (
        ActionItem.objects.visible_to(user)
        .underway()
        .filter(
            incident__report__cause=OuterRef("incident__report__cause"),
            incident__impacts__component=OuterRef("component"),
            incident__opened_at__lt=OuterRef("incident__opened_at"),
        )
    )
    again = (
        IncidentComponent.objects.filter(
            incident__in=incidents.filter(opened_at__gte=_midnight(_first_month(on))).values("pk")
        )
        .exclude(incident__report__cause="")
        .filter(Exists(earlier))
        .order_by("-incident__opened_at", "pk")
        .select_related("incident__severity", "incident__report", "component")
    )
    touched = list(again[:_LISTED])
    promises = _open_promises(user, touched)
    found = []
    for each in touched:
        cause = each.incident.report.cause
        open_before = [
            item
            for item in promises.get((cause, each.component_id), ())
            if item.incident.opened_at < each.incident.opened_at
        ]
        if open_before:
            found.append(Repeat(each.incident, each.component.name, cause, open_before[-1]))
    return tuple(found)


def _open_promises(user: User, touched: Sequence[IncidentComponent]) -> dict[tuple[str, int], list[ActionItem]]:
    """By cause and component, what is underway since incidents of that kind, the oldest first."""
    found: dict[tuple[str, int], list[ActionItem]] = {}
    if not touched:
        return found
    open_ones = (
        ActionItem.objects.visible_to(user)
        .underway()
        .filter(
            incident__report__cause__in={each.incident.report.cause for each in touched},
            incident__impacts__component__in={each.component_id for each in touched},
        )
        .order_by("incident__opened_at", "pk")
    )
    rows = list(open_ones.values_list("incident__report__cause", "incident__impacts__component", "pk"))
    items = ActionItem.objects.select_related("incident").in_bulk({pk for _, _, pk in rows})
    for cause, component, pk in rows:
        found.setdefault((cause, component), []).append(items[pk])
    return found


# ── Days ────────────────────────────────────────────────────────────────────
def _months(on: date) -> Iterable[date]:
    month = _first_month(on)
    while month <= on:
        yield month
        month = _next_month(month)


def _first_month(on: date) -> date:
    """The first day of the earliest month that is shown."""
    months = on.year * 12 + on.month - _MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
