from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower


class Tone(models.TextChoices):
    """The palette's names; a severity is never told by colour alone."""

    CRITICAL = "critical", "Red"
    HIGH = "high", "Orange"
    MEDIUM = "medium", "Yellow"
    LOW = "low", "Grey"


class Severity(models.Model):
    """How bad an incident is. Rank 1 is the worst."""

    name = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(unique=True)
    tone = models.CharField(max_length=20, choices=Tone.choices)
    needs_report = models.BooleanField(default=True)
    report_due_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="severity_name_unique"),
            models.CheckConstraint(condition=models.Q(tone__in=Tone.values), name="severity_tone_known"),
        ]

    def __str__(self) -> str:
        return self.name
