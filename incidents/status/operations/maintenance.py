"""Planned work: announced, moved on at its times by the worker, called off."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from incidents.edits import Seen, check_unchanged
from incidents.models import (
    Activity,
    Component,
    ComponentStatus,
    EventImpact,
    EventKind,
    EventStatus,
    EventUpdate,
    MaintenancePlan,
    PublicEvent,
)
from incidents.models.course import affected_list
from incidents.models.public_ids import new_public_id
from incidents.status.operations.retelling import retell
from incidents.status.operations.updates import WrongStep, post_update

if TYPE_CHECKING:
    from accounts.models import User

BEGUN = "The planned work has begun."
DONE = "The planned work is completed."
logger = logging.getLogger(__name__)


class WrongTimes(Exception):
    """Work that ends before it begins, or that is over before anybody is told."""


@transaction.atomic
def plan_maintenance(
    *,
    title: str,
    text: str,
    components: Collection[Component],
    start: datetime,
    end: datetime,
    by: User | None,
    at: datetime,
    moves_by_itself: bool = True,
    plan: MaintenancePlan | None = None,
    public_id: str = "",
) -> PublicEvent:
    """Announce planned work: it is public at once. Raises WrongTimes."""
    _check_times(start, end, at=at)
    event = PublicEvent.objects.create(
        kind=EventKind.MAINTENANCE,
        public_id=public_id or new_public_id(),
        title=title,
        posted_title=title,
        status=EventStatus.SCHEDULED,
        impact=EventImpact.MAINTENANCE,
        started_at=start,
        scheduled_for=start,
        scheduled_until=end,
        moves_by_itself=moves_by_itself,
        plan=plan,
        created_at=at,
        updated_at=at,
    )
    levels = dict.fromkeys(components, ComponentStatus.OPERATIONAL.value)
    post_update(event, status=EventStatus.SCHEDULED, text=text, levels=levels, by=by, at=at)
    event.refresh_from_db()
    return event


@transaction.atomic
def revise_maintenance(
    event: PublicEvent, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> PublicEvent:
    """Change what `maintenance_values` names. Work that has begun keeps its start and its components.

    Raises WrongTimes, WrongStep when it is over, or EditConflict when the same was changed meanwhile.
    """
    event = PublicEvent.objects.locked(event)
    if event.is_over:
        raise WrongStep(event)
    old = maintenance_values(event)
    check_unchanged(old, changes, seen)
    new = {**old, **changes}
    if event.status != EventStatus.SCHEDULED:
        new |= {name: old[name] for name in ("scheduled_for", "components")}
    if new == old:
        return event
    _check_times(new["scheduled_for"], new["scheduled_until"], at=at)
    for name in ("title", "scheduled_for", "scheduled_until", "moves_by_itself"):
        setattr(event, name, new[name])
    event.posted_title = event.title
    if new["components"] != old["components"]:
        _announce_for(event, new["components"])
    retell(event, at=at)
    said = {name: {key: str(value) for key, value in values.items()} for name, values in (("old", old), ("new", new))}
    Activity.objects.record(None, "changed planned work", by=by, at=at, event=event.public_id, **said)
    return event


def maintenance_values(event: PublicEvent) -> dict[str, Any]:
    """Planned work as its form shows it; components by their public ids, in order."""
    names = ("title", "scheduled_for", "scheduled_until", "moves_by_itself")
    components = event.components.order_by("component__public_id").values_list("component__public_id", flat=True)
    return {**{name: getattr(event, name) for name in names}, "components": tuple(components)}


def cancel_maintenance(
    event: PublicEvent, *, text: str, by: User, at: datetime, seen: int | None = None
) -> EventUpdate:
    """Call the work off, and say so. Raises WrongStep when it is over, ToldMeanwhile."""
    with transaction.atomic():
        event = PublicEvent.objects.locked(event)
        if event.is_over:
            raise WrongStep(event)
        return post_update(event, status=EventStatus.CANCELLED, text=text, by=by, at=at, seen=seen)


def move_maintenance(at: datetime) -> list[EventUpdate]:
    """Begin and end what is due, each in a transaction of its own; a worker that comes late tells the planned times.

    Two workers don't get into each other's way. What fails is logged and doesn't hold up the rest; only a database
    that is away is waited for.
    """
    due = PublicEvent.objects.maintenance().filter(_due(at)).order_by("scheduled_for", "pk")
    told: list[EventUpdate] = []
    for pk in list(due.values_list("pk", flat=True)):
        try:
            moves = (_move_on(pk, at=at) for _ in ("begin", "end"))
            told += filter(None, moves)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Planned work %s could not be moved on", pk)
    return told


def _due(at: datetime) -> Q:
    """What has come to its start or its end. Who verifies, completes by hand."""
    begins = Q(status=EventStatus.SCHEDULED, scheduled_for__lte=at)
    ends = Q(status=EventStatus.IN_PROGRESS, scheduled_until__lte=at)
    return Q(moves_by_itself=True) & (begins | ends)


@transaction.atomic
def _move_on(pk: int, *, at: datetime) -> EventUpdate | None:
    event = PublicEvent.objects.select_for_update(of=("self",)).filter(_due(at), pk=pk).first()
    if event is None:
        return None  # another worker, or a person, was faster
    begins = event.status == EventStatus.SCHEDULED
    level = ComponentStatus.UNDER_MAINTENANCE if begins else ComponentStatus.OPERATIONAL
    planned = event.scheduled_for if begins else event.scheduled_until
    shown = event.updates.order_by("-display_at").values_list("display_at", flat=True).first()
    return post_update(
        event,
        status=EventStatus.IN_PROGRESS if begins else EventStatus.COMPLETED,
        text=BEGUN if begins else DONE,
        levels={row.component: level for row in event.components.select_related("component")},
        display_at=max(filter(None, (planned, shown))),  # it comes after all that was said, or it would not count
        by=None,
        at=at,
    )


def _announce_for(event: PublicEvent, keys: Collection[str]) -> None:
    """Which components the work is about is what its announcements name."""
    good = ComponentStatus.OPERATIONAL.value
    names = dict(Component.objects.filter(public_id__in=keys).values_list("public_id", "name"))
    affected = affected_list({}, dict.fromkeys(sorted(names), good), names)
    event.updates.filter(status=EventStatus.SCHEDULED).update(affected=affected)


def _check_times(start: datetime, end: datetime, *, at: datetime) -> None:
    if end <= start:
        raise WrongTimes("This ends before it begins.")
    if end <= at:
        raise WrongTimes("This is over already. Announce work that is still to come.")
