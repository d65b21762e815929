from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.roles import Role

MAX_DAYS_BEFORE = 30
_LONGEST_SILENCE = timedelta(days=14)


class Rhythm(models.TextChoices):
    DAILY = "daily", "In the morning, on days when there is something to say"
    WEEKLY = "weekly", "On Mondays: what is late, and what is due that week"
    NEVER = "never", "Never"


class MailChoiceQuerySet(models.QuerySet["MailChoice"]):
    def of(self, user: User) -> MailChoice:
        """What this person chose; unsaved, as everybody has it, until they choose."""
        return self.filter(user=user).first() or MailChoice(user=user)


class MailChoice(models.Model):
    """Which mails of promises somebody wants. No row is as the fields say by themselves.

    `wants_week` None is as the role has it: managers do.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mail_choice"
    )
    reminders = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.DAILY)
    days_before = models.PositiveSmallIntegerField(default=3)
    as_lead = models.BooleanField(default=True)
    wants_week = models.BooleanField(null=True, blank=True)

    objects = MailChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reminders__in=Rhythm.values), name="mail_choice_rhythm_known"),
            models.CheckConstraint(condition=Q(days_before__range=(0, MAX_DAYS_BEFORE)), name="mail_choice_days"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_reminders_display()}"

    @property
    def gets_week(self) -> bool:
        return self.user.role == Role.MANAGER if self.wants_week is None else self.wants_week


class MailRoundQuerySet(models.QuerySet["MailRound"]):
    def begin(self, name: str, on: date) -> date | None:
        """The day up to which was told, which is now this one; None if this one was told already.

        Belongs to the transaction that posts the mails: two workers wait for each other, and a killed one told nothing.
        After a long silence the last fortnight is told.
        """
        self.get_or_create(name=name, defaults={"day": on - timedelta(days=1)})
        row = self.select_for_update().get(name=name)
        if row.day >= on:
            return None
        since = max(row.day, on - _LONGEST_SILENCE)
        row.day = on
        row.save(update_fields=["day"])
        return since


class MailRound(models.Model):
    """Up to which day a kind of mail was told, so that nothing is told twice and nothing left out."""

    name = models.CharField(max_length=20, unique=True)
    day = models.DateField()

    objects = MailRoundQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}: {self.day}"
