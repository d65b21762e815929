from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from incidents.models.action_item import CLOSED, UNDERWAY, ActionState
from incidents.models.promise_update import PromiseUpdate
from incidents.models.public_ids import PUBLIC_ID_LENGTH

if TYPE_CHECKING:
    from incidents.models.publication import Publication


class PublicPromiseQuerySet(models.QuerySet["PublicPromise"]):
    def underway(self) -> PublicPromiseQuerySet:
        return self.filter(state__in=UNDERWAY)

    def due_within(self, first: date, last: date) -> PublicPromiseQuerySet:
        """Due on one of these days, whatever became of them: what was dropped was not kept."""
        return self.filter(due_on__range=(first, last))

    def kept(self) -> PublicPromiseQuerySet:
        """Done by the day on which they were due."""
        return self.filter(state=ActionState.DONE, closed_on__lte=F("due_on"))

    def show(self, publication: Publication | None, *, public_id: str, promised_at: datetime | None) -> None:
        """The promises of the report that stands, in the place of those before; none where none stands."""
        self.filter(public_id=public_id).delete()
        if publication is None or promised_at is None:
            return
        told = PromiseUpdate.objects.of(public_id).filter(at__gte=publication.published_at)
        newest = {update.key: update for update in told}
        self.bulk_create(
            PublicPromise(
                public_id=public_id,
                key=promise.key,
                text=promise.text,
                promised_at=promised_at,
                **(
                    newest[promise.key].stands
                    if promise.key in newest
                    else {"state": promise.state, "due_on": promise.due_on, "closed_on": promise.closed_on}
                ),
            )
            for promise in publication.snapshot.promises
        )


class PublicPromise(models.Model):
    """A promise that customers read, as it stands: what lists of promises are made of, so that none reads documents.

    Written where a report is published or withdrawn, and where a `PromiseUpdate` is; the public role may read it.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH)
    key = models.CharField(max_length=12)
    text = models.TextField()
    state = models.CharField(max_length=20, choices=ActionState.choices)
    due_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    promised_at = models.DateTimeField()

    objects = PublicPromiseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id"], name="public_promise_by_due"),
            models.Index(fields=["-closed_on", "-id"], name="public_promise_closed"),
            models.Index(
                fields=["due_on", "id"], condition=~Q(state__in=sorted(CLOSED)), name="public_promise_not_closed"
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["public_id", "key"], name="public_promise_once")]

    def __str__(self) -> str:
        return self.text[:80]
