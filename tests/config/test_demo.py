"""`make demo` as people run it: a real process, a real Postgres, real signals."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.config.conftest import passable_folder
from tests.config.processes import BASE_DIR, clean_environment, processes_in, wait_until

pytestmark = pytest.mark.slow


class Demo:
    def __init__(self, var_dir: Path, **variables: str) -> None:
        self.output_file = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed with the demo
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.demo"],
            cwd=BASE_DIR,
            env=clean_environment(VAR_DIR=str(var_dir), **variables),
            stdout=self.output_file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.started: set[psutil.Process] = set()

    @property
    def output(self) -> str:
        # Not through the shared file position, which belongs to the writer.
        return os.pread(self.output_file.fileno(), 1_000_000, 0).decode()

    def wait_until_served(self) -> int:
        """The port that it says it is served on."""
        wait_until(lambda: "Ctrl-C stops" in self.output or self.process.poll() is not None, 120)
        assert self.process.poll() is None, self.output
        self.started = {*psutil.Process(self.process.pid).children(recursive=True)}
        return int(re.search(r"Afterword runs at http://localhost:(\d+)/", self.output).group(1))

    def child(self, what: str) -> psutil.Process:
        return next(child for child in self.started if what in " ".join(child.cmdline()))

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
            self.process.kill()
        self.output_file.close()


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    """One folder for all demos here: the second one finds what the first has made."""
    folder = passable_folder()
    yield folder / "var"
    wait_until(lambda: not processes_in(folder))
    shutil.rmtree(folder)


@pytest.fixture
def run(kept: Path) -> Iterator[Callable[..., Demo]]:
    demos: list[Demo] = []

    def begin(**variables: str) -> Demo:
        demos.append(Demo(kept, **variables))
        return demos[-1]

    yield begin
    for demo in demos:
        demo.end()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def port_8000_is_taken() -> Iterator[None]:
    with socket.socket() as listener, contextlib.suppress(OSError):  # taken by somebody else is taken as well
        listener.bind(("127.0.0.1", 8000))
        listener.listen()
        yield
        return
    yield


def get(port: int, address: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", address, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def assert_nothing_is_left(demo: Demo, kept: Path, port: int) -> None:
    wait_until(lambda: not [child for child in demo.started if child.is_running() and child.status() != "zombie"])
    wait_until(lambda: processes_in(kept) == [], 5)
    with pytest.raises(ConnectionRefusedError):
        get(port, "/")


def test_serves_on_a_free_port_and_stops_all_of_it_on_ctrl_c(
    run: Callable[..., Demo], kept: Path, port_8000_is_taken: None
) -> None:
    demo = run()
    port = demo.wait_until_served()
    assert port != 8000
    for step in ("Private Postgres", "Database tables", "Styles, scripts and fonts", "Demo content", "Web server"):
        assert f"→ {step}" in demo.output
    for role in ("reader", "engineer", "publisher", "manager", "admin"):
        assert f"{role}@demo.example" in demo.output
    status, page = get(port, "/")
    assert status == 200
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert styles
    assert all(get(port, style)[0] == 200 for style in styles)
    assert get(port, "/accounts/login/")[0] == 200
    wait_until(lambda: get(port, "/healthz/ready")[0] == 200)

    os.killpg(demo.process.pid, signal.SIGINT)  # as a terminal does
    assert demo.process.wait(30) == 0
    assert demo.output.endswith("→ Stopped\n")
    assert "Traceback" not in demo.output
    wait_until(lambda: processes_in(kept) == [], 5)
    assert_nothing_is_left(demo, kept, port)


def test_ends_with_a_message_when_a_part_of_it_dies(run: Callable[..., Demo], kept: Path) -> None:
    demo = run()
    port = demo.wait_until_served()
    demo.child("run_worker").kill()
    assert demo.process.wait(30) == 1
    assert "make demo: The worker ended with code -9; its output is above." in demo.output
    assert "Traceback" not in demo.output
    assert_nothing_is_left(demo, kept, port)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_leaves_nothing_when_it_is_killed_itself(run: Callable[..., Demo], kept: Path) -> None:
    demo = run()
    port = demo.wait_until_served()
    demo.process.kill()
    wait_until(lambda: not processes_in(kept), 30)
    assert_nothing_is_left(demo, kept, port)


def test_stops_at_once_when_it_is_told_to_while_starting(run: Callable[..., Demo], kept: Path) -> None:
    demo = run()
    wait_until(lambda: "→ Styles, scripts and fonts" in demo.output, 60)
    began = time.monotonic()
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(30) == 0
    assert time.monotonic() - began < 15
    wait_until(lambda: processes_in(kept) == [], 5)


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(run: Callable[..., Demo], taken_port: int) -> None:
    demo = run(PORT=str(taken_port))
    assert demo.process.wait(20) == 1
    assert demo.output == (
        f"make demo: PORT={taken_port} cannot be used (Address already in use); without PORT a free one is chosen.\n"
    )


def test_a_port_that_is_no_number_is_an_error(run: Callable[..., Demo]) -> None:
    demo = run(PORT="http")
    assert demo.process.wait(20) == 1
    assert demo.output == "make demo: PORT is 'http', but must be a whole number from 1 to 65535.\n"
