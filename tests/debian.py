"""Installs what a test needs from Debian, where that can be done; one test worker at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Who looks for a program meanwhile waits: one that is half unpacked is on the PATH already."""
    with Path(tempfile.gettempdir(), f"afterword-installing-{os.getuid()}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(package: str) -> None:
    """Does nothing where this is no Debian, or we are not root. The caller looks again."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    run("apt-get", "update")
    run("apt-get", "install", "--yes", "--no-install-recommends", package)


def find(program: str) -> str | None:
    """The path of a program whose package has the same name, installed now where that can be done; else None."""
    path = f"{os.environ['PATH']}:/usr/sbin"
    with one_at_a_time():
        if not shutil.which(program, path=path):
            install(program)
        return shutil.which(program, path=path)


def run(*command: str) -> None:
    sys.stderr.write(f"A program that the tests need was not found; running: {' '.join(command)}\n")
    subprocess.run(command, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, check=False, stdout=sys.stderr)
