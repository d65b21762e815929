"""From the stamps of a list of rows to moments: the date carried forward, midnight crossed, the zone applied.

Rules, and what is said when they are used:
- a row without a date has the date of the row or day heading above it;
- a time that goes back by hours is on the next day (on the day before, in a list that runs newest first);
- "2:00" after "1:26 PM", or after "11:50" in a list that never uses hours above 12, is in the afternoon;
- a row without a zone has the zone declared for the list, else the one written on an earlier row;
- in the hour that clocks show twice, a time that goes back is in its second turn;
- "T+5m" is five minutes after "T+0", where a time is written for that.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .days import Days
from .moments import Known, Moment, Timed
from .questions import zone_question
from .scanning import Stamp
from .zones import ZoneReading, said_offset

_BACK_BY_HOURS: Final = dt.timedelta(hours=3)
_HALF_DAY: Final = dt.timedelta(hours=12)
_NOON: Final = 12
_EVENING: Final = 18
_DAY: Final = dt.timedelta(days=1)
_ANY_DAY: Final = dt.date(2000, 1, 1)


def settle(rows: Sequence[Timed], known: Known) -> list[Moment]:
    """One moment a row, in the same order."""
    pen = _Settling(rows, known)
    moments = [pen.settle(row) for row in rows]
    _count_from_zero(rows, moments, known)
    return moments


class _Settling:
    """One pass down the list."""

    def __init__(self, rows: Sequence[Timed], known: Known) -> None:
        self.known = known
        self.direction = _direction(rows)
        clocks = [row.stamp for row in rows if row.stamp.clock]
        self.twelve_hours = _is_twelve_hour(clocks)
        self.some_halves = any(stamp.half_day for stamp in clocks)
        self.days = Days(known, self.direction)
        self.previous: dt.datetime | None = None
        self.previous_instant: dt.datetime | None = None
        self.zone: ZoneReading | None = None

    def settle(self, row: Timed) -> Moment:
        moment = Moment(doubts=list(row.stamp.doubts))
        heading = self.days.heading
        dated = self.days.take(row, moment, self.previous)
        if self.days.heading is not heading and row.stamp.date is None:
            self.previous = None
        moment.date, moment.clock = self.days.date, row.stamp.clock
        if moment.clock is not None:
            self._place(row.stamp, moment, dated=dated)
        if self.days.question is not None:
            moment.questions.append(self.days.question)
        self._apply_zone(row, moment)
        return moment

    def _place(self, stamp: Stamp, moment: Moment, *, dated: bool) -> None:
        clock = stamp.clock or dt.time(0)
        start = dt.datetime.combine(self.days.date or _ANY_DAY, clock)
        if stamp.next_day:
            start = _moved(start, _DAY)
        elif self.previous is not None:
            start = self._after_previous(stamp, start, self.previous, moment, dated=dated)
        self.previous = start
        moment.clock = start.time()
        if self.days.date is None:
            if start.date() > _ANY_DAY:
                moment.doubts.append("No date is written; this is a day or more after the first row.")
            return
        self.days.date = moment.date = start.date()
        moment.local = start
        moment.local_end = _end(stamp, start)
        if moment.local_end and stamp.date_end is None and moment.local_end - start > _HALF_DAY:
            moment.doubts.append("The end lies more than 12 hours after the start.")

    def _after_previous(
        self, stamp: Stamp, start: dt.datetime, previous: dt.datetime, moment: Moment, *, dated: bool
    ) -> dt.datetime:
        if self.days.date is None:
            start = start.replace(year=previous.year, month=previous.month, day=previous.day)
        back = (previous - start) * self.direction
        if dated or back <= dt.timedelta(0):
            if back > dt.timedelta(0) and dated and self.days.date is not None:
                moment.doubts.append(self._earlier())
            return start
        afternoon = start + _HALF_DAY if start.hour < 12 else start
        if self.direction > 0 and self._may_be_afternoon(stamp) and previous <= afternoon < previous + _HALF_DAY:
            written = stamp.written
            moment.doubts.append(
                f"\u201c{written}\u201d has no AM or PM; read as {afternoon:%H:%M}, after the row above."
            )
            return afternoon
        if self.direction > 0 and self._may_be_midnight(stamp, previous):
            moment.doubts.append(
                f"\u201c{stamp.written}\u201d has no AM or PM; read as {start.minute:02d} past midnight."
            )
            return _moved(start, _HALF_DAY)
        if back < _BACK_BY_HOURS:
            if back >= dt.timedelta(minutes=1):
                moment.doubts.append(self._earlier())
            return start
        where = "next day" if self.direction > 0 else "day before"
        moment.doubts.append(f"No date is written and the time goes back; read as the {where}.")
        return _moved(start, _DAY * self.direction)

    def _earlier(self) -> str:
        return "Earlier than the row above." if self.direction > 0 else "Later than the row above."

    def _may_be_afternoon(self, stamp: Stamp) -> bool:
        if stamp.half_day or stamp.clock is None or not 1 <= stamp.clock.hour <= 11:
            return False
        if any(digit in stamp.written for digit in ("01:", "02:", "03:", "04:", "05:", "06:", "07:", "08:", "09:")):
            return False
        return self.some_halves or self.twelve_hours

    def _may_be_midnight(self, stamp: Stamp, previous: dt.datetime) -> bool:
        """Whether "12:05" below "11:50 PM" is five minutes past midnight, in a list that has a 12-hour clock."""
        if stamp.half_day or stamp.clock is None or stamp.clock.hour != _NOON:
            return False
        return self.some_halves and previous.hour >= _EVENING

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
        if moment.local is not None:
            self._second_turn(moment, moment.local, moment.zone)
        _to_instant(moment, moment.zone)
        self.previous_instant = moment.occurred_at or self.previous_instant

    def _second_turn(self, moment: Moment, local: dt.datetime, zone: ZoneReading) -> None:
        """In the hour that clocks show twice, the turn that keeps the list in order."""
        first, second = zone.offset_at(local), zone.offset_at(local.replace(fold=1))
        before = self.previous_instant
        if first is None or second is None or first <= second or before is None:
            return
        early, late = (local.replace(tzinfo=dt.timezone(offset)) for offset in (first, second))
        if self.direction > 0 and early < before <= late:
            moment.local = local.replace(fold=1)
            moment.doubts = [doubt for doubt in moment.doubts if doubt != self._earlier()]
            moment.doubts.append("Clocks were set back in this hour; read after that, since it follows the row above.")


def _to_instant(moment: Moment, zone: ZoneReading) -> None:
    if zone.places or zone.region:
        moment.doubts.extend(zone.doubts_at(moment.local))
    offset = zone.offset_at(moment.local) if moment.local is not None else None
    if moment.local is None or offset is None:
        return
    moment.occurred_at = moment.local.replace(tzinfo=dt.timezone(offset), fold=0)
    if zone.said is not None:
        moment.reading.append(f"{zone.written} is {zone.said.label}, as you said.")
    elif not zone.says_its_offset:
        moment.reading.append(f"{zone.written} is {said_offset(int(offset.total_seconds() // 60))}.")


def _end(stamp: Stamp, start: dt.datetime) -> dt.datetime | None:
    """The end of a range: on its own date where it has one, else within a day of the start."""
    if stamp.clock_end is None:
        return None
    date = stamp.date_end.with_year(start.year) if stamp.date_end else None
    if date is not None:
        return dt.datetime.combine(date, stamp.clock_end)
    end = dt.datetime.combine(start.date(), stamp.clock_end)
    return end if end >= start else _moved(end, _DAY)


def _moved(start: dt.datetime, by: dt.timedelta) -> dt.datetime:
    try:
        return start + by
    except OverflowError:
        return start


def _count_from_zero(rows: Sequence[Timed], moments: Sequence[Moment], known: Known) -> None:
    """Give a time to the rows that are counted from another ("T+5m"), where that one has a date and a time."""
    shown = next((pair for pair in zip(rows, moments, strict=True) if _shows_zero(*pair)), None)
    for row, moment in zip(rows, moments, strict=True):
        distance = row.stamp.relative
        if distance is None or row.stamp.clock is not None:
            continue
        if row.zero is not None:
            base, since = _Settling([], known).settle(replace(row, stamp=row.zero)), dt.timedelta(0)
            precision = row.zero.precision
        elif shown is not None:
            base, since, precision = shown[1], shown[0].stamp.relative or dt.timedelta(0), shown[0].stamp.precision
        else:
            continue
        if base.local is not None:
            zero = _moved(base.local, -since)
            moment.local = _moved(zero, distance)
            moment.date, moment.clock = moment.local.date(), moment.local.time()
            moment.precision, moment.zone = precision, base.zone
            moment.reading.append(f"Counted from {zero:%Y-%m-%d %H:%M}.")
            if base.zone is not None:
                _to_instant(moment, base.zone)


def _shows_zero(row: Timed, moment: Moment) -> bool:
    """Whether a row has both: "T+0 (05:02)"."""
    return row.stamp.relative is not None and row.stamp.clock is not None and moment.local is not None


def _direction(rows: Sequence[Timed]) -> int:
    """1 for a list in the order of time, -1 for one that runs newest first."""
    up = down = far = far_up = 0
    previous: tuple[object, dt.datetime] | None = None
    for row in rows:
        reading = row.stamp.date or row.day
        date = reading.with_year(2000) if reading else None
        stamp = dt.datetime.combine(date or _ANY_DAY, row.stamp.clock or dt.time(0))
        if row.stamp.clock is None and date is None:
            continue
        if previous is not None:
            back = previous[1] - stamp
            if date is None and back <= _BACK_BY_HOURS - _DAY:
                far_up += 1  # "00:10" and then "23:50": newest first, past midnight
            elif back < dt.timedelta(0):
                up += 1
            elif back > dt.timedelta(0) and (date is not None or back < _BACK_BY_HOURS):
                down += 1
            elif back > dt.timedelta(0):
                far += 1
        previous = (date, stamp)
    always = up == 0 and down + far > 1 and not far_up
    return -1 if always or (down > 2 * up and down > 1) or (far_up and down and not up and not far) else 1


def _is_twelve_hour(clocks: Sequence[Stamp]) -> bool:
    """Whether the list may be on a 12-hour clock without saying so: several rows, no hour above 12 or at 0."""
    hours = [stamp.clock.hour for stamp in clocks if stamp.clock]
    return len(hours) > 2 and max(hours) <= 12 and min(hours) >= 1
