"""What was made of an event stays, from one writing of the files to the next, while the event stays as it was.

A list tells of fifty events, and a change touches one. So lists ask for editions, and only what they have no fragment
of is loaded. A fragment may depend on the event with all that hangs on it (updates, components, publications,
withdrawals), on the rows of components and the site, and on nothing else: on no clock, and on no state of now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import wraps
from threading import Lock
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, QuerySet
from django.db.models.expressions import RawSQL

from incidents.models import Component, PublicEvent
from incidents.public.branding import current_site
from incidents.public.reading import read_once, sees_one_moment

# Every operation on an event ends with its row being written, and Postgres gives a written row another xmin.
_WRITTEN_BY = '"incidents_publicevent"."xmin"::text'
MOST_KEPT = 600  # of each kind: more than all lists together tell of

V = TypeVar("V")


class Edition(NamedTuple):
    """An event as it was committed: any change makes another edition."""

    pk: int
    public_id: str
    started_at: datetime
    updated_at: datetime
    written_by: str


class _Any(Protocol):
    """An edition of anything, of which one of another content is never equal to it."""

    @property
    def pk(self) -> int: ...


_Key = tuple[str, _Any]


class _Memory(Generic[V]):
    """The fragments that were asked for last."""

    def __init__(self) -> None:
        self._kept: dict[_Key, V] = {}
        self._lock = Lock()

    def find(self, keys: Iterable[_Key]) -> dict[_Key, V]:
        with self._lock:
            found = {key: self._kept.pop(key) for key in dict.fromkeys(keys) if key in self._kept}
            self._kept |= found
        return found

    def keep(self, made: dict[_Key, V]) -> dict[_Key, V]:
        with self._lock:
            self._kept |= made
            for oldest in list(self._kept)[:-MOST_KEPT]:
                del self._kept[oldest]
        return made

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


_memories: list[_Memory[Any]] = []


def editions(events: QuerySet[PublicEvent]) -> Sequence[Edition]:
    """Of events in their order, which may be a part of a list. One query, and none for what was asked for before."""
    marked = events.annotate(written_by=RawSQL(_WRITTEN_BY, (), output_field=CharField()))  # noqa: S611  # a constant
    try:
        sql, values = marked.values_list(*Edition._fields).query.sql_with_params()
    except EmptyResultSet:
        return ()
    return _found(sql, values)


@read_once
def _found(sql: str, values: tuple[Any, ...]) -> tuple[Edition, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return tuple(map(Edition._make, cursor.fetchall()))


def kept_by_edition(make: Callable[[list[int]], dict[int, V]]) -> Callable[[Iterable[_Any]], list[V]]:
    """Make fragments of those events only of which there are none yet; `make` gets keys, and answers for each.

    Only who sees one moment of the database knows that an edition and what was loaded for it belong together; for all
    others everything is made. What is returned belongs to all who ask, so nobody may change it.
    """
    memory: _Memory[V] = _Memory()

    @wraps(make)
    def kept(wanted: Iterable[_Any]) -> list[V]:
        wanted = list(wanted)
        if not sees_one_moment():
            made = make([each.pk for each in wanted])
            return [made[each.pk] for each in wanted]
        around = _surroundings()
        found = memory.find([(around, each) for each in wanted])
        if missing := [each for each in dict.fromkeys(wanted) if (around, each) not in found]:
            made = make([each.pk for each in missing])
            found |= memory.keep({(around, each): made[each.pk] for each in missing})
        return [found[around, each] for each in wanted]

    _memories.append(memory)
    return kept


def forget_editions() -> None:
    """Begin anew, as a process does that was just started."""
    for memory in _memories:
        memory.clear()


@read_once
def _surroundings() -> str:
    """What fragments depend on beside their event, in short: one query in a block."""
    site = current_site()
    components = Component.objects.order_by("pk").values_list()
    names = (settings.PUBLIC_BASE_URL, settings.ORGANISATION_NAME, site.page_id, site.time_zone, site.name)
    told = (*names, *components)
    return hashlib.sha256(repr(told).encode()).hexdigest()
