"""Who sends what: a claim is a lease, so that no transaction is open while a mail server talks.

A claim counts the attempt and says until when it holds. Where a sender was killed it runs out, and the message is
claimed again: it leaves a second time, with the same Message-ID, where the kill fell between the server’s yes and the
mark.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from outbox.models import ERASED, LEASE, MOST_ATTEMPTS, Delivery, DeliveryQuerySet

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=4)
_LONGEST_WORDS = 1_000


def claim(most: int, *, at: datetime) -> list[Delivery]:
    """Take up to so many that are due; what another worker is about to take is left to it."""
    with transaction.atomic():
        claimed = list(Delivery.objects.due(at=at).select_for_update(skip_locked=True)[:most])
        mine = Delivery.objects.filter(pk__in=[delivery.pk for delivery in claimed])
        mine.update(claimed_until=at + LEASE, attempts=F("attempts") + 1)
    for delivery in claimed:
        delivery.claimed_until = at + LEASE
        delivery.attempts += 1
    return claimed


def give_back(claimed: Sequence[Delivery], *, failure: str = "") -> None:
    """Let others claim what was not tried after all; why, where the mail server was the reason."""
    for delivery in claimed[:1]:
        mine = Delivery.objects.filter(pk__in=[each.pk for each in claimed], claimed_until=delivery.claimed_until)
        words = {"failure": failure[:_LONGEST_WORDS]} if failure else {}
        mine.update(claimed_until=None, attempts=F("attempts") - 1, **words)


def mark_sent(deliveries: Sequence[Delivery], *, at: datetime) -> None:
    """They left: whoever holds one meanwhile need not send it."""
    gone = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    gone.update(state=Delivery.State.SENT, ended_at=at, claimed_until=None, failure="", **ERASED)


def mark_dead(delivery: Delivery, words: str, *, at: datetime) -> None:
    _held(delivery).update(state=Delivery.State.DEAD, ended_at=at, claimed_until=None, failure=words[:_LONGEST_WORDS])


def postpone(delivery: Delivery, words: str, *, at: datetime) -> None:
    """Try again later, each time after about twice as long; or give up after days."""
    if delivery.attempts >= MOST_ATTEMPTS:
        mark_dead(delivery, words, at=at)
        return
    due_at = at + pause_after(delivery.attempts) * random.uniform(0.75, 1.25)  # noqa: S311 -- so that not all come at once
    _held(delivery).update(due_at=due_at, claimed_until=None, failure=words[:_LONGEST_WORDS])


def pause_after(attempts: int) -> timedelta:
    """Half a minute after the first, four hours at most."""
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 20)), _LONGEST_PAUSE)


def _held(delivery: Delivery) -> DeliveryQuerySet:
    """The row, unless its lease ran out and somebody else has it."""
    return Delivery.objects.filter(pk=delivery.pk, claimed_until=delivery.claimed_until)
