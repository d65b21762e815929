"""Counts what a process does to the database and to the folder, and does something terrible at one of these steps.

Nothing of it is in the product: the calls themselves are wrapped, in a child process that was forked for one run.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

_WRITES = ("mkdir", "link", "symlink", "unlink", "replace", "rmdir", "fsync", "utime", "open")


class Fault(NamedTuple):
    """Who is hit, how, and how far into the work, from 0 to 1."""

    who: str
    what: str
    depth: float


class Steps:
    def __init__(self, folder: Path, *, fatal: int | None, what: str, postmaster: Callable[[], int]) -> None:
        self.count = 0
        self._folder, self._fatal, self._what, self._postmaster = str(folder), fatal, what, postmaster

    def watch(self) -> None:
        for name in _WRITES:
            self._wrap(name)
        connection.execute_wrappers.append(self._statement)
        commit = connection._commit

        def committing() -> Any:
            self._step()
            result = commit()
            self._step()
            return result

        connection._commit = committing

    def _statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._step()
        return execute(sql, params, many, context)

    def _wrap(self, name: str) -> None:
        original = getattr(os, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            is_ours = name in {"fsync", "utime"} or any(self._folder in str(each) for each in args)
            if is_ours and (name != "open" or args[1] & (os.O_WRONLY | os.O_RDWR)):
                self._step(of_the_disk=True)
            return original(*args, **kwargs)

        setattr(os, name, call)

    def _step(self, *, of_the_disk: bool = False) -> None:
        self.count += 1
        if self._fatal is None or self.count < self._fatal:
            return
        if self._what in {"ENOSPC", "EROFS"}:  # from here on, for as long as this process lives
            if of_the_disk:
                code = getattr(errno, self._what)
                raise OSError(code, os.strerror(code))
        elif self.count == self._fatal:
            if self._what == "postgres":
                os.kill(self._postmaster(), signal.SIGKILL)
            else:
                os.kill(os.getpid(), signal.SIGKILL)
