"""Real processes for the tests: users of a private Postgres, and how to see and await what is running."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg2

BASE_DIR = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0

# Starts or joins the server, says where it is, and goes on using it until its input ends.
USER = """
import sys
from pathlib import Path
from config.postgres import PostgresError, private_database_url
try:
    print(private_database_url(Path(sys.argv[1])), flush=True)
except PostgresError as error:
    sys.exit(str(error))
sys.stdin.read()
"""


def clean_environment(**variables: str) -> dict[str, str]:
    """These variables, and none that the tests themselves were given."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | variables


def start(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a Python command to its end."""
    environment = clean_environment(**variables)
    command = (sys.executable, *command)
    return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)


class User:
    """A process that uses the private server kept in a folder."""

    def __init__(self, var_dir: Path) -> None:
        self.pid_file = var_dir / "postgres" / "data" / "postmaster.pid"
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(var_dir)],
            cwd=BASE_DIR,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._url = ""

    @property
    def url(self) -> str:
        self._url = self._url or self.process.stdout.readline().strip()
        assert self._url, self.process.stderr.read()
        return self._url

    @property
    def server(self) -> psutil.Process:
        return psutil.Process(int(self.pid_file.read_text().split("\n", 1)[0]))

    def connect(self) -> psycopg2.extensions.connection:
        connection = psycopg2.connect(self.url)
        connection.autocommit = True
        return connection

    def query(self, sql: str) -> list[tuple[object, ...]]:
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def leave(self) -> None:
        """End in an orderly way, having used the server."""
        assert self.url
        self.process.stdin.close()
        assert self.process.wait(20) == 0, self.process.stderr.read()

    def end(self) -> None:
        self.process.kill()
        self.process.wait(20)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()


def processes_in(folder: Path) -> list[psutil.Process]:
    """Keepers and servers of this folder that have not ended."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = " ".join(process.info["cmdline"] or [])
        is_ours = "config.postgres_keeper" in command or "/bin/postgres" in command
        if is_ours and str(folder) in command and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def keeper_of(folder: Path) -> psutil.Process:
    (keeper,) = (process for process in processes_in(folder) if "config.postgres_keeper" in process.cmdline())
    return keeper


def wait_until(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "this did not happen in time"
        time.sleep(0.05)
