"""The public side reads as a database role without access to drafts: a forgotten filter fails, it can’t leak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

ROLE = "afterword_public"  # migration 0010 grants what it may read


@contextmanager
def as_public_reader() -> Iterator[None]:
    """Run what is inside as that role. Raises ProgrammingError at the first look into any other table."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")  # a transaction around this one goes on as who it was
