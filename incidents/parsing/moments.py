"""From the stamps of a list of rows to moments: the date carried forward, midnight crossed, the zone applied.

Rules, and what is said when they are used:
- a row without a date has the date of the row or day heading above it;
- a time that goes back by hours is on the next day (on the day before, in a list that runs newest first);
- "2:00" after "1:26 PM", or after "11:50" in a list that never uses hours above 12, is in the afternoon;
- a row without a zone has the zone declared for the list, else the one written on an earlier row.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from .dates import DateReading
from .model import Question
from .questions import Answers, date_question, zone_question
from .times import Stamp
from .zones import ZoneReading, said_offset

_BACK_BY_HOURS: Final = dt.timedelta(hours=3)
_HALF_DAY: Final = dt.timedelta(hours=12)
_ANY_DAY: Final = dt.date(2000, 1, 1)
_MONTHS_BACK: Final = 6


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the first row: a date, a year for dates without one, a zone; each with its source."""

    date: dt.date | None = None
    date_source: str = ""
    year: int | None = None
    year_source: str = ""
    zone: ZoneReading | None = None
    zone_source: str = ""
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True, slots=True)
class Timed:
    """A row's stamp, with the day heading and the declared zone that are in force where it stands."""

    stamp: Stamp
    day: DateReading | None = None
    zone: ZoneReading | None = None


@dataclass(slots=True)
class Moment:
    """Where a row stands in time, as far as it is known; `borrowed` when its date was known before the first row."""

    date: dt.date | None = None
    clock: dt.time | None = None
    local: dt.datetime | None = None
    local_end: dt.datetime | None = None
    occurred_at: dt.datetime | None = None
    zone: ZoneReading | None = None
    borrowed: bool = False
    questions: list[Question] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)


def settle(rows: Sequence[Timed], known: Known) -> list[Moment]:
    """One moment a row, in the same order."""
    pen = _Settling(rows, known)
    return [pen.settle(row) for row in rows]


