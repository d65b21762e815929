"""What customers are told while it happens: incidents and planned work, with their updates.

The public side reads these rows, the publications and the components, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from incidents.models.component import Component, ComponentStatus
from incidents.models.incident import Incident
from incidents.models.public_ids import PUBLIC_ID_LENGTH, new_public_id
from incidents.rendering import MAX_MARKDOWN_LENGTH
from incidents.snapshot import CAUSES

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_UPDATE_LENGTH = MAX_MARKDOWN_LENGTH  # so that every post is shown as what it was written as


class EventKind(models.TextChoices):
    INCIDENT = "incident", "Incident"
    MAINTENANCE = "maintenance", "Maintenance"


class EventStatus(models.TextChoices):
    """How far an event is: four steps for an incident, four for planned work, and a way out of the latter."""

    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MONITORING = "monitoring", "Monitoring"
    RESOLVED = "resolved", "Resolved"
    SCHEDULED = "scheduled", "Scheduled"
    IN_PROGRESS = "in_progress", "In progress"
    VERIFYING = "verifying", "Verifying"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


INCIDENT_STEPS = (
    EventStatus.INVESTIGATING,
    EventStatus.IDENTIFIED,
    EventStatus.MONITORING,
    EventStatus.RESOLVED,
)
MAINTENANCE_STEPS = (
    EventStatus.SCHEDULED,
    EventStatus.IN_PROGRESS,
    EventStatus.VERIFYING,
    EventStatus.COMPLETED,
)
OVER = (EventStatus.RESOLVED, EventStatus.COMPLETED, EventStatus.CANCELLED)


class EventImpact(models.TextChoices):
    """How bad it is as a whole, in the words of the Statuspage format."""

    NONE = "none", "None"
    MINOR = "minor", "Minor"
    MAJOR = "major", "Major"
    CRITICAL = "critical", "Critical"
    MAINTENANCE = "maintenance", "Maintenance"


IMPACT_OF_LEVEL = {
    ComponentStatus.OPERATIONAL: EventImpact.NONE,
    ComponentStatus.DEGRADED_PERFORMANCE: EventImpact.MINOR,
    ComponentStatus.PARTIAL_OUTAGE: EventImpact.MAJOR,
    ComponentStatus.MAJOR_OUTAGE: EventImpact.CRITICAL,
    ComponentStatus.UNDER_MAINTENANCE: EventImpact.MAINTENANCE,
}


class PublicEventQuerySet(models.QuerySet["PublicEvent"]):
    def incidents(self) -> PublicEventQuerySet:
        return self.filter(kind=EventKind.INCIDENT)

    def maintenance(self) -> PublicEventQuerySet:
        return self.filter(kind=EventKind.MAINTENANCE)

    def going_on(self) -> PublicEventQuerySet:
        """Incidents that are not over, and planned work that has begun."""
        return self.exclude(status__in=[*OVER, EventStatus.SCHEDULED])

    def upcoming(self) -> PublicEventQuerySet:
        return self.filter(status=EventStatus.SCHEDULED).order_by("started_at", "pk")

    def newest_first(self) -> PublicEventQuerySet:
        return self.order_by("-started_at", "-pk")

    def locked(self, event: PublicEvent) -> PublicEvent:
        """The row as it is now, held until the transaction ends. Raises DoesNotExist."""
        return self.select_for_update(of=("self",)).get(pk=event.pk)


_Manager = models.Manager.from_queryset(PublicEventQuerySet)


class PublicEventManager(_Manager["PublicEvent"]):
    def get_queryset(self) -> PublicEventQuerySet:
        """Without `search`, which is longer than all the rest, and which only the database looks at."""
        return PublicEventQuerySet(self.model, using=self._db).defer("search")


class PublicEvent(models.Model):
    """The public face of an incident, or planned work. It exists from the first post or publication on.

    `started_at` is when it began for customers (for planned work: when it is to begin), `resolved_at` when it was
    over. `title` is the published report's where one stands. What the lists need of the report is kept here, so that
    a list reads no snapshot; `refresh_from_publication` keeps it true.
    """

    kind = models.CharField(max_length=20, choices=EventKind.choices)
    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id)
    incident = models.OneToOneField(
        Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="public_event"
    )
    title = models.CharField(max_length=200)
    posted_title = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=20, choices=EventStatus.choices)
    impact = models.CharField(max_length=20, choices=EventImpact.choices, default=EventImpact.NONE)
    started_at = models.DateTimeField()
    monitoring_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    next_update_by = models.DateTimeField(null=True, blank=True)
    report_expected_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    # Planned work only.
    scheduled_for = models.DateTimeField(null=True, blank=True)
    scheduled_until = models.DateTimeField(null=True, blank=True)
    moves_by_itself = models.BooleanField(default=True)
    plan = models.ForeignKey(
        "incidents.MaintenancePlan", on_delete=models.SET_NULL, null=True, blank=True, related_name="events"
    )

    # Of the report that stands; a number of 0 says that none does. The key of the first publication, withdrawn or not,
    # is the order in which lists have reports.
    report_number = models.PositiveIntegerField(default=0)
    first_publication = models.PositiveBigIntegerField(default=0, db_default=0)
    report_first_published_at = models.DateTimeField(null=True, blank=True)
    report_withdrawn_at = models.DateTimeField(null=True, blank=True)
    has_report_windows = models.BooleanField(default=False)
    description = models.CharField(max_length=300, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    cause = models.CharField(max_length=20, choices=list(CAUSES.items()), blank=True)
    search = SearchVectorField(null=True)

    objects = PublicEventManager()

    class Meta:
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="event_newest_first"),
            models.Index(fields=["-updated_at", "-id"], name="event_changed_last"),
            models.Index(
                fields=["-started_at", "-id"],
                name="event_maintenance",
                condition=Q(kind=EventKind.MAINTENANCE),
            ),
            models.Index(
                fields=["status"],
                name="event_not_over",
                condition=~Q(status__in=["resolved", "completed", "cancelled"]),
            ),
            models.Index(
                fields=["-report_first_published_at", "-id"],
                name="event_with_report",
                condition=Q(report_number__gt=0),
            ),
            GinIndex(fields=["search"], name="event_search"),
            GinIndex(fields=["tags"], name="event_tags"),
            models.Index(fields=["cause", "-started_at"], name="event_by_cause", condition=~Q(cause="")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="event_has_a_title"),
            models.CheckConstraint(
                condition=Q(kind=EventKind.INCIDENT, status__in=[*INCIDENT_STEPS], scheduled_for=None)
                | Q(
                    kind=EventKind.MAINTENANCE,
                    status__in=[*MAINTENANCE_STEPS, EventStatus.CANCELLED],
                    incident=None,
                    scheduled_for__isnull=False,
                    scheduled_until__gt=F("scheduled_for"),
                ),
                name="event_is_of_its_kind",
            ),
            models.CheckConstraint(condition=Q(impact__in=EventImpact.values), name="event_impact_known"),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(resolved_at__gte=F("started_at")), name="event_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def steps(self) -> tuple[EventStatus, ...]:
        return MAINTENANCE_STEPS if self.kind == EventKind.MAINTENANCE else INCIDENT_STEPS


class EventComponent(models.Model):
    """A component that an event is about, and its level in it as of the last update."""

    event = models.ForeignKey(PublicEvent, on_delete=models.CASCADE, related_name="components")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="events")
    level = models.CharField(max_length=30, choices=ComponentStatus.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "component"], name="event_component_once"),
            models.CheckConstraint(condition=Q(level__in=ComponentStatus.values), name="event_component_level"),
        ]

    def __str__(self) -> str:
        return f"{self.component}: {self.get_level_display()}"


class EventUpdateQuerySet(models.QuerySet["EventUpdate"]):
    def newest_first(self) -> EventUpdateQuerySet:
        return self.order_by("-display_at", "-pk")


class EventUpdate(models.Model):
    """One post: what was said, at which step, and what became of which component.

    `display_at` is the time that readers see, and may be earlier than `posted_at`. `affected` is a list of
    `{"component": public id, "name": as it was called, "old": level, "new": level}`. `posted_by` is None where
    planned work moved on by itself.
    """

    event = models.ForeignKey(PublicEvent, on_delete=models.CASCADE, related_name="updates")
    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id)
    status = models.CharField(max_length=20, choices=EventStatus.choices)
    text = models.TextField(max_length=MAX_UPDATE_LENGTH)
    affected = models.JSONField(default=list)
    display_at = models.DateTimeField()
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = EventUpdateQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["event", "-display_at", "-id"], name="update_newest_first")]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=EventStatus.values), name="update_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.text[:40]}"

    @property
    def changed(self) -> list[dict[str, str]]:
        """Of `affected`, the components that it moved to another level."""
        return [row for row in self.affected if row.get("old") != row.get("new")]


class EarlierUpdate(models.Model):
    """What an update said before it was edited. Internal: readers see the edited text and when it was edited."""

    update_row = models.ForeignKey(EventUpdate, on_delete=models.CASCADE, related_name="earlier")
    text = models.TextField()
    display_at = models.DateTimeField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-replaced_at", "-id"]

    def __str__(self) -> str:
        return self.text[:40]


class UpdateTemplate(models.Model):
    """Words that are ready when nobody has time to find them."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, choices=EventKind.choices, default=EventKind.INCIDENT)
    status = models.CharField(max_length=20, choices=EventStatus.choices)
    text = models.TextField(max_length=MAX_UPDATE_LENGTH)

    class Meta:
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class MaintenancePlan(models.Model):
    """Planned work that comes again. `rule` is an RFC 5545 RRULE; `starts_at` its first time, in `time_zone`."""

    title = models.CharField(max_length=200)
    text = models.TextField(max_length=MAX_UPDATE_LENGTH)
    components = models.ManyToManyField(Component, related_name="plans")
    rule = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    time_zone = models.CharField(max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__range=(1, 10_080)), name="plan_length")]

    def __str__(self) -> str:
        return self.title


def impact_of(levels: Iterable[str]) -> EventImpact:
    """The impact that a set of component levels makes; the worst counts, planned work least."""
    order = [EventImpact.CRITICAL, EventImpact.MAJOR, EventImpact.MINOR, EventImpact.MAINTENANCE]
    found = {IMPACT_OF_LEVEL[ComponentStatus(level)] for level in levels}
    return next((impact for impact in order if impact in found), EventImpact.NONE)
