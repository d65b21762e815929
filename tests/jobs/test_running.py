"""Each job when it is due, once however many workers there are, and through failures of others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from pytest_django import DjangoAssertNumQueries

from jobs.models import PeriodicJob
from jobs.running import AT_EVERY_TICK, Job, Rounds, late_jobs
from jobs.schedules import daily_at

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


class Expected(Exception):
    pass


def rounds(*jobs: Job) -> Rounds:
    return Rounds(jobs, zone=lambda: "UTC", expected=(Expected,))


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_is_tried_again_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    ran: dict[str, list[datetime]] = {"first": [], "broken": [], "last": []}

    def first(at: datetime) -> None:
        ran["first"].append(at)

    def broken(at: datetime) -> None:
        ran["broken"].append(at)
        if at < MONDAY + 30 * MINUTE:
            raise RuntimeError("no luck") if at.minute else OperationalError("server closed the connection")

    def last(at: datetime) -> None:
        ran["last"].append(at)

    worker = rounds(Job(first, every=AT_EVERY_TICK), Job(broken, every=HOUR), Job(last, every=HOUR))
    times = [MONDAY + minutes * MINUTE for minutes in (0, 10, 31, 59, 61)]
    failed = [worker.run_due(at=at) for at in times]

    assert failed == [["broken"], ["broken"], [], [], []]
    assert ran == {"first": times, "broken": times[:3], "last": [times[0], times[4]]}
    assert [record.getMessage() for record in caplog.records] == [
        "broken has to wait for the database: server closed the connection",
        "broken failed",
    ]
    assert caplog.records[1].exc_info


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [RuntimeError("no luck"), Expected("not now"), OperationalError("gone")])
def test_why_it_failed_is_noted_until_it_succeeds(error: Exception) -> None:
    def job(at: datetime) -> None:
        if at == MONDAY:
            raise error

    worker = rounds(Job(job, every=HOUR))
    worker.run_due(at=MONDAY)
    row = PeriodicJob.objects.get()
    assert (row.name, row.last_begun_at, row.last_done_at) == ("job", MONDAY, None)
    assert row.failure == f"{type(error).__name__}: {error}"

    worker.run_due(at=MONDAY + MINUTE)
    row.refresh_from_db()
    assert (row.last_done_at, row.failure) == (MONDAY + MINUTE, "")


@pytest.mark.django_db
def test_a_job_that_fails_rests_longer_each_time_and_a_minute_at_most() -> None:
    ran = []

    def broken(at: datetime) -> None:
        ran.append((at - MONDAY) // SECOND)
        raise RuntimeError

    worker = rounds(Job(broken, every=AT_EVERY_TICK))
    for second in range(0, 260, 2):
        worker.run_due(at=MONDAY + second * SECOND)
    assert ran == [0, 2, 6, 14, 30, 62, 122, 182, 242]


@pytest.mark.django_db
def test_a_worker_that_starts_anew_knows_what_ran() -> None:
    ran: list[datetime] = []

    def job(at: datetime) -> None:
        ran.append(at)

    for minutes in (0, 30, 59, 60):
        rounds(Job(job, every=HOUR)).run_due(at=MONDAY + minutes * MINUTE)
    assert ran == [MONDAY, MONDAY + HOUR]


@pytest.mark.django_db
def test_a_day_whose_hour_passed_while_no_worker_ran_is_made_up_for_once() -> None:
    ran: list[datetime] = []

    def digest(at: datetime) -> None:
        ran.append(at)

    digests = Job(digest, every=daily_at(8))
    rounds(digests).run_due(at=MONDAY)  # it is nine: known from now on
    assert ran == []
    tuesday = MONDAY + timedelta(days=1, hours=4)
    for worker in (rounds(digests), rounds(digests)):
        worker.run_due(at=tuesday)
        worker.run_due(at=tuesday + 2 * SECOND)
    assert ran == [tuesday]


@pytest.mark.django_db
def test_another_zone_counts_within_a_minute() -> None:
    ran: list[datetime] = []
    zone = ["UTC"]
    worker = Rounds((Job(ran.append, every=daily_at(8)),), zone=lambda: zone[0])
    eight_there = MONDAY + timedelta(hours=4)
    worker.run_due(at=MONDAY)
    worker.run_due(at=eight_there - 30 * SECOND)
    zone[0] = "America/New_York"
    worker.run_due(at=eight_there + 29 * SECOND)
    assert ran == []
    worker.run_due(at=eight_there + 30 * SECOND)
    assert ran == [eight_there + 30 * SECOND]


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_it_once_even_at_once() -> None:
    begun, over = threading.Event(), threading.Event()
    ran: list[str] = []

    def slow(_at: datetime) -> None:
        ran.append(threading.current_thread().name)
        begun.set()
        assert over.wait(20)

    def work() -> None:
        rounds(Job(slow, every=HOUR)).run_due(at=MONDAY)
        connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert begun.wait(20)
    others = rounds(Job(slow, every=HOUR))
    assert others.run_due(at=MONDAY) == [], "it does not wait, and does not fail"
    over.set()
    first.join()
    others.run_due(at=MONDAY + 2 * SECOND)
    assert len(ran) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_gone_lets_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed process loses its connection, and the lock with it."""
    ran = []

    def killed(_at: datetime) -> None:
        raise SystemExit

    def die() -> None:
        with pytest.raises(SystemExit):
            rounds(Job(killed, every=HOUR)).run_due(at=MONDAY)

    thread = threading.Thread(target=lambda: (die(), connection.close()))
    thread.start()
    thread.join()

    def job(at: datetime) -> None:
        ran.append(at)

    job.__name__ = "killed"
    rounds(Job(job, every=HOUR)).run_due(at=MONDAY)
    assert ran == [MONDAY]


@pytest.mark.django_db
def test_what_runs_at_every_tick_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    jobs = [Job(job, every=AT_EVERY_TICK) for job in (_named("one"), _named("two"), _named("three"))]
    worker = rounds(*jobs, Job(_named("hourly"), every=HOUR))
    worker.run_due(at=MONDAY)
    with django_assert_num_queries(0):
        for second in range(2, 30, 2):
            worker.run_due(at=MONDAY + second * SECOND)
    with django_assert_num_queries(1):
        worker.run_due(at=MONDAY + 30 * SECOND)
    assert PeriodicJob.objects.get(name="two").last_done_at == MONDAY + 30 * SECOND


@pytest.mark.django_db
def test_it_is_late_after_three_intervals_and_two_minutes() -> None:
    hourly, ticking = Job(_named("hourly"), every=HOUR), Job(_named("ticking"), every=AT_EVERY_TICK)
    rounds(hourly, ticking, Job(_named("dropped"), every=MINUTE)).run_due(at=MONDAY)
    jobs = (hourly, ticking)
    assert late_jobs(jobs, at=MONDAY + 2 * MINUTE) == {}
    assert late_jobs(jobs, at=MONDAY + 121 * SECOND) == {"ticking": 121 * SECOND}
    at = MONDAY + 3 * HOUR + 3 * MINUTE
    assert late_jobs((hourly,), at=at) == {"hourly": at - MONDAY}


@pytest.mark.django_db
def test_one_that_never_succeeded_is_late_too() -> None:
    def broken(_at: datetime) -> None:
        raise RuntimeError

    job = Job(broken, every=HOUR)
    rounds(job).run_due(at=MONDAY)
    assert list(late_jobs((job,), at=MONDAY + 4 * HOUR)) == ["broken"]


def _named(name: str) -> Callable[[datetime], None]:
    def job(_at: datetime) -> None:
        pass

    job.__name__ = name
    return job
