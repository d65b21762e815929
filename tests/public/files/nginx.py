"""A real nginx over a folder of public files, found on this machine or installed now."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import debian
from tests.config.processes import wait_until
from tests.public.files.asking import Got
from tests.public.files.front import configured, free_port

OF_THE_CONNECTION = {"date", "server", "connection", "keep-alive", "transfer-encoding"}


def find_nginx() -> str:
    """Skips, with the reason, where there is none and none can be installed."""
    found = debian.find("nginx")
    if not found:
        pytest.skip("There is no nginx, and none could be installed without being root on Debian.")
    return found


@contextlib.contextmanager
def running(folder: Path, home: Path, *, web_port: int = 1) -> Iterator[int]:
    """The configuration of the containers with the paths and ports of this test; yields the port."""
    program, port = find_nginx(), free_port()
    home.mkdir(exist_ok=True)
    (home / "nginx.conf").write_text(configured(folder, home, port=port, web_port=web_port, workers=1))
    process = subprocess.Popen(
        [program, "-c", home / "nginx.conf", "-e", home / "early.log"], stderr=subprocess.PIPE, text=True
    )
    try:
        wait_until(lambda: process.poll() is not None or _answers(port))
        assert process.poll() is None, process.stderr.read()
        yield port
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()


def fetch(port: int, path: str, method: str = "GET", **headers: str) -> Got:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        names = [name.lower() for name, _ in answer.getheaders()]
        assert len(names) == len(set(names)), f"{path} sends a header twice"
        sent = {name.lower(): value for name, value in answer.getheaders() if name.lower() not in OF_THE_CONNECTION}
        return Got(answer.status, sent, body)
    finally:
        connection.close()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return fetch(port, "/healthz/proxy").status == 200
    return False
