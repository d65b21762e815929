"""What happens without a request: jobs that fall due, one after the other, until SIGTERM."""

from __future__ import annotations

import logging
import os
import select
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import cache
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts.operations import prune_expired_invitations
from incidents.authoring.operations import forget_old_unsent, forget_presence
from incidents.public.files import NotWritten, followed_by, followers, keep_public_files
from incidents.publishing.operations import publish_due
from incidents.status.operations import announce_recurring, move_maintenance

HEARTBEAT_KEY = "worker-heartbeat"
_TICK_SECONDS = 2
_LONGEST_PAUSE_SECONDS = 60
logger = logging.getLogger(__name__)


class Job(NamedTuple):
    """A plain function of the current time, and how long after a success it is due again."""

    run: Callable[[datetime], object]
    every: timedelta


def leave_heartbeat(at: datetime) -> None:
    """What `/healthz/ready` looks for, where web servers on other machines can see it."""
    cache.set(HEARTBEAT_KEY, at, timeout=None)


def clear_expired_sessions(_at: datetime) -> None:
    call_command("clearsessions")


def clear_expired_invitations(at: datetime) -> None:
    prune_expired_invitations(at=at)


JOBS = (
    Job(leave_heartbeat, every=timedelta(seconds=15)),
    Job(publish_due, every=timedelta(0)),  # at the first tick after the hour
    Job(move_maintenance, every=timedelta(0)),
    Job(announce_recurring, every=timedelta(hours=1)),
    Job(keep_public_files, every=timedelta(0)),
    Job(clear_expired_sessions, every=timedelta(hours=1)),
    Job(clear_expired_invitations, every=timedelta(hours=1)),
    Job(forget_presence, every=timedelta(hours=1)),
    Job(forget_old_unsent, every=timedelta(hours=1)),
)


class Command(BaseCommand):
    help = "Run the jobs that need no request: tidying up, and the heartbeat that /healthz/ready looks for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and exit")

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        if once:
            failed = _run_due({}, at=timezone.now())
            failed += [each.name for each in followers() if not each.attempt(threading.Event())]
            if failed:
                raise CommandError(f"These jobs failed: {', '.join(failed)}.")
            return
        stop = _Stop()
        done: dict[str, datetime] = {}
        failures = 0
        logger.info("The worker has started")
        with followed_by(followers()):
            while not stop.comes_within(0):
                failures = failures + 1 if _run_due(done, at=timezone.now(), stop=stop) else 0
                pause = min(2**failures, _LONGEST_PAUSE_SECONDS) if failures else _TICK_SECONDS
                stop.comes_within(pause)
        logger.info("The worker has stopped")


class _Stop:
    """SIGTERM and SIGINT, noticed between jobs: a job that has begun is finished."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: os.write(self._writer, b"."))

    def comes_within(self, seconds: float) -> bool:
        return bool(select.select([self._reader], [], [], seconds)[0])


def _run_due(done: dict[str, datetime], *, at: datetime, stop: _Stop | None = None) -> list[str]:
    """Run what is due and note its success in `done`; the names of the jobs that failed are returned."""
    failed = []
    for job in JOBS:
        name = job.run.__name__
        if stop and stop.comes_within(0):
            break
        if name in done and at < done[name] + job.every:
            continue
        try:
            job.run(at)
            done[name] = at
        except (OperationalError, InterfaceError) as error:
            logger.warning("%s has to wait for the database: %s", name, error)
            connection.close()  # the next job opens a new one
            failed.append(name)
        except NotWritten as error:
            logger.warning("%s has to wait: %s", name, error)
            connection.close()  # it may have been the database that refused
            failed.append(name)
        except Exception:
            logger.exception("%s failed", name)
            failed.append(name)
    return failed
