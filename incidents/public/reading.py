"""The public side reads as a database role without access to drafts: a forgotten filter fails, it can’t leak."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.utils import timezone

ROLE = "afterword_public"  # migration 0010 grants what it may read
_MOST_KEPT = 1_000  # of what one function read: a build of 100,000 events needs no more memory than one of 100

P = ParamSpec("P")
K = TypeVar("K")
V = TypeVar("V")


class _Reading:
    def __init__(self, *, of_one_moment: bool) -> None:
        self.at = timezone.now()
        self.of_one_moment = of_one_moment
        self._kept: dict[Any, dict[Any, Any]] = {}

    def kept(self, function: Any) -> dict[Any, Any]:
        found = self._kept.setdefault(function, {})
        if len(found) > _MOST_KEPT:
            found.clear()
        return found


_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)


@contextmanager
def as_public_reader(*, one_moment: bool = False) -> Iterator[None]:
    """Run what is inside as that role. Raises ProgrammingError at the first look into any other table.

    With `one_moment` all of it sees the database as it is now, whatever is committed meanwhile. Inside another such
    block this one adds nothing.
    """
    if _reading.get():
        yield
        return
    isolated = one_moment and not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if isolated:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(f"SET LOCAL ROLE {ROLE}")
        token = _reading.set(_Reading(of_one_moment=isolated))
        try:
            yield
        finally:
            _reading.reset(token)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")  # a transaction around this one goes on as who it was


def moment() -> datetime:
    """The one that everything inside the block tells of."""
    reading = _reading.get()
    return reading.at if reading else timezone.now()


def sees_one_moment() -> bool:
    """Whether everything inside the block sees the database as it was at one moment, and nothing uncommitted."""
    reading = _reading.get()
    return reading is not None and reading.of_one_moment


def read_once(function: Callable[P, V]) -> Callable[P, V]:
    """Ask the database once in a block: a publication writes forty answers that all begin with the same few facts.

    What is returned belongs to all who ask, so nobody may change it.
    """

    @wraps(function)
    def reading_once(*args: P.args, **kwargs: P.kwargs) -> V:
        if (reading := _reading.get()) is None:
            return function(*args, **kwargs)
        kept = reading.kept(reading_once)
        key = (args, *sorted(kwargs.items()))
        if key not in kept:
            kept[key] = function(*args, **kwargs)
        value: V = kept[key]
        return value

    return reading_once


def read_each_once(load: Callable[[list[K]], dict[K, V]]) -> Callable[[Iterable[K]], dict[K, V]]:
    """The same for many: only those keys are loaded that were not asked for before. `load` answers every key."""

    @wraps(load)
    def reading_each_once(keys: Iterable[K]) -> dict[K, V]:
        wanted = list(dict.fromkeys(keys))
        reading = _reading.get()
        kept: dict[K, V] = reading.kept(reading_each_once) if reading else {}
        if missing := [key for key in wanted if key not in kept]:
            kept.update(load(missing))
        return {key: kept[key] for key in wanted}

    return reading_each_once
