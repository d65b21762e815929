"""Sites to measure: each a database and a folder of its own, on one private Postgres; gone afterwards."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from config.postgres import DATABASE, private_database_url

BASE_DIR = Path(__file__).parents[1]
_EMPTY = "bench_empty"  # the database that all others begin as copies of


class StepFailed(Exception):
    """A command of the program ended with an error; its output is the message."""


@dataclass(frozen=True)
class Site:
    """`home` holds what the program keeps (VAR_DIR), `database_url` is its database."""

    home: Path
    database_url: str
    key: str

    @property
    def public(self) -> Path:
        return self.home / "public"

    @property
    def environment(self) -> dict[str, str]:
        """A deployment without TLS. Nothing of the shell’s comes in that could make one run another’s reference."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "AFTERWORD_ENV": "production",
            "SECRET_KEY": self.key,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "PUBLIC_BASE_URL": "http://localhost",
            "HTTPS": "off",
            "EMAIL_URL": "consolemail:",
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": self.database_url,
            "VAR_DIR": str(self.home),
            "STATIC_ROOT": str(self.home.parent / "static"),
        }

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py and return what it printed. Raises StepFailed."""
        return self._run("manage.py", *arguments)

    def inside(self, step: str, **values: Any) -> Any:
        """Run a function of `bench.inside` in a process of its own, and return what it returned. Raises StepFailed."""
        return json.loads(self._run("-m", "bench.inside", step, json.dumps(values)).splitlines()[-1])

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StepFailed(f"{' '.join(arguments[:3])} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


class Sites:
    """Where sites are made; `empty` has tables and no rows, and the styles that all of them share."""

    def __init__(self, home: Path, url: str) -> None:
        self._home, self._url = home, url
        self._key = secrets.token_urlsafe(50)
        self._administer(f"CREATE DATABASE {_EMPTY}")
        self.empty = self._site(_EMPTY)
        self.empty.manage("migrate", "--verbosity", "0")
        self.empty.manage("collectstatic", "--no-input", "--verbosity", "0")

    def with_history(self, incidents: int, *, rows: int = 10) -> Site:
        """A new site with so many incidents, and no public page written yet."""
        name = f"bench_{incidents}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {_EMPTY}")
        site = self._site(name)
        site.inside("history", incidents=incidents, rows=rows)
        return site

    def _site(self, name: str) -> Site:
        home = self._home / name
        home.mkdir()
        return Site(home, self._url.replace(f"/{DATABASE}?", f"/{name}?"), self._key)

    def _administer(self, statement: str) -> None:
        with closing(psycopg2.connect(self._url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)


@contextmanager
def sites() -> Iterator[Sites]:
    """Below var/bench, on a disk as a deployment has it; what a killed run left there goes first."""
    below = BASE_DIR / "var" / "bench"
    below.mkdir(parents=True, exist_ok=True)
    for left in below.iterdir():
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=below, ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)  # nginx and Postgres may run as somebody else
        yield Sites(home, private_database_url(home / "database"))
