"""One imaginary incident, on which all that tells of it agrees: made up before any row is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from accounts.models import User
from bench.words import CAUSES, TAGS, Story, chapters_of, row_of, story_of
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Component, Severity, Team
from incidents.snapshot import TimelineRow

PROMISE = "Look through all limits and write down how far they are."
_CHORES = (  # internal promises, and what they do
    ("Alert before the limit is reached, not behind it", "detect"),
    ("Rehearse the failover of this rack once a quarter", "mitigate"),
)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_STILL_OPEN = 0.05
_LEVELS = ("degraded_performance", "partial_outage", "major_outage")
_MILESTONES = (  # and when, as a part of the whole
    (MilestoneKind.IMPACT_STARTED, 0.0),
    (MilestoneKind.DETECTED, 0.1),
    (MilestoneKind.MITIGATED, 0.8),
    (MilestoneKind.RESOLVED, 1.0),
)
_POSTS = (("investigating", 0.1), ("monitoring", 0.8), ("resolved", 1.0))


@dataclass(frozen=True)
class Surroundings:
    """What was there before the first incident."""

    engineers: tuple[User, ...]
    publisher: User
    components: tuple[Component, ...]
    severities: tuple[Severity, ...]
    teams: tuple[Team, ...]


@dataclass(frozen=True)
class Chore:
    """A promise that customers don’t read."""

    key: str
    text: str
    kind: str
    due: date
    closed: date | None


@dataclass(frozen=True)
class Outline:
    """`rows` are all rows of the timeline, `posts` what customers were told: step, when, and the words."""

    number: int
    public_id: str
    lead: User
    severity: Severity
    component: Component
    level: str
    story: Story
    start: datetime
    end: datetime
    published_at: tuple[datetime, ...]  # of each version
    chapters: dict[str, str]
    rows: tuple[TimelineRow, ...]
    posts: tuple[tuple[str, datetime, str], ...]
    promise_due: date
    promise_closed: date | None
    chores: tuple[Chore, ...]

    @property
    def public_rows(self) -> tuple[TimelineRow, ...]:
        """Two of three."""
        return tuple(row for place, row in enumerate(self.rows) if place % 3 != 2)

    @property
    def milestones(self) -> Iterator[tuple[MilestoneKind, datetime]]:
        return ((kind, _between(self.start, self.end, part)) for kind, part in _MILESTONES)

    @property
    def tags(self) -> tuple[str, ...]:
        return (TAGS[self.number % len(TAGS)],)

    @property
    def cause(self) -> str:
        return CAUSES[self.number % len(CAUSES)]

    @property
    def promise_state(self) -> str:
        return "done" if self.promise_closed else "open"


def outline(
    random: Random, around: Surroundings, number: int, *, start: datetime, until: datetime, rows: int
) -> Outline:
    """Four of five have a report, one of ten two versions of it; one of ten promises is not kept in time."""
    component = random.choice(around.components)
    story = story_of(random, component.name)
    end = start + timedelta(minutes=min(150, max(6, int(random.lognormvariate(3.6, 0.8)))))
    first = min(start + timedelta(minutes=random.randrange(1_440, 7_200)), until - timedelta(minutes=10))
    versions = 0 if number % 5 == 0 else 2 if number % 10 == 1 else 1
    due = (start + timedelta(days=30)).date()
    return Outline(
        number=number,
        public_id=new_id(random),
        lead=random.choice(around.engineers),
        severity=random.choice(around.severities),
        component=component,
        level=random.choice(_LEVELS),
        story=story,
        start=start,
        end=end,
        published_at=tuple(first + timedelta(seconds=version) for version in range(versions)),
        chapters=chapters_of(random, story, component.name),
        rows=tuple(_row(random, story, _between(start, end, place / rows)) for place in range(rows)),
        posts=tuple((step, _between(start, end, part), row_of(random, story)) for step, part in _POSTS),
        promise_due=due,
        promise_closed=None if number % 10 == 3 else min(due, until.date()),
        chores=tuple(_chore(random, words, kind, start=start, until=until) for words, kind in _CHORES),
    )


def _chore(random: Random, words: str, kind: str, *, start: datetime, until: datetime) -> Chore:
    """One of twenty is still open, and one of five was done after its day."""
    due = (start + timedelta(days=random.choice((14, 30, 60)))).date()
    done = due + timedelta(days=random.choice((-9, -5, -2, 0, 12)))
    is_open = random.random() < _STILL_OPEN or done > until.date()
    return Chore(new_id(random), words, kind, due, None if is_open else done)


def _row(random: Random, story: Story, at: datetime) -> TimelineRow:
    return TimelineRow(new_id(random), at, Precision.EXACT, row_of(random, story), None)


def new_id(random: Random) -> str:
    """As `new_public_id` makes them."""
    return "".join(random.choices(_ALPHABET, k=12))


def _between(start: datetime, end: datetime, part: float) -> datetime:
    """In whole seconds."""
    return start + timedelta(seconds=int((end - start).total_seconds() * part))
