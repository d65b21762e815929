"""Run what is due, each job once however many workers there are, and know what did not run for too long.

A job is claimed by a lock of the session: no transaction is open while it runs, and Postgres lets go of it as soon as a
worker is gone. What is due at every tick is claimed by nobody: such a job bears to run at two places, and is cheap.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from jobs.models import PeriodicJob
from jobs.schedules import Clock, is_due, longest_silence

AT_EVERY_TICK = timedelta(0)
_NOTED_EVERY = timedelta(seconds=30)  # the successes of what runs at every tick
_ZONE_READ_EVERY = timedelta(minutes=1)
_LONGEST_PAUSE_SECONDS = 60
_LONGEST_WORDS = 1_000
_LOCKS = 7_201  # the first half of every lock’s key, so that it is no lock of something else
logger = logging.getLogger(__name__)


class Job(NamedTuple):
    """A plain function of the current time, and when it is due again: a time after a success, or an hour."""

    run: Callable[[datetime], object]
    every: timedelta | Clock

    @property
    def name(self) -> str:
        return self.run.__name__


class Rounds:
    """The rounds of one worker.

    `zone` reads the zone of the site, asked for where a job is due at an hour. `expected` are exceptions by which a job
    says that it has to wait: the log warns, and shows no traceback.
    """

    def __init__(
        self, jobs: Iterable[Job], *, zone: Callable[[], str], expected: tuple[type[Exception], ...] = ()
    ) -> None:
        self._jobs, self._read_zone, self._expected = tuple(jobs), zone, expected
        self._zone = ZoneInfo("UTC")
        self._zone_holds_until: datetime | None = None
        self._rows: dict[str, PeriodicJob] = {}  # as last read; whether one is due is asked the database then
        self._failures: dict[str, int] = {}
        self._rest_until: dict[str, datetime] = {}
        self._ticked: dict[str, datetime] = {}
        self._noted_at: datetime | None = None

    def run_due(self, *, at: datetime, is_over: Callable[[], bool] = lambda: False) -> list[str]:
        """Run what is due, until it is over between two jobs. The names of those that failed are returned."""
        failed: list[str] = []
        for job in self._jobs:
            if is_over():
                return failed
            if at >= self._rest_until.get(job.name, at) and not self._attempt(job, at, is_asked=False):
                failed.append(job.name)
        self._note_ticks(at)
        return failed

    def run_all(self, *, at: datetime) -> list[str]:
        """Run every job, due or not. The names of those that failed are returned."""
        failed = [job.name for job in self._jobs if not self._attempt(job, at, is_asked=True)]
        self._note_ticks(at)
        return failed

    def _attempt(self, job: Job, at: datetime, *, is_asked: bool) -> bool:
        try:
            if job.every == AT_EVERY_TICK:
                job.run(at)
                self._ticked[job.name] = at
            elif is_asked or self._seems_due(job, at):
                self._run_claimed(job, at, is_asked=is_asked)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the other jobs run
            self._failed(job, error, at)
            return False
        self._failures.pop(job.name, None)
        self._rest_until.pop(job.name, None)
        return True

    def _seems_due(self, job: Job, at: datetime) -> bool:
        row = self._rows.get(job.name)
        return row is None or self._is_due(job, row, at)

    def _is_due(self, job: Job, row: PeriodicJob, at: datetime) -> bool:
        if isinstance(job.every, Clock) and (self._zone_holds_until is None or at >= self._zone_holds_until):
            self._zone = ZoneInfo(self._read_zone())
            self._zone_holds_until = at + _ZONE_READ_EVERY
        return is_due(job.every, known=row.known_since, done=row.last_done_at, at=at, zone=self._zone)

    def _run_claimed(self, job: Job, at: datetime, *, is_asked: bool) -> None:
        with _claimed(job.name) as is_mine:
            if not is_mine:
                return  # another worker is at it
            row, _ = PeriodicJob.objects.get_or_create(name=job.name, defaults={"known_since": at})
            if is_asked or self._is_due(job, row, at):
                row.last_begun_at = at
                row.save(update_fields=["last_begun_at"])
                job.run(at)
                row.last_done_at, row.failure = at, ""
                row.save(update_fields=["last_done_at", "failure"])
            self._rows[job.name] = row

    def _failed(self, job: Job, error: Exception, at: datetime) -> None:
        if isinstance(error, OperationalError | InterfaceError):
            logger.warning("%s has to wait for the database: %s", job.name, error)
        elif isinstance(error, self._expected):
            logger.warning("%s has to wait: %s", job.name, error)
        else:
            logger.error("%s failed", job.name, exc_info=error)
        failures = self._failures[job.name] = self._failures.get(job.name, 0) + 1
        self._rest_until[job.name] = at + timedelta(seconds=min(2**failures, _LONGEST_PAUSE_SECONDS))
        if isinstance(error, (OperationalError, InterfaceError, *self._expected)):
            connection.close()  # it may have been the database that refused; the next job opens a new one
        with suppress(DatabaseError):
            note = {"last_begun_at": at, "failure": f"{type(error).__name__}: {error}"[:_LONGEST_WORDS]}
            PeriodicJob.objects.update_or_create(
                name=job.name, defaults=note, create_defaults=note | {"known_since": at}
            )

    def _note_ticks(self, at: datetime) -> None:
        """One statement for all that runs at every tick, now and then."""
        if not self._ticked or (self._noted_at is not None and at < self._noted_at + _NOTED_EVERY):
            return
        rows = [
            PeriodicJob(name=name, known_since=done, last_begun_at=done, last_done_at=done)
            for name, done in self._ticked.items()
        ]
        noted = ["last_begun_at", "last_done_at", "failure"]
        try:
            PeriodicJob.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=noted)
        except (OperationalError, InterfaceError) as error:
            logger.warning("The notes of the worker have to wait for the database: %s", error)
            connection.close()
        else:
            self._ticked.clear()
            self._noted_at = at


def late_jobs(jobs: Iterable[Job], *, at: datetime) -> dict[str, timedelta]:
    """Those that have not succeeded for three of their intervals and two minutes, and for how long they have not."""
    by_name = {job.name: job for job in jobs}
    silent = {
        row.name: at - (row.last_done_at or row.known_since) for row in PeriodicJob.objects.filter(name__in=by_name)
    }
    return {name: since for name, since in silent.items() if since > longest_silence(by_name[name].every)}


@contextmanager
def _claimed(name: str) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCKS, name])
        is_mine: bool = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine:
            with suppress(DatabaseError), connection.cursor() as cursor:  # without a connection there is no lock
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCKS, name])
