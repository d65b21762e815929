from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from incidents.snapshot import SECTION_HEADINGS


class Tone(models.TextChoices):
    """The palette's names; a severity is never told by colour alone."""

    CRITICAL = "critical", "Red"
    HIGH = "high", "Orange"
    MEDIUM = "medium", "Yellow"
    LOW = "low", "Grey"


# What a fresh severity asks under each heading, until an admin words it differently.
FIRST_PROMPTS: dict[str, str] = {
    "summary": "What broke, for whom, from when to when? Three sentences will do.",
    "impact": "What did customers see, how many of them, and what was not affected?",
    "detection": "How did we notice, and how could we have noticed sooner?",
    "root_cause": "What made it possible, and what set it off?",
    "resolution": "What brought the service back?",
    "went_well": "What would you want to happen again next time?",
    "went_badly": "What made it longer or worse than it had to be?",
    "got_lucky": "What could have gone wrong and did not?",
}


class Severity(models.Model):
    """How bad an incident is, and what its report asks. Rank 1 is the worst."""

    name = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(unique=True)
    tone = models.CharField(max_length=20, choices=Tone.choices)
    needs_report = models.BooleanField(default=True)
    report_due_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="severity_name_unique"),
            models.CheckConstraint(condition=Q(tone__in=Tone.values), name="severity_tone_known"),
        ]

    def __str__(self) -> str:
        return self.name


class SeveritySection(models.Model):
    """What the report of an incident of this severity is asked under one heading.

    Every severity has a row for every heading. One that is not asked stays writable: it is folded away.
    """

    severity = models.ForeignKey(Severity, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=20, choices=list(SECTION_HEADINGS.items()))
    is_asked = models.BooleanField(default=True)
    prompt = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["severity", "key"], name="severity_section_once"),
            models.CheckConstraint(condition=Q(key__in=list(SECTION_HEADINGS)), name="severity_section_key_known"),
        ]

    def __str__(self) -> str:
        return f"{self.severity_id}: {self.get_key_display()}"
