from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.action_items.days import Days
from incidents.action_items.telling import tell_customers
from incidents.drafts import Refused, begin_edit, locked
from incidents.edits import Seen, as_sent, check_as_seen, check_unchanged, stored_values
from incidents.models import (
    CLOSED,
    ActionChange,
    ActionItem,
    ActionState,
    Activity,
    Incident,
    Report,
    ReportStatus,
    Team,
)

if TYPE_CHECKING:
    from accounts.models import User

_FIELDS = (
    *("text", "public_text", "kind", "state", "reason", "priority", "owner", "team"),
    *("due_on", "done_when", "evidence", "tracker_url"),
)


class NoReason(Refused):
    """One person chose “Won’t do” and another emptied the reason, or nobody gave one."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__("“Won’t do” needs a reason, and there is none by now.")


@transaction.atomic
def add_action_item(
    incident: Incident, *, values: Mapping[str, Any], by: User, at: datetime, **came_from: Any
) -> ActionItem:
    """Promise something. `values` names the fields of the item, see `_FIELDS`; a team by its name.

    `came_from` may say which `entry` or `comment`. Without a day the rule for its priority sets one. Raises NoReason.
    """
    _begin(incident, by=by, at=at)
    item = ActionItem(incident=incident, opened_at=at, **came_from)
    _write(item, values, at=at, is_new=True)
    item.save()
    Activity.objects.record(incident, "added an action item", by=by, at=at, new=_said(item))
    return item


@transaction.atomic
def add_action_items(
    incident: Incident, texts: Iterable[str], *, by: User, at: datetime, owner: User | None = None
) -> list[ActionItem]:
    """Promise several things, all or none."""
    return [add_action_item(incident, values={"text": text, "owner": owner}, by=by, at=at) for text in texts]


@transaction.atomic
def revise_action_item(
    item: ActionItem, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> ActionItem:
    """Change the fields of a promise that `changes` names, a team by its name. Allowed after publishing too.

    `rule_may_set_due` gives the day back to the rule. What customers read of a published promise changes with it.
    Raises EditConflict, Gone, NoReason or PromisedAlready.
    """
    _begin(item.incident, by=by, at=at)
    item = locked(item)
    check_unchanged(action_values(item), changes, seen)
    old = _said(item)
    _write(item, changes, at=at)
    item.save()
    new = _said(item)
    if new == old:
        return item
    ActionChange.objects.record(
        item, {name: (old[name], new[name]) for name in new if new[name] != old[name]}, by=by, at=at
    )
    Activity.objects.record_edit(item.incident, "changed an action item", of=item.key, by=by, at=at, old=old, new=new)
    tell_customers(item, at=at)
    return item


@transaction.atomic
def delete_action_item(item: ActionItem, *, by: User, at: datetime, seen: Seen | None = None) -> None:
    """Take out what was never a promise. What it said stays in the activity log.

    Raises ReportLocked, Gone, or EditConflict when it says something else than the person saw.
    """
    begin_edit(item.incident, by=by, at=at)
    item = locked(item)
    check_as_seen(action_values(item), seen)
    Activity.objects.record(item.incident, "deleted an action item", by=by, at=at, old=_said(item))
    item.delete()


def action_values(item: ActionItem) -> dict[str, Any]:
    """An action item as its form shows it, by the names of the fields."""
    return {**stored_values(item, _FIELDS), "team": item.team.name if item.team else ""}


def _begin(incident: Incident, *, by: User, at: datetime) -> None:
    """Lock the report; an approval falls, but unlike text, promises move on after publishing."""
    report = Report.objects.select_for_update().get(incident=incident)
    if report.status == ReportStatus.APPROVED:
        begin_edit(incident, by=by, at=at)


def _write(item: ActionItem, values: Mapping[str, Any], *, at: datetime, is_new: bool = False) -> None:
    priority = item.priority
    for name in _FIELDS:
        if name in values:
            setattr(item, name, Team.objects.named(values[name]) if name == "team" else values[name])
    if item.state == ActionState.WONT_DO and not item.reason:
        raise NoReason
    if item.state not in CLOSED:
        item.closed_on = None
    elif item.closed_on is None:
        item.closed_on = at.astimezone(UTC).date()
    if "due_on" in values and (item.due_on or not is_new):  # a new item without a day has not refused one
        item.rule_may_set_due, item.due_rule, item.assign_by = False, "", None
    given_back = bool(values.get("rule_may_set_due"))
    item.rule_may_set_due |= given_back
    if given_back or item.due_on is None or item.priority != priority:
        Days(item.incident).give(item)


def _said(item: ActionItem) -> dict[str, str]:
    """As it is remembered: people by their names, everything else as a form sends it."""
    values = {**action_values(item), "owner": str(item.owner or "")}
    return {name: as_sent(value) for name, value in values.items()}
