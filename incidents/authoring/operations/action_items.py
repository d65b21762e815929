from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.authoring.operations.drafts import Refused, begin_edit, locked
from incidents.edits import Seen, check_as_seen, check_unchanged, stored_values
from incidents.models import ActionItem, ActionState, Activity, Incident, Report, ReportStatus

if TYPE_CHECKING:
    from accounts.models import User

_FIELDS = ("text", "public_text", "kind", "state", "reason", "owner", "team", "due_on", "done_when")
_CLOSED = {ActionState.DONE, ActionState.WONT_DO}


class NoReason(Refused):
    """One person chose “Won’t do” and another emptied the reason, or nobody gave one."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__("“Won’t do” needs a reason, and there is none by now.")


@transaction.atomic
def add_action_item(incident: Incident, *, values: dict[str, Any], by: User, at: datetime) -> ActionItem:
    """Promise something. `values` names the fields of the item; see `_FIELDS`. Raises NoReason."""
    _begin(incident, by=by, at=at)
    item = ActionItem(incident=incident)
    _write(item, values, at=at)
    item.save()
    Activity.objects.record(incident, "added an action item", by=by, at=at, new=_said(item))
    return item


@transaction.atomic
def add_action_items(incident: Incident, texts: Iterable[str], *, by: User, at: datetime) -> list[ActionItem]:
    """Promise several things, all or none."""
    return [add_action_item(incident, values={"text": text}, by=by, at=at) for text in texts]


@transaction.atomic
def revise_action_item(
    item: ActionItem, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> ActionItem:
    """Change the fields of a promise that `changes` names. Allowed after publishing too: work goes on then.

    Raises EditConflict, Gone or NoReason.
    """
    _begin(item.incident, by=by, at=at)
    item = locked(item)
    check_unchanged(action_values(item), changes, seen)
    old = _said(item)
    _write(item, changes, at=at)
    item.save()
    new = _said(item)
    if new != old:
        Activity.objects.record_edit(
            item.incident, "changed an action item", of=item.key, by=by, at=at, old=old, new=new
        )
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
    return stored_values(item, _FIELDS)


def _begin(incident: Incident, *, by: User, at: datetime) -> None:
    """Lock the report; an approval falls, but unlike text, promises move on after publishing."""
    report = Report.objects.select_for_update().get(incident=incident)
    if report.status == ReportStatus.APPROVED:
        begin_edit(incident, by=by, at=at)


def _write(item: ActionItem, values: Mapping[str, Any], *, at: datetime) -> None:
    for name in _FIELDS:
        if name in values:
            setattr(item, name, values[name])
    if item.state == ActionState.WONT_DO and not item.reason:
        raise NoReason
    if item.state not in _CLOSED:
        item.closed_on = None
    elif item.closed_on is None:
        item.closed_on = at.date()


def _said(item: ActionItem) -> dict[str, str]:
    return {name: str(getattr(item, name) or "") for name in _FIELDS}
