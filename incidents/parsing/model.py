"""What the reader hands over: frozen, plain data. Nothing here has been confirmed by a person yet."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, Literal

from . import marks
from .scanning import Precision

SectionKey = Literal[
    "summary",
    "impact",
    "detection",
    "root_cause",
    "resolution",
    "went_well",
    "went_badly",
    "got_lucky",
    "notes",
]
MilestoneKind = Literal["impact_started", "detected", "acknowledged", "mitigated", "recovered", "resolved"]
QuestionKind = Literal["date_order", "zone"]
SECTION_KEYS: Final[tuple[SectionKey, ...]] = SectionKey.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible reading: `value` is what an answer says, `label` what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the text leaves open, asked once for all rows that it concerns.

    `key` is `[a-z0-9-]+` and the same each time the same text is read. `written` is the first place that raised
    the question. `answer` is the value that was given and used; None while the question is open.
    """

    key: str
    kind: QuestionKind
    written: str
    text: str
    choices: tuple[Choice, ...]
    answer: str | None = None

    @property
    def said(self) -> str:
        """The reading that was chosen, in words; empty while the question is open."""
        return next((choice.label for choice in self.choices if choice.value == self.answer), "")


@dataclass(frozen=True, slots=True)
class ParsedSection:
    """Text under one heading, in Markdown. Two sections of one report may have the same key; their order counts."""

    key: SectionKey
    heading: str
    markdown: str


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One row of a timeline.

    `occurred_at` has an offset and is None when day, time or zone are not known. `local` is the same moment on
    the clock of the report, without a zone; `local_end` the end of a range. `date` and `clock` are what is known
    when the moment is not. `text` is Markdown. `reading` says how the row was read, `doubts` what a person
    should look at. `questions` are the keys of the questions whose answer this row depends on, open or answered.
    """

    time_as_written: str
    occurred_at: dt.datetime | None
    precision: Precision
    text: str
    raw: str
    doubts: tuple[str, ...] = ()
    local: dt.datetime | None = None
    local_end: dt.datetime | None = None
    date: dt.date | None = None
    clock: dt.time | None = None
    zone: str | None = None
    reading: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def plain_text(self) -> str:
        """The text without Markdown and HTML marks."""
        return marks.plain(self.text)

    @property
    def lasted(self) -> dt.timedelta | None:
        """How long a range is, where the row has one."""
        return self.local_end - self.local if self.local_end and self.local else None

    def to_json(self) -> dict[str, Any]:
        """The row as `parse_timeline --json` prints it."""
        return {
            "time_as_written": self.time_as_written,
            "occurred_at": self.occurred_at.isoformat() if self.occurred_at else None,
            "precision": self.precision,
            "text": self.plain_text,
            "doubts": list(self.doubts),
        }


def with_end(text: str, start: dt.datetime, lasted: dt.timedelta | None) -> str:
    """The text of a row that holds one time only, with the end of the range that was written."""
    try:
        end = start + lasted if lasted else None
    except OverflowError:
        return text
    if end is None:
        return text
    until = f"(until {end:{'%H:%M' if end.date() == start.date() else '%Y-%m-%d %H:%M'}})"
    return f"{text} {until}" if text else until


@dataclass(frozen=True, slots=True)
class ParsedAction:
    """One action item. `text` is Markdown; owner, status, group and `due` as written where the report has them.

    `promise` is the text without the fields that are given apart, a list nested in it one item a line. `due_on` is
    the day, where it is written in full.
    """

    text: str
    done: bool
    raw: str
    owner: str | None = None
    status: str | None = None
    group: str | None = None
    promise: str = ""
    due: str | None = None
    due_on: dt.date | None = None

    @property
    def plain_text(self) -> str:
        """The text without Markdown and HTML marks, on one line."""
        return marks.one_line(self.text)


@dataclass(frozen=True, slots=True)
class ParsedImage:
    """An image that the report shows: its address or path as written, never fetched."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class ProposedMilestone:
    """A milestone that the words of a row suggest, or a label of the report (then without a row), to confirm."""

    kind: MilestoneKind
    occurred_at: dt.datetime | None
    precision: Precision
    reason: str
    entry_index: int | None


@dataclass(frozen=True, slots=True)
class ParsedTimeline:
    """Rows, and all text of the input that became no row (`left_over`, one string a paragraph).

    `structure` holds the lines whose meaning went into the rows: days, zones, column heads. With it, every word of
    the input is in some field. `warnings` tell all that is doubtful; `remarks` are those of them that concern the
    whole, and that no row and no question for a zone tells too.
    """

    entries: tuple[ParsedEntry, ...]
    time_zone: str | None
    utc_offset_minutes: int | None
    left_over: tuple[str, ...]
    remarks: tuple[str, ...]
    warnings: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    structure: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """A report as read. `utc_offset_minutes` is east of UTC on the report's date; `duration_minutes` as stated.

    `structure` holds the headings, column heads and label lines whose meaning went into other fields: with it,
    every word of the source is in some field. `date_source` says where the date was read, `date_written` the words
    there; a date without them was concluded. `stated` are the ends that labels state, apart from any row.
    """

    title: str | None
    author: str | None
    date: dt.date | None
    time_zone: str | None
    utc_offset_minutes: int | None
    severity: str | None
    duration_minutes: int | None
    sections: tuple[ParsedSection, ...]
    timeline: tuple[ParsedEntry, ...]
    action_items: tuple[ParsedAction, ...]
    attachments: tuple[ParsedImage, ...]
    milestones: tuple[ProposedMilestone, ...]
    warnings: tuple[str, ...]
    structure: tuple[str, ...] = ()
    file_name: str | None = None
    questions: tuple[Question, ...] = ()
    date_written: str | None = None
    date_source: str | None = None
    duration_written: str | None = None
    stated: tuple[ProposedMilestone, ...] = ()

    def text_of(self, key: SectionKey) -> str | None:
        """The Markdown of all sections with this key, or None when there is none."""
        texts = [section.markdown for section in self.sections if section.key == key and section.markdown]
        return "\n\n".join(texts) or None

    @property
    def summary(self) -> str | None:
        """The summary in Markdown."""
        return self.text_of("summary")

    @property
    def root_cause(self) -> str | None:
        """The root cause in Markdown."""
        return self.text_of("root_cause")

    def to_json(self) -> dict[str, Any]:
        """The report as `import_reports --json` prints it."""
        return {
            "file": self.file_name,
            "title": self.title,
            "author": self.author,
            "date": self.date.isoformat() if self.date else None,
            "time_zone": self.time_zone,
            "utc_offset_minutes": self.utc_offset_minutes,
            "severity": self.severity,
            "duration_minutes": self.duration_minutes,
            "summary": self.summary,
            "root_cause": self.root_cause,
            "timeline": [
                {key: entry.to_json()[key] for key in ("time_as_written", "occurred_at", "text")}
                for entry in self.timeline
            ],
            "action_items": [action.plain_text for action in self.action_items],
            "attachments": [image.url for image in self.attachments],
            "warnings": list(self.warnings),
        }
