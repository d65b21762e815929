"""What the pages ask the database, and whether an answer means reading a big table from end to end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.test import Client

from accounts.models import User

BIG = 10_000  # rows


class Scan(NamedTuple):
    """A question that reads a whole table."""

    path: str
    table: str
    sql: str


class Explained(NamedTuple):
    questions: int
    scans: list[Scan]


def explain(paths: Sequence[str], *, email: str) -> Explained:
    """Open pages as a person, and have every question explained by the database."""
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email=email))
    big, asked, scans = _big_tables(), 0, []
    for path in paths:
        seen = _Questions()
        with connection.execute_wrapper(seen):
            answer = client.get(path)
        if answer.status_code != 200:
            raise ValueError(f"{path} answers {answer.status_code}")
        asked += len(seen.asked)
        scans += [Scan(path, table, sql) for sql, values in seen.asked for table in scanned(sql, values) & big]
    return Explained(asked, scans)


def scanned(sql: str, values: Any) -> set[str]:
    """The tables that are read from end to end to answer."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        (found,) = cursor.fetchone()
    plans = json.loads(found) if isinstance(found, str) else found
    return {node["Relation Name"] for node in _nodes(plans[0]["Plan"]) if node["Node Type"] == "Seq Scan"}


class _Questions:
    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "WITH")):
            self.asked.append((sql, params))
        return execute(sql, params, many, context)


def _big_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [BIG])
        return {name for (name,) in cursor.fetchall()}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)
