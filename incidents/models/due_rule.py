from __future__ import annotations

from django.db import models
from django.db.models import Q

from incidents import due_dates
from incidents.due_dates import CLOCK_LABELS, Clock
from incidents.models.action_item import Priority
from incidents.models.severity import Severity

MAX_DUE_DAYS = 1_000


# What a fresh severity asks of each priority: days, assigned within, the lead hears when late by.
_FIRST = {Priority.HIGH: (30, 2, 7), Priority.MEDIUM: (60, 5, 14), Priority.LOW: (90, None, 30)}


class DueRule(models.Model):
    """When promises of a priority are due, for incidents of a severity, and when somebody is to own them.

    An item keeps the day that it was given: a changed rule is for what comes. `lead_after_days` late, the lead of the
    team hears of it; None for never.
    """

    severity = models.ForeignKey(Severity, on_delete=models.CASCADE, related_name="due_rules")
    priority = models.CharField(max_length=10, choices=Priority.choices)
    days = models.PositiveSmallIntegerField()
    clock = models.CharField(
        max_length=10, choices=[(clock.value, label) for clock, label in CLOCK_LABELS.items()], default=Clock.RESOLVED
    )
    skips_weekends = models.BooleanField(default=False)
    assign_days = models.PositiveSmallIntegerField(null=True, blank=True)
    lead_after_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["severity", "priority"], name="due_rule_once"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="due_rule_priority_known"),
            models.CheckConstraint(
                condition=Q(clock__in=[clock.value for clock in Clock]), name="due_rule_clock_known"
            ),
            models.CheckConstraint(condition=Q(days__range=(1, MAX_DUE_DAYS)), name="due_rule_days"),
            models.CheckConstraint(
                condition=Q(assign_days=None) | Q(assign_days__range=(0, MAX_DUE_DAYS)), name="due_rule_assign_days"
            ),
            models.CheckConstraint(
                condition=Q(lead_after_days=None) | Q(lead_after_days__range=(0, MAX_DUE_DAYS)),
                name="due_rule_lead_after_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.severity}, {Priority(self.priority).label.lower()}: {self.rule.in_words}"

    @property
    def rule(self) -> due_dates.Rule:
        return due_dates.Rule(self.days, Clock(self.clock), self.skips_weekends, self.assign_days)


def rules_for(severity: Severity) -> dict[Priority, DueRule | None]:
    """The rule for each priority; None where an admin wants none. First ones for a severity that is not stored yet."""
    if not severity.pk:
        return {
            priority: DueRule(priority=priority, days=days, assign_days=assign, lead_after_days=lead)
            for priority, (days, assign, lead) in _FIRST.items()
        }
    stored = {rule.priority: rule for rule in severity.due_rules.all()}
    return {priority: stored.get(priority) for priority in Priority}
