from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now

from incidents.models.incident import Incident
from incidents.models.public_ids import new_public_id
from incidents.models.team import Team

if TYPE_CHECKING:
    from accounts.models import User


class ActionState(models.TextChoices):
    CANDIDATE = "candidate", "Candidate"
    OPEN = "open", "Open"
    IN_PROGRESS = "in_progress", "In progress"
    DONE = "done", "Done"
    WONT_DO = "wont_do", "Won’t do"


class ActionKind(models.TextChoices):
    PREVENT = "prevent", "Prevents a repeat"
    DETECT = "detect", "Detects it sooner"
    MITIGATE = "mitigate", "Limits the damage"
    REPAIR = "repair", "Repairs what broke"


class Priority(models.TextChoices):
    HIGH = "high", "High priority"
    MEDIUM = "medium", "Medium priority"
    LOW = "low", "Low priority"


CLOSED = frozenset({ActionState.DONE, ActionState.WONT_DO})
UNDERWAY = frozenset({ActionState.OPEN, ActionState.IN_PROGRESS})  # promised, and not closed
IS_UNDERWAY = Q(state__in=sorted(UNDERWAY))
IS_KEPT = Q(state=ActionState.DONE, closed_on__lte=F("due_or_never"), due_or_never__lt=date.max)  # done by its day

SAID = SearchVector("text", "public_text", config="english")
LONGEST_TEXT = 500
MAX_EVIDENCE = 500
MAX_TRACKER_URL = 500


def is_late(on: date) -> Q:
    """Underway, and due before this day."""
    return IS_UNDERWAY & Q(due_or_never__lt=on)


def is_unowned() -> Q:
    """Nobody owns it, or somebody who left. Counts of this need no row of the owner."""
    left = get_user_model().objects.filter(is_active=False)
    return Q(owner=None) | Q(owner__in=left.values("pk"))


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def visible_to(self, user: User) -> ActionItemQuerySet:
        """Those of the incidents that this person may read."""
        return self.exclude(incident__in=Incident.objects.hidden_from(user).values("pk"))

    def underway(self) -> ActionItemQuerySet:
        return self.filter(IS_UNDERWAY)

    def not_closed(self) -> ActionItemQuerySet:
        """Underway, or not promised yet."""
        return self.exclude(state__in=sorted(CLOSED))  # as the index says it

    def late(self, on: date) -> ActionItemQuerySet:
        """Underway, and due before this day."""
        return self.filter(is_late(on))

    def without_owner(self) -> ActionItemQuerySet:
        """Nobody owns them, or somebody who left."""
        return self.filter(is_unowned())

    def due_within(self, first: date, last: date) -> ActionItemQuerySet:
        """Promises that were due on one of these days; those that were dropped were not kept, and count."""
        return self.filter(due_or_never__range=(first, last)).exclude(state=ActionState.CANDIDATE)

    def opened_within(self, first: date, last: date) -> ActionItemQuerySet:
        """Those that were opened on one of these days, in UTC."""
        begin, end = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
        return self.filter(opened_at__gte=begin, opened_at__lt=end)

    def saying(self, words: str) -> ActionItemQuerySet:
        """Those in which all of these words stand, in either wording, as people type them."""
        return self.annotate(said=SAID).filter(said=SearchQuery(words, search_type="websearch", config="english"))


class ActionItem(models.Model):
    """A promise. Internal until `public_text` makes it to customers too.

    `due_rule` says in words which rule set `due_on`, as the rule was then; it is empty where a person chose the day.
    A rule may set the day only while `rule_may_set_due`: what a person chose stays. `entry` and `comment` are what it
    came from.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="action_items")
    key = models.CharField(max_length=12, unique=True, default=new_public_id)
    text = models.CharField(max_length=LONGEST_TEXT)
    public_text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    kind = models.CharField(max_length=20, choices=ActionKind.choices, blank=True)  # empty until somebody chose
    state = models.CharField(max_length=20, choices=ActionState.choices, default=ActionState.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    priority = models.CharField(
        max_length=10, choices=Priority.choices, default=Priority.MEDIUM, db_default=Priority.MEDIUM
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items")
    due_on = models.DateField(null=True, blank=True)
    due_or_never = models.GeneratedField(
        expression=Coalesce("due_on", Value(date.max)), output_field=models.DateField(), db_persist=True
    )  # what lists are sorted by
    due_rule = models.CharField(max_length=200, blank=True, db_default="")
    rule_may_set_due = models.BooleanField(default=True, db_default=True)
    assign_by = models.DateField(null=True, blank=True)
    done_when = models.CharField(max_length=300, blank=True, db_default="")
    opened_at = models.DateTimeField(db_default=Now())
    closed_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=MAX_EVIDENCE, blank=True, db_default="")
    tracker_url = models.URLField(max_length=MAX_TRACKER_URL, blank=True, db_default="")
    entry = models.ForeignKey(
        "incidents.TimelineEntry", on_delete=models.SET_NULL, null=True, blank=True, related_name="action_items"
    )
    comment = models.ForeignKey(
        "incidents.Comment", on_delete=models.SET_NULL, null=True, blank=True, related_name="action_items"
    )

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        # What is included is what the figures of the board count by: they read nothing but the index.
        indexes = [
            models.Index(
                fields=["due_or_never", "incident", "id"],
                include=["state", "owner", "team", "kind", "opened_at"],
                condition=~Q(state__in=sorted(CLOSED)),
                name="action_not_closed_by_due",
            ),
            models.Index(
                fields=["due_or_never", "incident", "id"],
                include=["state", "closed_on", "team", "kind"],
                name="action_by_due",
            ),
            models.Index(fields=["owner", "state", "due_or_never"], name="action_by_owner"),
            models.Index(
                fields=["-opened_at", "-id"], include=["incident", "state", "closed_on"], name="action_newest"
            ),
            models.Index(fields=["-closed_on", "-id"], include=["incident", "state"], name="action_closed"),
            GinIndex(SAID, name="action_said"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_says_something"),
            models.CheckConstraint(condition=Q(kind__in=["", *ActionKind.values]), name="action_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="action_priority_known"),
            models.CheckConstraint(
                condition=~Q(state=ActionState.WONT_DO) | ~Q(reason=""), name="action_not_done_has_a_reason"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=sorted(CLOSED)) & Q(closed_on__isnull=False))
                | (~Q(state__in=sorted(CLOSED)) & Q(closed_on=None)),
                name="action_closed_has_a_day",
            ),
            models.CheckConstraint(condition=Q(due_rule="") | Q(due_on__isnull=False), name="action_rule_set_a_day"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_public(self) -> bool:
        return self.public_text != ""

    @property
    def is_owned(self) -> bool:
        """Whether anybody answers for it, a person or a team."""
        return self.owner_id is not None or self.team_id is not None
