"""Planned work that comes again: at the same hour on the clocks of a place, announced once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from incidents.models import EventUpdate, MaintenancePlan, PublicEvent
from incidents.status.operations import (
    NeverComes,
    announce_recurring,
    move_maintenance,
    revise_maintenance,
    start_plan,
    stop_plan,
)
from incidents.status.recurrence import RHYTHMS, NoSuchDate, rhythm_in_words, rule_of, upcoming
from tests.factories import NOW, make_component

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")  # summer time began on 29 March 2026 at two o’clock, and ended on 25 October
FIRST = datetime(2026, 3, 10, 3, 0, tzinfo=BERLIN)


def plan(by: User, rule: str = "FREQ=WEEKLY", **fields: Any) -> MaintenancePlan:
    values = {"title": "Updates", "text": "Short breaks.", "components": [make_component()], "minutes": 30, "by": by}
    return start_plan(**{"rule": rule, "starts_at": FIRST, "time_zone": "Europe/Berlin", "at": NOW} | values | fields)


def local_starts() -> list[str]:
    starts = PublicEvent.objects.order_by("scheduled_for").values_list("scheduled_for", flat=True)
    return [f"{start.astimezone(BERLIN):%m-%d %H:%M}" for start in starts if start]


def test_the_next_thirty_days_are_announced_in_local_time(by: User) -> None:
    plan(by)

    assert local_starts() == ["03-10 03:00", "03-17 03:00", "03-24 03:00", "03-31 03:00", "04-07 03:00"]
    hours = [
        start.hour
        for start in PublicEvent.objects.order_by("scheduled_for").values_list("scheduled_for", flat=True)
        if start
    ]
    assert hours == [2, 2, 2, 1, 1]
    event = PublicEvent.objects.earliest("scheduled_for")
    assert (event.title, event.scheduled_until) == ("Updates", FIRST + timedelta(minutes=30))
    assert event.components.count() == 1


@pytest.mark.parametrize(
    ("starts_at", "at", "expected"),
    [
        # 02:30 was skipped on 29 March: the time after the jump, and the day after as ever.
        (datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN), NOW + timedelta(days=18), ["01:30", "01:30", "00:30", "00:30"]),
        # 02:30 came twice on 25 October: the first of the two.
        (datetime(2026, 10, 24, 2, 30, tzinfo=BERLIN), datetime(2026, 10, 23, tzinfo=UTC), ["00:30", "00:30", "01:30"]),
    ],
)
def test_hours_that_the_clocks_skip_or_repeat(by: User, starts_at: datetime, at: datetime, expected: list[str]) -> None:
    daily = plan(by, "FREQ=DAILY", starts_at=starts_at, at=at)

    starts = [f"{start:%H:%M}" for start in upcoming(daily, at=at)]

    assert starts[: len(expected)] == expected


def test_one_is_always_ahead(by: User) -> None:
    plan(by, "FREQ=YEARLY", starts_at=FIRST + timedelta(days=200))

    assert PublicEvent.objects.count() == 1


def test_announcing_twice_is_once_also_after_one_was_moved(by: User) -> None:
    plan(by)
    first = PublicEvent.objects.earliest("scheduled_for")
    moved = {"scheduled_for": FIRST + timedelta(hours=20), "scheduled_until": FIRST + timedelta(hours=21)}
    revise_maintenance(first, changes=moved, by=by, at=NOW)

    assert announce_recurring(NOW) == []
    (added,) = announce_recurring(NOW + timedelta(days=7))
    assert added.scheduled_for == datetime(2026, 4, 14, 1, 0, tzinfo=UTC)
    assert added.updates.get().posted_by is None
    assert "03-10 23:00" in local_starts()


def test_a_worker_that_slept_does_not_announce_the_past(by: User) -> None:
    plan(by)

    announced = announce_recurring(NOW + timedelta(days=100))

    assert all(event.scheduled_for and event.scheduled_for > NOW + timedelta(days=100) for event in announced)
    assert len(announced) == 4


def test_stopping_calls_off_what_has_not_begun(by: User) -> None:
    weekly = plan(by)
    move_maintenance(FIRST)

    stop_plan(weekly, by=by, at=FIRST)

    assert sorted(PublicEvent.objects.values_list("status", flat=True)) == ["cancelled"] * 4 + ["in_progress"]
    assert announce_recurring(FIRST + timedelta(days=60)) == []
    stop_plan(weekly, by=by, at=FIRST)
    assert EventUpdate.objects.filter(status="cancelled").count() == 4


def test_a_rule_that_names_no_time_to_come_is_refused(by: User) -> None:
    with pytest.raises(NeverComes):
        plan(by, "FREQ=DAILY;UNTIL=20260309T000000")


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        ("daily", [10, 11, 12]),
        ("weekly", [10, 17, 24]),
        ("fortnightly", [10, 24]),
        ("four_weekly", [10, 7]),
        ("monthly_weekday", [10, 14]),  # the second Tuesday
        ("monthly_date", [10, 10]),
    ],
)
def test_rhythms(by: User, rhythm: str, days: list[int]) -> None:
    weekly = plan(by, rule_of(rhythm, FIRST.replace(tzinfo=None)))
    found, at = [], NOW
    for _ in days:
        at = next(upcoming(weekly, at=at))
        found.append(at.astimezone(BERLIN).day)

    assert found == days
    assert rhythm_in_words(weekly).endswith("at 03:00, Europe/Berlin")
    assert "FREQ" not in rhythm_in_words(weekly)


def test_every_rhythm_has_a_rule() -> None:
    assert all(rule_of(rhythm, datetime(2026, 3, 10)) for rhythm in RHYTHMS)  # noqa: DTZ001  # a local time
    with pytest.raises(NoSuchDate, match="day 31"):
        rule_of("monthly_date", datetime(2026, 3, 31))  # noqa: DTZ001
    assert rule_of("monthly_weekday", datetime(2026, 3, 31)) == "FREQ=MONTHLY;BYDAY=-1TU"  # noqa: DTZ001
