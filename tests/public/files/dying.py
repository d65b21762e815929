"""Followers that die at one of their steps, each in a process that was forked before any client of a bucket was used.

Such a client has threads of its own, which a fork leaves behind: hence the server that forks.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any, NamedTuple

import django
from django.apps import apps

if not apps.ready:
    django.setup()  # once, in the server

from incidents.public.files.bookmarks import Bookmarks
from incidents.public.files.bucket import Bucket
from incidents.public.files.mirror import Mirror
from incidents.public.files.purge import Purge
from incidents.public.files.tree import Tree

_STEPS = ((Bucket, "etags"), (Bucket, "put"), (Bucket, "delete"), (Purge, "_call"), (Bookmarks, "move"))
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])
_PATIENCE = 60


class Outside(NamedTuple):
    """Where the folder is, and who follows it."""

    folder: Path
    bucket: dict[str, str]
    hook: str
    site: str


def follow_and_die(outside: Outside, fatal: int | None) -> list[str] | None:
    """The steps of a whole round; None when it died, before or after one of them: the `fatal` of all these moments."""
    told: SimpleQueue[list[str]] = _SERVER.SimpleQueue()
    child = _SERVER.Process(target=_follow, args=(outside, fatal, told))
    child.start()
    child.join(_PATIENCE)
    assert child.exitcode in {0, -signal.SIGKILL}, child.exitcode
    return told.get() if child.exitcode == 0 else None


def _follow(outside: Outside, fatal: int | None, told: SimpleQueue[list[str]]) -> None:
    steps: list[str] = []
    counting = threading.Lock()

    def reach(name: str) -> None:
        with counting:
            steps.append(name)
            if len(steps) == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched(name: str, original: Any) -> Any:
        def call(*args: Any) -> Any:
            reach(f"before {name}")
            result = original(*args)
            reach(f"after {name}")
            return result

        return call

    for kind, name in _STEPS:
        setattr(kind, name, watched(name, getattr(kind, name)))
    mirror = Mirror(Tree(outside.folder), outside.bucket, outside.site)
    for each in (mirror, Purge(Tree(outside.folder), outside.hook, "", outside.site, after=mirror)):
        each.follow(threading.Event())
    told.put(steps)
