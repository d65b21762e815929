"""Durations and contradictions, by hand-worked examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.milestones import (
    Bound,
    Grade,
    Milestone,
    MilestoneKind,
    Precision,
    between,
    contradictions,
    durations,
    iso_duration,
    likely_day,
    long_duration,
    short_duration,
)

START = datetime(2023, 3, 6, 5, 0, tzinfo=UTC)
NOW = datetime(2023, 3, 9, tzinfo=UTC)


def at(kind: str, minutes: int | None, precision: str = "exact") -> Milestone:
    moment = None if minutes is None else START + timedelta(minutes=minutes)
    return Milestone(MilestoneKind(kind), moment, Precision(precision))


def table(*milestones: Milestone) -> dict[MilestoneKind, Milestone]:
    return {milestone.kind: milestone for milestone in milestones}


def test_the_lengths_of_a_whole_incident() -> None:
    found = durations(
        table(
            at("impact_started", 0),
            at("detected", 2),
            at("acknowledged", 10),
            at("mitigated", 170),
            at("resolved", 200),
        )
    )

    assert found.impact.in_words == "3 hours 20 minutes"
    assert found.to_detect.short == "2 min"
    assert found.to_acknowledge.short == "8 min"
    assert found.to_mitigate.short == "2 h 50 min"
    assert found.to_resolve.short == "3 h 20 min"


def test_customers_count_until_recovered_where_that_is_known() -> None:
    known = table(at("impact_started", 0), at("recovered", 30), at("resolved", 90))
    unknown = table(at("impact_started", 0), at("recovered", None, "unknown"), at("resolved", 90))

    assert durations(known).impact.length == timedelta(minutes=30)
    assert durations(unknown).impact.length == timedelta(minutes=90)


@pytest.mark.parametrize(
    ("start", "end", "bound"),
    [
        ("exact", "exact", Bound.EXACTLY),
        ("about", "exact", Bound.ABOUT),
        ("exact", "about", Bound.ABOUT),
        ("before", "exact", Bound.AT_LEAST),  # it began earlier: it was longer
        ("after", "exact", Bound.AT_MOST),
        ("exact", "before", Bound.AT_MOST),
        ("exact", "after", Bound.AT_LEAST),
        ("before", "after", Bound.AT_LEAST),
        ("after", "before", Bound.AT_MOST),
        ("about", "before", Bound.AT_MOST),
        ("before", "about", Bound.AT_LEAST),
        ("about", "about", Bound.ABOUT),
    ],
)
def test_a_length_is_as_sure_as_its_ends(start: str, end: str, bound: Bound) -> None:
    found = between(at("impact_started", 0, start), at("resolved", 90, end))

    assert found.bound is bound


def test_no_length_without_both_ends_or_backwards() -> None:
    assert between(None, at("resolved", 1)) is None
    assert between(at("impact_started", None, "unknown"), at("resolved", 1)) is None
    assert between(at("impact_started", 2), at("resolved", 1)) is None


@pytest.mark.parametrize(
    ("milestones", "grade"),
    [
        ([at("impact_started", 0), at("resolved", -1)], Grade.IMPOSSIBLE),
        ([at("detected", 5), at("acknowledged", 4)], Grade.IMPOSSIBLE),
        ([at("resolved", 60 * 24 * 30)], Grade.IMPOSSIBLE),
        ([at("impact_started", 0), at("detected", -5)], Grade.UNUSUAL),
        ([at("mitigated", 20), at("recovered", 10)], Grade.UNUSUAL),
    ],
    ids=["resolved before impact", "acknowledged before detected", "future", "early warning", "recovered first"],
)
def test_contradictions_are_graded(milestones: list[Milestone], grade: Grade) -> None:
    [found] = contradictions(table(*milestones), at=NOW)

    assert found.grade is grade
    assert found.message.endswith(".")


@pytest.mark.parametrize(("start", "end"), [("before", "before"), ("after", "after")])
def test_longer_at_one_end_and_shorter_at_the_other_says_nothing(start: str, end: str) -> None:
    assert between(at("impact_started", 0, start), at("resolved", 90, end)) is None


@pytest.mark.parametrize(
    ("milestones", "grades"),
    [
        ([at("impact_started", 0), at("mitigated", -5, "after")], []),
        ([at("impact_started", 0, "before"), at("mitigated", -5)], []),
        ([at("impact_started", 0, "about"), at("mitigated", -5)], [Grade.UNUSUAL]),
        ([at("impact_started", 0), at("mitigated", -5, "before")], [Grade.IMPOSSIBLE]),
        ([at("impact_started", 0, "after"), at("mitigated", -5)], [Grade.IMPOSSIBLE]),
        ([at("resolved", 60 * 24 * 30, "before")], []),
        ([at("resolved", 60 * 24 * 3 - 5 * 60 + 15, "about")], [Grade.UNUSUAL]),
        ([at("resolved", 60 * 24 * 3 - 5 * 60 + 16, "about")], [Grade.IMPOSSIBLE]),
        ([at("resolved", 60 * 24 * 3 - 5 * 60 + 1, "after")], [Grade.IMPOSSIBLE]),
    ],
)
def test_honest_times_are_not_called_impossible(milestones: list[Milestone], grades: list[Grade]) -> None:
    assert [found.grade for found in contradictions(table(*milestones), at=NOW)] == grades


@pytest.mark.parametrize("recovered", [None, "before", "same", "after"])
def test_of_recovered_and_mitigated_only_the_order_is_worth_a_word(recovered: str | None) -> None:
    """They are the same moment in most incidents, and customers are fine first in one of five."""
    minutes = {None: None, "before": 40, "same": 60, "after": 80}[recovered]
    moments = [at("impact_started", 0), at("mitigated", 60), at("resolved", 90)]
    if minutes is not None:
        moments.append(at("recovered", minutes))

    found = contradictions(table(*moments), at=NOW)

    assert [problem.grade for problem in found] == ([Grade.UNUSUAL] if recovered == "before" else [])


@pytest.mark.parametrize(
    ("milestones", "message"),
    [
        (
            [at("impact_started", 0), at("resolved", -1)],
            "“Resolved” lies before “Impact starts”. Correct one of the two times.",
        ),
        (
            [at("impact_started", 0), at("detected", -5)],
            "“Detected” lies before “Impact starts”. Check both times; if they are right, say why.",
        ),
        (
            [at("impact_started", 0, "about"), at("resolved", -1)],
            "“Resolved” lies before “Impact starts”. Check both times; if they are right, say why.",
        ),
        (
            [at("resolved", 60 * 24 * 30)],
            "“Resolved” lies in the future. Correct the time, or leave it empty until it has happened.",
        ),
    ],
)
def test_what_is_wrong_comes_with_what_to_do(milestones: list[Milestone], message: str) -> None:
    assert [found.message for found in contradictions(table(*milestones), at=NOW)] == [message]


def test_a_usual_incident_has_no_contradictions() -> None:
    usual = [at(kind, minute) for minute, kind in enumerate(MilestoneKind)]

    assert contradictions(table(*usual), at=NOW) == []


@pytest.mark.parametrize(
    ("known", "day"),
    [
        ([], None),
        ([at("impact_started", 0)], "2023-03-06"),
        ([at("impact_started", 0), at("detected", 60 * 24)], "2023-03-07"),
        ([at("impact_started", 60 * 24), at("detected", None, "unknown")], "2023-03-07"),
        ([at("impact_started", 60 * 24), at("detected", None, "not_applicable")], "2023-03-07"),
        ([at("impact_started", 0), at("resolved", 60 * 24 * 2)], "2023-03-06"),
        ([at("resolved", 0)], None),
        ([at("impact_started", 18 * 60 + 59)], "2023-03-06"),
        ([at("impact_started", 19 * 60)], "2023-03-07"),  # midnight in UTC
    ],
)
def test_the_day_offered_is_that_of_the_nearest_earlier_milestone(known: list[Milestone], day: str | None) -> None:
    offered = likely_day(table(*known), MilestoneKind.ACKNOWLEDGED, zone=UTC)

    assert (offered and offered.isoformat()) == day


def test_the_day_offered_is_a_day_in_the_zone_of_the_form() -> None:
    known = table(at("impact_started", 0))  # 05:00 in UTC

    assert likely_day(known, MilestoneKind.DETECTED, zone=ZoneInfo("America/Denver")) == date(2023, 3, 5)
    assert likely_day(known, MilestoneKind.IMPACT_STARTED, zone=UTC) is None


@pytest.mark.parametrize(
    ("seconds", "long", "short", "iso"),
    [
        (0, "0 minutes", "0 min", "PT0S"),
        (40, "40 seconds", "40 s", "PT40S"),
        (60, "1 minute", "1 min", "PT1M"),
        (150, "2 minutes", "2 min", "PT2M30S"),
        (3_600, "1 hour", "1 h", "PT1H"),
        (12_000, "3 hours 20 minutes", "3 h 20 min", "PT3H20M"),
        (90_000, "1 day 1 hour", "1 d 1 h", "PT25H"),
        (86_460, "1 day 1 minute", "1 d 1 min", "PT24H1M"),
        (195_360, "2 days 6 hours 16 minutes", "2 d 6 h 16 min", "PT54H16M"),
    ],
)
def test_lengths_in_words(seconds: int, long: str, short: str, iso: str) -> None:
    length = timedelta(seconds=seconds)

    assert (long_duration(length), short_duration(length), iso_duration(length)) == (long, short, iso)


@given(st.integers(min_value=0, max_value=10**8))
def test_words_add_up_to_the_length_to_the_minute(seconds: int) -> None:
    words = long_duration(timedelta(seconds=seconds)).split()

    said = {f"{unit.removesuffix('s')}s": int(number) for number, unit in zip(words[::2], words[1::2], strict=True)}
    assert timedelta(**said) == timedelta(seconds=seconds if seconds < 60 else seconds - seconds % 60)
