"""The commands of the containers as processes: what is killed, and in which order, changes no byte of a public answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.config.conftest import passable_folder
from tests.config.processes import BASE_DIR, User, clean_environment, keeper_of, start, wait_until
from tests.public.files import nginx
from tests.public.files.asking import Got, address_of, paths
from tests.public.files.nginx import fetch

pytestmark = pytest.mark.slow


@contextmanager
def running(*command: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, *command], cwd=BASE_DIR, env=clean_environment(**variables), start_new_session=True
    )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def test_everything_public_outlives_everything_else(tmp_path: Path) -> None:
    var_dir = passable_folder() / "var"
    database = User(var_dir)
    settings = {"VAR_DIR": str(var_dir), "DATABASE_URL": database.url, "AFTERWORD_ENV": "demo"}
    for step in ("migrate", "collectstatic --no-input --verbosity 0", "seed_demo", "build_public"):
        done = start("manage.py", *step.split(), **settings)
        assert done.returncode == 0, done.stderr
    public = var_dir / "public"
    addresses = sorted({address_of(path) for path in paths(public)} | {"/nothing-here"})
    assert len(addresses) > 10

    web_port = nginx.free_port()
    granian = f"-m granian --interface wsgi --no-ws --host 127.0.0.1 --port {web_port} --blocking-threads 2"
    web_command = (*granian.split(), "--log-level", "warning", "config.wsgi:application")

    def answers(port: int) -> dict[tuple[str, str], Got]:
        return {
            (path, coding): fetch(port, path, Accept_Encoding=coding)
            for path in addresses
            for coding in ("identity", "br")
        }

    with nginx.running(public, tmp_path / "nginx", web_port=web_port) as front:
        with running(*web_command, **settings) as web, running("manage.py", "run_worker", **settings) as worker:
            wait_until(lambda: is_up(web_port), 60)
            wait_until(lambda: fetch(web_port, "/healthz/ready").status == 200, 60)
            assert fetch(front, "/accounts/login/").status == 200
            expected = answers(web_port)
            assert {got.status for got in expected.values()} == {200, 404}
            assert answers(front) == expected
            (style,) = (public / "static/css").glob("public.*.css")

            end(worker)
            assert answers(web_port) == expected
            keeper_of(var_dir.parent).kill()
            wait_until(lambda: fetch(web_port, "/healthz/ready").status == 503, 60)
            assert answers(web_port) == expected
            end(web)
        with running(*web_command, **settings):
            wait_until(lambda: is_up(web_port), 60)
            assert answers(web_port) == expected, "a web server that starts while the database is away"
        assert fetch(front, "/accounts/login/").status == 502
        assert answers(front) == expected
        assert fetch(front, f"/static/css/{style.name}").status == 200
    database.end()


def is_up(port: int) -> bool:
    try:
        return fetch(port, "/healthz/live").status == 200
    except OSError:
        return False
