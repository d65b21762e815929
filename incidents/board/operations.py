from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from incidents.action_items import revise_action_item
from incidents.models import ActionItem, SavedView

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def change_many(items: Iterable[ActionItem], *, changes: Mapping[str, Any], by: User, at: datetime) -> int:
    """The same change to all of them, or to none. Returns how many there were.

    In the order of their incidents, so that two people who change many at once wait for one another and never for ever.
    Raises what `revise_action_item` raises.
    """
    ordered = sorted(items, key=lambda item: (item.incident_id, item.pk))
    for item in ordered:
        revise_action_item(item, changes=changes, by=by, at=at)
    return len(ordered)


class NameTaken(Exception):
    """This person has a view of that name."""

    def __init__(self) -> None:
        super().__init__("You have a view of this name already.")


def save_view(*, name: str, query: str, is_shared: bool, by: User) -> SavedView:
    """Keep filters under a name. Raises NameTaken."""
    try:
        with transaction.atomic():
            return SavedView.objects.create(owner=by, name=name, query=query, is_shared=is_shared)
    except IntegrityError as error:
        if "saved_view_name_unique" not in str(error):
            raise
        raise NameTaken from error


def delete_view(view: SavedView) -> None:
    """Forget a view."""
    view.delete()
