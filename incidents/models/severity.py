from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from incidents.snapshot import SECTION_HEADINGS

if TYPE_CHECKING:
    from incidents.models.incident import Incident


MAX_PROMPT = 300


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


class SeverityQuerySet(models.QuerySet["Severity"]):
    def worst_first(self) -> SeverityQuerySet:
        return self.order_by("rank")

    def with_use(self) -> SeverityQuerySet:
        """With the sections, and with `incident_count`."""
        return self.prefetch_related("sections").annotate(incident_count=models.Count("incidents"))


class Severity(models.Model):
    """How bad an incident is, and what its report asks. Rank 1 is the worst."""

    name = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(unique=True)
    tone = models.CharField(max_length=20, choices=Tone.choices)
    needs_report = models.BooleanField(default=True)
    report_due_days = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = SeverityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="severity_name_unique"),
            models.CheckConstraint(condition=Q(tone__in=Tone.values), name="severity_tone_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def asked(self) -> list[tuple[str, str]]:
        """Key and prompt of each heading that a report is asked for, in the order of the page."""
        return [(key, section.prompt) for key, section in sections_for(self).items() if section.is_asked]

    def report_due_on(self, opened_at: datetime) -> date | None:
        """The day, in UTC, by which a report is wanted; None where none is, or at no certain time."""
        if not self.needs_report or self.report_due_days is None:
            return None
        return (opened_at.astimezone(UTC) + timedelta(days=self.report_due_days)).date()


class SeveritySection(models.Model):
    """What the report of an incident of this severity is asked under one heading.

    Every severity has a row for every heading. One that is not asked stays writable: it is folded away.
    """

    severity = models.ForeignKey(Severity, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=20, choices=list(SECTION_HEADINGS.items()))
    is_asked = models.BooleanField(default=True)
    prompt = models.CharField(max_length=MAX_PROMPT, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["severity", "key"], name="severity_section_once"),
            models.CheckConstraint(condition=Q(key__in=list(SECTION_HEADINGS)), name="severity_section_key_known"),
        ]

    def __str__(self) -> str:
        return f"{self.severity_id}: {self.get_key_display()}"


def sections_for(severity: Severity) -> dict[str, SeveritySection]:
    """What is asked under each heading, in the order of the page: one query, or none after a prefetch of `sections`.

    A heading without a row is asked for in its first words; its section is not stored yet.
    """
    stored = {section.key: section for section in severity.sections.all()} if severity.pk else {}
    return {
        key: stored.get(key) or SeveritySection(severity=severity, key=key, prompt=FIRST_PROMPTS[key])
        for key in SECTION_HEADINGS
    }


def suggested_due(incident: Incident) -> date | None:
    """The day that the incident's severity asks for, as it stands now: to offer beside `Report.due_on`, which stays."""
    return incident.severity.report_due_on(incident.opened_at)
