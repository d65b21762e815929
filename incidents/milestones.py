"""The six moments of an incident, how well each is known, and the durations between them.

One module for the form, the public page, the JSON, the feed and the exports, so that they can't disagree.
Plain Python: times are aware datetimes, lengths are timedeltas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum


class MilestoneKind(StrEnum):
    """In the order in which they usually happen."""

    IMPACT_STARTED = "impact_started"
    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RECOVERED = "recovered"
    RESOLVED = "resolved"


class Precision(StrEnum):
    """How well a time is known. BEFORE and AFTER bound it; UNKNOWN and NOT_APPLICABLE have no time.

    UNKNOWN is a moment that nobody can name any more; NOT_APPLICABLE one that this incident never had.
    """

    EXACT = "exact"
    ABOUT = "about"
    BEFORE = "before"
    AFTER = "after"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


WITHOUT_TIME = frozenset({Precision.UNKNOWN, Precision.NOT_APPLICABLE})
# People who write “about 14:00” round to a quarter of an hour, seldom to more.
ABOUT_IS_WITHIN = timedelta(minutes=15)

PRECISION_LABELS: dict[Precision, str] = {
    Precision.EXACT: "exact",
    Precision.ABOUT: "about",
    Precision.BEFORE: "before",
    Precision.AFTER: "after",
    Precision.UNKNOWN: "unknown",
    Precision.NOT_APPLICABLE: "does not apply",
}


MILESTONE_LABELS: dict[MilestoneKind, str] = {
    MilestoneKind.IMPACT_STARTED: "Impact starts",
    MilestoneKind.DETECTED: "Detected",
    MilestoneKind.ACKNOWLEDGED: "Acknowledged",
    MilestoneKind.MITIGATED: "Mitigated",
    MilestoneKind.RECOVERED: "Recovered",
    MilestoneKind.RESOLVED: "Resolved",
}

MILESTONE_MEANINGS: dict[MilestoneKind, str] = {
    MilestoneKind.IMPACT_STARTED: "The first moment a customer could notice.",
    MilestoneKind.DETECTED: "An alert fired, or somebody saw it.",
    MilestoneKind.ACKNOWLEDGED: "Somebody took it on.",
    MilestoneKind.MITIGATED: "The fix was in place.",
    MilestoneKind.RECOVERED: "Customers were fine again.",
    MilestoneKind.RESOLVED: "The incident was over for us too.",
}


@dataclass(frozen=True)
class Milestone:
    """A moment: `at` is aware, and None exactly when the precision is one WITHOUT_TIME."""

    kind: MilestoneKind
    at: datetime | None
    precision: Precision = Precision.EXACT

    @property
    def applies(self) -> bool:
        """Whether the incident had this moment at all, known or not."""
        return self.precision is not Precision.NOT_APPLICABLE


class Bound(StrEnum):
    """What a computed length says: the length itself, roughly it, or a limit to it."""

    EXACTLY = ""
    ABOUT = "about"
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True)
class Duration:
    """A length of time and how sure it is. It lies from `low` to `high`; without a high end, nothing limits it."""

    length: timedelta
    bound: Bound = Bound.EXACTLY

    @property
    def low(self) -> timedelta:
        if self.bound is Bound.AT_MOST:
            return timedelta(0)
        return max(self.length - ABOUT_IS_WITHIN, timedelta(0)) if self.bound is Bound.ABOUT else self.length

    @property
    def high(self) -> timedelta | None:
        if self.bound is Bound.AT_LEAST:
            return None
        return self.length + ABOUT_IS_WITHIN if self.bound is Bound.ABOUT else self.length

    @property
    def in_words(self) -> str:
        """`3 hours 20 minutes`, with `about`, `at least` or `at most` before it where it isn't exact."""
        return f"{self.bound} {long_duration(self.length)}".strip()

    @property
    def short(self) -> str:
        """`3 h 20 min`, likewise."""
        return f"{self.bound} {short_duration(self.length)}".strip()


@dataclass(frozen=True)
class Durations:
    """The lengths that readers ask for; None where a moment is unknown or missing.

    impact is what customers lived through: impact started until recovered, else until resolved.
    to_acknowledge counts from detected, the others from impact started.
    """

    impact: Duration | None
    to_detect: Duration | None
    to_acknowledge: Duration | None
    to_mitigate: Duration | None
    to_recover: Duration | None
    to_resolve: Duration | None


