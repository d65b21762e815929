from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower

MAX_TEAM_NAME = 80


class TeamQuerySet(models.QuerySet["Team"]):
    def with_use(self) -> TeamQuerySet:
        """Each with its lead and the number of its promises that are `underway`."""
        not_closed = ["open", "in_progress"]  # UNDERWAY, which comes from above
        underway = Count("action_items", filter=Q(action_items__state__in=not_closed))
        return self.select_related("lead").annotate(underway=underway)

    def named(self, name: str) -> Team | None:
        """The team of that name, however it is spelled; a new one where there is none. None for an empty name."""
        name = " ".join(name.split())
        if not name:
            return None
        found = self.filter(name__iexact=name).first()
        return found or self.get_or_create(name=name)[0]


class Team(models.Model):
    """People who answer for promises together. Its lead hears of what is late for long."""

    name = models.CharField(max_length=MAX_TEAM_NAME)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="led_teams"
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="team_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="team_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
