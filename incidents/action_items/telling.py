"""What customers read of a promise that they were made goes along with the item, without a new version."""

from __future__ import annotations

from datetime import datetime

from incidents.drafts import Refused
from incidents.models import ActionItem, ActionState, PromiseUpdate, Publication, PublicChange, PublicPromise


class PromisedAlready(Refused):
    """Customers read it as a promise, so it can’t be a mere candidate again."""

    field = "state"

    def __init__(self) -> None:
        super().__init__("Customers read this as a promise. If you won’t do it, say so: choose “Won’t do”.")


def tell_customers(item: ActionItem, *, at: datetime) -> None:
    """Make true again what customers read of a published promise; nothing for what is none.

    Belongs to the transaction that changes the item, with the report locked. Raises PromisedAlready.
    """
    newest = Publication.objects.standing().of(item.incident).first()
    promised = next((each for each in newest.snapshot.promises if each.key == item.key), None) if newest else None
    if newest is None or promised is None:
        return
    if item.state == ActionState.CANDIDATE:
        raise PromisedAlready
    last = PromiseUpdate.objects.of(newest.public_id).filter(key=item.key, at__gte=newest.published_at).last()
    told = last or promised
    if (told.state, told.due_on, told.closed_on) == (item.state, item.due_on, item.closed_on):
        return
    stands = {"state": item.state, "due_on": item.due_on, "closed_on": item.closed_on}
    PromiseUpdate.objects.create(public_id=newest.public_id, key=item.key, at=at, **stands)
    PublicPromise.objects.filter(public_id=newest.public_id, key=item.key).update(**stands)
    PublicChange.note(PublicChange.Kind.PROMISES, newest.public_id, at=at)
