"""Day and clock time to an instant, in zones whose clocks jump."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from incidents.moments import MomentField, to_moment

DAY = date(2023, 3, 6)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("05:10", (5, 10, 0)),
        ("5:10", (5, 10, 0)),
        ("5:10 am", (5, 10, 0)),
        ("5:10PM", (17, 10, 0)),
        ("12:05 a.m.", (0, 5, 0)),
        ("12:05 pm", (12, 5, 0)),
        ("05.10", (5, 10, 0)),
        ("05h10", (5, 10, 0)),
        ("0510", (5, 10, 0)),
        ("23:59:59", (23, 59, 59)),
        (" 05:10 ", (5, 10, 0)),
        ("05:10Z", (5, 10, 0)),
        ("07:10+02:00", (5, 10, 0)),
        ("07:10+02", (5, 10, 0)),
        ("00:10-0500", (5, 10, 0)),
    ],
)
def test_times_as_people_write_them(clock: str, expected: tuple[int, int, int]) -> None:
    assert to_moment(DAY, clock, ZoneInfo("UTC")) == datetime(2023, 3, 6, *expected, tzinfo=UTC)


@pytest.mark.parametrize(
    "clock", ["", "soon", "25:00", "12:60", "13:00 pm", "0:30 am", "5", "05:10+15:00", "05:10 CST", "1" * 30, "٠٥:١٠"]
)
def test_what_is_no_time_is_said(clock: str) -> None:
    with pytest.raises(ValidationError):
        to_moment(DAY, clock, ZoneInfo("UTC"))


def test_the_zone_counts() -> None:
    assert to_moment(date(2023, 7, 1), "05:10", BERLIN) == datetime(2023, 7, 1, 3, 10, tzinfo=UTC)
    assert to_moment(date(2023, 1, 1), "05:10", BERLIN) == datetime(2023, 1, 1, 4, 10, tzinfo=UTC)


def test_a_time_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(ValidationError, match="skipped 02:30"):
        to_moment(date(2026, 3, 29), "02:30", BERLIN)


def test_a_time_that_came_twice_asks_which() -> None:
    with pytest.raises(ValidationError) as refusal:
        to_moment(date(2026, 10, 25), "02:30", BERLIN)

    assert "02:30+02:00 or 02:30+01:00" in refusal.value.message
    assert to_moment(date(2026, 10, 25), "02:30+02:00", BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert to_moment(date(2026, 10, 25), "02:30+01:00", BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("hour", [0, 1])
def test_a_doubtful_time_survives_being_shown_and_sent_back(hour: int) -> None:
    moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    field = MomentField(zone=BERLIN, zone_label="Europe/Berlin")

    day, clock, zone = field.widget.decompress(moment)

    assert field.clean([day.isoformat(), clock, zone]) == moment


def test_what_was_typed_means_the_zone_that_was_shown() -> None:
    """The incident's zone was changed in another tab meanwhile."""
    field = MomentField(zone=BERLIN, zone_label="Europe/Berlin")

    assert field.clean(["2026-03-06", "05:00", "UTC"]) == datetime(2026, 3, 6, 5, 0, tzinfo=UTC)
    assert field.clean(["2026-03-06", "05:00", "../../etc/passwd"]) == datetime(2026, 3, 6, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_days_at_the_ends_of_the_calendar_are_refused(day: date) -> None:
    with pytest.raises(ValidationError):
        to_moment(day, "00:00+14:00", ZoneInfo("UTC"))


def test_half_a_moment_says_what_is_missing() -> None:
    field = MomentField(zone=BERLIN, zone_label="Europe/Berlin", required=False)

    assert field.clean(["", ""]) is None
    with pytest.raises(ValidationError, match="time as well"):
        field.clean(["2026-10-25", ""])
    with pytest.raises(ValidationError, match="day as well"):
        field.clean(["", "05:10"])
