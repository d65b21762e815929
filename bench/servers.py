"""The servers under measurement: the program's as it is shipped, nginx in front of it, and plain nginx."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.programs import find
from bench.sites import BASE_DIR, Site
from tests.public.files.front import account, configured, free_port

HOST = "127.0.0.1"
CORES = os.cpu_count() or 1  # nginx gets a process for each, as "auto" has it
_START_SECONDS = 60
_COMMAND = re.compile(r'command: (\["granian".*\])')
# What nginx's own example has, without a log; the files beside it are those that the program would send compressed.
_PLAIN = """
worker_processes {workers};
daemon off;
user {user};
pid {home}/pid;
error_log {home}/error.log;
events {{ worker_connections 1024; }}
http {{
    types {{ text/html html; }}
    access_log off;
    sendfile on;
    tcp_nopush on;
    gzip_static on;
    server {{
        listen 127.0.0.1:{port};
        root {root};
    }}
}}
"""


class NotStarted(Exception):
    """A server did not answer in time, or ended."""


def web_command(port: int) -> list[str]:
    """What docker-compose.yml starts, on a port of this machine."""
    found = _COMMAND.search((BASE_DIR / "docker-compose.yml").read_text())
    assert found, "docker-compose.yml starts no granian"  # noqa: S101
    command: list[str] = json.loads(found[1])
    for option, value in (("--host", HOST), ("--port", str(port))):
        command[command.index(option) + 1] = value
    return [sys.executable, "-m", *command]


@contextlib.contextmanager
def web(site: Site, *options: str) -> Iterator[tuple[int, psutil.Process]]:
    """The port and the first process of the program's server, on a site whose pages are written."""
    port = free_port()
    with _running([*web_command(port), *options], site) as process:
        _await(port, "/healthz/live", process)
        yield port, psutil.Process(process.pid)


@contextlib.contextmanager
def worker(site: Site) -> Iterator[psutil.Process]:
    with _running([sys.executable, "manage.py", "run_worker"], site) as process:
        yield psutil.Process(process.pid)


@contextlib.contextmanager
def mail_sink() -> Iterator[int]:
    """The port of a mail server that takes everything."""
    port = free_port()
    with _running([sys.executable, "-m", "bench.sink", str(port)]) as process:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), smtplib.SMTP(HOST, port, timeout=5):
                break
            time.sleep(0.1)
        yield port


@contextlib.contextmanager
def front(site: Site, *, web_port: int) -> Iterator[int]:
    """The port of nginx as docker-compose.yml has it, before the program's server."""
    home, port = site.home / "front", free_port()
    home.mkdir(exist_ok=True)
    text = configured(site.public, home, port=port, web_port=web_port, workers=CORES)
    (home / "nginx.conf").write_text(text)
    with _nginx(home) as process:
        _await(port, "/healthz/proxy", process)
        yield port


@contextlib.contextmanager
def plain_nginx(home: Path, page: Path) -> Iterator[int]:
    """The port of an nginx that has nothing to do but send `/page.html`, and its compressed sibling where asked."""
    port = free_port()
    root = home / "plain"
    root.mkdir()
    shutil.copyfile(page, root / "page.html")
    shutil.copyfile(page.with_suffix(f".gz{page.suffix}"), root / "page.html.gz")
    text = _PLAIN.format(workers=CORES, user=account(), home=home, port=port, root=root)
    (home / "nginx.conf").write_text(text)
    with _nginx(home) as process:
        _await(port, "/page.html", process)
        yield port


@contextlib.contextmanager
def _nginx(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    with _running([find("nginx"), "-c", str(home / "nginx.conf"), "-e", str(home / "early.log")]) as process:
        yield process


@contextlib.contextmanager
def _running(command: list[str], site: Site | None = None) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=BASE_DIR, env=site.environment if site else None, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotStarted(f"A server ended with code {process.returncode}.")
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection,
        ):
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise NotStarted(f"A server did not answer on {path} within {_START_SECONDS} seconds.")
