"""Events with all that readers were told of them, in a number of queries that doesn't grow with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Prefetch

from incidents.models import EventComponent, EventKind, EventStatus, EventUpdate, Publication, PublicEvent
from incidents.models.event import PublicEventQuerySet
from incidents.rendering import clean_text

MOST = 50  # of the newest, in every list that other programs read


@dataclass(frozen=True)
class Told:
    """An event, its updates with the newest first, the components it is about, and the report that stands."""

    event: PublicEvent
    updates: tuple[EventUpdate, ...]
    about: tuple[EventComponent, ...]
    report: Publication | None

    @property
    def title(self) -> str:
        return clean_text(self.event.title)

    @property
    def is_maintenance(self) -> bool:
        return self.event.kind == EventKind.MAINTENANCE

    @property
    def has_postmortem(self) -> bool:
        """A report on what still goes on leaves it open: it must not vanish from the lists of what is open."""
        return self.report is not None and self.event.is_over

    @property
    def labels(self) -> tuple[str, ...]:
        """A word for each update: its step, or “Update” where the step is that of the update before."""
        following = pairwise([*(update.status for update in self.updates), ""])
        return tuple("Update" if status == earlier else EventStatus(status).label for status, earlier in following)


def told(events: PublicEventQuerySet) -> list[Told]:
    """The events in their order; one may have a report and no updates, or the other way round."""
    updates = EventUpdate.objects.newest_first()
    about = EventComponent.objects.select_related("component").order_by("component__position", "component__name", "pk")
    rows = list(
        events.defer("search").prefetch_related(
            Prefetch("updates", queryset=updates, to_attr="posted"),
            Prefetch("components", queryset=about, to_attr="concerned"),
        )
    )
    reports = standing_reports(rows)
    return [
        Told(
            row,
            tuple(row.posted),  # type: ignore[attr-defined]  # the prefetch
            tuple(row.concerned),  # type: ignore[attr-defined]
            reports.get(row.public_id),
        )
        for row in rows
    ]


def standing_reports(events: Iterable[PublicEvent]) -> dict[str, Publication]:
    reported = [event.public_id for event in events if event.report_number]
    return {each.public_id: each for each in Publication.objects.standing().filter(public_id__in=reported)}
