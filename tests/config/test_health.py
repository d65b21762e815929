"""What `/healthz/live` and `/healthz/ready` answer, and when."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from incidents.management.commands.run_worker import HEARTBEAT_KEY
from jobs.models import PeriodicJob
from outbox.models import Delivery
from outbox.operations import post
from tests.config.processes import start

# The answers of a process whose database is out of reach.
ASK_WITHOUT_DATABASE = """
import django, json
django.setup()
from django.test import Client
answers = [Client(headers={"host": "localhost"}).get(f"/healthz/{name}") for name in ("live", "ready")]
print(json.dumps([[answer.status_code, answer.content.decode()] for answer in answers]))
"""


def test_live_needs_no_database(client: Client) -> None:
    answer = client.get("/healthz/live")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_once_the_worker_has_been_seen(client: Client) -> None:
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()) == (
        503,
        {"database": "ok", "worker": "has not been seen", "jobs": "ok", "mail": "ok", "public": "ok"},
    )

    call_command("run_worker", once=True)
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {"database": "ok", "worker": "ok", "jobs": "ok", "mail": "ok", "public": "ok"},
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status", "worker"), [(110, 200, "ok"), (130, 503, "last seen 130 seconds ago")])
def test_a_heartbeat_counts_for_two_minutes(client: Client, seconds: int, status: int, worker: str) -> None:
    cache.set(HEARTBEAT_KEY, timezone.now() - timedelta(seconds=seconds), timeout=None)
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["worker"]) == (status, worker)


@pytest.mark.django_db
def test_a_job_that_was_missed_is_named(client: Client) -> None:
    call_command("run_worker", once=True)
    long_ago = timezone.now() - timedelta(hours=3, minutes=2, seconds=5)
    PeriodicJob.objects.filter(name="clear_expired_sessions").update(last_done_at=long_ago)
    PeriodicJob.objects.filter(name="publish_due").update(last_done_at=timezone.now() - timedelta(seconds=115))
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["jobs"]) == (
        503,
        "clear_expired_sessions has not succeeded for 10925 seconds",
    )

    PeriodicJob.objects.filter(name="clear_expired_sessions").update(last_done_at=long_ago + timedelta(seconds=30))
    assert client.get("/healthz/ready").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 503)])
def test_mail_that_waits_for_long_is_told_and_one_that_was_refused_is_not(
    client: Client, minutes: int, status: int
) -> None:
    call_command("run_worker", once=True)
    posted_at = timezone.now() - timedelta(minutes=minutes)
    for name in ("late", "dead"):
        post(kind="k", key=name, to="anna@example.test", subject="Hello", text="Hello.", at=posted_at)
    Delivery.objects.filter(key="dead").update(state="dead", ended_at=posted_at)
    answer = client.get("/healthz/ready")
    assert answer.status_code == status
    assert answer.json()["mail"].startswith("ok" if status == 200 else "a mail waits for 66")


def test_says_that_the_database_is_out_of_reach() -> None:
    asked = start(
        "-c",
        ASK_WITHOUT_DATABASE,
        DJANGO_SETTINGS_MODULE="config.settings",
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
        SECRET_KEY="x",
    )
    assert asked.returncode == 0, asked.stderr
    (live, _), (ready, body) = json.loads(asked.stdout)
    assert (live, ready) == (200, 503)
    assert json.loads(body) == {"database": "does not answer"} | dict.fromkeys(
        ("worker", "jobs", "mail", "public"), "unknown"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["live", "ready"])
def test_answers_are_never_kept_and_nothing_can_be_sent(client: Client, name: str) -> None:
    assert "no-store" in client.get(f"/healthz/{name}").headers["Cache-Control"]
    assert client.head(f"/healthz/{name}").status_code in {200, 503}
    assert client.post(f"/healthz/{name}").status_code == 405
