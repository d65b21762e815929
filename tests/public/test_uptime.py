"""Bars and percentages against a slow and obvious calculation, on days of 23, 24 and 25 hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.public.uptime import DAYS, Uptime, Window, complete_days, with_today

MINUTE = timedelta(minutes=1)
LEVELS = ("major_outage", "partial_outage", "degraded_performance", "under_maintenance")
WEIGHTS = {"major_outage": 100, "degraded_performance": 0, "under_maintenance": 0}

# A moment some days after a change of clocks, or another oddity, of that zone.
NEAR_A_CHANGE = [
    ("UTC", datetime(2026, 3, 6, 5, 0, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 30, 12, 0, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 26, 23, 30, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 2, 4, 59, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 5, 12, 0, tzinfo=UTC)),  # midnight does not exist
    ("America/Havana", datetime(2026, 11, 2, 6, 0, tzinfo=UTC)),  # midnight comes twice
    ("Australia/Lord_Howe", datetime(2026, 4, 6, 2, 0, tzinfo=UTC)),  # by half an hour
    ("Asia/Kathmandu", datetime(2026, 4, 6, 2, 0, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 31, 12, 0, tzinfo=UTC)),  # 30 December never was
]


def uptime(windows: Iterable[Window], *, at: datetime, zone: tzinfo, counted_from: date, count: int = DAYS) -> Uptime:
    """The last `count` days of a zone up to a moment, the day of that moment included."""
    windows, today = list(windows), at.astimezone(zone).date()
    past = complete_days(windows, today=today, zone=zone, counted_from=counted_from, count=count - 1)
    return with_today(past, windows, at=at, zone=zone, counted_from=counted_from)


def minute_by_minute(
    windows: list[Window], *, at: datetime, zone: ZoneInfo, counted_from: date, count: int
) -> tuple[dict[date, set[str]], float | None]:
    """Each minute on its own: what was worst in it, and how much of it was lost."""
    first = at.astimezone(zone).date() - timedelta(days=count - 1)
    touched: dict[date, set[str]] = {}
    lost = counted = 0
    minute = at - timedelta(days=count + 2)
    while minute < at:
        day = minute.astimezone(zone).date()
        if day >= max(first, counted_from):
            counted += 100
            on = [each for each in windows if each.start <= minute < (each.end or at)]
            for level in LEVELS:
                here = [each for each in on if each.level == level]
                if here:
                    touched.setdefault(day, set()).add(level)
                    shares = [30 if each.share is None else each.share for each in here]
                    lost += WEIGHTS.get(level, max(shares))
                    break
        minute += MINUTE
    return touched, 1 - lost / counted if counted else None


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, datetime, list[Window], date]:
    zone, at = draw(st.sampled_from(NEAR_A_CHANGE))
    windows = []
    for _ in range(draw(st.integers(0, 5))):
        start = at - draw(st.integers(-100, 5 * 1440)) * MINUTE
        end = draw(st.none() | st.integers(1, 3 * 1440).map(lambda minutes, start=start: start + minutes * MINUTE))
        windows.append(Window(draw(st.sampled_from(LEVELS)), start, end, draw(st.none() | st.integers(1, 100))))
    counted_from = at.date() - timedelta(days=draw(st.integers(-2, 6)))
    return zone, at, windows, counted_from


@settings(max_examples=120, deadline=None)
@given(histories())
def test_the_sums_are_those_of_counting_every_minute(history: tuple[str, datetime, list[Window], date]) -> None:
    name, at, windows, counted_from = history
    zone = ZoneInfo(name)
    fast = uptime(windows, at=at, zone=zone, counted_from=counted_from, count=4)
    touched, share = minute_by_minute(windows, at=at, zone=zone, counted_from=counted_from, count=4)

    assert fast.share == (pytest.approx(share, abs=1e-12) if share is not None else None)
    assert {day.date: {level for level, _ in day.levels} for day in fast.days if day.levels} == touched
    for day in fast.days:
        order = [LEVELS.index(level) for level, _ in day.levels]
        assert order == sorted(order)
        assert sum((length for _, length in day.levels), timedelta()) <= timedelta(hours=25)


AT = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def of(*windows: Window, counted_from: date = date(2020, 1, 1), count: int = 90, at: datetime = AT) -> Uptime:
    return uptime(windows, at=at, zone=BERLIN, counted_from=counted_from, count=count)


def test_ninety_days_end_today() -> None:
    days = of().days
    assert (len(days), days[0].date, days[-1].date) == (90, date(2025, 12, 31), date(2026, 3, 30))
    assert of().percent == "100"


def test_a_day_of_23_hours_has_23_hours() -> None:
    outage = Window("major_outage", datetime(2026, 3, 28, 0, 0, tzinfo=UTC), datetime(2026, 3, 30, 0, 0, tzinfo=UTC))
    lengths = {day.date.day: day.levels[0][1] / timedelta(hours=1) for day in of(outage, count=4).days if day.levels}
    assert lengths == {28: 23, 29: 23, 30: 2}  # from 01:00 in Berlin; the whole short day; until 02:00


def test_each_day_that_an_incident_touched_has_its_colour() -> None:
    outage = Window("major_outage", AT - timedelta(days=3), None)
    assert [day.worst for day in of(outage, count=5).days] == ["", *["major_outage"] * 4]


def test_overlapping_incidents_are_counted_once_by_the_worst() -> None:
    hour = timedelta(hours=1)
    day = AT.replace(hour=0)
    windows = [
        Window("partial_outage", day, day + 4 * hour, 50),
        Window("partial_outage", day, day + 4 * hour, 10),
        Window("major_outage", day + hour, day + 2 * hour),
        Window("under_maintenance", day, day + 9 * hour),
    ]
    said = uptime(windows, at=day + 10 * hour, zone=UTC, counted_from=day.date())
    assert said.share == pytest.approx(1 - (1 + 0.5 * 3) / 10)
    assert said.days[-1].levels == (
        ("major_outage", hour),
        ("partial_outage", 3 * hour),
        ("under_maintenance", 5 * hour),
    )


@pytest.mark.parametrize(("level", "share", "lost"), [
    ("major_outage", None, 1.0),
    ("major_outage", 5, 1.0),
    ("partial_outage", None, 0.3),
    ("partial_outage", 80, 0.8),
    ("degraded_performance", 80, 0.0),
    ("under_maintenance", None, 0.0),
])  # fmt: skip
def test_what_a_level_weighs(level: str, share: int | None, lost: float) -> None:
    whole = Window(level, AT - timedelta(days=200), None, share)
    assert of(whole).share == pytest.approx(1 - lost)


def test_before_it_was_counted_there_is_no_data() -> None:
    before = Window("major_outage", AT - timedelta(days=80), AT - timedelta(days=70))
    said = of(before, counted_from=date(2026, 3, 29))
    assert [day.is_counted for day in said.days].count(True) == 2
    assert said.share == 1
    future = of(before, counted_from=date(2026, 4, 2))
    assert (future.share, future.percent) == (None, "")
    assert not any(day.is_counted or day.levels for day in future.days)


def test_never_rounded_up_to_100() -> None:
    second = Window("major_outage", AT - timedelta(seconds=1), AT)
    assert of(second).percent == "99.99"
    assert Uptime((), 0.9981).percent == "99.81"
    assert Uptime((), 0.5).percent == "50"
