from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from incidents.checks import Finding, leaks
from incidents.models.public_ids import PUBLIC_ID_LENGTH, new_public_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class ComponentStatus(models.TextChoices):
    """The five levels that status pages share, best first."""

    OPERATIONAL = "operational", "Operational"
    DEGRADED_PERFORMANCE = "degraded_performance", "Degraded performance"
    PARTIAL_OUTAGE = "partial_outage", "Partial outage"
    MAJOR_OUTAGE = "major_outage", "Major outage"
    UNDER_MAINTENANCE = "under_maintenance", "Under maintenance"


# What customers feel most comes first; planned work is told only where nothing is broken.
WORST_FIRST = (
    ComponentStatus.MAJOR_OUTAGE,
    ComponentStatus.PARTIAL_OUTAGE,
    ComponentStatus.DEGRADED_PERFORMANCE,
    ComponentStatus.UNDER_MAINTENANCE,
    ComponentStatus.OPERATIONAL,
)
IMPACT_LEVELS = [(level.value, level.label) for level in ComponentStatus if level is not ComponentStatus.OPERATIONAL]


def worst(levels: Iterable[str]) -> ComponentStatus:
    """The worst of some levels; operational where there are none."""
    found = {ComponentStatus(level) for level in levels}
    return next((level for level in WORST_FIRST if level in found), ComponentStatus.OPERATIONAL)


def _today() -> date:
    return timezone.now().astimezone(UTC).date()


class ComponentQuerySet(models.QuerySet["Component"]):
    def in_page_order(self) -> ComponentQuerySet:
        return self.order_by("position", "name", "id")

    def with_status(self, at: datetime) -> ComponentQuerySet:
        """With a `status`: the worst level of the impact windows that are open at a moment."""
        rank = Case(*(When(level=level, then=Value(place)) for place, level in enumerate(WORST_FIRST)))
        windows = ImpactWindow.objects.counted().open_at(at).filter(component=OuterRef("pk")).order_by(rank)
        return self.annotate(
            current_level=Coalesce(Subquery(windows.values("level")[:1]), Value(ComponentStatus.OPERATIONAL.value))
        )


class Component(models.Model):
    """A part of the product that customers know by name. It is public.

    Its state is not stored: it is the worst of the impact windows that are open, see `with_status`.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, default=new_public_id)
    name = models.CharField(max_length=80)
    group = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    counted_from = models.DateField(default=_today)
    shows_uptime = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ComponentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), Lower("group"), name="component_name_unique_in_group"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.name}" if self.group else self.name

    @property
    def leaks(self) -> list[Finding]:
        """What looks internal in its texts, which are public as soon as they are saved."""
        texts = {"the name": self.name, "the group": self.group, "the description": self.description}
        return leaks(texts, words=settings.CHECK_WORDS)

    @property
    def status(self) -> ComponentStatus:
        """How it is, of a row that was loaded `with_status`."""
        return ComponentStatus(self.current_level)  # type: ignore[attr-defined]  # the annotation


class ImpactWindowQuerySet(models.QuerySet["ImpactWindow"]):
    def counted(self) -> ImpactWindowQuerySet:
        """Those that count: where a report says when a component was affected, the updates no longer do."""
        return self.filter(is_superseded=False)

    def open_at(self, at: datetime) -> ImpactWindowQuerySet:
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=at), started_at__lte=at)

    def touching(self, start: datetime, end: datetime) -> ImpactWindowQuerySet:
        """Those that share a moment with the span from `start` up to `end`."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=start), started_at__lt=end)


class ImpactWindow(models.Model):
    """A component was worse than operational for a while; still is, where `ended_at` is None.

    Banner, bars and uptime are computed from these rows alone. `share` is the percentage of customers or
    requests affected, None where nobody said. `from_report` tells a published report's windows from those of the
    updates, which `is_superseded` takes out of the count while the event `has_report_windows`. `event` is None for a
    state that was set by hand, without an incident.
    """

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="windows")
    event = models.ForeignKey(
        "incidents.PublicEvent", on_delete=models.CASCADE, null=True, blank=True, related_name="windows"
    )
    level = models.CharField(max_length=30, choices=IMPACT_LEVELS)
    share = models.PositiveSmallIntegerField(null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    from_report = models.BooleanField(default=False)
    is_superseded = models.BooleanField(default=False, db_default=False)

    objects = ImpactWindowQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["component", "started_at"], name="window_by_component"),
            models.Index(fields=["ended_at"], name="window_by_end"),  # with those that are open, which end never
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gt=models.F("started_at")), name="window_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(level__in=[level for level, _ in IMPACT_LEVELS]), name="window_level"),
            models.CheckConstraint(condition=Q(share=None) | Q(share__range=(1, 100)), name="window_share_percent"),
            models.UniqueConstraint(
                fields=["component", "event", "from_report"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="window_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component}: {self.get_level_display()}"
