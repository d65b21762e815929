"""Post what is to leave; send again what was refused; forget what is over.

Post in the transaction that has something to say: the message leaves if that commits, and only then.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from outbox.models import ERASED, ERASED_AFTER, FORGOTTEN_AFTER, Delivery, DeliveryQuerySet

_LONGEST_SUBJECT = 250
_ROWS_A_STATEMENT = 1_000
# What sending sets itself; a second one would make the message another, or a wrong one.
_OURS = {"bcc", "cc", "date", "from", "message-id", "mime-version", "sender", "subject", "to"}
logger = logging.getLogger(__name__)


class NothingToSend(Exception):
    """The message left meanwhile, is being sent, or its text was erased."""

    def __init__(self) -> None:
        super().__init__("This mail has left, is on its way, or is too old: its text was erased.")


class NotRefused(Exception):
    """Only what is dead is discarded."""

    def __init__(self) -> None:
        super().__init__("This mail is not among the refused ones any more.")


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is to reach one address. Raises ValueError for headers that would break out of their line.

    `kind` is the sort of message, for people (“invitation”); `key` what it is about, at most 200 characters: of all
    that are posted with one key, the first leaves. `headers` are such as `List-Unsubscribe`; `not_before` None is now.
    """

    kind: str
    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        for name, value in self.headers.items():
            is_ours = name.lower() in _OURS or name.lower().startswith("content-")
            if is_ours or not name.isascii() or not name.isprintable() or {" ", ":"} & set(name):
                raise ValueError(f"{name!r} is no header that a message may bring.")
            if not value.isprintable():
                raise ValueError(f"The header {name} would not stay in its line.")

    def delivery(self, *, at: datetime, is_bulk: bool) -> Delivery:
        """The row of this message, unsaved. A repeated attempt bears the same Message-ID, so that programs see it."""
        first = max(at, self.not_before or at)
        return Delivery(
            key=self.key,
            kind=self.kind,
            message_id=f"<{uuid.uuid4().hex}@{urlsplit(settings.PUBLIC_BASE_URL).hostname}>",
            to=self.to,
            subject=" ".join(self.subject.split())[:_LONGEST_SUBJECT],
            text=self.text,
            html=self.html,
            headers=dict(self.headers),
            is_bulk=is_bulk,
            posted_at=at,
            not_before=first,
            due_at=first,
        )


def post(
    *,
    kind: str,
    key: str,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    not_before: datetime | None = None,
) -> None:
    """Let one message leave, at once or not before a time; see `Message`."""
    message = Message(
        kind=kind,
        key=key,
        to=to,
        subject=subject,
        text=text,
        html=html,
        headers=headers or {},
        not_before=not_before,
    )
    _store([message], at=at, is_bulk=False)


def post_many(messages: Iterable[Message], *, at: datetime) -> None:
    """Let many leave, all of them after whatever is posted one by one meanwhile."""
    _store(messages, at=at, is_bulk=True)


def _store(messages: Iterable[Message], *, at: datetime, is_bulk: bool) -> None:
    deliveries = (message.delivery(at=at, is_bulk=is_bulk) for message in messages)
    Delivery.objects.bulk_create(deliveries, batch_size=_ROWS_A_STATEMENT, ignore_conflicts=True)


def take_back(key_prefix: str) -> int:
    """Drop what waits under such keys and is in nobody’s hands, since it is no longer true; says how many."""
    dropped, _ = Delivery.objects.waiting().filter(key__startswith=key_prefix, claimed_until=None).delete()
    return dropped


# ── What did not leave ──────────────────────────────────────────────────────
def send_again(pk: int, *, by: str, at: datetime) -> Delivery:
    """Let one that waits or is dead leave now. Raises NothingToSend."""
    sent_again = _let_leave(Delivery.objects.resendable(at=at).filter(pk=pk), at=at)
    if not sent_again:
        raise NothingToSend
    delivery = Delivery.objects.get(pk=pk)
    logger.info("%s is sent again", delivery, extra={"by": by, "occurred_at": at})
    return delivery


def send_all_again(*, by: str, at: datetime) -> int:
    """Let all that wait after a failure or are dead leave now; says how many."""
    failed = ~Q(state=Delivery.State.WAITING, failure="")
    sent_again = _let_leave(Delivery.objects.resendable(at=at).filter(failed), at=at)
    logger.info("%s mails are sent again", sent_again, extra={"by": by, "occurred_at": at})
    return sent_again


def discard(pk: int, *, by: str, at: datetime) -> Delivery:
    """Forget one that is dead. Raises NotRefused."""
    delivery = Delivery.objects.dead().filter(pk=pk).first()
    if delivery is None or not Delivery.objects.dead().filter(pk=pk).delete()[0]:
        raise NotRefused
    logger.info("%s is discarded", delivery, extra={"by": by, "occurred_at": at})
    return delivery


def _let_leave(deliveries: DeliveryQuerySet, *, at: datetime) -> int:
    return deliveries.update(
        state=Delivery.State.WAITING, attempts=0, not_before=at, due_at=at, ended_at=None, failure=""
    )


# ── What is over ────────────────────────────────────────────────────────────
def tidy_outbox(at: datetime) -> None:
    """Give up on what ended its sender each time, erase what the dead said, forget what ended long ago."""
    told = "Each attempt ended in the middle, with the worker that made it."
    hopeless = Delivery.objects.hopeless(at=at)
    hopeless.update(state=Delivery.State.DEAD, ended_at=at, claimed_until=None, failure=told)
    Delivery.objects.dead().exclude(text="").filter(ended_at__lte=at - ERASED_AFTER).update(**ERASED)
    Delivery.objects.ended().filter(ended_at__lte=at - FORGOTTEN_AFTER).delete()
