"""Those outside that follow the folder: a bucket with the same pages, and the caches in front of either.

A follower compares the root that it got to with the one that is current, does what differs, key by key, and bookmarks
the new root. Killed anywhere in between, it does some of that again. It needs no database, and holds up nobody.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from incidents.public.files import layout
from incidents.public.files.bookmarks import differing
from incidents.public.files.tree import Busy, Tree

_TICK = 1  # seconds
_LONGEST_PAUSE = 30  # seconds between two attempts, within which nothing that is compared is swept away
logger = logging.getLogger(__name__)


class Refused(Exception):
    """The other side did not take it. The message says why and holds no secret."""


class Follower(ABC):
    """`name` is what people call it, `target` who it is: another one is brought up from nothing."""

    def __init__(self, name: str, target: str, tree: Tree, *, after: Follower | None = None) -> None:
        self.name, self._tree, self._after = name, tree, after
        self._bookmark = f"{name}-{hashlib.sha256(target.encode()).hexdigest()[:8]}"
        self._waiting: set[str] = set()
        self._seen: str | None = None
        self._failures, self._retry_at = 0, 0.0

    @abstractmethod
    def everything(self) -> set[str]:
        """The keys to do where it is not known what was done. Raises Refused."""

    @abstractmethod
    def bring(self, waiting: set[str], is_over: Callable[[], bool]) -> None:
        """Do what waits and take it out, for as long as it is not over. Raises Refused."""

    def changes(self, old: str, new: str) -> set[str]:
        """The keys to do between two roots. Raises FileNotFoundError when they can’t be compared any more."""
        return {layout.key_of(file) for file in differing(self._tree.home / old, self._tree.home / new)}

    @property
    def got_to(self) -> str | None:
        """The root that the other side is known to have."""
        return self._tree.bookmarks.get(self._bookmark)

    @property
    def behind_since(self) -> float | None:
        """In seconds of the epoch; None when it is not behind."""
        return self._tree.bookmarks.behind_since(self._bookmark)

    def attempt(self, stop: threading.Event) -> bool:
        """Follow, unless it failed a moment ago; whether that went well. The log says why it did not."""
        if time.monotonic() < self._retry_at:
            return False
        try:
            self.follow(stop)
        except (Refused, OSError) as refusal:
            logger.warning("The %s falls behind: %s", self.name, refusal)
        except Exception:
            logger.exception("The %s falls behind", self.name)
        else:
            self._failures = 0
            return True
        self._failures += 1
        self._retry_at = time.monotonic() + min(2**self._failures, _LONGEST_PAUSE)
        return False

    def follow(self, stop: threading.Event) -> None:
        """Get to the goal, wherever it moves meanwhile. Raises Refused, and goes on from there the next time."""
        with suppress(Busy), self._tree.locked(patience=0, lock=f"bookmarks/.{self._bookmark}.lock"):
            while (root := self._goal) is not None and root != self.got_to and not stop.is_set():
                self._compare_with(root)
                self.bring(self._waiting, partial(self._is_over, root, stop))
                if not self._waiting:
                    self._tree.bookmarks.move(self._bookmark, root)

    @property
    def _goal(self) -> str | None:
        return self._after.got_to if self._after else self._tree.current

    def _is_over(self, root: str, stop: threading.Event) -> bool:
        return stop.is_set() or self._goal != root

    def _compare_with(self, root: str) -> None:
        """Add to what waits what differs in this root from the last one that was compared."""
        if not self._waiting:
            self._seen = self.got_to
        if self._seen != root:
            try:
                self._waiting |= self.changes(self._seen, root) if self._seen else self.everything()
            except FileNotFoundError:
                self._waiting |= self.everything()
            self._seen = root


@contextmanager
def followed_by(followers: list[Follower]) -> Iterator[None]:
    """Let them follow in a thread of their own, so that a slow one holds up nothing else."""
    stop = threading.Event()
    thread = threading.Thread(target=_follow, args=(followers, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _follow(followers: list[Follower], stop: threading.Event) -> None:
    while followers and not stop.wait(_TICK):
        for each in followers:
            each.attempt(stop)