# What each of these lengths is called, what it says, and the two moments between which it lies.
LENGTHS: dict[str, tuple[str, str, tuple[MilestoneKind, MilestoneKind]]] = {
    "to_detect": (
        "Time to detect",
        "From the first moment a customer could notice until an alert fired, or somebody saw it.",
        (MilestoneKind.IMPACT_STARTED, MilestoneKind.DETECTED),
    ),
    "to_acknowledge": (
        "Time to acknowledge",
        "From the alert, or the first who saw it, until somebody took it on.",
        (MilestoneKind.DETECTED, MilestoneKind.ACKNOWLEDGED),
    ),
    "to_mitigate": (
        "Time to mitigate",
        "From the first moment a customer could notice until the fix was in place.",
        (MilestoneKind.IMPACT_STARTED, MilestoneKind.MITIGATED),
    ),
    "to_recover": (
        "Time to recover",
        "From the first moment a customer could notice until customers were fine again.",
        (MilestoneKind.IMPACT_STARTED, MilestoneKind.RECOVERED),
    ),
    "to_resolve": (
        "Time to resolve",
        "From the first moment a customer could notice until the incident was over for us too.",
        (MilestoneKind.IMPACT_STARTED, MilestoneKind.RESOLVED),
    ),
}


class Grade(StrEnum):
    """IMPOSSIBLE blocks publishing; UNUSUAL is said, and may be right."""

    IMPOSSIBLE = "impossible"
    UNUSUAL = "unusual"


@dataclass(frozen=True)
class Contradiction:
    """What is wrong with a milestone, in a sentence for the person who can mend it."""

    grade: Grade
    kind: MilestoneKind
    message: str


# Shifting the start earlier makes a span longer, shifting the end earlier makes it shorter.
_AT_START = {Precision.BEFORE: Bound.AT_LEAST, Precision.AFTER: Bound.AT_MOST, Precision.ABOUT: Bound.ABOUT}
_AT_END = {Precision.BEFORE: Bound.AT_MOST, Precision.AFTER: Bound.AT_LEAST, Precision.ABOUT: Bound.ABOUT}


def between(start: Milestone | None, end: Milestone | None) -> Duration | None:
    """The length from one moment to another; None when either is unknown, or nothing can be said of it."""
    if start is None or end is None or start.at is None or end.at is None or end.at < start.at:
        return None
    bounds = {_AT_START.get(start.precision), _AT_END.get(end.precision)} - {None}
    if bounds >= {Bound.AT_LEAST, Bound.AT_MOST}:
        return None  # longer at one end, shorter at the other: nothing is known
    limits = bounds - {Bound.ABOUT}
    return Duration(end.at - start.at, next(iter(limits or bounds), None) or Bound.EXACTLY)


def durations(milestones: Mapping[MilestoneKind, Milestone]) -> Durations:
    """All lengths at once, by the definitions in `Durations`."""
    started = milestones.get(MilestoneKind.IMPACT_STARTED)
    detected = milestones.get(MilestoneKind.DETECTED)
    return Durations(
        impact=between(started, impact_end(milestones)),
        to_detect=between(started, detected),
        to_acknowledge=between(detected, milestones.get(MilestoneKind.ACKNOWLEDGED)),
        to_mitigate=between(started, milestones.get(MilestoneKind.MITIGATED)),
        to_recover=between(started, milestones.get(MilestoneKind.RECOVERED)),
        to_resolve=between(started, milestones.get(MilestoneKind.RESOLVED)),
    )


def impact_end(milestones: Mapping[MilestoneKind, Milestone]) -> Milestone | None:
    """When customers were fine again: recovered where that is known, else resolved."""
    recovered = milestones.get(MilestoneKind.RECOVERED)
    if recovered is not None and recovered.at is not None:
        return recovered
    return milestones.get(MilestoneKind.RESOLVED)


def lacks_end(milestones: Mapping[MilestoneKind, Milestone]) -> bool:
    """Whether nobody has said yet until when customers were affected, though they were."""
    started, end = milestones.get(MilestoneKind.IMPACT_STARTED), impact_end(milestones)
    return not _never_was(started) and (end is None or end.at is None)


def _never_was(milestone: Milestone | None) -> bool:
    return milestone is not None and not milestone.applies


def likely_day(milestones: Mapping[MilestoneKind, Milestone], kind: MilestoneKind, *, zone: tzinfo) -> date | None:
    """The day to offer for a milestone without a time: that of the nearest earlier one whose time is known."""
    order = list(MilestoneKind)
    for earlier in reversed(order[: order.index(kind)]):
        known = milestones.get(earlier)
        if known is not None and known.at is not None:
            return known.at.astimezone(zone).date()
    return None


