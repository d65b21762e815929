"""The published document: what customers may see of an incident, as plain data.

A draft is frozen into a `Snapshot` when it is published; page, feed, JSON, Markdown and preview are
renderings of it. Every field is named here one by one: a field added to a model stays internal until
somebody adds it here too. Text is Markdown or plain text, never HTML.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, is_dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from incidents.milestones import Duration, Durations, Milestone, MilestoneKind, Precision, durations, impact_end

SCHEMA = 1


class UnknownSchema(ValueError):
    """The stored document has another schema than this version reads."""


@dataclass(frozen=True)
class SeverityFact:
    """`tone` is a name from the palette: critical, high, medium or low."""

    name: str
    tone: str


@dataclass(frozen=True)
class ComponentImpact:
    """An affected component. Times are None where the incident's own window holds.

    `share` is the percentage of customers or requests affected, None where nobody said. `key` is the component's
    public id, empty in documents that were published before it was kept.
    """

    name: str
    level: str
    started_at: datetime | None
    ended_at: datetime | None
    share: int | None = None
    key: str = ""


@dataclass(frozen=True)
class Section:
    """A chapter: a key of SECTION_HEADINGS and its Markdown."""

    key: str
    markdown: str

    @property
    def heading(self) -> str:
        return SECTION_HEADINGS[self.key]


@dataclass(frozen=True)
class TimelineRow:
    """One line of the timeline; `milestone` is a MilestoneKind where the row marks one."""

    key: str
    occurred_at: datetime
    precision: Precision
    text: str
    milestone: MilestoneKind | None


@dataclass(frozen=True)
class Promise:
    """An action item in its public wording. `state` and `kind` are the model's values."""

    key: str
    text: str
    kind: str
    state: str
    due_on: date | None
    closed_on: date | None

    def days_late(self, on: date) -> int:
        """Whole days past due on a day; 0 when closed, not due yet, or never due."""
        if self.due_on is None or self.state not in {"open", "in_progress"}:
            return 0
        return max(0, (on - self.due_on).days)


@dataclass(frozen=True)
class Image:
    """An image of the report: stored under its checksum, named in Markdown by `attachment:<key>`."""

    key: str
    sha256: str
    content_type: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Snapshot:
    """One published version. Times are aware and in UTC; `time_zone` is an IANA name, for display.

    `cause` is a key of CAUSES or empty; `tags` are lower-case words. `no_action` says why nothing needs to be done,
    where that is so. Keys may be added to the document: what an older one lacks has a default.
    """

    schema: int
    public_id: str
    title: str
    byline: str
    severity: SeverityFact
    time_zone: str
    milestones: tuple[Milestone, ...]
    components: tuple[ComponentImpact, ...]
    sections: tuple[Section, ...]
    timeline: tuple[TimelineRow, ...]
    promises: tuple[Promise, ...]
    images: tuple[Image, ...]
    tags: tuple[str, ...] = ()
    cause: str = ""
    no_action: str = ""

    def milestone(self, kind: MilestoneKind) -> Milestone | None:
        return next((milestone for milestone in self.milestones if milestone.kind == kind), None)

    @property
    def durations(self) -> Durations:
        return durations({milestone.kind: milestone for milestone in self.milestones})

    @property
    def impact(self) -> Duration | None:
        return self.durations.impact

    @property
    def started_at(self) -> datetime | None:
        """When the impact began, else the first row of the timeline."""
        started = self.milestone(MilestoneKind.IMPACT_STARTED)
        if started is not None and started.at is not None:
            return started.at
        return self.timeline[0].occurred_at if self.timeline else None

    @property
    def ended_at(self) -> datetime | None:
        """When customers were fine again; None while nobody has said."""
        end = impact_end({milestone.kind: milestone for milestone in self.milestones})
        return end.at if end is not None else None

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of the document's one byte string, in hex: the same document, the same checksum."""
        return checksum(self.to_data())

    def to_data(self) -> dict[str, Any]:
        """JSON-ready: times as `2023-03-06T05:00:00Z`, dates as `2023-03-06`."""
        data: dict[str, Any] = _plain(self)
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Snapshot:
        """The inverse of `to_data`; raises UnknownSchema for another schema."""
        if data.get("schema") != SCHEMA:
            raise UnknownSchema(f"This document has schema {data.get('schema')!r}; this version reads {SCHEMA}.")
        return cls(
            schema=SCHEMA,
            public_id=data["public_id"],
            title=data["title"],
            byline=data["byline"],
            severity=SeverityFact(**data["severity"]),
            time_zone=data["time_zone"],
            milestones=tuple(
                Milestone(MilestoneKind(row["kind"]), _moment(row["at"]), Precision(row["precision"]))
                for row in data["milestones"]
            ),
            components=tuple(
                ComponentImpact(
                    row["name"],
                    row["level"],
                    _moment(row["started_at"]),
                    _moment(row["ended_at"]),
                    row.get("share"),
                    row.get("key", ""),
                )
                for row in data["components"]
            ),
            sections=tuple(Section(**row) for row in data["sections"]),
            timeline=tuple(
                TimelineRow(
                    row["key"],
                    datetime.fromisoformat(row["occurred_at"]),
                    Precision(row["precision"]),
                    row["text"],
                    MilestoneKind(row["milestone"]) if row["milestone"] else None,
                )
                for row in data["timeline"]
            ),
            promises=tuple(
                Promise(**{**row, "due_on": _day(row["due_on"]), "closed_on": _day(row["closed_on"])})
                for row in data["promises"]
            ),
            images=tuple(Image(**row) for row in data["images"]),
            tags=tuple(data.get("tags", ())),
            cause=data.get("cause", ""),
            no_action=data.get("no_action", ""),
        )


SECTION_HEADINGS: dict[str, str] = {
    # In the order of the page; the keys are those of a report's sections that customers can be shown.
    "summary": "Summary",
    "impact": "Impact",
    "detection": "Detection",
    "root_cause": "Root cause",
    "resolution": "Resolution",
    "went_well": "What went well",
    "went_badly": "What went badly",
    "got_lucky": "Where we got lucky",
}


# The states of a promise as customers read them, by the model's values.
PROMISE_WORDS: dict[str, str] = {"open": "Planned", "in_progress": "In progress", "done": "Done", "wont_do": "Dropped"}

# What lay behind it, as a reader of many reports would sort them.
CAUSES: dict[str, str] = {
    "change": "A change of ours",
    "software": "A defect in software",
    "capacity": "Load or capacity",
    "hardware": "Hardware or power",
    "network": "Network",
    "dependency": "A supplier",
    "data": "Data",
    "security": "Security",
    "unknown": "Not known",
}


def canonical_json(data: dict[str, Any]) -> bytes:
    """One byte string for one document: keys sorted, no blanks, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def checksum(data: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(data)).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
