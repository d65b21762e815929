"""Rows by COPY: a hundred thousand a second, without an instance of a model for each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.management.color import no_style
from django.db import connection, models

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}  # the backslash comes first
_MOST_WAITING = 50_000


class Copy:
    """Takes rows of some columns, and writes them when they are many, or at `flush`."""

    def __init__(self, table: str, *columns: str, defaults: Iterable[Any] = ()) -> None:
        listed = ", ".join(f'"{column}"' for column in columns)
        self._statement = f'COPY "{table}" ({listed}) FROM STDIN'
        self._defaults = "".join(f"\t{_as_text(value)}" for value in defaults)
        self._lines: list[str] = []

    def add(self, *values: Any) -> None:
        self._lines.append("\t".join([_as_text(value) for value in values]) + self._defaults)
        if len(self._lines) >= _MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        with connection.cursor() as cursor:
            cursor.copy_expert(self._statement, StringIO("\n".join(self._lines)))
        self._lines.clear()


class CopyOf(Copy):
    """Rows of a model, as the values of these attributes. All others get the default of a new instance."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.model, fresh = model, model()
        fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 -- a documented API
        rest = [field for name, field in fields.items() if name not in names and not _is_given_by_the_database(field)]
        values = [(field, getattr(fresh, field.attname)) for field in rest]
        super().__init__(
            model._meta.db_table,  # noqa: SLF001 -- likewise
            *(str(field.column) for field in [*(fields[name] for name in names), *rest]),
            defaults=[tuple(value) if isinstance(field, ArrayField) else value for field, value in values],
        )


def go_on_counting(copies: Iterable[CopyOf]) -> None:
    """Let new rows be numbered behind those that were copied."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [copy.model for copy in copies]):
            cursor.execute(statement)


def _is_given_by_the_database(field: models.Field[Any, Any]) -> bool:
    return field.primary_key or field.generated or field.db_default is not models.NOT_PROVIDED


def _as_text(value: Any) -> str:
    """As COPY reads it. Lists and dictionaries are JSON, a tuple is an array of plain words."""
    if isinstance(value, str):
        return _escaped(value)
    if value is None:
        return "\\N"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"{{{','.join(value)}}}"
    if isinstance(value, dict | list):
        return _escaped(json.dumps(value, ensure_ascii=False))
    return str(value)


def _escaped(text: str) -> str:
    for mark, escape in _ESCAPES.items():
        if mark in text:  # hardly ever, and looking is quick
            text = text.replace(mark, escape)
    return text
