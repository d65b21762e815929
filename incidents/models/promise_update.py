from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from incidents.models.action_item import ActionState
from incidents.models.public_ids import PUBLIC_ID_LENGTH
from incidents.models.publication import FinalModel, FinalQuerySet

if TYPE_CHECKING:
    from datetime import date

_PUBLIC_STATES = [state for state in ActionState.values if state != ActionState.CANDIDATE]


class PromiseUpdateQuerySet(FinalQuerySet):
    def of(self, public_id: str) -> PromiseUpdateQuerySet:
        """Those of one incident, the oldest first."""
        return self.filter(public_id=public_id).order_by("at", "id")


class PromiseUpdate(FinalModel):
    """How a published promise stood from a moment on. Public and final, as the publication that made the promise.

    `public_id` names the incident, `key` the promise in its publications. It says nothing of who or why.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH)
    key = models.CharField(max_length=12)
    state = models.CharField(max_length=20, choices=ActionState.choices)
    due_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()

    objects = PromiseUpdateQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["public_id", "at", "id"], name="promise_update_in_order")]
        constraints = [models.CheckConstraint(condition=Q(state__in=_PUBLIC_STATES), name="promise_update_state")]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_state_display()}"

    @property
    def stands(self) -> dict[str, Any]:
        """What it says of the promise, by the names of the promise's fields."""
        standing: dict[str, str | date | None] = {
            "state": self.state,
            "due_on": self.due_on,
            "closed_on": self.closed_on,
        }
        return standing
