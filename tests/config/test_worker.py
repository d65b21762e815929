"""The worker: each job when it is due, through failures and outages, until it is told to stop."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Invitation
from incidents.management.commands import run_worker
from incidents.management.commands.run_worker import Job
from tests.config.processes import BASE_DIR, User, clean_environment, wait_until

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

SLOW_JOB = """
import time, django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from incidents.management.commands import run_worker
def slow(at):
    print("begun", flush=True)
    time.sleep(1)
    print("finished", flush=True)
def next_one(at):
    print("must not begin", flush=True)
run_worker.JOBS = (run_worker.Job(slow, every=timedelta(0)), run_worker.Job(next_one, every=timedelta(0)))
call_command("run_worker")
"""


@pytest.mark.django_db
def test_once_runs_every_job() -> None:
    now = timezone.now()
    for number, expires in enumerate((now - timedelta(days=1), now + timedelta(days=1))):
        Session.objects.create(session_key=str(number) * 32, session_data="", expire_date=expires)
        Invitation.objects.create(
            email=f"{number}@example.com",
            role="reader",
            token_sha256=str(number) * 64,
            created_at=now - timedelta(days=8),
            expires_at=expires,
        )
    call_command("run_worker", once=True)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["1" * 32]
    assert list(Invitation.objects.values_list("email", flat=True)) == ["1@example.com"]


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[datetime]]:
    """Three jobs, of which the second raises what `broken` holds; the times they ran at by their names."""
    ran: dict[str, list[datetime]] = {"first": [], "broken": [], "last": []}

    def first(at: datetime) -> None:
        ran["first"].append(at)

    def broken(at: datetime) -> None:
        ran["broken"].append(at)
        if at < MONDAY + timedelta(minutes=30):
            raise RuntimeError("no luck") if at.minute else OperationalError("server closed the connection")

    def last(at: datetime) -> None:
        ran["last"].append(at)

    minutes = timedelta(minutes=1)
    monkeypatch.setattr(
        run_worker,
        "JOBS",
        (Job(first, every=0 * minutes), Job(broken, every=60 * minutes), Job(last, every=60 * minutes)),
    )
    return ran


def test_a_failed_job_is_tried_again_and_holds_up_no_other(
    jobs: dict[str, list[datetime]], caplog: pytest.LogCaptureFixture
) -> None:
    times = [MONDAY + timedelta(minutes=minutes) for minutes in (0, 10, 31, 59, 61)]
    done: dict[str, datetime] = {}
    failed = [run_worker._run_due(done, at=at) for at in times]

    assert failed == [["broken"], ["broken"], [], [], []]
    assert jobs["first"] == times
    assert jobs["broken"] == times[:3]
    assert jobs["last"] == [times[0], times[4]]
    assert [record.getMessage() for record in caplog.records] == [
        "broken has to wait for the database: server closed the connection",
        "broken failed",
    ]
    assert caplog.records[1].exc_info


def test_once_fails_when_a_job_failed(jobs: dict[str, list[datetime]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    with pytest.raises(CommandError, match=r"These jobs failed: broken\."):
        call_command("run_worker", once=True)
    assert jobs["last"] == [MONDAY]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_finishes_the_job_at_hand_when_told_to_stop(number: signal.Signals) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", SLOW_JOB],
        cwd=BASE_DIR,
        env=clean_environment(
            DJANGO_SETTINGS_MODULE="config.settings", DATABASE_URL="postgres://nobody@127.0.0.1:1/none", SECRET_KEY="x"
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout.readline() == "begun\n"
    worker.send_signal(number)
    output, errors = worker.communicate(timeout=20)
    assert (worker.returncode, output, errors) == (0, "finished\n", "")


@pytest.mark.slow
def test_waits_for_a_database_that_is_gone(deployment: User, tmp_path: Path) -> None:
    socket = Path(deployment.url.split("host=")[1], ".s.PGSQL.5432")
    hidden = socket.with_name("hidden")
    heartbeats = f"SELECT count(*) FROM django_cache WHERE cache_key LIKE '%{run_worker.HEARTBEAT_KEY}'"  # noqa: S608
    deployment.query("DELETE FROM django_cache")

    socket.rename(hidden)
    try:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "run_worker", "--skip-checks"],
            cwd=BASE_DIR,
            env=clean_environment(DATABASE_URL=deployment.url, SECRET_KEY="x", VAR_DIR=str(tmp_path)),
            stderr=subprocess.PIPE,
            text=True,
        )
        warning = json.loads(worker.stderr.readline())
        assert warning["message"].startswith("leave_heartbeat has to wait for the database: connection to server")
    finally:
        hidden.rename(socket)
    wait_until(lambda: deployment.query(heartbeats) == [(1,)])
    worker.terminate()
    worker.communicate(timeout=20)
    assert worker.returncode == 0
