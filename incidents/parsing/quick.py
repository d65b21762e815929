"""One line that a person types as a row: "05:10 On-call acknowledged". The row before it gives the day."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Final

from .day_readings import DateReading
from .scanning import Precision, Stamp
from .times import match_stamp
from .zones import ZoneReading

_HALF_DAY: Final = dt.timedelta(hours=12)
_WEEK: Final = 7
_LEAD: Final = re.compile(r"[\s>]*(?:(?:[-*+\u2022\u2013\u2014]|\d{1,3}[.)])\s+)?(?:\[[ xX]\]\s+)?")
_FOUR_DIGITS: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?=\s+\S)")
_LONGEST: Final = 10_000


@dataclass(frozen=True, slots=True)
class QuickRow:
    """One typed row. `date` and `clock` are on the clock of `zone` where one is written, else of the incident.

    `date` is None when neither the line nor the row before gives one, and when a day was written that is none or can
    be read in two ways: `doubts` then say why. They are what a person should look at.
    """

    date: dt.date | None
    clock: dt.time
    clock_end: dt.time | None
    precision: Precision
    text: str
    zone: ZoneReading | None
    doubts: tuple[str, ...]

    @property
    def lasted(self) -> dt.timedelta | None:
        """How long a typed range is: less than a day."""
        if self.clock_end is None:
            return None
        start, end = (dt.datetime.combine(dt.date.min, clock) for clock in (self.clock, self.clock_end))
        return (end - start) % dt.timedelta(days=1)


def read_line(line: str, *, previous: dt.datetime | None, now: dt.datetime | None = None) -> QuickRow | None:
    """A typed line → a row; None when it has no readable time at its start.

    Args:
        line: what was typed; line breaks in it belong to the text.
        previous: the moment of the row before, on the incident's clock: aware in the incident's zone, or naive.
            Only an aware one lets a zone written in the line count when the day is found.
        now: the present moment, aware or naive like `previous`.
    """
    bare = line[_LEAD.match(line).end() :][:_LONGEST]  # type: ignore[union-attr]
    stamp = match_stamp(bare) or _four_digits(bare)
    if stamp is not None and stamp.clock is None and stamp.relative is not None and previous is not None:
        stamp = _counted(stamp, stamp.relative, previous)
    if stamp is None or stamp.clock is None:
        stamp = _four_digits(bare)
    if stamp is None or stamp.clock is None:
        return None
    doubts = list(stamp.doubts)
    before, present = _on_clock_of(stamp.zone, previous), _on_clock_of(stamp.zone, now)
    if stamp.date is not None:
        date = _written_day(stamp.date, before, present, doubts)
        date = _next(date) if date and stamp.next_day else date
    elif stamp.next_day and before is not None:
        date = _next(before.date())
    else:
        date = _day_after(stamp.clock, before, present, doubts)
    if stamp.zone is not None:
        doubts.extend(stamp.zone.doubts_at(dt.datetime.combine(date, stamp.clock) if date else None))
    if date and present and dt.datetime.combine(date, stamp.clock) > present:
        doubts.append("This is later than now.")
    return QuickRow(
        date=date,
        clock=stamp.clock,
        clock_end=stamp.clock_end,
        precision=stamp.precision,
        text=bare[stamp.end :].strip(),
        zone=stamp.zone,
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _four_digits(line: str) -> Stamp | None:
    """Read "0510 text": in a report such a number is a year or a count, in a typed row it is a time."""
    found = _FOUR_DIGITS.match(line)
    if found is None:
        return None
    return Stamp(found[0], found.end(), clock=dt.time(int(found[1]), int(found[2])), separated=True)


def _counted(stamp: Stamp, distance: dt.timedelta, previous: dt.datetime) -> Stamp:
    """Read "+5m text" as five minutes after the row before; "T+5m" is counted from a zero that is not known here."""
    if not stamp.written.startswith("+"):
        return stamp
    try:
        moment = previous + distance
    except OverflowError:
        return stamp
    day = moment.date()
    date = DateReading(stamp.written, 0, 0, day.month, day.day, day.year, day)
    return replace(stamp, date=date, clock=moment.time().replace(tzinfo=None), precision="exact")


def _on_clock_of(zone: ZoneReading | None, moment: dt.datetime | None) -> dt.datetime | None:
    """The moment as a naive time on the clock of the written zone, where both are known; else on its own clock."""
    if moment is None or moment.tzinfo is None:
        return moment
    local = moment.replace(tzinfo=None)
    offset = zone.offset_at(local) if zone else None
    return (moment.astimezone(dt.UTC) + offset).replace(tzinfo=None) if offset is not None else local


def _day_after(
    clock: dt.time, before: dt.datetime | None, now: dt.datetime | None, doubts: list[str]
) -> dt.date | None:
    """The day of the row before, or the next one when the time lies more than half a day before that row."""
    if before is None:
        return None
    start = dt.datetime.combine(before.date(), clock)
    back = before - start
    if back > _HALF_DAY:
        if now is None or _next(start.date()) <= now.date():
            return _next(start.date())
        doubts.append("Earlier than the row before; the next day has not come yet.")
    elif back >= dt.timedelta(minutes=1):
        doubts.append("Earlier than the row before.")
    return start.date()


def _next(day: dt.date) -> dt.date:
    return _moved(day, 1) or day


def _written_day(
    written: DateReading, before: dt.datetime | None, now: dt.datetime | None, doubts: list[str]
) -> dt.date | None:
    if written.value is not None or written.year is not None or written.options:
        return written.value
    if written.month is None:
        return _named_day(written, before, now, doubts)
    anchor = before or now
    if anchor is None:
        doubts.append(f"\u201c{written.written}\u201d has no year.")
        return None
    years = (anchor.year - 1, anchor.year, anchor.year + 1)
    days = [day for year in years if dt.MINYEAR <= year <= dt.MAXYEAR and (day := written.with_year(year))]
    past = [day for day in days if now is None or day <= now.date()]
    if not days:
        doubts.append(f"\u201c{written.written}\u201d: there is no such day in {anchor.year}.")
        return None
    return min(past or days, key=lambda day: abs(day - anchor.date()))


def _named_day(
    written: DateReading, before: dt.datetime | None, now: dt.datetime | None, doubts: list[str]
) -> dt.date | None:
    """The day of "yesterday" or "Sunday": counted from now; a weekday is the next one from the row before."""
    date, start = None, before or now
    if written.weekday is not None and start is not None:
        date = _moved(start.date(), (written.weekday - start.weekday()) % _WEEK)
        if now is not None and date is not None and date > now.date():
            date = _moved(date, -_WEEK)
    elif now is not None and written.count in {0, -1} and not any(letter.isdigit() for letter in written.written):
        date = _moved(now.date(), written.count or 0)
    if date is None:
        doubts.append(f"\u201c{written.written}\u201d says no date.")
    return date


def _moved(day: dt.date, days: int) -> dt.date | None:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None
