from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from incidents.models.incident import Incident

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class ActivityQuerySet(models.QuerySet["Activity"]):
    def record(self, incident: Incident | None, verb: str, *, by: User | None, at: datetime, **detail: Any) -> Activity:
        """Who did what, and when; `detail` holds old and new where something changed."""
        return self.create(incident=incident, verb=verb, actor=by, at=at, detail=detail)


class Activity(models.Model):
    """The log of an incident. Written by operations only."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="activities")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["incident", "-at", "-id"], name="activity_newest_first")]

    def __str__(self) -> str:
        return f"{self.verb} ({self.at:%Y-%m-%d %H:%M}Z)"
