"""A draft as plain data: what an export says and an import reads. No Django.

Everything that people wrote into the draft is here. What they said about it (comments, accepted findings), what
happened to it (the activity log, its state of review) and what was published are not: a document is text to go on
with, and approving or publishing it are acts of a person.

A field that is missing is an empty one. Times are aware, people are named by their address, and keys are what rows,
action items and images are called in links and in Markdown.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from incidents.parsing import MAX_ROWS

SCHEMA = 1
NAME = "afterword"  # the field that says: this is ours, and which schema it has
_LARGEST = 2_147_483_647
_REFERENCE = re.compile(r"attachment:([A-Za-z0-9]+)")


class Malformed(ValueError):
    """The document says something that no report can say. `where` is the place in it."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where, self.message = where, message


@dataclass(frozen=True)
class Person:
    email: str = ""
    name: str = ""


@dataclass(frozen=True)
class SeverityName:
    name: str = ""
    tone: str = ""


@dataclass(frozen=True)
class MilestoneFact:
    """`row` is the key of the timeline row that marks it, where one does."""

    kind: str
    at: datetime | None = None
    precision: str = "exact"
    note: str = ""
    is_confirmed: bool = True
    row: str = ""


@dataclass(frozen=True)
class Impact:
    """`share` is the percentage of customers affected, None where nobody said."""

    component: str
    group: str = ""
    level: str = "major_outage"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    share: int | None = None


@dataclass(frozen=True)
class Row:
    """A line of the timeline. `author` is an address; `raw_line` what it was read from, where it was pasted."""

    occurred_at: datetime
    key: str = ""
    precision: str = "exact"
    text: str = ""
    public_text: str = ""
    author: str = ""
    source: str = "form"
    raw_line: str = ""


@dataclass(frozen=True)
class SectionText:
    key: str
    text: str = ""
    public_text: str = ""


@dataclass(frozen=True)
class ActionText:
    """`row` is the key of the timeline row that it came from, where it did; `due_rule` the rule that set the day."""

    key: str = ""
    text: str = ""
    public_text: str = ""
    kind: str = ""
    state: str = "open"
    reason: str = ""
    owner: Person | None = None
    team: str = ""
    priority: str = "medium"
    due_on: date | None = None
    due_rule: str = ""
    rule_may_set_due: bool = False
    assign_by: date | None = None
    done_when: str = ""
    opened_at: datetime | None = None
    closed_on: date | None = None
    evidence: str = ""
    tracker_url: str = ""
    row: str = ""


@dataclass(frozen=True)
class ImageFile:
    """`file` is its name beside the document; without one the image is only a link to `source_url`."""

    key: str = ""
    alt: str = ""
    is_public: bool = False
    source_url: str = ""
    file: str = ""
    sha256: str = ""
    content_type: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    uploaded_by: str = ""