_MUST_NOT_PRECEDE = [
    # (later, earlier): an end can't lie before its beginning.
    (MilestoneKind.MITIGATED, MilestoneKind.IMPACT_STARTED),
    (MilestoneKind.RECOVERED, MilestoneKind.IMPACT_STARTED),
    (MilestoneKind.RESOLVED, MilestoneKind.IMPACT_STARTED),
    (MilestoneKind.ACKNOWLEDGED, MilestoneKind.DETECTED),
]
_SELDOM_PRECEDES = [
    # Detected before impact is good monitoring; recovered before mitigated is one incident in five:
    # both are said, neither is refused.
    (MilestoneKind.DETECTED, MilestoneKind.IMPACT_STARTED),
    (MilestoneKind.MITIGATED, MilestoneKind.DETECTED),
    (MilestoneKind.RECOVERED, MilestoneKind.MITIGATED),
    (MilestoneKind.RESOLVED, MilestoneKind.MITIGATED),
    (MilestoneKind.RESOLVED, MilestoneKind.RECOVERED),
]


_WHAT_TO_DO = {
    Grade.IMPOSSIBLE: "Correct one of the two times.",
    Grade.UNUSUAL: "Check both times; if they are right, say why.",
}


def contradictions(milestones: Mapping[MilestoneKind, Milestone], *, at: datetime) -> list[Contradiction]:
    """What can't be, and what is unusual, seen from the moment `at`.

    A time that is only bounded proves a contradiction only where no moment within its bounds would be right;
    one that is about right makes it unusual at most, unless it lies well in the future.
    """
    found = []
    for kind, milestone in milestones.items():
        certainty = _lies_after(at, milestone)
        if certainty is not None:
            what_to_do = "Correct the time, or leave it empty until it has happened."
            message = f"“{MILESTONE_LABELS[kind]}” lies in the future. {what_to_do}"
            found.append(Contradiction(certainty, kind, message))
    for worst, rules in ((Grade.IMPOSSIBLE, _MUST_NOT_PRECEDE), (Grade.UNUSUAL, _SELDOM_PRECEDES)):
        for later, earlier in rules:
            certainty = _precedes(milestones.get(later), milestones.get(earlier))
            if certainty is not None:
                grade = worst if certainty is Grade.IMPOSSIBLE else certainty
                message = f"“{MILESTONE_LABELS[later]}” lies before “{MILESTONE_LABELS[earlier]}”."
                found.append(Contradiction(grade, later, f"{message} {_WHAT_TO_DO[grade]}"))
    recovered = milestones.get(MilestoneKind.RECOVERED)
    if _never_was(milestones.get(MilestoneKind.IMPACT_STARTED)) and recovered is not None and recovered.at is not None:
        started = MILESTONE_LABELS[MilestoneKind.IMPACT_STARTED]
        message = f"“{MILESTONE_LABELS[recovered.kind]}” has a time, but “{started}” does not apply."
        what_to_do = "Give both or neither; if this is right, say why."
        found.append(Contradiction(Grade.UNUSUAL, recovered.kind, f"{message} {what_to_do}"))
    return found


def _lies_after(at: datetime, milestone: Milestone) -> Grade | None:
    """How sure it is that the milestone comes after the moment `at`."""
    if milestone.at is None or milestone.at <= at or milestone.precision is Precision.BEFORE:
        return None
    may_be_past = milestone.precision is Precision.ABOUT and milestone.at - ABOUT_IS_WITHIN <= at
    return Grade.UNUSUAL if may_be_past else Grade.IMPOSSIBLE


def _precedes(later: Milestone | None, earlier: Milestone | None) -> Grade | None:
    """How sure it is that what should come later came earlier: IMPOSSIBLE means sure."""
    if later is None or earlier is None or later.at is None or earlier.at is None or later.at >= earlier.at:
        return None
    if later.precision is Precision.AFTER or earlier.precision is Precision.BEFORE:
        return None
    return Grade.UNUSUAL if Precision.ABOUT in {later.precision, earlier.precision} else Grade.IMPOSSIBLE


def long_duration(length: timedelta) -> str:
    """`3 hours 20 minutes`, `2 days 6 hours 16 minutes`, `40 seconds`: nothing longer than a minute is left out."""
    return _in_units(length, [" day", " hour", " minute", " second"], plural="s")


def short_duration(length: timedelta) -> str:
    """`3 h 20 min`, `2 d 6 h 16 min`, `40 s`."""
    return _in_units(length, [" d", " h", " min", " s"], plural="")


def iso_duration(length: timedelta) -> str:
    """ISO 8601, as `<time datetime>` wants it: `PT3H20M`."""
    seconds = int(length.total_seconds())
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{seconds}S" if seconds else ""]
    return "PT" + ("".join(parts) or "0S")


def _in_units(length: timedelta, names: list[str], *, plural: str) -> str:
    seconds = int(abs(length.total_seconds()))
    counts = []
    for size in (86_400, 3_600, 60, 1):
        count, seconds = divmod(seconds, size)
        counts.append(count)
    if any(counts[:3]):
        counts[3] = 0  # seconds beside minutes are noise
    words = [f"{count}{name}{plural if count != 1 else ''}" for count, name in zip(counts, names, strict=True) if count]
    return " ".join(words) or f"0{names[2]}{plural}"
