"""The times of the report that its sentences are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from incidents.milestones import Bound, Duration
from incidents.snapshot import Snapshot

_DAY = 24 * 60
_ROUGHLY = 0.2
_MOST_ROWS = 500  # spans between rows are compared pair by pair


@dataclass(frozen=True)
class Facts:
    snapshot: Snapshot

    @cached_property
    def moments(self) -> tuple[datetime, ...]:
        """Every moment that the page tells, in order, once each."""
        told = {milestone.at for milestone in self.snapshot.milestones if milestone.at is not None}
        told |= {row.occurred_at for row in self.snapshot.timeline}
        for component in self.snapshot.components:
            told |= {at for at in (component.started_at, component.ended_at) if at is not None}
        return tuple(sorted(told))

    @cached_property
    def days(self) -> tuple[date, date]:
        """The first and the last day, in UTC or in the zone of the incident, whichever reaches further."""
        zones = (UTC, ZoneInfo(self.snapshot.time_zone))
        first, last = self.moments[0], self.moments[-1]
        return min(first.astimezone(zone).date() for zone in zones), max(last.astimezone(zone).date() for zone in zones)

    @cached_property
    def minutes(self) -> frozenset[int]:
        """Those moments as minutes of their day, in UTC."""
        return frozenset(_minute(moment) for moment in self.moments)

    def is_within(self, minute: int) -> bool:
        """Whether the timeline has this minute of the day on one of its days."""
        first, last = self.moments[0], self.moments[-1]
        if last - first >= timedelta(days=1):
            return True
        return (minute - _minute(first)) % _DAY <= (_minute(last) - _minute(first)) % _DAY

    @cached_property
    def span_told(self) -> str:
        """`from 05:00 to 08:20 UTC on 6 March 2026`."""
        if not self.moments:
            return ""
        first, last = self.moments[0].astimezone(UTC), self.moments[-1].astimezone(UTC)
        day = f"{last.day} {last:%B %Y}"
        if first.date() == last.date():
            return f"from {first:%H:%M} to {last:%H:%M} UTC on {day}"
        return f"from {first.day} {first:%B}, {first:%H:%M}, to {day}, {last:%H:%M} UTC"

    @cached_property
    def row_moments(self) -> tuple[float, ...]:
        times = {row.occurred_at.timestamp() for row in self.snapshot.timeline}
        for component in self.snapshot.components:
            times |= {at.timestamp() for at in (component.started_at, component.ended_at) if at is not None}
        return tuple(sorted(times))[:_MOST_ROWS]

    @cached_property
    def lengths(self) -> tuple[tuple[float, float], ...]:
        """What the milestones say about lengths, each as the least and the most that it can mean, in seconds."""
        known = self.snapshot.durations
        named = (known.impact, known.to_resolve, known.to_mitigate, known.to_detect, known.to_acknowledge)
        return tuple(_bounds(length) for length in named if length is not None)

    @property
    def impact(self) -> Duration | None:
        """How long it was for customers, else until it was over for everybody."""
        return self.snapshot.durations.impact or self.snapshot.durations.to_resolve

    @property
    def whole(self) -> tuple[float, float] | None:
        return _bounds(self.impact) if self.impact else None

    @property
    def can_judge_lengths(self) -> bool:
        return bool(self.lengths) or len(self.row_moments) > 1

    def is_a_span_between_rows(self, least: float, most: float) -> bool:
        """Whether two rows lie that far apart."""
        times, later = self.row_moments, 0
        for start in times:
            while later < len(times) and times[later] - start < least:
                later += 1
            if later < len(times) and times[later] - start <= most and times[later] > start:
                return True
        return False


def _bounds(length: Duration) -> tuple[float, float]:
    seconds = length.length / timedelta(seconds=1)
    if length.bound is Bound.AT_LEAST:
        return seconds, float("inf")
    if length.bound is Bound.AT_MOST:
        return 0, seconds
    give = seconds * _ROUGHLY if length.bound is Bound.ABOUT else 0
    return seconds - give, seconds + give


def _minute(moment: datetime) -> int:
    moment = moment.astimezone(UTC)
    return moment.hour * 60 + moment.minute
