from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from outbox.models import Delivery
from outbox.operations import post
from outbox.sending import Sender
from tests.outbox.mail_server import MailServer

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sender(clock: Clock) -> Sender:
    return Sender(clock=clock)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """Started, and where mail goes."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 0.5
    yield server
    server.stop()


def letter(name: str, **fields: Any) -> dict[str, Any]:
    """What `post` takes, about somebody’s greeting."""
    return {
        "kind": "greeting",
        "key": f"greeting:{name}",
        "to": f"{name}@example.test",
        "subject": "Good morning",
        "text": f"Good morning, {name}.",
        "at": MONDAY,
    } | fields


def posted(*names: str, **fields: Any) -> list[Delivery]:
    for name in names:
        post(**letter(name, **fields))
    return [Delivery.objects.get(key=f"greeting:{name}") for name in names]


def never() -> threading.Event:
    """Nobody says stop."""
    return threading.Event()


def until_all_ended(sender: Sender, clock: Clock, *, within: timedelta = timedelta(hours=2)) -> None:
    """Attempt and let the time pass, as the worker does."""
    end = clock.now + within
    while Delivery.objects.waiting().exists():
        assert clock.now < end, list(Delivery.objects.waiting().values("to", "failure"))
        sender.attempt(never())
        sender._rest_until = 0
        clock.passes(timedelta(minutes=1))
