"""Medians and quartiles, beside slow and obvious ways to work them out."""

from __future__ import annotations

import statistics
from datetime import timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.metrics.statistics import FEWEST, Range, range_of, spread_of
from incidents.milestones import Bound, Duration

lengths = st.lists(st.integers(0, 1_000_000), min_size=FEWEST, max_size=60)


@given(lengths)
def test_of_exact_lengths_they_are_what_the_library_says(seconds: list[int]) -> None:
    spread = spread_of(Range(each, each) for each in seconds)

    assert spread.lower
    assert spread.median
    assert spread.upper
    found = [spread.lower.low, spread.median.low, spread.upper.low]
    assert found == pytest.approx(statistics.quantiles(seconds, n=4, method="inclusive"))
    assert (spread.median.low, spread.known, spread.few) == (spread.median.high, len(seconds), ())


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0, 1)), min_size=FEWEST))
def test_whatever_the_true_lengths_are_their_median_lies_in_the_range(said: list[tuple[int, int, float]]) -> None:
    ranges = [Range(min(low, high), max(low, high)) for low, high, _ in said]
    true = [each.low + (each.high - each.low) * share for each, (_, _, share) in zip(ranges, said, strict=True)]

    median = spread_of(ranges).median

    assert median
    assert median.low - 1e-6 <= statistics.median(true) <= median.high + 1e-6


def test_without_a_limit_the_median_has_none() -> None:
    ranges = [Range(60, 60)] * 2 + [Range(120, inf)] * 3

    spread = spread_of(ranges)

    assert spread.median == Range(120, inf)
    assert spread.median.in_words == "at least 2 min"
    assert spread.lower == Range(60, 60)
    assert spread.lower.in_words == "1 min"


@pytest.mark.parametrize("count", range(FEWEST))
def test_a_few_have_no_median_but_each_is_told(count: int) -> None:
    spread = spread_of([Range(60 * (count - each), 60 * (count - each)) for each in range(count)], unknown=2)

    assert (spread.median, spread.lower, spread.upper) == (None, None, None)
    assert (spread.known, spread.unknown) == (count, 2)
    assert spread.few_in_words == ", ".join(f"{each} min" for each in range(1, count + 1))
    assert spread.in_words == (spread.few_in_words or "–")


@pytest.mark.parametrize(
    ("bound", "low", "high", "words"),
    [
        (Bound.EXACTLY, 40, 40, "40 min"),
        (Bound.ABOUT, 25, 55, "25 min to 55 min"),
        (Bound.AT_LEAST, 40, None, "at least 40 min"),
        (Bound.AT_MOST, 0, 40, "at most 40 min"),
    ],
)
def test_what_is_not_known_to_the_minute_is_a_range(bound: Bound, low: int, high: int | None, words: str) -> None:
    length = range_of(Duration(timedelta(minutes=40), bound))

    assert (length.low, length.high) == (60 * low, inf if high is None else 60 * high)
    assert length.in_words == words


def test_about_a_short_time_is_never_negative() -> None:
    assert range_of(Duration(timedelta(minutes=5), Bound.ABOUT)).in_words == "at most 20 min"
