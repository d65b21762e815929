"""What is to leave, what left, and what was refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, F, Q

LEASE = timedelta(minutes=2)  # of whoever sends; longer than `sending` ever takes for what it claimed
MOST_ATTEMPTS = 26  # with the pauses between them, about three days
ERASED_AFTER = timedelta(days=30)
FORGOTTEN_AFTER = timedelta(days=90)
ERASED: dict[str, Any] = {"text": "", "html": "", "headers": {}}


def _is_delayed(at: datetime) -> Q:
    return Q(due_at__lte=at - timedelta(minutes=1)) | ~Q(failure="")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def free(self, *, at: datetime) -> DeliveryQuerySet:
        """In nobody’s hands."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=at))

    def waiting(self) -> DeliveryQuerySet:
        return self.filter(state=Delivery.State.WAITING)

    def dead(self) -> DeliveryQuerySet:
        return self.filter(state=Delivery.State.DEAD)

    def due(self, *, at: datetime) -> DeliveryQuerySet:
        """What may be sent now and is in nobody’s hands, in the order to send it in: news for many comes last."""
        return self.waiting().free(at=at).filter(due_at__lte=at).order_by("is_bulk", "due_at", "pk")

    def ended(self) -> DeliveryQuerySet:
        return self.exclude(state=Delivery.State.WAITING)

    def delayed(self, *, at: datetime) -> DeliveryQuerySet:
        """What should have left by now, or was tried in vain, the next attempt first."""
        return self.waiting().filter(_is_delayed(at)).order_by("due_at", "pk")

    def counted(self, *, at: datetime) -> dict[str, int]:
        """How many are dead, delayed, and on their way: `dead`, `delayed`, `expected`."""
        delayed, waiting = _is_delayed(at), Q(state=Delivery.State.WAITING)
        return self.exclude(state=Delivery.State.SENT).aggregate(
            dead=Count("pk", filter=Q(state=Delivery.State.DEAD)),
            delayed=Count("pk", filter=waiting & delayed),
            expected=Count("pk", filter=waiting & ~delayed),
        )

    def newest_end_first(self) -> DeliveryQuerySet:
        return self.order_by("-ended_at", "-pk")

    def hopeless(self, *, at: datetime) -> DeliveryQuerySet:
        """What was claimed so often, and whoever claimed it never came back."""
        return self.waiting().free(at=at).filter(attempts__gte=MOST_ATTEMPTS)

    def resendable(self, *, at: datetime) -> DeliveryQuerySet:
        """What somebody may let leave now: it did not yet, and there is something to send."""
        return self.free(at=at).exclude(text="").exclude(state=Delivery.State.SENT)


class Delivery(models.Model):
    """One message to one address. `kind` says what sort it is, for people; `key` what it is about: one message a key.

    Whoever sends it holds it until `claimed_until` and has counted `attempts` up before. `not_before` is when it may
    first leave, `due_at` the next attempt. `failure` holds the words of the last refusal. Texts are erased when it has
    left, and some time after it is dead: they may hold links that are secrets.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DEAD = "dead"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    message_id = models.CharField(max_length=300)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    is_bulk = models.BooleanField(default=False)
    posted_at = models.DateTimeField()
    not_before = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "sent", "dead"]), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="delivery_ends_once",
            ),
            models.CheckConstraint(condition=~Q(to="") & ~Q(key=""), name="delivery_is_addressed"),
            models.CheckConstraint(condition=~Q(state="sent") | Q(text="", html=""), name="delivery_sent_is_erased"),
            models.CheckConstraint(condition=~Q(state="waiting") | ~Q(text=""), name="delivery_waiting_has_text"),
            models.CheckConstraint(condition=Q(due_at__gte=F("not_before")), name="delivery_not_before"),
        ]
        indexes = [
            models.Index(fields=["is_bulk", "due_at", "id"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["-ended_at", "-id"], condition=Q(state="dead"), name="delivery_dead"),
            models.Index(fields=["ended_at"], condition=~Q(state="waiting"), name="delivery_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"

    @property
    def can_be_sent(self) -> bool:
        """Whether there is still something to send."""
        return bool(self.text)
