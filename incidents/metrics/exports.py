"""The numbers for spreadsheets and dashboards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from math import isinf
from typing import Any

from incidents.metrics.facts import MEASURES, Facts
from incidents.metrics.sheets import Group, Sheet
from incidents.metrics.statistics import Range, Spread
from incidents.spreadsheets import csv_lines

_HEAD = ("incident", "title", "began_at", "severity", "team", "components", "customer_minutes_lost")
_Names = Mapping[str, Mapping[Any, str]]


def csv_of(facts: Iterable[Facts], *, names: _Names) -> Iterator[str]:
    """A line for each incident. Lengths in minutes, from and to; empty where they are unknown or do not apply."""
    ends = [f"{name}_{end}" for name in MEASURES for end in ("from", "to")]
    return csv_lines((*_HEAD, *ends), (_line(each, names) for each in facts))


def _line(facts: Facts, names: _Names) -> tuple[object, ...]:
    lost = [each.minutes for each in facts.lost if each.minutes is not None]
    lengths = [facts.lengths.get(name) for name in MEASURES]
    return (
        f"INC-{facts.number}",
        facts.title,
        facts.began_at.isoformat(),
        names["severity"].get(facts.severity, ""),
        names["team"].get(facts.team, ""),
        ", ".join(label for key, label in names["component"].items() if key in facts.components),
        round(sum(lost), 2) if lost else "",
        *(end for length in lengths for end in (_ends(length) if length else ("", ""))),
    )


def as_data(sheet: Sheet, *, days: tuple[date, date], names: _Names) -> dict[str, Any]:
    """Every number of the page. Lengths are `[from, to]` in minutes; `to` is null where nothing limits it."""
    labels = {**names, "team": {**names["team"], None: ""}}
    return {
        "from": days[0],
        "to": days[1],
        "as_of": sheet.made_at,
        "all": _group(sheet.total),
        "months": {str(group.key)[:7]: _group(group) for group in sheet.months},
        **{
            kind: {labels[kind].get(group.key, str(group.key)): _group(group) for group in groups}
            for kind, groups in (
                ("severity", sheet.severities),
                ("component", sheet.components),
                ("team", sheet.teams),
            )
        },
    }


def _group(group: Group) -> dict[str, Any]:
    minutes = group.minutes
    return {
        "incidents": group.count,
        "customer_minutes": {"lost": round(minutes.lost, 2), "counted": minutes.counted, "unknown": minutes.unknown},
        **{name: _spread(spread) for name, spread in group.spreads.items()},
    }


def _spread(spread: Spread) -> dict[str, Any]:
    quartiles = {"lower": spread.lower, "median": spread.median, "upper": spread.upper}
    return {
        "known": spread.known,
        "unknown": spread.unknown,
        **{name: list(_ends(length)) for name, length in quartiles.items() if length},
        **({"each": [list(_ends(length)) for length in spread.few]} if spread.few else {}),
    }


def _ends(length: Range) -> tuple[float, float | None]:
    return round(length.low / 60, 2), None if isinf(length.high) else round(length.high / 60, 2)
