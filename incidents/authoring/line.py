"""A typed line becomes a timeline row: the reader says what it says, the incident which day and zone it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from django.core.exceptions import ValidationError

from incidents.authoring.fields import EARLIEST, clock_of, to_moment
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Incident, TimelineEntry
from incidents.models.timeline import MAX_ROW_TEXT
from incidents.parsing import QuickRow, read_line, with_end


@dataclass(frozen=True)
class ReadLine:
    """The row that a line says."""

    occurred_at: datetime
    precision: Precision
    text: str
    raw_line: str

    @property
    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("occurred_at", "precision", "text", "raw_line")}


def read_typed_line(line: str, incident: Incident, *, after: str, now: datetime) -> ReadLine:
    """Read a line below the row `after`, or below the last one. Raises ValidationError with what to write."""
    previous = moment_above(incident, after=after, now=now)
    read = read_line(line.strip(), previous=previous, now=now.astimezone(incident.zone))
    if read is None:
        raise ValidationError("Begin with a time, such as 05:10 or 5:10 am.", code="no_time")
    if not read.text:
        raise ValidationError("Say after the time what happened.", code="no_text")
    if read.date is None:  # a day was written, and it is none: the row above must not stand in for it
        raise ValidationError(f"{' '.join(read.doubts)} Write the day like {previous.date()}.", code="no_day")
    occurred_at = _moment(read, read.date, incident)
    if occurred_at > now:
        raise ValidationError("This lies in the future.", code="future")
    # A row holds one time: the end of a range stays in its words.
    text = with_end(read.text, occurred_at.astimezone(incident.zone), read.lasted)
    if len(text) > MAX_ROW_TEXT:
        said = f"A row holds {MAX_ROW_TEXT:,} characters; this has more. Keep the rest for a section."
        raise ValidationError(said, code="long")
    return ReadLine(occurred_at, Precision(read.precision), text, line.strip())


def moment_above(incident: Incident, *, after: str, now: datetime) -> datetime:
    """The moment that gives a line its day, in the incident's zone: that of the row above it.

    Without a row: midnight of the day when the impact started, else of today.
    """
    entries = incident.entries.in_order()
    row = (entries.filter(key=after).first() if after else None) or entries.last()
    if row is not None:
        return row.occurred_at.astimezone(incident.zone)
    started = incident.milestones.filter(kind=MilestoneKind.IMPACT_STARTED).first()
    moment = (started and started.at) or now
    return datetime.combine(moment.astimezone(incident.zone).date(), time(), incident.zone)


def time_between(row: TimelineEntry, below: TimelineEntry | None, incident: Incident) -> str:
    """What the line for a new row below this one begins with: half-way to the next row, in whole minutes if it can be.

    The day is written only where the line would otherwise be read as another one.
    """
    moment = row.occurred_at
    if below is not None:
        moment += (below.occurred_at - row.occurred_at) / 2
    minute = moment.replace(second=0, microsecond=0)
    moment = minute if minute >= row.occurred_at else moment.replace(microsecond=0)
    above, local = row.occurred_at.astimezone(incident.zone), moment.astimezone(incident.zone)
    clock = clock_of(local)
    if local.date() == above.date():
        return clock
    read = read_line(f"{clock} -", previous=above)
    return clock if read and read.date == local.date() else f"{local.date()} {clock}"


def _moment(read: QuickRow, day: date, incident: Incident) -> datetime:
    if read.zone is None:
        return to_moment(day, read.clock.replace(microsecond=0).isoformat(), incident.zone)
    local = datetime.combine(day, read.clock)
    minutes = read.zone.minutes_at(local)
    if minutes is None or read.zone.doubts_at(local):
        said = " ".join(read.zone.doubts_at(local)) or "This zone is not known."
        raise ValidationError(f"{said} Write the offset, such as 05:10+01:00.", code="zone")
    if day < EARLIEST:
        raise ValidationError("That day can’t be right.", code="invalid")
    return local.replace(tzinfo=timezone(timedelta(minutes=minutes))).astimezone(UTC)
