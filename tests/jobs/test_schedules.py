"""Hours of the day where the site is, through both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedules import Clock, daily_at, is_due, longest_silence, weekly_at

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-26 06:59:59", "2026-11-25 07:00"),  # 07:59:59 in Berlin
        ("2026-11-26 07:00", "2026-11-26 07:00"),
        ("2026-11-26 22:59", "2026-11-26 07:00"),
        ("2026-11-26 23:30", "2026-11-26 07:00"),  # the next day there, before eight
        ("2026-07-01 06:00", "2026-07-01 06:00"),  # summer time
        ("2026-03-29 06:00", "2026-03-29 06:00"),  # the day on which it begins
        ("2026-10-25 06:59", "2026-10-24 06:00"),  # and ends
        ("2026-10-25 07:00", "2026-10-25 07:00"),
    ],
)
def test_eight_in_berlin(at: str, due: str) -> None:
    assert daily_at(8).last_due(utc(at), BERLIN) == utc(due)


def test_an_hour_that_is_left_out_comes_an_hour_later() -> None:
    two = daily_at(2)
    assert two.last_due(utc("2026-03-29 00:59"), BERLIN) == utc("2026-03-28 01:00")
    assert two.last_due(utc("2026-03-29 01:00"), BERLIN).timestamp() == utc("2026-03-29 01:00").timestamp()


def test_an_hour_that_comes_twice_is_the_first() -> None:
    two = daily_at(2)  # 02:00 is 00:00 UTC, and once more 01:00 UTC
    assert two.last_due(utc("2026-10-24 23:59"), BERLIN) == utc("2026-10-24 00:00")
    for at in ("2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 01:30"):
        assert two.last_due(utc(at), BERLIN).timestamp() == utc("2026-10-25 00:00").timestamp()


def test_mondays_at_nine() -> None:
    monday = weekly_at(0, 9)
    assert monday.last_due(utc("2026-11-23 07:59"), BERLIN) == utc("2026-11-16 08:00")
    assert monday.last_due(utc("2026-11-23 08:00"), BERLIN) == utc("2026-11-23 08:00")
    assert monday.last_due(utc("2026-11-29 23:00"), BERLIN) == utc("2026-11-23 08:00")


ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu"]


@given(
    st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    st.sampled_from(ZONES),
    st.integers(0, 23),
)
def test_it_runs_once_a_day_of_the_place(start: datetime, zone: str, hour: int) -> None:
    """Asked every quarter of an hour for ten days, it is due at ten moments, each on a day of its own."""
    place, clock, done = ZoneInfo(zone), Clock(hour), None
    ran = []
    for quarter in range(10 * 96):
        at = start + timedelta(minutes=15 * quarter)
        if is_due(clock, known=start, done=done, at=at, zone=place):
            done = at
            ran.append(at.astimezone(place).date())
    assert len(set(ran)) == len(ran)
    assert 9 <= len(ran) <= 10


@pytest.mark.parametrize("late_by", [timedelta(0), timedelta(hours=5), timedelta(hours=23)])
def test_it_runs_once_also_when_late(late_by: timedelta) -> None:
    known, done = utc("2026-11-20 12:00"), utc("2026-11-25 07:00:01")
    at = utc("2026-11-26 07:00") + late_by
    assert is_due(daily_at(8), known=known, done=done, at=at, zone=BERLIN)
    assert not is_due(daily_at(8), known=known, done=at, at=at + timedelta(minutes=1), zone=BERLIN)


def test_days_that_were_missed_are_one_run() -> None:
    done = utc("2026-11-20 07:00")
    at = utc("2026-11-26 10:00")
    assert is_due(daily_at(8), known=done, done=done, at=at, zone=BERLIN)
    assert not is_due(daily_at(8), known=done, done=at, at=at + timedelta(seconds=2), zone=BERLIN)


def test_what_has_just_been_introduced_waits_for_its_hour() -> None:
    known = utc("2026-11-26 10:00")
    assert not is_due(daily_at(8), known=known, done=None, at=known + timedelta(hours=1), zone=BERLIN)
    assert is_due(daily_at(8), known=known, done=None, at=utc("2026-11-27 07:00"), zone=BERLIN)
    assert is_due(timedelta(hours=1), known=known, done=None, at=known, zone=BERLIN)


def test_how_long_silence_may_be() -> None:
    assert longest_silence(timedelta(0)) == timedelta(minutes=2)
    assert longest_silence(timedelta(hours=1)) == timedelta(hours=3, minutes=2)
    assert longest_silence(daily_at(8)) == timedelta(days=3, minutes=2)
    assert longest_silence(weekly_at(0, 8)) == timedelta(days=21, minutes=2)
