"""Planned work that comes again: which times a rule means, on the clocks of a place."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from incidents.models import MaintenancePlan
from incidents.models.public_ids import PUBLIC_ID_LENGTH

AHEAD = timedelta(days=30)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
RHYTHMS = {
    "daily": "Every day",
    "weekly": "Every week",
    "fortnightly": "Every two weeks",
    "four_weekly": "Every four weeks",
    "monthly_weekday": "Every month on the same weekday, such as the second Tuesday",
    "monthly_date": "Every month on the same date",
}


class NoSuchDate(Exception):
    """Some months don't have the day."""

    def __init__(self, day: int) -> None:
        super().__init__(f"Not every month has a day {day}. Choose a day up to 28, or the same weekday.")


def rule_of(rhythm: str, first: datetime, *, until: datetime | None = None) -> str:
    """An RFC 5545 rule for a rhythm that begins at a local time. Raises NoSuchDate."""
    nth = (first.day - 1) // 7 + 1
    if rhythm == "monthly_date" and first.day > 28:
        raise NoSuchDate(first.day)
    rule = {
        "daily": "FREQ=DAILY",
        "weekly": "FREQ=WEEKLY",
        "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
        "four_weekly": "FREQ=WEEKLY;INTERVAL=4",
        "monthly_weekday": f"FREQ=MONTHLY;BYDAY={-1 if nth == 5 else nth}{_WEEKDAYS[first.weekday()]}",
        "monthly_date": f"FREQ=MONTHLY;BYMONTHDAY={first.day}",
    }[rhythm]
    return f"{rule};UNTIL={until:%Y%m%dT%H%M%S}" if until else rule


def rhythm_in_words(plan: MaintenancePlan) -> str:
    """`Every week on Tuesday at 02:00, Europe/Berlin`; a rule that we didn't write stands as it is."""
    first = plan.starts_at.astimezone(ZoneInfo(plan.time_zone))
    bare = plan.rule.partition(";UNTIL=")[0]
    day = f"{first:%A}"
    known = {
        "FREQ=DAILY": "Every day",
        "FREQ=WEEKLY": f"Every week on {day}",
        "FREQ=WEEKLY;INTERVAL=2": f"Every two weeks on {day}",
        "FREQ=WEEKLY;INTERVAL=4": f"Every four weeks on {day}",
        f"FREQ=MONTHLY;BYMONTHDAY={first.day}": f"Every month on day {first.day}",
    }
    words = known.get(bare)
    if words is None and bare.startswith("FREQ=MONTHLY;BYDAY="):
        nth = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}.get(bare[19:-2], bare[19:-2])
        words = f"Every month on the {nth} {day}"
    return f"{words or bare} at {first:%H:%M}, {plan.time_zone}"


def upcoming(plan: MaintenancePlan, *, at: datetime) -> Iterator[datetime]:
    """The next times, up to thirty days ahead; the next one however far it is."""
    for place, start in enumerate(_times(plan, after=at)):
        if place and start > at + AHEAD:
            return
        yield start


def occurrence_id(plan: MaintenancePlan, start: datetime) -> str:
    """One name for one occurrence, so that no worker makes it twice, also after somebody moved it to another hour."""
    told = f"{plan.pk} {plan.created_at.isoformat()} {start.astimezone(UTC).isoformat()}"
    return base64.b32encode(hashlib.sha256(told.encode()).digest()).decode().lower()[:PUBLIC_ID_LENGTH]


def _times(plan: MaintenancePlan, *, after: datetime) -> Iterator[datetime]:
    """The rule counts in local time, so that two o'clock stays two o'clock when the clocks change."""
    zone = ZoneInfo(plan.time_zone)
    first = plan.starts_at.astimezone(zone).replace(tzinfo=None, fold=0)
    rule = rrulestr(plan.rule, dtstart=first)
    asked_from = max(first, after.astimezone(zone).replace(tzinfo=None) - timedelta(days=1))
    for local in rule.xafter(asked_from, inc=True):
        # In the hour that is skipped, the time after the jump; in the one that comes twice, the first.
        start = local.replace(tzinfo=zone).astimezone(UTC)
        if start > after:
            yield start
