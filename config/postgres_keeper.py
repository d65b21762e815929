"""The process that owns a private Postgres; `config/postgres.py` starts it and says what it is for.

It starts the server again when that dies, and the kernel takes the server down when the keeper is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast

from config.postgres import DATABASE, READY, STOP_SECONDS, Cluster, PostgresError, locked
from config.processes import signalled_when_parent_dies


class _Server:
    """The server as the keeper's child."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.process: subprocess.Popen[bytes] | None = None
        self.identity: dict[str, Any] = {"env": {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}, "cwd": "/"}
        if cluster.uid is not None:
            self.identity |= {"user": cluster.uid, "group": cluster.gid, "extra_groups": []}

    def start(self) -> None:
        if not self.cluster.data.exists():
            self._initialise()
        self._end_orphan()
        for _ in range(6):  # the sessions of a server that was killed may take a moment to end
            options = [word for option in self.cluster.options for word in ("-c", option)]
            self.process = subprocess.Popen(  # noqa: S603 -- our own wheel's program
                [self._program("postgres"), "-D", self.cluster.data, *options],
                preexec_fn=signalled_when_parent_dies(signal.SIGINT),  # noqa: PLW1509 -- the keeper has one thread
                **self.identity,
            )
            while self.process.poll() is None:
                if self._is_ready(self.process.pid):
                    self._make_database()
                    return
                time.sleep(0.02)
            time.sleep(0.5)
        raise PostgresError("postgres ends as soon as it is started")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT if self.cluster.fast else signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS - 5)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def start_again_if_dead(self) -> None:
        if self.process and self.process.poll() is not None:
            self.start()

    def _program(self, name: str) -> str:
        return str(Path(self.cluster.binaries, name))

    def _initialise(self) -> None:
        """Make the data beside its place, so that an interrupted attempt is not taken for data."""
        fresh = Path(self.cluster.home, "data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-instructions"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--no-sync"] if self.cluster.fast else []
        subprocess.run([self._program("initdb"), "-D", fresh, *options], check=True, **self.identity)  # noqa: S603
        fresh.rename(self.cluster.data)

    def _end_orphan(self) -> None:
        """Stop a server that lost its keeper; forget one whose number now belongs to another process."""
        while pid := self._recorded_pid():
            if not _works_in(pid, self.cluster.data):
                # Safe, because the server itself also looks for sessions that are still attached.
                (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            time.sleep(0.1)

    def _is_ready(self, pid: int) -> bool:
        """Whether the server that answers is the one that was started, not an older one on the same data."""
        lines = self._pid_lines()
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _recorded_pid(self) -> int | None:
        lines = self._pid_lines()
        return int(lines[0]) if lines and lines[0].isdigit() else None

    def _pid_lines(self) -> list[str]:
        try:
            return (self.cluster.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _make_database(self) -> None:
        script = (
            "SELECT format('CREATE DATABASE %I', :'name') "
            "WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec\n"
        )
        options = f"-Xqw -U postgres -d postgres -v name={DATABASE} -h".split()
        command = [self._program("psql"), *options, str(self.cluster.sockets)]
        subprocess.run(command, input=script.encode(), check=True, env=self.identity["env"])  # noqa: S603


def _works_in(pid: int, folder: Path) -> bool:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # gone, or not ours to look at
            return folder.samefile(f"/proc/{pid}/cwd")
        return False
    command = ["ps", "-o", "command=", "-p", str(pid)]
    return str(folder) in subprocess.run(command, check=False, capture_output=True, text=True).stdout  # noqa: S603


def _keep(cluster: Cluster, first_user: socket.socket) -> socket.socket:
    """Run the server until nobody uses it. Returns the last user's socket: its end says that we are gone."""
    with locked(Path(cluster.home, "keeper.lock")):  # waits for a keeper that is stopping
        server = _Server(cluster)
        try:
            server.start()
            return _serve(cluster, server, first_user)
        finally:
            server.stop()
            if cluster.fast:
                shutil.rmtree(cluster.home, ignore_errors=True)


def _serve(cluster: Cluster, server: _Server, first_user: socket.socket) -> socket.socket:
    address = Path(cluster.keeper_socket)
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener, selectors.DefaultSelector() as events:
        listener.bind(str(address))
        listener.listen()
        events.register(listener, selectors.EVENT_READ)
        _welcome(first_user, events)
        while True:
            for key, _ in events.select(timeout=0.5):
                if key.fileobj is listener:
                    _welcome(listener.accept()[0], events)
                    continue
                user = cast("socket.socket", key.fileobj)  # users say nothing: this one left
                events.unregister(user)
                if len(events.get_map()) == 1:
                    address.unlink()
                    return user
                user.close()
            server.start_again_if_dead()


def _welcome(user: socket.socket, events: selectors.BaseSelector) -> None:
    events.register(user, selectors.EVENT_READ)
    with contextlib.suppress(OSError):  # left already, which the selector will tell
        user.sendall(READY)


def _main(first_user: int, cluster: str) -> None:
    if os.fork():
        os._exit(0)  # the one who started us need not wait for us
    os.setsid()
    os.umask(0o077)
    os.chdir("/")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit())
    last_user = None
    try:
        last_user = _keep(Cluster(*json.loads(cluster)), socket.socket(fileno=first_user))
    except (PostgresError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"keeper: {error}")
    finally:
        del last_user


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2])
