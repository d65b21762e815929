"""When a promise is due, checked against counting on one's fingers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.due_dates import Clock, Rule, days_after

FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (FRIDAY, 1, date(2026, 3, 9)),
        (FRIDAY, 5, date(2026, 3, 13)),
        (FRIDAY, 6, date(2026, 3, 16)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # from a Saturday
        (date(2026, 3, 8), 5, date(2026, 3, 13)),  # from a Sunday
        (date(2026, 3, 9), 4, date(2026, 3, 13)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (FRIDAY, 0, FRIDAY),
    ],
)
def test_weekends_are_not_counted(start: date, days: int, expected: date) -> None:
    assert days_after(start, days, skips_weekends=True) == expected


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 400))
def test_counted_on_fingers(start: date, days: int) -> None:
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert days_after(start, days, skips_weekends=True) == day
    assert days_after(start, days, skips_weekends=False) == start + timedelta(days=days)


def test_a_rule_says_what_it_counts() -> None:
    rule = Rule(14, Clock.RESOLVED, skips_weekends=True, assign_days=2)
    assert rule.in_words == "14 working days after the incident was resolved"
    assert Rule(1, Clock.OPENED).in_words == "1 day after the incident was opened"
    assert (rule.due_on(FRIDAY), rule.assign_by(FRIDAY)) == (date(2026, 3, 26), date(2026, 3, 10))
    assert Rule(14).assign_by(FRIDAY) is None
