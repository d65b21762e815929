"""Events with all that readers were told of them, in a number of queries that doesn't grow with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from incidents.models import EventComponent, EventKind, EventStatus, EventUpdate, Publication, PublicEvent
from incidents.public.events import components_of, events_of, updates_of
from incidents.public.reading import read_each_once
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


def told_of(keys: list[int]) -> dict[int, Told]:
    """Events by their keys."""
    return {each.event.pk: each for each in told(events_of(keys).values())}


def told(events: Collection[PublicEvent]) -> list[Told]:
    """In their order; one may have a report and no updates, or the other way round."""
    keys = [each.pk for each in events]
    updates, about = updates_of(keys), components_of(keys)
    reports = standing_reports(events)
    return [Told(each, updates[each.pk], about[each.pk], reports.get(each.public_id)) for each in events]


def standing_reports(events: Iterable[PublicEvent]) -> dict[str, Publication]:
    """By the public ids of their events."""
    found = _standing(event.public_id for event in events if event.report_number)
    return {key: report for key, report in found.items() if report}


@read_each_once
def _standing(public_ids: list[str]) -> dict[str, Publication | None]:
    found = {each.public_id: each for each in Publication.objects.standing().filter(public_id__in=public_ids)}
    return {key: found.get(key) for key in public_ids}
