"""The days that rules set. A rule speaks when its clock has started, once, and never over what a person chose."""

from __future__ import annotations

from datetime import UTC, date, datetime

from incidents.action_items.telling import tell_customers
from incidents.due_dates import Clock
from incidents.milestones import MilestoneKind
from incidents.models import UNDERWAY, ActionChange, ActionItem, DueRule, Incident


class Days:
    """The rules for one incident, and since when their clocks run; each is asked of the database once."""

    def __init__(self, incident: Incident) -> None:
        self._incident = incident
        rules = DueRule.objects.filter(severity=incident.severity_id).select_related("severity")
        self._rules = {rule.priority: rule for rule in rules}
        self._starts: dict[Clock, date | None] = {}

    def give(self, item: ActionItem) -> None:
        """Set the day of an item in memory, where it is a rule's to set and its clock runs."""
        if not item.rule_may_set_due or item.state not in UNDERWAY:
            return
        rule = self._rules.get(item.priority)
        start = self._start(Clock(rule.clock)) if rule else None
        if rule is None or start is None:
            item.due_on, item.due_rule, item.assign_by = None, "", None
            return
        item.due_on, item.due_rule, item.assign_by = rule.rule.due_on(start), str(rule), rule.rule.assign_by(start)

    def _start(self, clock: Clock) -> date | None:
        if clock not in self._starts:
            self._starts[clock] = clock_start(self._incident, clock)
        return self._starts[clock]


def clock_start(incident: Incident, clock: Clock) -> date | None:
    """The day, in UTC, on which a clock started; None while it has not."""
    if clock is Clock.OPENED:
        return incident.opened_at.astimezone(UTC).date()
    if clock is Clock.PUBLISHED:
        first = incident.publications.order_by("number").values_list("published_at", flat=True).first()
        return first.astimezone(UTC).date() if first else None
    resolved = incident.milestones.filter(kind=MilestoneKind.RESOLVED, is_confirmed=True).first()
    return resolved.at.astimezone(UTC).date() if resolved and resolved.at else None


def give_waiting_days(incident: Incident, *, at: datetime) -> None:
    """A clock started: the items that waited for it get their days. Belongs to the transaction that started it.

    The report is locked.
    """
    waiting = incident.action_items.underway().filter(due_on=None, rule_may_set_due=True)
    days = None
    for item in waiting.select_for_update(of=("self",)).order_by("pk"):
        days = days or Days(incident)
        days.give(item)
        if item.due_on is not None:
            item.save(update_fields=["due_on", "due_rule", "assign_by"])
            ActionChange.objects.record(item, {"due_on": ("", item.due_on.isoformat())}, by=None, at=at)
            tell_customers(item, at=at)
