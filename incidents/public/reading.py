"""The public side reads as a database role without access to drafts: a forgotten filter fails, it can’t leak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

ROLE = "afterword_public"  # migration 0010 grants what it may read
_reading = ContextVar("reading", default=False)


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
        token = _reading.set(True)
        try:
            yield
        finally:
            _reading.reset(token)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")  # a transaction around this one goes on as who it was
