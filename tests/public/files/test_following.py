"""Followers beside the worker’s jobs: what is slow or refused holds up nothing, and is said."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from config import health
from incidents.models import Component
from incidents.public.files import build, followed_by, followers, following
from incidents.public.files.bookmarks import Bookmarks
from incidents.public.files.following import Follower, Refused
from incidents.public.files.tree import Tree
from tests.config.conftest import passable_folder
from tests.config.processes import BASE_DIR, User, clean_environment, processes_in, start, wait_until
from tests.public.files.asking import contents
from tests.public.files.hook import Hook
from tests.public.files.mirroring import expected, pages, replace_in, stored
from tests.public.files.moto import Bucket, Moto


class Slow(Follower):
    """Does everything at once, as soon as it may."""

    def __init__(self, folder: Path) -> None:
        super().__init__("slow", "somewhere", Tree(folder))
        self.began, self.may_end = threading.Event(), threading.Event()
        self.refusals: list[Exception] = []

    def everything(self) -> set[str]:
        return {"all"}

    def bring(self, waiting: set[str], is_over: Callable[[], bool]) -> None:
        self.began.set()
        if self.refusals:
            raise self.refusals.pop()
        while not (self.may_end.wait(0.01) or is_over()):
            pass
        if self.may_end.is_set():
            waiting.clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    replace_in(tmp_path / "public", put={"index.html": b"1"})
    return tmp_path / "public"


def test_a_slow_one_holds_up_nobody_and_stops_when_it_is_told_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_TICK", 0.01)
    slow, before = Slow(folder), threading.active_count()
    with followed_by([slow]):
        assert slow.began.wait(10)
    assert threading.active_count() == before
    assert slow.got_to is None
    with followed_by([slow]):
        slow.may_end.set()
        wait_until(lambda: slow.got_to is not None)
    with followed_by([]):
        assert threading.active_count() == before, "nobody follows"


def test_pauses_grow_and_any_error_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [0.0]
    monkeypatch.setattr("incidents.public.files.following.time.monotonic", lambda: clock[0])
    slow = Slow(folder)
    slow.may_end.set()
    slow.refusals = [RuntimeError("a bug"), *(Refused("not today") for _ in range(7))]
    failed_at = []
    while slow.got_to is None:
        told = len(caplog.records)
        slow.attempt(threading.Event())
        if len(caplog.records) > told:
            failed_at.append(clock[0])
        clock[0] += 1
    assert failed_at == [0, 2, 6, 14, 30, 60, 90, 120]
    messages = [record.getMessage() for record in caplog.records]
    assert messages == [*["The slow falls behind: not today"] * 7, "The slow falls behind"]
    assert caplog.records[-1].exc_info


# ── In the worker ───────────────────────────────────────────────────────────
@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook().running() as server:
        yield server


@pytest.fixture
def configured(settings: Any, folder: Path, bucket: Bucket, hook: Hook) -> Path:
    settings.PUBLIC_DIR, settings.PUBLIC_MIRROR, settings.CDN_PURGE_URL = folder, bucket, hook.address
    settings.CDN_PURGE_TOKEN = "a-token"
    return folder


def test_nobody_follows_unless_the_settings_name_one(settings: Any) -> None:
    assert followers() == []


@pytest.mark.django_db
def test_a_single_round_brings_everything_or_says_who_did_not_get_it(
    configured: Path, moto: Moto, bucket: Bucket, hook: Hook, settings: Any
) -> None:
    Component.objects.create(name="API")
    hook.answers = [503]
    with pytest.raises(CommandError, match=r"These jobs failed: purge\."):
        call_command("run_worker", once=True)
    assert stored(moto, bucket, expected(configured)) == expected(configured)
    call_command("run_worker", once=True)
    assert hook.addresses == ["everything", "everything"]
    assert hook.calls[0].headers["Authorization"] == "Bearer a-token"


@pytest.mark.django_db
def test_ready_says_who_is_behind(
    configured: Path, hook: Hook, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parts() -> tuple[int, str, str]:
        answer = client.get("/healthz/ready")
        return answer.status_code, answer.json()["mirror"], answer.json()["purge"]

    build(timezone.now())
    assert parts() == (503, "has not everything yet", "has not everything yet")
    call_command("run_worker", once=True)
    assert parts() == (200, "ok", "ok")
    replace_in(configured, put={"index.html": b"changed"})
    assert parts() == (200, "ok", "ok"), "for a minute"
    monkeypatch.setattr(health, "LONGEST_WAIT", timedelta(0))
    mirror, purge = followers()
    assert mirror.behind_since
    assert mirror.behind_since == purge.behind_since
    since = mirror.behind_since - 100
    monkeypatch.setattr(Bookmarks, "behind_since", lambda _self, _name: since)
    status, *told = parts()
    assert status == 503
    assert all(re.fullmatch(r"a change waits for (99|10\d) seconds", each) for each in told), told


@pytest.mark.slow
def test_the_worker_brings_what_changes_and_ends_in_peace(moto: Moto, bucket: Bucket, hook: Hook) -> None:
    var_dir = passable_folder() / "var"
    database = User(var_dir)
    where = bucket["endpoint"].removeprefix("http://")
    credentials = f"{bucket['access_key_id']}:{bucket['secret_access_key']}"
    environment = clean_environment(
        DATABASE_URL=database.url,
        VAR_DIR=str(var_dir),
        PUBLIC_MIRROR_URL=f"s3+http://{credentials}@{where}/{bucket['bucket']}",
        CDN_PURGE_URL=hook.address,
    )
    for step in ("migrate --verbosity 0", "collectstatic --no-input --verbosity 0"):
        done = start("manage.py", *step.split(), **environment)
        assert done.returncode == 0, done.stderr
    command = [sys.executable, "manage.py", "run_worker"]
    worker = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stderr=subprocess.PIPE, text=True)
    folder = var_dir / "public"
    try:
        wait_until(lambda: hook.addresses == ["everything"], 60)
        assert len(contents(folder)) > 10
        objects = moto.objects(bucket)
        assert pages(objects) == expected(folder)
        assert {each.headers["content-type"].partition(";")[0] for each in objects.values()} >= {
            "font/woff2",
            "text/css",
        }
        styles = set(re.findall(rb'"/(static/[^"]+)"', objects["index.html"].content))
        assert styles
        assert {style.decode() for style in styles} <= objects.keys()
        replace_in(folder, put={"robots.txt": b"changed"})
        wait_until(lambda: hook.addresses == ["everything", "http://localhost:8000/robots.txt"])
        assert pages(moto.objects(bucket)) == expected(folder)
    finally:
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=30)
        database.end()
        wait_until(lambda: not processes_in(var_dir))
        shutil.rmtree(var_dir.parent)
    assert (worker.returncode, errors) == (0, "")
