"""Which part of an incident took longest, and the one question that it raises. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, combinations, pairwise

from incidents.milestones import ABOUT_IS_WITHIN, Duration, Milestone, MilestoneKind, Precision, between, impact_end

_ONCE = {
    MilestoneKind.IMPACT_STARTED: "It",
    MilestoneKind.DETECTED: "Once we had noticed, it",
    MilestoneKind.ACKNOWLEDGED: "Once somebody had taken it on, it",
    MilestoneKind.MITIGATED: "Once the fix was in place, it",
}
_UNTIL = {
    MilestoneKind.DETECTED: "until we noticed",
    MilestoneKind.ACKNOWLEDGED: "until somebody took it on",
    MilestoneKind.MITIGATED: "until the fix was in place",
    MilestoneKind.RECOVERED: "until customers were fine again",
    MilestoneKind.RESOLVED: "until it was over",
}
# By `Part.key`. They ask about the work, never about who did it.
QUESTION_OF_PART: dict[str, str] = {
    f"{start}-{end}": f"{_ONCE[start]} took {{length}} {_UNTIL[end]}. What would have halved that?"
    for start, end in combinations(MilestoneKind, 2)
    if start in _ONCE
}


@dataclass(frozen=True)
class Part:
    """A stretch of an incident, from one milestone to the next one that is known. Its length is more than nothing."""

    start: MilestoneKind
    end: MilestoneKind
    length: Duration

    @property
    def key(self) -> str:
        """The same for the same part always: `impact_started-detected`."""
        return f"{self.start}-{self.end}"

    @property
    def section(self) -> str:
        """The chapter in which the question belongs, by its key."""
        return "detection" if self.end in {MilestoneKind.DETECTED, MilestoneKind.ACKNOWLEDGED} else "resolution"

    @property
    def question(self) -> str:
        """Such as `It took 42 minutes until we noticed. What would have halved that?` for the first part."""
        return QUESTION_OF_PART[self.key].format(length=self.length.in_words)


def longest_part(milestones: Mapping[MilestoneKind, Milestone]) -> Part | None:
    """The part that certainly took longest, from the start of impact until customers were fine again.

    None where the start or the end is not known, where two parts took equally long, and where times that are
    bounded or only about right leave it open which one did.
    """
    steps = _steps(milestones)
    earliest = list(accumulate((_limits(step)[0] for step in steps), max))
    latest = list(accumulate((_limits(step)[1] for step in reversed(steps)), min))[::-1]
    at_most = [end - start for start, end in zip(earliest, latest[1:], strict=False)]
    for number, (start, end) in enumerate(pairwise(steps)):
        at_least = earliest[number + 1] - latest[number]
        length = between(start, end)
        if length and length.length and all(at_least > other for other in at_most[:number] + at_most[number + 1 :]):
            return Part(start.kind, end.kind, length)
    return None


def _steps(milestones: Mapping[MilestoneKind, Milestone]) -> list[Milestone]:
    """The milestones that cut an incident into its parts, in order; none where that can't be told.

    What came before the impact, or after a later step, cut nothing off: an alert ahead of the trouble, a fix
    after customers were fine again.
    """
    applying = [kind for kind in _ONCE if (milestone := milestones.get(kind)) is None or milestone.applies]
    end = impact_end(milestones)
    chain = [*map(milestones.get, applying), end]
    known = [milestone for milestone in chain if milestone is not None and milestone.at is not None]
    if len(known) < 2 or known[0].kind != applying[0] or known[-1] is not end or not _in_order(known[0], end):
        return []
    steps = [end]
    for step in known[-2:0:-1]:
        told = _in_order(known[0], step), _in_order(step, steps[-1])
        if None in told:
            return []
        if all(told):
            steps.append(step)
    return [known[0], *reversed(steps)]


def _in_order(one: Milestone, other: Milestone) -> bool | None:
    """Whether one came no later than the other; None where their times say no, but not for sure."""
    if one.at is None or other.at is None:
        return None
    if one.at <= other.at:
        return True
    return False if _limits(one)[0] > _limits(other)[1] else None


def _limits(milestone: Milestone) -> tuple[datetime, datetime]:
    """The first and the last moment that it can have been."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if milestone.at is None:
        return first, last
    around = ABOUT_IS_WITHIN if milestone.precision is Precision.ABOUT else timedelta(0)
    return (
        first if milestone.precision is Precision.BEFORE else milestone.at - around,
        last if milestone.precision is Precision.AFTER else milestone.at + around,
    )
