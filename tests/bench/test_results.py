from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.load import _RATE, Refused, _match
from bench.results import Result, compared, measured, percentile, reaches, table, write


def test_the_ratio_is_that_of_rounds_measured_together() -> None:
    """A machine that is busy for two rounds makes both sides slow, and not the ratio."""
    found = compared("x", [100, 10, 9, 95, 50], [200, 20, 18, 190, 100], unit="answers/s", target="≥ 0.5")
    assert (found.ours, found.reference, found.ratio, found.holds) == (50, 100, 0.5, True)
    assert compared("x", [1], [10], unit="", target="≥ 0.5").holds is False


@pytest.mark.parametrize(
    ("value", "target", "holds"),
    [
        (0.5, "≥ 0.5", True),
        (0.49, "≥ 0.5", False),
        (1.3, "≤ 1.3", True),
        (1.31, "≤ 1.3", False),
        (301, "≤ 300 MB", False),
    ],
)
def test_what_was_to_be_reached(value: float, target: str, holds: bool) -> None:
    assert reaches(value, target) is holds
    assert measured("x", value, unit="", target=target).holds is holds


def test_nothing_to_reach() -> None:
    assert measured("x", 3, unit="pages/s").holds is None


def test_percentiles() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert (percentile(values, 50), percentile(values, 99), percentile(values, 100)) == (50, 99, 100)
    assert percentile([7.0], 99) == 7


def test_results_are_kept_as_a_list(tmp_path: Path) -> None:
    write([compared("x", [1], [2], unit="ms", target="≤ 1", note="n")], tmp_path / "results.json")
    assert json.loads((tmp_path / "results.json").read_text()) == [
        {
            "name": "x",
            "ours": 1,
            "unit": "ms",
            "reference": 2,
            "ratio": 0.5,
            "target": "≤ 1",
            "holds": True,
            "note": "n",
        }
    ]


def test_the_table_is_lined_up() -> None:
    lines = table([Result("long name", 12_345.6, "ms", 0.00123, 2, "≤ 1", holds=False), Result("x", 3, "cores")]).split(
        "\n"
    )
    assert lines[1:] == [
        "long name  12,346 ms  0.00123 ms   2.00       ≤ 1  NOT REACHED",
        "x            3 cores",
    ]


def test_an_unknown_output_is_not_taken_for_a_figure() -> None:
    with pytest.raises(Refused, match="something else"):
        _match(_RATE, "wrk: unable to connect")
