from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.milestones import PRECISION_LABELS, Precision
from incidents.models.incident import Incident, new_public_id

PRECISION_CHOICES = [(precision.value, label) for precision, label in PRECISION_LABELS.items()]
# A row of the timeline always has a place in time; "unknown" is for milestones.
ENTRY_PRECISIONS = [Precision.EXACT, Precision.ABOUT, Precision.BEFORE, Precision.AFTER]
MAX_ROW_TEXT = 2_000


class TimelineEntryQuerySet(models.QuerySet["TimelineEntry"]):
    def in_order(self) -> TimelineEntryQuerySet:
        return self.order_by("occurred_at", "id")


class TimelineEntry(models.Model):
    """What happened at one moment. Internal until `public_text` says it for customers."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=12, unique=True, default=new_public_id)
    occurred_at = models.DateTimeField()
    precision = models.CharField(
        max_length=10,
        choices=[(precision.value, PRECISION_LABELS[precision]) for precision in ENTRY_PRECISIONS],
        default=Precision.EXACT,
    )
    text = models.TextField(max_length=MAX_ROW_TEXT)
    public_text = models.TextField(max_length=MAX_ROW_TEXT, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=40, default="form")
    raw_line = models.TextField(blank=True)

    objects = TimelineEntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["incident", "occurred_at", "id"], name="timeline_in_order")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="timeline_entry_says_something"),
            models.CheckConstraint(
                condition=Q(precision__in=[precision.value for precision in ENTRY_PRECISIONS]),
                name="timeline_precision_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M}Z {self.text[:60]}"

    @property
    def is_public(self) -> bool:
        return self.public_text != ""
