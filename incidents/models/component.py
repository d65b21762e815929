from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower


class ComponentStatus(models.TextChoices):
    """The five levels that status pages share, best first."""

    OPERATIONAL = "operational", "Operational"
    DEGRADED_PERFORMANCE = "degraded_performance", "Degraded performance"
    PARTIAL_OUTAGE = "partial_outage", "Partial outage"
    MAJOR_OUTAGE = "major_outage", "Major outage"
    UNDER_MAINTENANCE = "under_maintenance", "Under maintenance"


class ComponentQuerySet(models.QuerySet["Component"]):
    def in_page_order(self) -> ComponentQuerySet:
        return self.order_by("position", "name", "id")


class Component(models.Model):
    """A part of the product that customers know by name. It is public."""

    name = models.CharField(max_length=80)
    group = models.CharField(max_length=80, blank=True)
    position = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=30, choices=ComponentStatus.choices, default=ComponentStatus.OPERATIONAL)

    objects = ComponentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), Lower("group"), name="component_name_unique_in_group"),
            models.CheckConstraint(
                condition=models.Q(status__in=ComponentStatus.values), name="component_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.name}" if self.group else self.name