@dataclass(frozen=True)
class ReportDocument:
    title: str
    number: int = 0
    public_id: str = ""
    severity: SeverityName = SeverityName()
    status: str = "investigating"
    time_zone: str = "UTC"
    is_private: bool = False
    team: str = ""
    lead: Person | None = None
    opened_by: Person | None = None
    opened_at: datetime | None = None
    public_title: str = ""
    byline: str = ""
    cause: str = ""
    tags: tuple[str, ...] = ()
    owner: Person | None = None
    due_on: date | None = None
    no_action_reason: str = ""
    milestones: tuple[MilestoneFact, ...] = ()
    impacts: tuple[Impact, ...] = ()
    sections: tuple[SectionText, ...] = ()
    timeline: tuple[Row, ...] = ()
    action_items: tuple[ActionText, ...] = ()
    images: tuple[ImageFile, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """JSON-ready, in the order of the fields, with the schema first."""
        return {NAME: SCHEMA, **to_data(self)}

    @classmethod
    def from_data(cls, data: Any) -> tuple[ReportDocument, list[str]]:
        """The inverse of `to_data`, and the places that were not understood. Raises Malformed."""
        if not isinstance(data, dict) or NAME not in data:
            raise Malformed("", "This is no report that Afterword wrote.")
        check_schema(data[NAME])
        unknown: list[str] = []
        rest = {name: value for name, value in data.items() if name != NAME}
        document: ReportDocument = from_data(cls, rest, "", unknown)
        return document, unknown

    def renamed(self, keys: Mapping[str, str]) -> ReportDocument:
        """The same draft under other keys; what links to them goes along."""

        def named(part: Any) -> Any:
            changes = {"key": keys.get(part.key, part.key)} if part.key else {}
            for name in ("text", "public_text"):
                if hasattr(part, name):
                    changes[name] = _REFERENCE.sub(reference, getattr(part, name))
            return replace(part, **changes)

        def reference(match: re.Match[str]) -> str:
            return f"attachment:{keys.get(match[1], match[1])}"

        return replace(
            self,
            milestones=tuple(replace(fact, row=keys.get(fact.row, fact.row)) for fact in self.milestones),
            sections=tuple(named(section) for section in self.sections),
            timeline=tuple(named(row) for row in self.timeline),
            action_items=tuple(replace(named(item), row=keys.get(item.row, item.row)) for item in self.action_items),
            images=tuple(named(image) for image in self.images),
        )


def check_schema(schema: Any) -> None:
    """Raise Malformed for a document that this version can't read."""
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise Malformed(NAME, "The schema must be a number.")
    if schema > SCHEMA:
        raise Malformed(NAME, f"A newer version wrote this (schema {schema}); this one reads up to {SCHEMA}.")


# ── Plain data ──────────────────────────────────────────────────────────────


def to_data(value: Any) -> Any:
    """JSON-ready: times as `2023-03-06T05:00:00Z`, days as `2023-03-06`."""
    if is_dataclass(value):
        return {part.name: to_data(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, list | tuple):
        return [to_data(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def brief(value: Any, *, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """A part as JSON-ready data, without the fields that say nothing, and without those named."""
    return {
        part.name: to_data(getattr(value, part.name))
        for part in fields(value)
        if part.name not in but and getattr(value, part.name) != part.default
    }


def from_data(kind: Any, value: Any, where: str, unknown: list[str]) -> Any:
    """A value of that type, checked; fields that are not known are named in `unknown`. Raises Malformed."""
    options = typing.get_args(kind)
    if typing.get_origin(kind) is types.UnionType:
        return None if value is None else from_data(options[0], value, where, unknown)
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise Malformed(where, "This must be a list.")
        if len(value) > MAX_ROWS:
            raise Malformed(where, f"These are {len(value):,}; a report holds {MAX_ROWS:,}.")
        return tuple(from_data(options[0], item, f"{where}[{n}]", unknown) for n, item in enumerate(value, start=1))
    if is_dataclass(kind):
        return _object(kind, value, where, unknown)
    return _READERS[kind](value, where)


def _object(kind: Any, value: Any, where: str, unknown: list[str]) -> Any:
    if not isinstance(value, dict):
        raise Malformed(where, "This must have named fields.")
    known = _hints(kind)
    strange = [name for name in value if name not in known]
    if len(unknown) + len(strange) > MAX_ROWS:
        raise Malformed(where, f"There are more than {MAX_ROWS:,} fields that we don’t know.")
    unknown += [_place(where, name) for name in strange]
    for part in fields(kind):
        if part.name not in value and part.default is MISSING:
            raise Malformed(_place(where, part.name), "This is missing.")
    return kind(
        **{
            name: from_data(known[name], item, _place(where, name), unknown)
            for name, item in value.items()
            if name in known
        }
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _place(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise Malformed(where, "This must be a text.")
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise Malformed(where, "This text holds a character that no text can hold.")
    return value


def _truth(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise Malformed(where, "This must be true or false.")
    return value


def _count(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise Malformed(where, "This must be a whole number.")
    return value


def _moment(value: Any, where: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC) if has_zone(value) else None
    except (ValueError, TypeError, OverflowError):
        moment = None
    if moment is None:
        raise Malformed(where, "This is no time. Write it as 2023-03-06T05:00:00Z.")
    if not 1970 <= moment.year <= 9998:
        raise Malformed(where, "That year can’t be right.")
    return moment


def has_zone(value: str) -> bool:
    return datetime.fromisoformat(value).tzinfo is not None


def _day(value: Any, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise Malformed(where, "This is no day. Write it as 2023-03-06.") from error


_READERS = {str: _text, bool: _truth, int: _count, datetime: _moment, date: _day}
