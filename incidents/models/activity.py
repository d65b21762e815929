from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from incidents.models.incident import Incident

if TYPE_CHECKING:
    from accounts.models import User


class Verb(StrEnum):
    """The verbs that are looked up again. All others are written once, and read by people only."""

    OPENED = "opened"
    ASKED_FOR_REVIEW = "asked for review"
    APPROVED = "approved"
    APPROVAL_TAKEN_BACK = "approval taken back by an edit"
    PUBLISHED = "published"
    APPOINTMENT_MADE = "made an appointment to publish"
    APPOINTMENT_CANCELLED = "cancelled the appointment to publish"
    APPOINTMENT_FELL = "appointment to publish fell"
    COMMENTED = "commented"
    KEPT_PASTE = "kept pasted rows"
    UNDID_PASTE = "took pasted rows out again"
    IMPORTED = "imported"


_ONE_EDIT = timedelta(minutes=10)


class ActivityQuerySet(models.QuerySet["Activity"]):
    def record(self, incident: Incident | None, verb: str, *, by: User | None, at: datetime, **detail: Any) -> Activity:
        """Who did what, and when; `detail` holds old and new where something changed."""
        return self.create(incident=incident, verb=verb, actor=by, at=at, detail=detail)

    def record_edit(
        self, incident: Incident, verb: str, *, of: str, by: User, at: datetime, old: Any, new: Any, **detail: Any
    ) -> Activity:
        """What a person made of one part, `of`: letters that arrive one after the other are one edit, not hundreds.

        An edit goes on while the same person works on the same part and nothing else happens to the incident.
        Call while the report is locked.
        """
        last = self.filter(incident=incident).order_by("-id").first()
        goes_on = (
            last is not None
            and (last.verb, last.actor_id, last.detail.get("of")) == (verb, by.pk, of)
            and at - last.at <= _ONE_EDIT
        )
        if last is None or not goes_on:
            return self.record(incident, verb, by=by, at=at, of=of, old=old, new=new, **detail)
        last.at = at
        last.detail = {**last.detail, "old": {**old, **last.detail["old"]}, "new": {**last.detail["new"], **new}}
        last.save(update_fields=["at", "detail"])
        return last

    def record_fall(
        self, incident: Incident, publish_at: datetime | None, *, reason: str, by: User | None, at: datetime
    ) -> None:
        """Say why the appointment to publish fell, where there was one: what `Report.take` returned."""
        if publish_at is not None:
            self.record(incident, Verb.APPOINTMENT_FELL, by=by, at=at, publish_at=publish_at.isoformat(), reason=reason)

    def newest(self, *verbs: Verb) -> Activity | None:
        return self.filter(verb__in=verbs).select_related("actor").order_by("-at", "-id").first()

    def fallen_appointment(self) -> Activity | None:
        """The last appointment of an incident where it fell, and nothing took its place since."""
        last = self.newest(Verb.APPOINTMENT_MADE, Verb.APPOINTMENT_CANCELLED, Verb.APPOINTMENT_FELL, Verb.PUBLISHED)
        return last if last is not None and last.verb == Verb.APPOINTMENT_FELL else None


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

    @property
    def publish_at(self) -> datetime:
        """The hour that an appointment was for."""
        return datetime.fromisoformat(self.detail["publish_at"])
