"""Where rows stand in time: what is known beforehand, what a row says, and what was found."""

import datetime as dt
from dataclasses import dataclass, field

from .day_readings import DateReading
from .model import Question
from .questions import Answers
from .scanning import Precision, Stamp
from .zones import ZoneReading


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
    """A row's stamp, with the day heading, the declared zone and the zero ("T0") in force where it stands."""

    stamp: Stamp
    day: DateReading | None = None
    zone: ZoneReading | None = None
    zero: Stamp | None = None


@dataclass(slots=True)
class Moment:
    """Where a row stands in time, as far as it is known; `borrowed` when its date was known before the first row."""

    date: dt.date | None = None
    clock: dt.time | None = None
    local: dt.datetime | None = None
    local_end: dt.datetime | None = None
    occurred_at: dt.datetime | None = None
    zone: ZoneReading | None = None
    precision: Precision | None = None
    borrowed: bool = False
    questions: list[Question] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)
