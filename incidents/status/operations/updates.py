"""Tell customers while it happens: post, correct, promise the next word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.edits import Seen, check_unchanged, stored_values
from incidents.models import (
    OVER,
    Activity,
    Component,
    ComponentStatus,
    EarlierUpdate,
    EventKind,
    EventStatus,
    EventUpdate,
    Incident,
    PublicEvent,
    Report,
)
from incidents.models.course import affected_list, course_of
from incidents.status.operations.retelling import retell

if TYPE_CHECKING:
    from accounts.models import User

Levels = Mapping[Component, str]


class InTheFuture(Exception):
    """Customers are told what happened, not what will."""

    def __init__(self) -> None:
        super().__init__("This time is still to come. Customers are told what has happened.")


class PromiseIsPast(Exception):
    """An update was promised by a time that is over already."""

    def __init__(self) -> None:
        super().__init__("This time is over. Promise the next update by a time to come.")


class WrongStep(Exception):
    """An event of this kind has no such step."""

    def __init__(self, event: PublicEvent) -> None:
        super().__init__(
            "This work was called off. Plan it again instead."
            if event.status == EventStatus.CANCELLED
            else "Choose one of the steps."
        )


class ToldMeanwhile(Exception):
    """Somebody posted after the form was opened. `event` is as it is now."""

    def __init__(self, event: PublicEvent) -> None:
        super().__init__(
            "Somebody posted an update while you were writing. Read it, then post yours if it still holds."
        )
        self.event = event


class TitleMissing(Exception):
    """Customers need a name for it, and the internal one is not theirs."""

    def __init__(self) -> None:
        super().__init__("Give it a title as customers will read it.")


@transaction.atomic
def tell_customers(
    incident: Incident,
    *,
    title: str,
    status: str,
    text: str,
    by: User,
    at: datetime,
    levels: Levels | None = None,
    display_at: datetime | None = None,
    next_update_by: datetime | None = None,
) -> EventUpdate:
    """The first post about an incident: its public face begins here, and takes nothing over from the draft.

    Raises ToldMeanwhile where it has one already, TitleMissing, and what `post_update` raises.
    """
    _lock_draft(incident)
    if told := PublicEvent.objects.filter(incident=incident).first():
        raise ToldMeanwhile(told)
    if not title.strip():
        raise TitleMissing
    event = PublicEvent.objects.create(
        kind=EventKind.INCIDENT,
        public_id=incident.public_id,
        incident=incident,
        title=title,
        posted_title=title,
        status=EventStatus.INVESTIGATING,
        started_at=display_at or at,
        created_at=at,
        updated_at=at,
    )
    return post_update(
        event,
        status=status,
        text=text,
        levels=levels,
        display_at=display_at,
        next_update_by=next_update_by,
        by=by,
        at=at,
    )


@transaction.atomic
def post_update(
    event: PublicEvent,
    *,
    status: str,
    text: str,
    at: datetime,
    by: User | None,
    levels: Levels | None = None,
    display_at: datetime | None = None,
    next_update_by: datetime | None = None,
    title: str = "",
    seen: int | None = None,
) -> EventUpdate:
    """Say something to customers, at a step, and what is how bad from then on. A step back opens the event again.

    `levels` of None leaves the components as they are; `display_at` may lie in the past. `seen` is the number that
    `last_told` gave when the form was opened. Raises ToldMeanwhile, WrongStep, InTheFuture, PromiseIsPast.
    """
    event = lock_event(event)
    if seen is not None and seen != last_told(event):
        raise ToldMeanwhile(event)
    _check(event, status, at=at, display_at=display_at, next_update_by=next_update_by)
    shown = (display_at or at).replace(microsecond=0)  # a form shows no smaller parts, and must not seem to change them
    update = EventUpdate(event=event, status=status, text=text, display_at=shown, posted_at=at, posted_by=by)
    update.affected = _affected(event, update, levels or {})
    update.save()
    if title.strip():
        _name(event, title)
    event.next_update_by = next_update_by
    if status == EventStatus.IN_PROGRESS and event.scheduled_until and event.scheduled_until <= at and by is not None:
        event.moves_by_itself = False  # somebody says that it takes longer: its time must not end it at once
    if not event.is_over and status in OVER:
        event.report_expected_on = _report_day(event, update.display_at)
    retell(event, at=at)
    Activity.objects.record(
        event.incident,
        "posted an update",
        by=by,
        at=at,
        event=event.public_id,
        title=event.title,
        new={"step": update.get_status_display(), "shown_at": update.display_at.isoformat(), "text": text},
    )
    return update


@transaction.atomic
def edit_update(
    update: EventUpdate, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> EventUpdate:
    """Change the words or the time that readers see, see `update_values`. What it said before is kept inside.

    Raises InTheFuture, or EditConflict when the same was changed by somebody else meanwhile.
    """
    event = lock_event(update.event)
    update = EventUpdate.objects.select_for_update().get(pk=update.pk)
    old = update_values(update)
    check_unchanged(old, changes, seen)
    new = {**old, **changes}
    if new["display_at"] > at:
        raise InTheFuture
    if new == old:
        return update
    EarlierUpdate.objects.create(update_row=update, **old, replaced_at=at, replaced_by=by)
    update.text, update.display_at, update.edited_at = new["text"], new["display_at"], at
    update.save(update_fields=["text", "display_at", "edited_at"])
    retell(event, at=at)
    said = {name: {key: str(value) for key, value in values.items()} for name, values in (("old", old), ("new", new))}
    Activity.objects.record(event.incident, "edited an update", by=by, at=at, event=event.public_id, **said)
    return update


@transaction.atomic
def set_next_update(event: PublicEvent, next_update_by: datetime | None, *, by: User, at: datetime) -> PublicEvent:
    """Promise the next word by another time, or take the promise back. Raises PromiseIsPast, WrongStep."""
    event = lock_event(event)
    if event.is_over and next_update_by is not None:
        raise WrongStep(event)
    if next_update_by is not None and next_update_by <= at:
        raise PromiseIsPast
    old, event.next_update_by = event.next_update_by, next_update_by
    retell(event, at=at)
    Activity.objects.record(
        event.incident,
        "promised the next update",
        by=by,
        at=at,
        event=event.public_id,
        old=old.isoformat() if old else "",
        new=next_update_by.isoformat() if next_update_by else "",
    )
    return event


@transaction.atomic
def retitle_event(event: PublicEvent, *, title: str, by: User, at: datetime) -> PublicEvent:
    """Another title; readers see it unless a report stands, whose headline counts. Raises TitleMissing."""
    if not title.strip():
        raise TitleMissing
    event = lock_event(event)
    old = event.posted_title
    if title == old:
        return event
    _name(event, title)
    retell(event, at=at)
    Activity.objects.record(
        event.incident, "retitled for customers", by=by, at=at, event=event.public_id, old=old, new=title
    )
    return event


def lock_event(event: PublicEvent) -> PublicEvent:
    """The event as it is now, held until the transaction ends; the draft first, as everybody locks who publishes."""
    if event.incident_id is not None:
        _lock_draft(event.incident)
    return PublicEvent.objects.locked(event)


def last_told(event: PublicEvent | None) -> int:
    """Stands for what was posted so far: grows with every post."""
    newest = event.updates.order_by("-pk").first() if event else None
    return newest.pk if newest else 0


def update_values(update: EventUpdate) -> dict[str, Any]:
    """An update as its form shows it."""
    return stored_values(update, ("text", "display_at"))


def _lock_draft(incident: Incident | None) -> None:
    Report.objects.select_for_update(of=("self",)).get(incident=incident)


def _check(
    event: PublicEvent, status: str, *, at: datetime, display_at: datetime | None, next_update_by: datetime | None
) -> None:
    allowed = {*event.steps, *([EventStatus.CANCELLED] if event.kind == EventKind.MAINTENANCE else [])}
    if status not in allowed or event.status == EventStatus.CANCELLED:
        raise WrongStep(event)
    if display_at is not None and display_at > at:
        raise InTheFuture
    if next_update_by is not None and next_update_by <= at:
        raise PromiseIsPast


def _affected(event: PublicEvent, update: EventUpdate, levels: Levels) -> list[dict[str, str]]:
    """What stood when the update is shown, and what becomes of it; what was fine and stays so is left out."""
    told = list(event.updates.all())
    before = course_of(each for each in told if each.display_at <= update.display_at).levels
    names = {entry["component"]: entry["name"] for each in told for entry in each.affected}
    names |= {component.public_id: component.name for component in levels}
    good = ComponentStatus.OPERATIONAL.value
    wanted = {component.public_id: level for component, level in levels.items()}
    new = {
        key: level for key, level in {**before, **wanted}.items() if key in names and (key in before or level != good)
    }
    if update.status in OVER:
        new = dict.fromkeys(new, good)
    if update.status == EventStatus.SCHEDULED:
        new = dict.fromkeys([*before, *wanted], good)
    return affected_list(before, new, names)


def _name(event: PublicEvent, title: str) -> None:
    event.posted_title = title
    if not event.report_number:
        event.title = title


def _report_day(event: PublicEvent, resolved_at: datetime) -> Any:
    if event.incident is None or event.report_number:
        return None
    return event.incident.severity.report_due_on(resolved_at)
