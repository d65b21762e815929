"""What happens without a request: jobs that fall due, one after the other, until SIGTERM."""

from __future__ import annotations

import logging
import os
import select
import signal
import threading
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.utils import timezone

from accounts.operations import prune_expired_invitations
from incidents.authoring.operations import forget_old_unsent, forget_presence
from incidents.models import Site
from incidents.public.files import NotWritten, followed_by, followers, keep_public_files
from incidents.publishing.operations import publish_due
from incidents.reminders.operations import remind, tell_the_week
from incidents.status.operations import announce_recurring, move_maintenance
from jobs.running import AT_EVERY_TICK, Job, Rounds
from jobs.schedules import daily_at, weekly_at
from outbox.operations import tidy_outbox
from outbox.sending import Sender, mail_sent_meanwhile

HEARTBEAT_KEY = "worker-heartbeat"
_TICK_SECONDS = 2
logger = logging.getLogger(__name__)


def leave_heartbeat(at: datetime) -> None:
    """What `/healthz/ready` looks for, where web servers on other machines can see it."""
    cache.set(HEARTBEAT_KEY, at, timeout=None)


def clear_expired_sessions(_at: datetime) -> None:
    call_command("clearsessions")


def clear_expired_invitations(at: datetime) -> None:
    prune_expired_invitations(at=at)


JOBS = (
    Job(leave_heartbeat, every=timedelta(seconds=15)),
    Job(publish_due, every=AT_EVERY_TICK),  # at the first tick after the hour
    Job(move_maintenance, every=AT_EVERY_TICK),
    Job(announce_recurring, every=timedelta(hours=1)),
    Job(keep_public_files, every=AT_EVERY_TICK),
    Job(clear_expired_sessions, every=timedelta(hours=1)),
    Job(clear_expired_invitations, every=timedelta(hours=1)),
    Job(forget_presence, every=timedelta(hours=1)),
    Job(forget_old_unsent, every=timedelta(hours=1)),
    Job(tidy_outbox, every=timedelta(hours=1)),
    Job(remind, every=daily_at(8)),
    Job(tell_the_week, every=weekly_at(0, 8)),
)


class Command(BaseCommand):
    help = "Run the jobs that need no request: tidying up, and the heartbeat that /healthz/ready looks for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run every job once and exit")

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        rounds = Rounds(JOBS, zone=lambda: Site.get().time_zone, expected=(NotWritten,))
        if once:
            failed = rounds.run_all(at=timezone.now())
            failed += [each.name for each in followers() if not each.attempt(threading.Event())]
            failed += [] if Sender().attempt(threading.Event()) else ["mail"]
            if failed:
                raise CommandError(f"These jobs failed: {', '.join(failed)}.")
            return
        stop = _Stop()
        logger.info("The worker has started")
        with followed_by(followers()), mail_sent_meanwhile():
            while not stop.comes_within(0):
                rounds.run_due(at=timezone.now(), is_over=lambda: stop.comes_within(0))
                stop.comes_within(_TICK_SECONDS)
        logger.info("The worker has stopped")


class _Stop:
    """SIGTERM and SIGINT, noticed between jobs: a job that has begun is finished."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: os.write(self._writer, b"."))

    def comes_within(self, seconds: float) -> bool:
        return bool(select.select([self._reader], [], [], seconds)[0])
