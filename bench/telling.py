"""The rows that customers’ pages are made of: publications, events, posts, and when which component was affected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import connection

from bench.copying import Copy, CopyOf
from bench.outline import PROMISE, Outline, Surroundings, new_id
from bench.words import plain
from incidents.milestones import Milestone
from incidents.models import (
    Component,
    EventComponent,
    EventUpdate,
    ImpactWindow,
    Publication,
    PublicEvent,
    PublicPromise,
    impact_of,
)
from incidents.models.course import affected_list
from incidents.snapshot import SCHEMA, ComponentImpact, Promise, Section, SeverityFact, Snapshot, checksum

_FINE = "operational"
_NOTE = "The time of the first alert was wrong."
_SEARCHED = "CREATE TEMPORARY TABLE bench_searched (id bigint, a text, b text, c text, d text) ON COMMIT DROP"
_INDEX = """
    UPDATE incidents_publicevent SET
        first_publication = coalesce((
            SELECT id FROM incidents_publication AS publication
            WHERE publication.public_id = incidents_publicevent.public_id AND publication.number = 1), 0),
        search =
        setweight(to_tsvector('english', said.a), 'A') || setweight(to_tsvector('english', said.b), 'B') ||
        setweight(to_tsvector('english', said.c), 'C') || setweight(to_tsvector('english', said.d), 'D')
    FROM bench_searched AS said WHERE said.id = incidents_publicevent.id
"""
Post = tuple[str, datetime, str]


class Telling:
    """Needs a transaction around it, in which `index` is called at the end."""

    def __init__(self, random: Random, around: Surroundings) -> None:
        self._random, self._around, self._count = random, around, 0
        with connection.cursor() as cursor:
            cursor.execute(_SEARCHED)
        self._searched = Copy("bench_searched", "id", "a", "b", "c", "d")
        self._publications = CopyOf(
            Publication,
            *("incident_id", "public_id", "number", "data", "checksum", "change_note"),
            *("published_by_id", "published_at"),
        )
        self._promises = CopyOf(
            PublicPromise, "public_id", "key", "text", "state", "due_on", "closed_on", "promised_at"
        )
        self._events = CopyOf(
            PublicEvent,
            *("id", "kind", "public_id", "incident_id", "title", "posted_title", "status", "impact", "started_at"),
            *("monitoring_at", "resolved_at", "created_at", "updated_at", "scheduled_for", "scheduled_until"),
            *("report_number", "report_first_published_at", "has_report_windows", "description", "tags", "cause"),
        )
        self._about = CopyOf(EventComponent, "event_id", "component_id", "level")
        self._updates = CopyOf(
            EventUpdate,
            *("event_id", "public_id", "status", "text", "affected", "display_at", "posted_at", "posted_by_id"),
        )
        self._windows = CopyOf(
            ImpactWindow,
            *("component_id", "event_id", "level", "started_at", "ended_at", "from_report", "is_superseded"),
        )

    @property
    def copies(self) -> Iterator[CopyOf]:
        return (each for each in vars(self).values() if isinstance(each, CopyOf))

    def index(self) -> None:
        """Let the database make what is searched, and what lists are in order by, for all events at once."""
        self._searched.flush()
        with connection.cursor() as cursor:
            cursor.execute(_INDEX)

    def write(self, each: Outline) -> None:
        """An incident with its posts, and its report where there is one."""
        report = _snapshot(each) if each.published_at else None
        event, told_at = self._next_event(), each.posts[0][1]
        start = each.start if report else told_at
        self._events.add(
            *(event, "incident", each.public_id, each.number, each.story.title, each.story.title, "resolved"),
            *(impact_of([each.level]).value, start, each.posts[1][1], each.end, told_at),
            *(each.published_at[-1] if report else each.end, None, None, len(each.published_at)),
            *(each.published_at[0] if report else None, report is not None),
            plain(each.chapters["summary"])[:300] if report else "",
            *((report.tags, report.cause) if report else ((), "")),
        )
        self._write_posts(event, each.component, each.level, each.posts)
        self._windows.add(each.component.pk, event, each.level, told_at, each.end, False, report is not None)
        if report:
            self._windows.add(each.component.pk, event, each.level, each.start, each.end, True, False)
            self._write_publications(each, report)
        chapters = [*map(plain, each.chapters.values()), PROMISE] if report else []
        timeline = [row.text for row in report.timeline] if report else []
        said = (chapters, timeline, [text for _, _, text in each.posts])
        self._searched.add(event, each.story.title, *(" ".join(texts) for texts in said))

    def write_work(self, *, start: datetime) -> None:
        """Planned work that went as planned."""
        event, component, end = self._next_event(), self._random.choice(self._around.components), start + _HOUR
        title, announced = f"Planned work on {component.name}", start - timedelta(days=4)
        self._events.add(
            *(event, "maintenance", new_id(self._random), None, title, title, "completed", "maintenance"),
            *(start, None, end, announced, end, start, end, 0, None, False, "", (), ""),
        )
        posts = [
            ("scheduled", announced, "Some requests may take longer."),
            ("in_progress", start, "The work has begun."),
            ("completed", end, "The work is done."),
        ]
        self._write_posts(event, component, "under_maintenance", posts)
        self._windows.add(component.pk, event, "under_maintenance", start, end, False, False)
        self._searched.add(event, title, "", "", " ".join(text for _, _, text in posts))

    def _write_posts(self, event: int, component: Component, level: str, posts: Sequence[Post]) -> None:
        """The component is affected from the first step that is not a plan until the last."""
        key, before = component.public_id, _FINE
        for step, at, text in posts:
            now = _FINE if step == "scheduled" or (step, at, text) == posts[-1] else level
            affected = affected_list({key: before}, {key: now}, {key: component.name})
            author = self._random.choice(self._around.engineers).pk
            self._updates.add(event, new_id(self._random), step, text, affected, at, at, author)
            before = now
        self._about.add(event, component.pk, _FINE)

    def _write_publications(self, each: Outline, report: Snapshot) -> None:
        data, publisher = report.to_data(), self._around.publisher.pk
        for number, at in enumerate(each.published_at, start=1):
            note = _NOTE if number > 1 else ""
            self._publications.add(each.number, each.public_id, number, data, checksum(data), note, publisher, at)
        for promise in report.promises:
            stands = (promise.state, promise.due_on, promise.closed_on)
            self._promises.add(each.public_id, promise.key, promise.text, *stands, each.published_at[0])

    def _next_event(self) -> int:
        self._count += 1
        return self._count


_HOUR = timedelta(hours=1)


def _snapshot(each: Outline) -> Snapshot:
    """What `Report.to_snapshot` makes of the draft."""
    return Snapshot(
        schema=SCHEMA,
        public_id=each.public_id,
        title=each.story.title,
        byline="the operations team",
        severity=SeverityFact(each.severity.name, each.severity.tone),
        time_zone="UTC",
        milestones=tuple(Milestone(kind, at) for kind, at in each.milestones),
        components=(ComponentImpact(each.component.name, each.level, None, None, None, each.component.public_id),),
        sections=tuple(Section(key, text) for key, text in each.chapters.items()),
        timeline=each.public_rows,
        promises=(
            Promise(each.public_id, PROMISE, "prevent", each.promise_state, each.promise_due, each.promise_closed),
        ),
        images=(),
        tags=each.tags,
        cause=each.cause,
    )
