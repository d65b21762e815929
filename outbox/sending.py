"""Send what is due, over one connection, in a thread of the worker: a slow mail server holds up nothing else."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from outbox.claiming import claim, give_back, mark_dead, mark_sent, postpone
from outbox.line import Broken, Deferred, Line, Refused
from outbox.models import LEASE, Delivery

_TICK = 1  # seconds; with it a mail leaves within two of its commit
_LINES = 2  # while one waits for the server or the database, the other writes
_CLAIMED = 100
_CLAIM_SECONDS = 1  # then what is left is given back, so that something urgent needn’t wait for a slow server
_MARK_SECONDS = 0.05  # what left within it is marked at once; a kill makes no more than that leave again
_LONGEST_CONVERSATION = LEASE.total_seconds() / 2  # whatever a server that drips would like
_MOST_BROKEN = 3  # in a row, and the server itself is at fault
_LONGEST_PAUSE = 60
logger = logging.getLogger(__name__)


class Sender:
    """One of them for a thread. `clock` is read for every message."""

    def __init__(self, *, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock
        self._left: list[Delivery] = []
        self._mark_by = 0.0
        self._broken = 0
        self._failures, self._rest_until = 0, 0.0

    def attempt(self, stop: threading.Event) -> bool:
        """Send what is due, unless the server took nothing a moment ago; whether all of it was dealt with."""
        if time.monotonic() < self._rest_until:
            return False
        try:
            self.send_due(stop)
        except Broken as reason:
            logger.warning("Mail waits: %s", reason)
        except (OperationalError, InterfaceError) as error:
            logger.warning("Mail has to wait for the database: %s", error)
            connection.close()  # the next attempt opens a new one
        except Exception:
            logger.exception("Mail could not be sent")
            connection.close()
        else:
            self._failures = 0
            return True
        self._failures += 1
        self._rest_until = time.monotonic() + min(2**self._failures, _LONGEST_PAUSE)
        return False

    def send_due(self, stop: threading.Event) -> None:
        """Send until nothing is due. Raises Broken when the mail server takes nothing: what was not tried stays due."""
        self._mark_sent()
        if not Delivery.objects.due(at=self._clock()).exists():
            return
        with closing(Line()) as line:
            while not stop.is_set() and self._send_some(line, stop):
                pass

    def _send_some(self, line: Line, stop: threading.Event) -> bool:
        """Claim and send; whether there was anything to claim."""
        try:
            line.open()
        except Broken as reason:
            give_back(claim(_CLAIMED, at=self._clock()), failure=str(reason))
            raise
        began = time.monotonic()
        drips = threading.Timer(_LONGEST_CONVERSATION, line.cut)
        drips.start()
        try:
            claimed = claim(_CLAIMED, at=self._clock())
            for number, delivery in enumerate(claimed):
                if stop.is_set() or time.monotonic() - began > (_CLAIM_SECONDS if number else _LONGEST_CONVERSATION):
                    give_back(claimed[number:])
                    break
                self._send_one(delivery, line, others=claimed[number + 1 :])
        finally:
            drips.cancel()
            self._mark_sent()
        return bool(claimed)

    def _send_one(self, delivery: Delivery, line: Line, *, others: Sequence[Delivery]) -> None:
        try:
            line.send(delivery)
        except Refused as reason:
            logger.warning("%s was refused: %s", delivery, reason)
            mark_dead(delivery, str(reason), at=self._clock())
        except Deferred as reason:
            postpone(delivery, str(reason), at=self._clock())
        except Broken as reason:
            postpone(delivery, str(reason), at=self._clock())
            self._broken += 1
            if self._broken >= _MOST_BROKEN:
                give_back(others, failure=str(reason))
                raise
            return
        except Exception:
            logger.exception("%s could not be sent", delivery)
            line.cut()
            postpone(delivery, "Afterword could not send it; its log says why.", at=self._clock())
        else:
            self._note_sent(delivery)
        self._broken = 0

    def _note_sent(self, delivery: Delivery) -> None:
        if not self._left:
            self._mark_by = time.monotonic() + _MARK_SECONDS
        self._left.append(delivery)
        if time.monotonic() >= self._mark_by:
            self._mark_sent()

    def _mark_sent(self) -> None:
        """Also what left while the database was away: it is known until this process ends."""
        if self._left:
            mark_sent(self._left, at=self._clock())
            self._left.clear()


@contextmanager
def mail_sent_meanwhile() -> Iterator[None]:
    """Send in threads of their own, which end between two messages."""
    stop = threading.Event()
    threads = [threading.Thread(target=_send_until, args=(stop,)) for _ in range(_LINES)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _send_until(stop: threading.Event) -> None:
    sender = Sender()
    try:
        sender.attempt(stop)
        while not stop.wait(_TICK):
            sender.attempt(stop)
    finally:
        connection.close()
