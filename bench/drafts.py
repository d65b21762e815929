"""The rows of drafts: what people see inside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from bench.copying import CopyOf
from bench.outline import PROMISE, Outline, Surroundings
from incidents.models import (
    ActionItem,
    Activity,
    Incident,
    IncidentComponent,
    Milestone,
    Report,
    ReportSection,
    TimelineEntry,
    Verb,
)


class Drafts:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._incidents = CopyOf(
            Incident,
            *("id", "number", "public_id", "title", "severity_id", "status", "lead_id", "opened_by_id", "opened_at"),
        )
        self._reports = CopyOf(
            Report, *("id", "incident_id", "status", "public_title", "byline", "owner_id", "due_on", "tags", "cause")
        )
        self._sections = CopyOf(ReportSection, "report_id", "key", "text", "public_text")
        self._milestones = CopyOf(Milestone, "incident_id", "kind", "at")
        self._entries = CopyOf(TimelineEntry, "incident_id", "key", "occurred_at", "text", "public_text", "author_id")
        self._items = CopyOf(
            ActionItem,
            *("incident_id", "key", "text", "public_text", "kind", "state", "owner_id", "due_on", "closed_on"),
            *("team_id", "opened_at"),
        )
        self._impacts = CopyOf(IncidentComponent, "incident_id", "component_id", "level")
        self._activities = CopyOf(Activity, "incident_id", "actor_id", "verb", "detail", "at")

    @property
    def copies(self) -> Iterator[CopyOf]:
        return (each for each in vars(self).values() if isinstance(each, CopyOf))

    def index(self) -> None:
        """Do for all incidents at once what triggers do for one."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT incidents_find_words(array_agg(id)) FROM incidents_incident")

    def write(self, each: Outline) -> None:
        number, lead, opened_at = each.number, each.lead.pk, each.start + timedelta(minutes=2)
        self._incidents.add(
            *(number, number, each.public_id, each.story.internal_title, each.severity.pk, "resolved"),
            *(lead, lead, opened_at),
        )
        self._reports.add(
            *(number, number, "published" if each.published_at else "draft", each.story.title, "the operations team"),
            *(lead, each.severity.report_due_on(opened_at), each.tags, each.cause),
        )
        for key, text in each.chapters.items():
            self._sections.add(number, key, f"{text} The graphs are in the chat.", text)
        for kind, at in each.milestones:
            self._milestones.add(number, kind.value, at)
        public = {row.key for row in each.public_rows}
        for row in each.rows:
            said = row.text if row.key in public else ""
            self._entries.add(number, row.key, row.occurred_at, row.text, said, lead)
        self._items.add(
            *(number, each.public_id, PROMISE, PROMISE, "prevent", each.promise_state, lead),
            *(each.promise_due, each.promise_closed, self._team(number), opened_at),
        )
        for place, chore in enumerate(each.chores):
            self._items.add(
                *(number, chore.key, chore.text, "", chore.kind, "done" if chore.closed else "open"),
                *(lead, chore.due, chore.closed, self._team(number + place), opened_at),
            )
        self._impacts.add(number, each.component.pk, each.level)
        self._write_log(each)

    def _team(self, number: int) -> int:
        teams = self._around.teams
        return teams[number % len(teams)].pk

    def _write_log(self, each: Outline) -> None:
        said = ["opened the incident", *["posted an update"] * len(each.posts), "wrote a section"]
        for place, verb in enumerate(said):
            self._activities.add(each.number, each.lead.pk, verb, {}, each.start + timedelta(minutes=2 + place))
        for at in each.published_at:
            for hours, verb in ((2, Verb.ASKED_FOR_REVIEW), (1, Verb.APPROVED), (0, Verb.PUBLISHED)):
                self._activities.add(each.number, self._around.publisher.pk, verb, {}, at - timedelta(hours=hours))
