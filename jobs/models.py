"""What ran when: one row for each periodic job, so that it runs once however many workers there are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class PeriodicJob(models.Model):
    """`last_done_at` is when the last run that succeeded had begun; `failure` is why the last run did not, or empty."""

    name = models.CharField(max_length=100, primary_key=True)
    known_since = models.DateTimeField()
    last_begun_at = models.DateTimeField(null=True, blank=True)
    last_done_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="periodic_job_has_a_name")]

    def __str__(self) -> str:
        return self.name
