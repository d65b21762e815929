"""How long it lasted, and when it began and ended, where a report states that: by a label, or in a sentence."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .blocks import Block
from .day_readings import Order
from .durations import DurationReading, find_duration
from .facts import Fact, Facts, prose_lines
from .model import MilestoneKind, ProposedMilestone
from .moments import Known, Timed
from .scanning import Stamp
from .settling import settle
from .times import match_stamp

_LASTED: Final = re.compile(
    r"\b(?:lasted|lasting|persisted|persisting|duration|downtime|outage of|unavailable|unusable|inaccessible"
    r"|unreachable|offline"
    r"|(?:down|gone|out|slow|broken|failing|failed|stuck|degraded|interrupted|not available|not working)\sfor"
    r"|dur\u00e9e|dauerte|dur\u00f3|durou)\b|\u6301\u7eed|\u7d99\u7d9a|\u505c\u6b62",
    re.IGNORECASE,
)
_BESIDE: Final = 40
_LONGEST: Final = 4000
_FROM_TO: Final = re.compile(r"(?:\bfrom\b|\bbetween\b|\bstarting at\b|\bvon\b|\bde\b)\s", re.IGNORECASE)
_ENDS: Final[tuple[tuple[str, MilestoneKind], ...]] = (("start", "impact_started"), ("end", "recovered"))


@dataclass(frozen=True, slots=True)
class Length:
    """A stated duration: the words, and the minutes that they are read as (None for a bound or a range)."""

    written: str
    minutes: int | None


def find_length(facts: Facts, prose: Sequence[Block], warn: Callable[[str], None]) -> Length | None:
    """The stated duration: of a label, else of a sentence that says how long it lasted."""
    for fact in sorted((fact for fact in facts.labels if fact.kind == "duration"), key=_recovery_last):
        found = find_duration(fact.value)
        length = _told(found, warn) if found else _span(fact.value)
        if length:
            return length
    length = _labelled_span(facts)
    if length:
        return length
    for text in prose_lines(prose):
        found = _lasted(text)
        cue = _FROM_TO.search(text)
        length = _told(found, warn) if found else _span(text, cue) if cue else None
        if length:
            return length
    return None


def _lasted(text: str) -> DurationReading | None:
    """The duration beside a word such as "lasted" or "downtime"."""
    for cue in _LASTED.finditer(text, 0, _LONGEST):
        found = find_duration(text, max(0, cue.start() - _BESIDE))
        if found and found.start - cue.end() < _BESIDE:
            return found
    return None


def _recovery_last(fact: Fact) -> int:
    return 1 if fact.name.lower().startswith("time to") else 0


def _told(found: DurationReading, warn: Callable[[str], None]) -> Length:
    if found.minutes is None:
        warn(f"The duration \u201c{found.written}\u201d is written as a bound or a range; none was taken.")
    elif found.about:
        warn(f"The duration \u201c{found.written}\u201d is written as approximate.")
    return Length(found.written, found.minutes)


def _span(text: str, cue: re.Match[str] | None = None) -> Length | None:
    """The minutes of "7:31 PM to 9:21 PM" at the start of a text, or behind a word such as "from" or "between"."""
    stamp = match_stamp(text[cue.start() :] if cue else text) or (match_stamp(text[cue.end() :]) if cue else None)
    if stamp is None or stamp.clock is None or stamp.clock_end is None:
        return None
    first = stamp.date.value if stamp.date else None
    last = stamp.date_end.value if stamp.date_end else None
    day = dt.date(2000, 1, 1)
    length = dt.datetime.combine(last or first or day, stamp.clock_end) - dt.datetime.combine(first or day, stamp.clock)
    minutes = int(length.total_seconds() // 60)
    minutes = minutes % (24 * 60) if last is None else max(minutes, 0)
    return Length(stamp.written.strip(), minutes) if minutes else None


def _labelled_span(facts: Facts) -> Length | None:
    ends, written = [], []
    for kind in ("start", "end"):
        value = next((fact.value for fact in facts.labels if fact.kind == kind), "")
        stamp = match_stamp(value)
        date = stamp.date.value if stamp and stamp.date else None
        if stamp is None or stamp.clock is None or date is None:
            return None
        ends.append(dt.datetime.combine(date, stamp.clock))
        written.append(stamp.written.strip())
    minutes = int((ends[1] - ends[0]).total_seconds() // 60)
    return Length(" \u2013 ".join(written), minutes) if minutes > 0 else None


def stated_ends(facts: Facts, known: Known, order: Order) -> Iterator[ProposedMilestone]:
    """The start and the end that labels state ("Start: 2022-11-02 08:56 UTC"), for a person to confirm."""
    told: dict[str, tuple[Fact, Stamp]] = {}
    for fact in facts.labels:
        stamp = match_stamp(fact.value, order=order) if fact.kind in ("start", "end", "duration") else None
        if stamp is None or stamp.clock is None:
            continue
        if fact.kind != "duration":
            told.setdefault(fact.kind, (fact, stamp))
        elif stamp.clock_end is not None:
            told.setdefault("start", (fact, stamp))
            told.setdefault("end", (fact, stamp))
    for end, kind in _ENDS:
        if end in told:
            fact, stamp = told[end]
            [moment] = settle([Timed(stamp, None, None, None)], known)
            at = moment.occurred_at
            lasted = moment.local_end - moment.local if moment.local_end and moment.local else None
            if at is not None and end == "end" and fact.kind == "duration" and lasted is not None:
                at += lasted
            reason = f"The report says \u201c{fact.name}: {fact.value}\u201d."
            if at is not None:
                yield ProposedMilestone(kind, at, stamp.precision, reason, None)
