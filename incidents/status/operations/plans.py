"""Planned work that comes again: its next occurrences are announced ahead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.models import Activity, Component, EventStatus, MaintenancePlan, PublicEvent
from incidents.status.operations.maintenance import cancel_maintenance, plan_maintenance
from incidents.status.recurrence import occurrence_id, upcoming

if TYPE_CHECKING:
    from accounts.models import User

STOPPED = "This planned work will not take place."


class NeverComes(Exception):
    """A rule that names no time to come."""

    def __init__(self) -> None:
        super().__init__("No time to come follows from this. Choose a later last day.")


@transaction.atomic
def start_plan(
    *,
    title: str,
    text: str,
    components: Collection[Component],
    rule: str,
    starts_at: datetime,
    minutes: int,
    time_zone: str,
    by: User,
    at: datetime,
) -> MaintenancePlan:
    """Plan work that comes again, and announce its next occurrences. Raises NeverComes."""
    plan = MaintenancePlan.objects.create(
        title=title,
        text=text,
        rule=rule,
        starts_at=starts_at,
        minutes=minutes,
        time_zone=time_zone,
        created_at=at,
    )
    plan.components.set(components)
    Activity.objects.record(None, "planned recurring work", by=by, at=at, new={"title": title, "rule": rule})
    if not _announce(plan, by=by, at=at):
        raise NeverComes
    return plan


@transaction.atomic
def stop_plan(plan: MaintenancePlan, *, by: User, at: datetime) -> MaintenancePlan:
    """Announce nothing more, and call off what is announced and has not begun."""
    plan = MaintenancePlan.objects.select_for_update().get(pk=plan.pk)
    if not plan.is_active:
        return plan
    plan.is_active = False
    plan.save(update_fields=["is_active"])
    for event in plan.events.filter(status=EventStatus.SCHEDULED):
        cancel_maintenance(event, text=STOPPED, by=by, at=at)
    Activity.objects.record(None, "stopped recurring work", by=by, at=at, old={"title": plan.title, "rule": plan.rule})
    return plan


def announce_recurring(at: datetime) -> list[PublicEvent]:
    """For the worker: announce what has come within thirty days. Twice is once."""
    announced: list[PublicEvent] = []
    for pk in list(MaintenancePlan.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            plan = MaintenancePlan.objects.select_for_update().get(pk=pk)
            if plan.is_active:
                announced += _announce(plan, by=None, at=at)
    return announced


def _announce(plan: MaintenancePlan, *, by: User | None, at: datetime) -> list[PublicEvent]:
    starts = {occurrence_id(plan, start): start for start in upcoming(plan, at=at)}
    known = set(PublicEvent.objects.filter(public_id__in=starts).values_list("public_id", flat=True))
    components = list(plan.components.all())
    return [
        plan_maintenance(
            title=plan.title,
            text=plan.text,
            components=components,
            start=start,
            end=start + timedelta(minutes=plan.minutes),
            plan=plan,
            public_id=public_id,
            by=by,
            at=at,
        )
        for public_id, start in starts.items()
        if public_id not in known
    ]
