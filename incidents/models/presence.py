"""What the editor keeps beside the draft: who is there, and what they typed that is not part of it yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from incidents.models.incident import Incident


class Presence(models.Model):
    """A person has this editor open; `place` is the anchor of the part that they were last in."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=60, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "user"], name="presence_once_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.incident_id}"


class UnsentText(models.Model):
    """What one person typed into one input and what could not become part of a draft yet.

    A half-written row, a time that is no time, words that met a colleague's. It comes back when the page does.
    `name` is the input's name; `incident` is empty for pages outside an incident.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, blank=True, related_name="unsent_texts")
    name = models.CharField(max_length=80)
    text = models.TextField()
    typed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "incident", "name"], name="unsent_text_once_per_input", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name
