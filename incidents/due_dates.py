"""When a promise is due: so many days after something happened, weekends counted or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_SATURDAY = 5


class Clock(StrEnum):
    """What the days of a rule are counted from."""

    OPENED = "opened"
    RESOLVED = "resolved"
    PUBLISHED = "published"


CLOCK_LABELS = {
    Clock.OPENED: "the incident was opened",
    Clock.RESOLVED: "the incident was resolved",
    Clock.PUBLISHED: "the report was published",
}


@dataclass(frozen=True)
class Rule:
    """`days` after the clock's start a promise is to be kept, and `assign_days` after it somebody is to own it.

    With `skips_weekends` Saturdays and Sundays are not counted, so nothing is due on one.
    """

    days: int
    clock: Clock = Clock.RESOLVED
    skips_weekends: bool = False
    assign_days: int | None = None

    def due_on(self, start: date) -> date:
        return days_after(start, self.days, skips_weekends=self.skips_weekends)

    def assign_by(self, start: date) -> date | None:
        """None where the rule has no second clock."""
        if self.assign_days is None:
            return None
        return days_after(start, self.assign_days, skips_weekends=self.skips_weekends)

    @property
    def in_words(self) -> str:
        """`14 working days after the incident was resolved`."""
        kind = "working day" if self.skips_weekends else "day"
        return f"{self.days} {kind}{'' if self.days == 1 else 's'} after {CLOCK_LABELS[self.clock]}"


def days_after(start: date, days: int, *, skips_weekends: bool) -> date:
    """The day so many days later. Raises OverflowError behind the last day that a calendar has."""
    if not skips_weekends:
        return start + timedelta(days=days)
    weeks, rest = divmod(days, 5)
    first = start - timedelta(days=max(0, start.weekday() - _SATURDAY + 1))  # a weekend counts from its Friday
    day = first + timedelta(weeks=weeks)
    for _ in range(rest):
        day += timedelta(days=1)
        if day.weekday() >= _SATURDAY:
            day += timedelta(days=7 - day.weekday())
    return day if days else start
