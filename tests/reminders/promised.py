"""Promises with an owner, a day and a team, and the mails that are posted about them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models import User
from incidents.models import ActionItem, ActionState, Incident, Team
from incidents.reminders.operations import remind
from outbox.models import Delivery

MONDAY = date(2026, 3, 9)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def promise(incident: Incident, *, owner: User | None = None, due: date | None = None, **fields: Any) -> ActionItem:
    fields.setdefault("text", "Test the fuse")
    if fields.get("state") in {ActionState.DONE, ActionState.WONT_DO}:
        fields = {"closed_on": MONDAY, "reason": "Too dear" if fields["state"] == ActionState.WONT_DO else "", **fields}
    return ActionItem.objects.create(incident=incident, owner=owner, due_on=due, **fields)


def team(name: str, lead: User | None = None) -> Team:
    return Team.objects.create(name=name, lead=lead)


def mails_of(day: date, hour: int = 9) -> list[Delivery]:
    """Those of one morning, after which the outbox is empty again."""
    remind(at(day, hour))
    found = list(Delivery.objects.order_by("to"))
    Delivery.objects.all().delete()
    return found


def mornings(first: date, days: int) -> dict[int, list[str]]:
    """By the number of the morning, whom it told what."""
    told = {}
    for number in range(days):
        if mails := mails_of(first + timedelta(days=number)):
            told[number] = [f"{mail.to.partition('@')[0]}: {mail.subject}" for mail in mails]
    return told
