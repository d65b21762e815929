"""Who is to hear of which promise on a day. Two queries of promises and rules, however many people there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q

from accounts.models import User
from incidents.models import UNDERWAY, ActionItem, DueRule, MailChoice, Rhythm
from incidents.models.mail_choice import MAX_DAYS_BEFORE

_WEEK = timedelta(days=7)
_MONDAY = 0


class Why(StrEnum):
    """Under which heading a promise is told; the strongest first."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    UNOWNED = "unowned"
    TEAM_LATE = "team_late"


@dataclass(frozen=True)
class Told:
    """One promise in one mail. `days` are until it is due, negative when it is late, None without a day."""

    item: ActionItem
    why: Why
    days: int | None

    @property
    def when(self) -> str:
        """`9 days late`, `today`, `tomorrow`, `in 3 days`; empty without a day."""
        match self.days:
            case None:
                return ""
            case 0:
                return "today"
            case 1:
                return "tomorrow"
            case -1:
                return "1 day late"
            case days if days < 0:
                return f"{-days} days late"
            case days:
                return f"in {days} days"


@dataclass
class Digest:
    """All that one person hears on one day. No promise stands in it twice."""

    person: User
    on: date
    told: list[Told] = field(default_factory=list)

    def of(self, why: Why) -> list[Told]:
        """Those under one heading, what is due first first."""
        return [each for each in self.told if each.why == why]


def digests(*, since: date, on: date) -> list[Digest]:
    """What fell between two days, the second included, for everybody who wants to hear of it.

    An owner hears of a promise some days before it is due, on the day, and each week while it is late; the lead of the
    team when it is late by the days of the rule, or when nobody owns it in time, and each week from then on.
    """
    choices = {choice.user_id: choice for choice in MailChoice.objects.all()}
    lead_after = {
        (rule.severity_id, rule.priority): rule.lead_after_days
        for rule in DueRule.objects.exclude(lead_after_days=None)
    }
    found: dict[int, Digest] = {}
    for item in _concerned(on):
        for person, why in _hearers(item, choices, lead_after, since=since, on=on):
            if item.incident.is_readable_by(person):
                days = (item.due_on - on).days if item.due_on else None
                found.setdefault(person.pk, Digest(person, on)).told.append(Told(item, why, days))
    return list(found.values())


def _concerned(on: date) -> Iterator[ActionItem]:
    due = Q(due_on__lte=on + timedelta(days=MAX_DAYS_BEFORE))
    unowned = Q(assign_by__lte=on) & (Q(owner=None) | Q(owner__is_active=False))
    items = ActionItem.objects.filter(due | unowned, state__in=UNDERWAY).order_by("due_or_never", "pk")
    people = ("owner", "team__lead", "incident__lead", "incident__opened_by", "incident__report__owner")
    return items.select_related("incident__severity", *people).iterator()


def _hearers(
    item: ActionItem,
    choices: Mapping[int, MailChoice],
    lead_after: Mapping[tuple[int, str], int | None],
    *,
    since: date,
    on: date,
) -> Iterator[tuple[User, Why]]:
    owner = item.owner if item.owner and item.owner.is_active else None
    lead = _lead(item)
    if owner and (why := _owner_hears(item, choices.get(owner.pk) or MailChoice(user=owner), since=since, on=on)):
        yield owner, why
    if lead is None or lead == owner or not (choices.get(lead.pk) or MailChoice(user=lead)).as_lead:
        return
    if owner is None:
        first = item.assign_by or item.due_on
        if first and _falls(first, since=since, on=on):
            yield lead, Why.UNOWNED
        return
    after = lead_after.get((item.incident.severity_id, item.priority))
    if item.due_on and item.team and item.team.lead == lead and after is not None:
        long_late = item.due_on + timedelta(days=max(after, 1))
        if _falls(long_late, since=since, on=on):
            yield lead, Why.TEAM_LATE


def _lead(item: ActionItem) -> User | None:
    """The team’s, or else who led the incident; never somebody who left."""
    leads = (item.team and item.team.lead, item.incident.lead)
    return next((lead for lead in leads if lead and lead.is_active), None)


def _owner_hears(item: ActionItem, choice: MailChoice, *, since: date, on: date) -> Why | None:
    due = item.due_on
    if due is None or choice.reminders == Rhythm.NEVER:
        return None
    why = Why.LATE if due < on else Why.TODAY if due == on else Why.SOON
    if choice.reminders == Rhythm.WEEKLY:
        is_due = due < on + _WEEK and _falls(since + timedelta(days=1), since=since, on=on, weekday=_MONDAY)
    elif due > on:
        before = due - timedelta(days=choice.days_before)
        is_due = since < before <= on
    else:
        is_due = _falls(due, since=since, on=on)
    return why if is_due else None


def _falls(first: date, *, since: date, on: date, weekday: int | None = None) -> bool:
    """Whether this day, or one a whole number of weeks later, comes after `since` and not after `on`.

    With a weekday, 0 for Monday, the first such day from there on counts.
    """
    if weekday is not None:
        first += timedelta(days=(weekday - first.weekday()) % 7)
    if first > on:
        return False
    return first + _WEEK * ((on - first).days // 7) > since
