"""The day of each row as one goes down a list: written, in a heading above, counted, or carried forward."""

import calendar
import datetime as dt
from typing import Final

from .day_readings import DateReading
from .model import Question
from .moments import Known, Moment, Timed
from .questions import date_question

_MONTHS_BACK: Final = 6
_WEEK: Final = 7
_HALF_WEEK: Final = 3


class Days:
    """The day in force, and where it comes from. `direction` is -1 in a list that runs newest first."""

    def __init__(self, known: Known, direction: int) -> None:
        self.date = known.date
        self.question: Question | None = None
        self.heading: DateReading | None = None
        self._known = known
        self._direction = direction
        self._source = known.date_source
        self._year, self._year_source = known.year, known.year_source
        self._begun = False
        # The day that "Day 2" is counted from: its number and its date.
        self._counted: tuple[int, dt.date] | None = None

    def take(self, row: Timed, moment: Moment, previous: dt.datetime | None) -> bool:
        """Whether this row begins a day of its own: written on it, or in a heading just above it."""
        written = row.stamp.date
        if written is None:
            if row.day is None or row.day is self.heading:
                self._carry(moment)
                return False
            written = row.day
            moment.doubts.extend(doubt for doubt in written.doubts if doubt not in moment.doubts)
        self.heading = row.day
        self._begin(written, moment, previous)
        return True

    def _carry(self, moment: Moment) -> None:
        if self.date is not None and self.date == self._known.date and self._source:
            moment.reading.append(f"Date from {self._source}.")
            moment.borrowed = True

    def _begin(self, written: DateReading, moment: Moment, previous: dt.datetime | None) -> None:
        if written.weekday is not None:
            self.date = self._by_weekday(written, written.weekday, moment)
        elif written.month is None and written.count is not None:
            self.date = self._by_count(written, written.count, moment)
        else:
            self.date = self._in_year(written, moment, previous)
        if written.count is not None and self.date is not None and self._counted is None:
            self._counted = (written.count, self.date)
        self._source = ""
        self.question = date_question(written)
        if written.said:
            moment.reading.append(f"\u201c{written.written}\u201d is read {written.said} first, as you said.")
        if self.date is not None:
            self._year, self._year_source = self.date.year, "the row above"
            self._begun = True

    def _by_weekday(self, written: DateReading, weekday: int, moment: Moment) -> dt.date | None:
        """The first such day from the row above on; above the first row, the nearest to the day that was given."""
        if self.date is None:
            moment.doubts.append(f"\u201c{written.written}\u201d says no date.")
            return None
        ahead = (weekday - self.date.weekday()) % _WEEK
        if self._begun:
            ahead = ahead if self._direction > 0 else ahead - _WEEK if ahead else 0
        elif ahead > _HALF_WEEK:
            ahead -= _WEEK
        found = _shifted(self.date, ahead)
        if found is not None and ahead:
            moment.reading.append(f"{calendar.day_name[weekday]} is read as {found.isoformat()}.")
        return found

    def _by_count(self, written: DateReading, count: int, moment: Moment) -> dt.date | None:
        """Counted from the first counted day, which is the day in force where it stands."""
        if self._counted is None:
            if self.date is None:
                moment.doubts.append(f"\u201c{written.written}\u201d says no date.")
            return self.date
        first, date = self._counted
        if count != first:
            moment.reading.append(f"\u201c{written.written}\u201d is counted from {date.isoformat()}.")
        return _shifted(date, count - first)

    def _in_year(self, written: DateReading, moment: Moment, previous: dt.datetime | None) -> dt.date | None:
        date = written.with_year(self._year)
        if date is None:
            if written.year is None and not written.options:
                moment.doubts.append(f"\u201c{written.written}\u201d has no year.")
            return None
        if written.year is None:
            anchor = previous.date() if previous and self._begun else self._known.date
            date = _nearest(written, date, anchor)
            moment.reading.append(f"Year from {self._year_source or 'what was given'}.")
        return date


def _nearest(written: DateReading, date: dt.date, anchor: dt.date | None) -> dt.date:
    """A date without a year, in the year that brings it nearest to the row above or the report's own date."""
    if anchor is None or abs((date - anchor).days) <= _MONTHS_BACK * 30:
        return date
    years = (date.year - 1, date.year, date.year + 1)
    options = [option for year in years if (option := written.with_year(year))]
    return min(options, key=lambda option: abs((option - anchor).days))


def _shifted(date: dt.date, days: int) -> dt.date | None:
    try:
        return date + dt.timedelta(days=days)
    except OverflowError:
        return None