class _Settling:
    """One pass down the list."""

    def __init__(self, rows: Sequence[Timed], known: Known) -> None:
        self.known = known
        self.direction = _direction(rows)
        clocks = [row.stamp for row in rows if row.stamp.clock]
        self.twelve_hours = _is_twelve_hour(clocks)
        self.some_halves = any(stamp.half_day for stamp in clocks)
        self.year = known.year
        self.year_source = known.year_source
        self.date = known.date
        self.date_source = known.date_source
        self.date_known = False
        self.date_question: Question | None = None
        self.day: DateReading | None = None
        self.previous: dt.datetime | None = None
        self.zone: ZoneReading | None = None

    def settle(self, row: Timed) -> Moment:
        moment = Moment(doubts=list(row.stamp.doubts))
        dated = self._take_date(row, moment)
        moment.date, moment.clock = self.date, row.stamp.clock
        if moment.clock is not None:
            self._place(row.stamp, moment, dated=dated)
        if self.date_question is not None:
            moment.questions.append(self.date_question)
        self._apply_zone(row, moment)
        return moment

    def _take_date(self, row: Timed, moment: Moment) -> bool:
        """Whether this row begins a date of its own: written on it, or in a day heading just above it."""
        written = row.stamp.date
        if written is None:
            if row.day is None or row.day is self.day:
                if self.date is not None and self.date == self.known.date and self.date_source:
                    moment.reading.append(f"Date from {self.date_source}.")
                    moment.borrowed = True
                return False
            self.day = written = row.day
            moment.doubts.extend(doubt for doubt in written.doubts if doubt not in moment.doubts)
        else:
            self.day = row.day
        self.date = self._in_year(written, moment)
        self.date_question = date_question(written)
        if written.said:
            moment.reading.append(f"\u201c{written.written}\u201d is read {written.said} first, as you said.")
        self.date_source = ""
        self.date_known = self.date is not None
        if self.date is not None:
            self.year, self.year_source = self.date.year, "the row above"
        self.previous = None if written is not row.stamp.date else self.previous
        return True

    def _in_year(self, written: DateReading, moment: Moment) -> dt.date | None:
        date = written.with_year(self.year)
        if date is None:
            if written.year is None and not written.readings:
                moment.doubts.append(f"\u201c{written.written}\u201d has no year.")
            return None
        if written.year is None:
            date = self._nearest(written, date)
            moment.reading.append(f"Year from {self.year_source or 'what was given'}.")
        return date

    def _nearest(self, written: DateReading, date: dt.date) -> dt.date:
        """A date without a year, in the year that brings it nearest to the row above or the report's own date."""
        anchor = self.previous.date() if self.previous and self.date_known else self.known.date
        if anchor is None or abs((date - anchor).days) <= _MONTHS_BACK * 30:
            return date
        years = (date.year - 1, date.year, date.year + 1)
        options = [option for year in years if (option := written.with_year(year))]
        return min(options, key=lambda option: abs((option - anchor).days))

    def _place(self, stamp: Stamp, moment: Moment, *, dated: bool) -> None:
        clock = stamp.clock or dt.time(0)
        start = dt.datetime.combine(self.date or _ANY_DAY, clock)
        if stamp.next_day:
            start += dt.timedelta(days=1)
        elif self.previous is not None:
            start = self._after_previous(stamp, start, self.previous, moment, dated=dated)
        self.previous = start
        moment.clock = start.time()
        if self.date is None:
            if start.date() > _ANY_DAY:
                moment.doubts.append("No date is written; this is a day or more after the first row.")
            return
        self.date = moment.date = start.date()
        moment.local = start
        if stamp.clock_end is not None:
            end = dt.datetime.combine(start.date(), stamp.clock_end)
            moment.local_end = end if end >= start else end + dt.timedelta(days=1)

    def _after_previous(
        self, stamp: Stamp, start: dt.datetime, previous: dt.datetime, moment: Moment, *, dated: bool
    ) -> dt.datetime:
        if self.date is None:
            start = start.replace(year=previous.year, month=previous.month, day=previous.day)
        back = (previous - start) * self.direction
        if dated or back <= dt.timedelta(0):
            if back > dt.timedelta(0) and dated and self.date is not None:
                moment.doubts.append("Earlier than the row above.")
            return start
        afternoon = start + _HALF_DAY
        if self.direction > 0 and self._may_be_afternoon(stamp) and previous <= afternoon < previous + _HALF_DAY:
            written = stamp.written
            moment.doubts.append(
                f"\u201c{written}\u201d has no AM or PM; read as {afternoon:%H:%M}, after the row above."
            )
            return afternoon
        if back < _BACK_BY_HOURS:
            if back >= dt.timedelta(minutes=1):
                moment.doubts.append("Earlier than the row above.")
            return start
        rolled = start + dt.timedelta(days=self.direction)
        where = "next day" if self.direction > 0 else "day before"
        moment.doubts.append(f"No date is written and the time goes back; read as the {where}.")
        return rolled

    def _may_be_afternoon(self, stamp: Stamp) -> bool:
        if stamp.half_day or stamp.clock is None or not 1 <= stamp.clock.hour <= 11:
            return False
        if any(digit in stamp.written for digit in ("01:", "02:", "03:", "04:", "05:", "06:", "07:", "08:", "09:")):
            return False
        return self.some_halves or self.twelve_hours

    def _apply_zone(self, row: Timed, moment: Moment) -> None:
        if row.stamp.zone is not None:
            moment.zone = self.zone = row.stamp.zone
        elif row.zone is not None:
            moment.zone = row.zone
        elif self.known.zone is not None:
            moment.zone = self.known.zone
            if self.known.zone_source:
                moment.reading.append(f"Zone {self.known.zone.written} from {self.known.zone_source}.")
        elif self.zone is not None:
            moment.zone = self.zone
            moment.reading.append(f"Zone {self.zone.written} from an earlier row.")
        moment.zone = self.known.answers.zone(moment.zone)
        if moment.zone is None:
            return
        question = zone_question(moment.zone)
        if question is not None:
            moment.questions.append(question)
        if moment.zone.places or moment.zone.region:
            moment.doubts.extend(moment.zone.doubts_at(moment.local))
        if moment.local is not None:
            offset = moment.zone.offset_at(moment.local)
            if offset is not None:
                moment.occurred_at = moment.local.replace(tzinfo=dt.timezone(offset))
                moment.reading.append(_said_zone(moment.zone, offset))


def _said_zone(zone: ZoneReading, offset: dt.timedelta) -> str:
    if zone.said is not None:
        return f"{zone.written} is {zone.said.label}, as you said."
    return f"{zone.written} is {said_offset(int(offset.total_seconds() // 60))}."


def _direction(rows: Sequence[Timed]) -> int:
    """1 for a list in the order of time, -1 for one that runs newest first."""
    up = down = far = 0
    previous: tuple[object, dt.datetime] | None = None
    for row in rows:
        reading = row.stamp.date or row.day
        date = reading.with_year(2000) if reading else None
        stamp = dt.datetime.combine(date or _ANY_DAY, row.stamp.clock or dt.time(0))
        if row.stamp.clock is None and date is None:
            continue
        if previous is not None:
            back = previous[1] - stamp
            if back < dt.timedelta(0):
                up += 1
            elif back > dt.timedelta(0) and (date is not None or back < _BACK_BY_HOURS):
                down += 1
            elif back > dt.timedelta(0):
                far += 1
        previous = (date, stamp)
    always = up == 0 and down + far > 1
    return -1 if always or (down > 2 * up and down > 1) else 1


def _is_twelve_hour(clocks: Sequence[Stamp]) -> bool:
    """Whether the list may be on a 12-hour clock without saying so: several rows, no hour above 12 or at 0."""
    hours = [stamp.clock.hour for stamp in clocks if stamp.clock]
    return len(hours) > 2 and max(hours) <= 12 and min(hours) >= 1
