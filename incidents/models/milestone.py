from __future__ import annotations

from django.db import models
from django.db.models import Q

from incidents import milestones as rules
from incidents.models.incident import Incident
from incidents.models.timeline import PRECISION_CHOICES, TimelineEntry

KIND_CHOICES = [(kind.value, label) for kind, label in rules.MILESTONE_LABELS.items()]
_WITHOUT_TIME = sorted(precision.value for precision in rules.WITHOUT_TIME)


class Milestone(models.Model):
    """One of the six moments; a proposal waits for a person to confirm it.

    `entry` is the timeline row that marks it, where one does: the row's time is then the milestone's.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=20, choices=KIND_CHOICES)
    at = models.DateTimeField(null=True, blank=True)
    precision = models.CharField(max_length=20, choices=PRECISION_CHOICES, default=rules.Precision.EXACT)
    note = models.CharField(max_length=300, blank=True)
    entry = models.OneToOneField(
        TimelineEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="milestone"
    )
    is_confirmed = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["at", "incident"],
                condition=Q(kind=rules.MilestoneKind.IMPACT_STARTED.value, is_confirmed=True, at__isnull=False),
                name="milestone_impact_started",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], name="milestone_once_per_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in rules.MilestoneKind]),
                name="milestone_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(precision__in=[precision.value for precision in rules.Precision]),
                name="milestone_precision_known",
            ),
            models.CheckConstraint(
                condition=Q(precision__in=_WITHOUT_TIME, at=None)
                | (~Q(precision__in=_WITHOUT_TIME) & Q(at__isnull=False)),
                name="milestone_has_a_time_where_one_can_be",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def state(self) -> str:
        """What a form shows of it, as one string: two states are equal exactly when their forms are."""
        at = self.at.isoformat() if self.at else "at a time not known"
        return f"{at} {self.precision} {'confirmed' if self.is_confirmed else 'proposed'}"

    def as_fact(self) -> rules.Milestone:
        return rules.Milestone(rules.MilestoneKind(self.kind), self.at, rules.Precision(self.precision))
