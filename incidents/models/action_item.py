from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident
from incidents.models.public_ids import new_public_id


class ActionState(models.TextChoices):
    CANDIDATE = "candidate", "Candidate"
    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    DONE = "done", "Done"
    WONT_DO = "wont_do", "Won’t do"


class ActionKind(models.TextChoices):
    PREVENT = "prevent", "Prevents a repeat"
    DETECT = "detect", "Detects it sooner"
    MITIGATE = "mitigate", "Limits the damage"
    REPAIR = "repair", "Repairs what broke"


_CLOSED = [ActionState.DONE, ActionState.WONT_DO]


class ActionItem(models.Model):
    """A promise. Internal until `public_text` makes it to customers too."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="action_items")
    key = models.CharField(max_length=12, unique=True, default=new_public_id)
    text = models.CharField(max_length=500)
    public_text = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=20, choices=ActionKind.choices, blank=True)  # empty until somebody chose
    state = models.CharField(max_length=20, choices=ActionState.choices, default=ActionState.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items"
    )
    team = models.CharField(max_length=80, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_when = models.CharField(max_length=300, blank=True, db_default="")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_says_something"),
            models.CheckConstraint(condition=Q(kind__in=["", *ActionKind.values]), name="action_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ActionState.WONT_DO) | ~Q(reason=""), name="action_not_done_has_a_reason"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_CLOSED) & Q(closed_on__isnull=False))
                | (~Q(state__in=_CLOSED) & Q(closed_on=None)),
                name="action_closed_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_public(self) -> bool:
        return self.public_text != ""
