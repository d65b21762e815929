"""Senders are killed two hundred times, wherever it hits them: nothing is lost, and nothing leaves a third time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from outbox.models import LEASE, Delivery
from outbox.sending import Sender
from tests.config.processes import BASE_DIR
from tests.outbox.conftest import never, posted
from tests.outbox.mail_server import MailServer

KILLS, MAILS, SEED = 200, 6, 20_261_126


class Senders:
    """Forked one after the other, each to be killed."""

    def __init__(self, port: int) -> None:
        database = str(connection.settings_dict["NAME"])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.outbox.sending_process", database, str(port)],
            cwd=BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = 0

    def begin(self) -> None:
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.pid = int(self._process.stdout.readline())

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def await_end(self) -> None:
        assert self._process.stdout.readline() == "ended\n"

    def forget(self) -> None:
        """No kill is on its way any more."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture
def senders(transactional_db: None, server: MailServer, settings: Any) -> Iterator[Senders]:
    settings.EMAIL_TIMEOUT = 10
    senders = Senders(server.port)
    yield senders
    senders.close()


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing_and_repeat_it_once(server: MailServer, senders: Senders) -> None:
    chance = random.Random(SEED)  # noqa: S311 -- it repeats itself
    killed_after: Counter[int] = Counter()
    for number in range(KILLS):
        killed_after[one_kill(server, senders, chance, number)] += 1

    times = server.times_by_id
    assert set(times) == set(Delivery.objects.values_list("message_id", flat=True)), "each with its own Message-ID"
    assert len(times) == KILLS * MAILS, "none is lost"
    assert set(times.values()) == {1, 2}, "some left again, none a third time"
    assert not Delivery.objects.exclude(state="sent").exists()
    assert len(killed_after) > MAILS // 2, f"the kills hit different places: {killed_after}"


def one_kill(server: MailServer, senders: Senders, chance: random.Random, number: int) -> int:
    """Kill a sender at some point, let another finish when the lease is over; how many had left until the kill."""
    deliveries = posted(*(f"m{number}-{each}" for each in range(MAILS)), at=timezone.now())
    victim, pause = chance.randrange(MAILS), chance.choice([0.0, chance.random() / 500, chance.random() / 20])
    before = len(server.taken)
    killers: list[threading.Timer] = []

    def taken(to: str) -> None:
        if to != f"m{number}-{victim}@example.test":
            return
        if not pause:
            senders.kill()  # the server has it, and its yes never arrives
        else:
            killers.append(threading.Timer(pause, senders.kill))
            killers[-1].start()

    server.when_taken = taken
    begin_at_once = chance.random() < 0.2
    senders.begin()
    if begin_at_once:  # before, while or after it claims
        threading.Event().wait(chance.random() / 50)
        senders.kill()
    senders.await_end()
    for killer in killers:
        killer.join()
    senders.forget()
    left = len(server.taken) - before

    server.when_taken = lambda _to: None
    Sender(clock=lambda: timezone.now() + LEASE + timedelta(seconds=1)).attempt(never())
    ended = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries], state="sent")
    assert ended.count() == MAILS
    return left
