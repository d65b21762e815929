"""The worker: each job when it is due, through failures and outages, until it is told to stop."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Invitation
from incidents.management.commands import run_worker
from incidents.models import Site
from jobs.running import Job
from outbox.operations import post
from tests.config.processes import BASE_DIR, User, clean_environment, wait_until

HOUR = timedelta(hours=1)

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


@pytest.mark.django_db
def test_once_fails_when_a_job_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def broken(_at: datetime) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr(run_worker, "JOBS", (Job(broken, every=HOUR), Job(ran.append, every=HOUR)))
    with pytest.raises(CommandError, match=r"These jobs failed: broken\."):
        call_command("run_worker", once=True)
    assert len(ran) == 1


@pytest.mark.django_db
def test_once_sends_what_waits() -> None:
    post(kind="k", key="k", to="anna@example.test", subject="Hello", text="Hello.", at=timezone.now())
    call_command("run_worker", once=True)
    assert [sent.to for sent in mail.outbox] == [["anna@example.test"]]


@pytest.mark.django_db
def test_the_zone_of_hours_is_the_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    Site.objects.update(time_zone="Asia/Tokyo")
    zones = []
    monkeypatch.setattr(run_worker, "Rounds", lambda _jobs, *, zone, **_: zones.append(zone()) or NoRounds())
    call_command("run_worker", once=True)
    assert zones == ["Asia/Tokyo"]


class NoRounds:
    def run_all(self, *, at: datetime) -> list[str]:
        return []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_finishes_the_job_at_hand_when_told_to_stop(number: signal.Signals) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", SLOW_JOB],
        cwd=BASE_DIR,
        env=clean_environment(
            DJANGO_SETTINGS_MODULE="config.settings",
            DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
            SECRET_KEY="x",
            LOG_LEVEL="ERROR",
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
        waits = "leave_heartbeat has to wait for the database: connection to server"
        assert any(json.loads(line)["message"].startswith(waits) for line in worker.stderr)
    finally:
        hidden.rename(socket)
    wait_until(lambda: deployment.query(heartbeats) == [(1,)])
    worker.terminate()
    worker.communicate(timeout=20)
    assert worker.returncode == 0
