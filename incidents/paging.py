"""Lists a page at a time that cost the same on every page: a page begins behind a row, not after so many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Some rows of a list. `before` and `after` name the row at either end; empty where nothing lies beyond it."""

    rows: list[M]
    before: str = ""
    after: str = ""


def page_of(
    rows: models.QuerySet[M], order: Sequence[str], *, asked: Mapping[str, str], size: int, name: str = "pk"
) -> KeysetPage[M]:
    """The page that an address asks for by `?after=<row>` or `?before=<row>`; the first where it asks for none.

    `order` are columns without NULL, the last of them unique. `name` is the unique column that addresses name rows by.
    A row that is gone, or never was one of these, gives the first page too.
    """
    is_back = bool(asked.get("before"))
    edge = _values(rows, order, name, asked.get("before") or asked.get("after") or "")
    if edge and is_back:
        backwards = [column[1:] if column.startswith("-") else f"-{column}" for column in order]
        found = list(rows.filter(_beyond(backwards, edge)).order_by(*backwards)[: size + 1])
        if len(found) > size:
            shown = found[size - 1 :: -1]
            return KeysetPage(shown, before=_name(shown[0], name), after=_name(shown[-1], name))
    elif edge:
        found = list(rows.filter(_beyond(order, edge)).order_by(*order)[: size + 1])
        if found:
            return KeysetPage(found[:size], before=_name(found[0], name), after=_next(found, size, name))
    found = list(rows.order_by(*order)[: size + 1])
    return KeysetPage(found[:size], after=_next(found, size, name))


def _next(found: Sequence[models.Model], size: int, name: str) -> str:
    return _name(found[size - 1], name) if len(found) > size else ""


def _name(row: models.Model, name: str) -> str:
    return str(getattr(row, name))


def _values(rows: models.QuerySet[Any], order: Sequence[str], name: str, said: str) -> tuple[Any, ...] | None:
    """What the list is sorted by, in that row."""
    try:
        return (
            rows.filter(**{name: said}).values_list(*(column.lstrip("-") for column in order)).first() if said else None
        )
    except ValueError:  # not how such rows are named
        return None


def _beyond(order: Sequence[str], edge: Sequence[Any]) -> Q:
    """The rows behind the edge. The condition on the first column alone lets an index find them."""
    column, value, *rest = order[0], edge[0], *zip(order[1:], edge[1:], strict=True)
    side, field = ("lt" if column.startswith("-") else "gt"), column.lstrip("-")
    strictly = Q(**{f"{field}__{side}": value})
    if not rest:
        return strictly
    within = _beyond([each for each, _ in rest], [each for _, each in rest])
    return Q(**{f"{field}__{side}e": value}) & (strictly | within)
