"""Everything that ever was, by the month in which it began, in pages whose numbers never shift.

A page holds up to PAGE_SIZE entries of a month, counted from the first that was recorded: what comes later is added to
the month's last page, wherever it lies in time. So a change touches its own page, the last one, and their neighbours,
however long the history is. Months are those of UTC: a page keeps its address when the site's zone changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.urls import reverse

from incidents.models import Component, ComponentStatus, ImpactWindow, Publication, PublicEvent
from incidents.public.editions import Edition, editions

PAGE_SIZE = 50
_MONTH_OF_THE_ONE_BEFORE = "date_trunc('month', found.at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"


@dataclass(frozen=True)
class Month:
    """A month of UTC, by its first day."""

    first: date

    @classmethod
    def of(cls, moment: datetime) -> Month:
        return cls(moment.astimezone(UTC).date().replace(day=1))

    @classmethod
    def numbered(cls, year: int, month: int) -> Month:
        """Raises Http404 for a month that no calendar has."""
        if not (0 < year < date.max.year and 0 < month <= 12):
            raise Http404
        return cls(date(year, month, 1))

    @property
    def start(self) -> datetime:
        return datetime(self.first.year, self.first.month, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return Month.of(self.start + timedelta(days=31)).start

    @property
    def name(self) -> str:
        """`March 2026`."""
        return f"{self.first:%B} {self.first.year}"

    @property
    def short(self) -> str:
        return f"{self.first:%B}"


@dataclass(frozen=True)
class MonthPage:
    """A page of a month: its entries newest first, and the ways on. Addresses are empty where there is nothing."""

    month: Month
    number: int
    events: tuple[Edition, ...]
    earlier: str
    later: str
    month_before: tuple[str, str]
    month_after: tuple[str, str]


@dataclass(frozen=True)
class Archive:
    """Some events by month. `moments` are rows whose `started_at` dates the entries, `order` is a key that stays.

    `within` gives the events of a span; `home` is the path of the page that begins with the newest, `address` that of a
    month, and of its further pages.
    """

    home: str
    moments: QuerySet[Any]
    within: Callable[[datetime, datetime], QuerySet[PublicEvent]]
    order: str
    address: Callable[[list[int]], str]

    def path(self, month: Month, number: int = 1) -> str:
        place = [month.first.year, month.first.month]
        return self.address(place if number == 1 else [*place, number])

    def events_of(self, month: Month) -> QuerySet[PublicEvent]:
        """In the order in which they were recorded.

        Not by the plain column: its index would lead the database through all of history up to that month.
        """
        return self.within(month.start, month.end).order_by(F(self.order) + 0)

    def newest(self, until: datetime) -> Month | None:
        """The last month with something in it that has begun, else the first one to come."""
        begun = self._first(self.moments.filter(started_at__lte=until).order_by("-started_at"))
        return begun or self._first(self.moments.order_by("started_at"))

    def months(self) -> list[Month]:
        """All with something in them, newest first: one query, and one look into the index for each."""
        newest = self.moments.order_by("-started_at").values("started_at")[:1]
        before = self.moments.filter(started_at__lt=RawSQL(_MONTH_OF_THE_ONE_BEFORE, ()))  # noqa: S611  # a constant
        before = before.order_by("-started_at").values("started_at")[:1]
        (first, first_values), (following, values) = (each.query.sql_with_params() for each in (newest, before))
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH RECURSIVE found(at) AS (({first}) UNION ALL SELECT ({following}) FROM found "  # noqa: S608
                "WHERE found.at IS NOT NULL) SELECT at FROM found WHERE at IS NOT NULL",
                [*first_values, *values],
            )
            return [Month.of(moment) for (moment,) in cursor.fetchall()]

    def page(self, month: Month, number: int = 1) -> MonthPage:
        """Raises Http404 for a page that has nothing."""
        first = PAGE_SIZE * (number - 1)
        found = editions(self.events_of(month)[first : first + PAGE_SIZE + 1]) if 0 < number < 1_000_000 else []
        if not found:
            raise Http404
        shown = sorted(found[:PAGE_SIZE], key=lambda event: (event.started_at, event.pk), reverse=True)
        return MonthPage(
            month=month,
            number=number,
            events=tuple(shown),
            earlier=self.path(month, number - 1) if number > 1 else "",
            later=self.path(month, number + 1) if len(found) > PAGE_SIZE else "",
            month_before=self._link(self._before(month)) if number == 1 else ("", ""),
            month_after=self._link(self._after(month)) if number == 1 else ("", ""),
        )

    def last_number(self, month: Month) -> int:
        return max(1, -(-self.events_of(month).count() // PAGE_SIZE))

    def all_paths(self) -> Iterator[str]:
        for month in self.months():
            for number in range(1, self.last_number(month) + 1):
                yield self.path(month, number)

    def paths_told_of(self, event: PublicEvent, month: Month, *, came_back: bool = False) -> Iterator[str]:
        """The pages of a month that change with an event: its own, the last two, and the months beside.

        Where the event has left the month, all pages behind it changed, and the last may be gone: it answers 404. An
        event that may have come back to its old place changed those behind it too.
        """
        events = self.events_of(month)
        last = -(-events.count() // PAGE_SIZE)
        own = events.filter(pk=event.pk).values_list(self.order, flat=True).first()
        if own is None:
            numbers = set(range(1, last + 2))
        else:
            place = events.filter(**{f"{self.order}__lt": own}).count() // PAGE_SIZE + 1
            numbers = set(range(place, last + 1)) if came_back else {place, max(1, last - 1), last}
        yield from (self.path(month, number) for number in sorted(numbers))
        for beside in (self._before(month), self._after(month)):
            if beside:
                yield self.path(beside)

    def _before(self, month: Month) -> Month | None:
        return self._first(self.moments.filter(started_at__lt=month.start).order_by("-started_at"))

    def _after(self, month: Month) -> Month | None:
        return self._first(self.moments.filter(started_at__gte=month.end).order_by("started_at"))

    def _link(self, month: Month | None) -> tuple[str, str]:
        return (self.path(month), month.name) if month else ("", "")

    @staticmethod
    def _first(moments: QuerySet[Any]) -> Month | None:
        found = moments.values_list("started_at", flat=True)[:1]
        return next((Month.of(moment) for moment in found), None)


def history() -> Archive:
    """All events."""
    return _of_events(PublicEvent.objects.all(), "history")


def of_tag(tag: str) -> Archive:
    """The events whose report has a tag. Events come and go, wherever they lie, so pages do shift."""
    return _of_events(PublicEvent.objects.filter(tags__contains=[tag]), "tag", tag)


def of_cause(cause: str) -> Archive:
    """Likewise those whose report names a cause."""
    return _of_events(PublicEvent.objects.filter(cause=cause).exclude(cause=""), "cause", cause)


def by_label(tags: Iterable[str], causes: Iterable[str]) -> list[Archive]:
    """The archives of some tags and causes, each once."""
    tags, causes = sorted({tag for tag in tags if tag}), sorted({cause for cause in causes if cause})
    return [*map(of_tag, tags), *map(of_cause, causes)]


def of_component(component: Component) -> Archive:
    """The events by which a component was affected, in the months in which it was."""
    windows = ImpactWindow.objects.counted().filter(component=component, event__isnull=False)

    def within(start: datetime, end: datetime) -> QuerySet[PublicEvent]:
        here = windows.filter(started_at__gte=start, started_at__lt=end)
        return PublicEvent.objects.filter(pk__in=here.values("event"))

    return Archive(
        home=reverse("public:component", args=[component.public_id]),
        moments=windows,
        within=within,
        order="pk",
        address=lambda place: _path("component", *place, before=component.public_id),
    )


def reports() -> Archive:
    """The events whose report stands, in the order of their first publication."""
    return _of_events(PublicEvent.objects.filter(report_number__gt=0), "reports", order="first_publication")


def _of_events(events: QuerySet[PublicEvent], name: str, before: str = "", *, order: str = "pk") -> Archive:
    return Archive(
        home=reverse(f"public:{name}", args=[before] if before else []),
        moments=events,
        within=lambda start, end: events.filter(started_at__gte=start, started_at__lt=end),
        order=order,
        address=lambda place: _path(name, *place, before=before),
    )


@lru_cache(maxsize=4_000)  # every month of years is linked from each list
def _path(name: str, *place: int, before: str = "") -> str:
    """Of a month, or of a further page of it; `before` is what the address names first."""
    args = [before, *place] if before else place
    return reverse(f"public:{name}_{'month' if len(place) == 2 else 'page'}", args=args)


def months_by_year(archive: Archive) -> list[tuple[int, list[tuple[str, str]]]]:
    """Every month as path and name, by year, newest first."""
    years: dict[int, list[tuple[str, str]]] = {}
    for month in archive.months():
        years.setdefault(month.first.year, []).append((archive.path(month), month.short))
    return list(years.items())


def months_of(event: PublicEvent, publications: list[Publication]) -> set[Month]:
    """The month of an event, and those in which it may have been listed before its start was corrected."""
    moments = [event.started_at, *(each.snapshot.started_at for each in publications)]
    first = event.updates.order_by("display_at").values_list("display_at", flat=True).first()
    return {Month.of(moment) for moment in [*moments, first] if moment}


def component_months(event: PublicEvent, publications: list[Publication]) -> dict[Component, set[Month]]:
    """Likewise for the components that an event is, or was, about."""
    found: dict[Component, set[Month]] = {}
    for window in ImpactWindow.objects.filter(event=event).select_related("component"):
        found.setdefault(window.component, set()).add(Month.of(window.started_at))
    keys = {row.key for each in publications for row in each.snapshot.components if row.key}
    hurt = {
        row["component"]
        for affected in event.updates.values_list("affected", flat=True)
        for row in affected
        if {row.get("old"), row.get("new")} != {ComponentStatus.OPERATIONAL}
    }
    by_key = Component.objects.in_bulk(keys | hurt, field_name="public_id")
    for each in publications:
        for row in each.snapshot.components:
            moment = row.started_at or each.snapshot.started_at
            if row.key in by_key and moment:
                found.setdefault(by_key[row.key], set()).add(Month.of(moment))
    for key in hurt & by_key.keys():
        found.setdefault(by_key[key], set()).update(months_of(event, publications))
    for component in Component.objects.filter(events__event=event):
        found.setdefault(component, set())
    return found
