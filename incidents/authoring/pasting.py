"""A pasted text as rows to look at: what was read, what a person corrected, what is still asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from incidents.authoring.forms.timeline import MARKS, PRECISIONS
from incidents.authoring.once import INPUT
from incidents.authoring.operations import MAX_UNSENT_LENGTH, NewRow
from incidents.authoring.rows import options
from incidents.edits import digest
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Incident
from incidents.models.timeline import MAX_ROW_TEXT
from incidents.moments import clock_of, to_moment
from incidents.parsing import (
    MAX_ROWS,
    Choice,
    ParsedEntry,
    ParsedTimeline,
    Question,
    ReadingError,
    parse_timeline,
    suggest_milestone,
    with_end,
)
from incidents.zones import known_zone, zone_label

_INPUTS = ("day", "clock", "precision", "mark", "text")
_TYPED = re.compile(rf"paste-text|day|zone|notes|q-[a-z0-9-]{{1,60}}|rows-[0-9]{{1,6}}-(?:keep|{'|'.join(_INPUTS)})")


@dataclass(slots=True)
class PastedRow:
    """One row as offered or corrected: what its inputs hold, as text. `raw` is what was pasted."""

    index: int
    raw: str
    day: str
    clock: str
    precision: str
    mark: str
    text: str
    is_kept: bool = True
    is_known: bool = False  # the timeline has this row already
    reading: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    moment: datetime | None = None
    offered: str = ""  # a digest of each input as it was offered, to tell a correction from a new reading

    def __post_init__(self) -> None:
        self.offered = " ".join(digest(getattr(self, name)) for name in _INPUTS)

    @property
    def marks(self) -> SafeString:
        return options(tuple(MARKS), self.mark)

    @property
    def precisions(self) -> SafeString:
        return options(tuple(PRECISIONS), self.precision)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the reader, with what is wrong with its answer."""

    question: Question
    error: str

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def text(self) -> str:
        return self.question.text

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.question.choices

    @property
    def answer(self) -> str | None:
        return self.question.answer

    @property
    def said(self) -> str:
        return self.question.said


