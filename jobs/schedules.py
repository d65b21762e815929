"""When a job is due: some time after its last success, or at an hour of the day or the week where the site is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Clock:
    """At an hour, each day or on one day of the week: Monday is 0. See `daily_at` and `weekly_at`."""

    hour: int
    weekday: int | None = None

    @property
    def interval(self) -> timedelta:
        return timedelta(days=1 if self.weekday is None else 7)

    def last_due(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The last moment, now included, at which it was due. One a day also when the clocks change.

        An hour that is left out in spring comes an hour later, one that comes twice in autumn is the first.
        """
        day = at.astimezone(zone).date()
        if self.weekday is not None:
            day -= timedelta(days=(day.weekday() - self.weekday) % 7)
        due = datetime.combine(day, time(self.hour), zone)
        if due.timestamp() > at.timestamp():
            due = datetime.combine(day - self.interval, time(self.hour), zone)
        return due


def daily_at(hour: int) -> Clock:
    """Each day at this hour, 0 to 23, in the site’s zone."""
    return Clock(hour)


def weekly_at(weekday: int, hour: int) -> Clock:
    """Each week on this day, Monday is 0, at this hour in the site’s zone."""
    return Clock(hour, weekday)


def is_due(every: timedelta | Clock, *, known: datetime, done: datetime | None, at: datetime, zone: ZoneInfo) -> bool:
    """Whether a job should run that is known since a time, and last begun a success at another.

    One of an hour that has just been introduced waits for that hour.
    """
    if isinstance(every, Clock):
        return (done or known).timestamp() < every.last_due(at, zone).timestamp()
    return done is None or at >= done + every


def longest_silence(every: timedelta | Clock) -> timedelta:
    """How long it may be since the last success before somebody should look."""
    interval = every.interval if isinstance(every, Clock) else every
    return 3 * interval + timedelta(minutes=2)
