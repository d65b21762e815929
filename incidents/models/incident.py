from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.roles import Capability
from incidents.models.component import Component, ComponentStatus
from incidents.models.public_ids import PUBLIC_ID_LENGTH, new_public_id
from incidents.models.severity import Severity
from incidents.models.team import Team

if TYPE_CHECKING:
    from datetime import tzinfo

    from accounts.models import User


class IncidentStatus(models.TextChoices):
    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MONITORING = "monitoring", "Monitoring"
    RESOLVED = "resolved", "Resolved"


class IncidentCounter(models.Model):
    """One row that hands out numbers without gaps: it is locked until the incident is committed."""

    next_number = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="incident_counter_is_one_row")]

    def __str__(self) -> str:
        return str(self.next_number)

    @classmethod
    def take(cls) -> int:
        """The next number. Only inside a transaction: a rollback gives it back."""
        cls.objects.get_or_create(id=1)
        counter = cls.objects.select_for_update().get(id=1)
        number = counter.next_number
        counter.next_number = number + 1
        counter.save(update_fields=["next_number"])
        return number


def _worked_on_by(user: User) -> Q:
    return Q(lead=user) | Q(opened_by=user) | Q(report__owner=user)


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> IncidentQuerySet:
        """What this person may read inside: private ones are for those who work on them."""
        if not user.may(Capability.READ):
            return self.none()
        if user.may(Capability.PUBLISH):
            return self
        return self.filter(Q(is_private=False) | _worked_on_by(user))

    def hidden_from(self, user: User) -> IncidentQuerySet:
        """All others. They are few: what belongs to incidents leaves these out, and joins none that are visible.

        Incidents themselves don't: for a row at hand the database guesses better what `visible_to` leaves.
        """
        if not user.may(Capability.READ):
            return self
        if user.may(Capability.PUBLISH):
            return self.none()
        return self.filter(is_private=True).exclude(_worked_on_by(user))

    def newest_first(self) -> IncidentQuerySet:
        return self.order_by("-number")


class Incident(models.Model):
    """Something went wrong. Internal as a whole; customers see publications only."""

    number = models.PositiveIntegerField(unique=True)
    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id)
    title = models.CharField(max_length=200)
    severity = models.ForeignKey(Severity, on_delete=models.PROTECT, related_name="incidents")
    status = models.CharField(max_length=20, choices=IncidentStatus.choices, default=IncidentStatus.INVESTIGATING)
    time_zone = models.CharField(max_length=60, default="UTC")
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    is_private = models.BooleanField(default=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="opened")
    opened_at = models.DateTimeField()

    objects = IncidentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["opened_at"], name="incident_opened"),
            models.Index(fields=["id"], condition=Q(is_private=True), name="incident_private"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=IncidentStatus.values), name="incident_status_known"),
            models.CheckConstraint(condition=~Q(title=""), name="incident_has_a_title"),
            models.CheckConstraint(condition=Q(number__gte=1), name="incident_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.title}"

    def is_readable_by(self, user: User) -> bool:
        """What `visible_to` says of one that is loaded, with its report."""
        if not user.may(Capability.READ):
            return False
        own = (self.lead_id, self.opened_by_id, self.report.owner_id)
        return not self.is_private or user.may(Capability.PUBLISH) or user.pk in own

    @property
    def code(self) -> str:
        """The internal name: `INC-112`. Never shown to customers."""
        return f"INC-{self.number}"

    @property
    def zone(self) -> tzinfo:
        """The zone in which times are written in the form and beside UTC."""
        return ZoneInfo(self.time_zone)


class IncidentComponent(models.Model):
    """A component that an incident touched. Times are empty where the incident's own window holds.

    `share` is the percentage of customers or requests affected, None where nobody said.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="impacts")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="impacts")
    level = models.CharField(max_length=30, choices=ComponentStatus.choices, default=ComponentStatus.MAJOR_OUTAGE)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    share = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(share=None) | Q(share__range=(1, 100)), name="impact_share_percent"),
            models.UniqueConstraint(
                fields=["incident", "component", "started_at"],
                name="impact_once_per_component_and_start",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at=None) | Q(ended_at__gt=F("started_at")),
                name="impact_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(level__in=ComponentStatus.values), name="impact_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.component}: {self.get_level_display()}"