class Paste:
    """A pasted text, with the answers and corrections that came with it.

    `zone` is empty until somebody says in which zone times without one are; `incident` gives the zone in which the
    rows are shown meanwhile, and the rows that are there already.
    """

    def __init__(
        self, text: str, incident: Incident, *, sent: Mapping[str, Any] | None = None, day: date | None = None
    ) -> None:
        self.text = text
        self.incident = incident
        self.sent = sent or {}
        self.day = _day(str(self.sent.get("day", ""))) or day
        self.zone = str(self.sent.get("zone_is") or self.sent.get("zone") or "").strip()
        self.errors: dict[str, str] = {}
        if self.zone and not known_zone(self.zone):
            self.errors["zone"] = "Not a zone we know. Write it as Europe/Berlin, or UTC."

    @cached_property
    def read(self) -> ParsedTimeline:
        answers = {key.removeprefix("q-"): str(value) for key, value in self.sent.items() if key.startswith("q-")}
        zone = self.zone if known_zone(self.zone) else None
        return parse_timeline(self.text, date=self.day, zone=zone, answers=answers)

    @cached_property
    def error(self) -> str:
        """Why the text can't be read; empty where it can."""
        if not self.text.strip():
            return "Paste a chat log, notes or a table first."
        if len(self.text) > MAX_UNSENT_LENGTH:
            return "This text is longer than a million characters."
        try:
            found = len(self.read.entries)  # reads, or says why not
        except ReadingError as refusal:
            return str(refusal)
        return f"These are {found:,} rows; a report holds {MAX_ROWS:,}. Paste a part of it." if found > MAX_ROWS else ""

    @property
    def text_digest(self) -> str:
        return digest(self.text)

    @property
    def typed(self) -> dict[str, str]:
        """What a person answered and corrected, by the names of the inputs: all that the page can't find out again."""
        said = {name: str(value) for name, value in self.sent.items() if name.startswith("q-")}
        said |= {"of": self.text_digest, "day": str(self.sent.get("day", "")), "zone": self.zone}
        said["notes"] = "on" if self.keeps_notes else ""
        for row in self.rows:
            now = {name: getattr(row, name) for name in _INPUTS}
            offered = zip(_INPUTS, row.offered.split(), strict=True)
            said |= {f"rows-{row.index}-{name}": now[name] for name, was in offered if digest(now[name]) != was}
            if row.is_kept == row.is_known:
                said[f"rows-{row.index}-keep"] = "on" if row.is_kept else ""
        return said

    @property
    def asked(self) -> list[Asked]:
        """The questions that the text leaves open, and what is wrong with their answers."""
        return [Asked(question, self.errors.get(f"q-{question.key}", "")) for question in self.read.questions]

    @property
    def open_questions(self) -> list[str]:
        """Where on the page the questions stand that nobody has answered yet."""
        zone = ["zone-question"] if self.needs_zone else []
        return zone + [f"question-{question.key}" for question in self.read.questions if question.answer is None]

    @property
    def wrong_rows(self) -> list[PastedRow]:
        return [row for row in self.rows if row.errors]

    @cached_property
    def said_of_all(self) -> list[str]:
        """How rows were read, where most were read so: said once above them."""
        counted = Counter(sentence for entry in self.read.entries for sentence in dict.fromkeys(entry.reading))
        return [sentence for sentence, times in counted.items() if times > 1 and times * 2 > len(self.read.entries)]

    @property
    def has_guessed_marks(self) -> bool:
        return any(row.mark for row in self.rows)

    @property
    def keeps_notes(self) -> bool:
        return bool(self.sent.get("notes", INPUT not in self.sent))  # a whole page without it was unticked

    @property
    def needs_zone(self) -> bool:
        """Whether rows stand without a zone: none is written, and none was given."""
        return any(entry.occurred_at is None and entry.zone is None and entry.clock for entry in self.read.entries)

    @property
    def asks_zone(self) -> bool:
        """Whether the answer to that question must stay in sight."""
        return self.needs_zone or bool(self.zone)

    @property
    def zone_label(self) -> str:
        """The zone that the inputs of the rows mean."""
        return zone_label(self.shown_zone)

    @property
    def incident_zone_label(self) -> str:
        return zone_label(self.incident.time_zone)

    @property
    def shown_zone(self) -> str:
        return self.zone if known_zone(self.zone) else self.incident.time_zone

    @cached_property
    def rows(self) -> list[PastedRow]:
        known = _known_rows(self.incident)
        taken = {str(kind) for kind in self.incident.milestones.values_list("kind", flat=True)}
        same_text = self.sent.get("of") == digest(self.text)
        rows = []
        for index, entry in enumerate(self.read.entries):
            row = self._offered(index, entry, taken)
            above = self.read.entries[index - 1].reading if index else ()
            row.reading = tuple(said for said in entry.reading if said not in (*self.said_of_all, *above))
            row.is_known = (self._instant(entry), _plain(row.text)) in known
            row.is_kept = not row.is_known
            if same_text:
                self._correct(row)
            rows.append(row)
        return rows

    def _instant(self, entry: ParsedEntry) -> datetime | None:
        """The moment that the row would be kept with."""
        local = entry.local and entry.local.replace(tzinfo=ZoneInfo(self.shown_zone))
        moment = entry.occurred_at or local
        return moment.astimezone(UTC).replace(microsecond=0) if moment else None

    def _offered(self, index: int, entry: ParsedEntry, taken: set[str]) -> PastedRow:
        zone = ZoneInfo(self.shown_zone)
        local = entry.occurred_at.astimezone(zone) if entry.occurred_at else entry.local
        clock = clock_of(local) if local else entry.clock.strftime("%H:%M") if entry.clock else ""
        day = local.date() if local else entry.date
        mark = suggest_milestone(entry.plain_text) or ""
        if mark in taken:
            mark = ""
        taken.add(mark)
        precision = entry.precision if entry.precision in dict(PRECISIONS) else Precision.ABOUT
        return PastedRow(
            index=index,
            raw=entry.raw,
            day=day.isoformat() if day else "",
            clock=clock,
            precision=precision,
            mark=mark,
            text=with_end(entry.plain_text, local, entry.lasted) if local else entry.plain_text,
            doubts=entry.doubts,
        )

    def _correct(self, row: PastedRow) -> None:
        """Put back what the person changed on the page; what they left as offered follows the new reading.

        A whole page says with each row how it was offered. What was kept of it holds the changed inputs alone.
        """
        prefix = f"rows-{row.index}-"
        offered = dict(zip(_INPUTS, str(self.sent.get(f"{prefix}offered", "")).split(), strict=False))
        if f"{prefix}keep" in self.sent or offered:
            row.is_kept = bool(self.sent.get(f"{prefix}keep"))
        for name in _INPUTS:
            value = self.sent.get(prefix + name, "" if offered else None)
            if value is not None and digest(value := str(value).replace("\r\n", "\n")) != offered.get(name):
                setattr(row, name, value)

    @property
    def left_over(self) -> str:
        """What became no row, as one text."""
        return "\n\n".join(self.read.left_over)

    def new_rows(self, *, now: datetime) -> list[NewRow] | None:
        """The rows to keep; None when something is wrong, which then stands in `errors` and at the rows."""
        if self.needs_zone:
            self.errors["zone"] = "Say in which zone these times are. The text doesn’t."
        for question in self.read.questions:
            if question.answer is None:
                self.errors[f"q-{question.key}"] = "Choose one of the readings."
        kept = [row for row in self.rows if row.is_kept]
        if not kept and not self.errors:
            self.errors["rows"] = "No row is ticked, so there is nothing to keep."
        zone = ZoneInfo(self.shown_zone)
        for row in kept:
            self._settle(row, zone, now)
        if self.errors or any(row.errors for row in kept):
            return None
        return [
            NewRow(
                row.moment,
                row.text.strip(),
                Precision(row.precision),
                MilestoneKind(row.mark) if row.mark else None,
                row.raw,
            )
            for row in kept
            if row.moment is not None
        ]

    def _settle(self, row: PastedRow, zone: ZoneInfo, now: datetime) -> None:
        day = _day(row.day)
        if day is None or not row.clock.strip():
            row.errors["clock"] = "Give day and time, or untick this row."
        else:
            try:
                row.moment = to_moment(day, row.clock, zone)
            except ValidationError as error:
                row.errors["clock"] = " ".join(error.messages)
            else:
                if row.moment > now:
                    row.errors["clock"] = "This lies in the future."
        if not row.text.strip():
            row.errors["text"] = "Say what happened, or untick this row."
        elif len(row.text) > MAX_ROW_TEXT:
            row.errors["text"] = f"A row holds {MAX_ROW_TEXT:,} characters; this has {len(row.text):,}."
        if "\0" in row.text:
            row.errors["text"] = "Null characters are not allowed."
        if row.precision not in dict(PRECISIONS):
            row.errors["precision"] = "Choose how well the time is known."
        if row.mark not in dict(MARKS):
            row.errors["mark"] = "Choose a milestone of the list."


def typed_on_page(sent: Mapping[str, Any]) -> dict[str, str]:
    """What the script of the page sends of it: inputs by name. A box says true or false."""
    typed = {name: str(value) for name, value in sent.items() if _TYPED.fullmatch(name)}
    boxes = {name: value for name, value in typed.items() if name == "notes" or name.endswith("-keep")}
    return {**typed, **{name: "on" if value == "true" else "" for name, value in boxes.items()}}


def _known_rows(incident: Incident) -> set[tuple[datetime, str]]:
    rows = incident.entries.values_list("occurred_at", "text")
    return {(occurred_at.replace(microsecond=0), _plain(text)) for occurred_at, text in rows}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
