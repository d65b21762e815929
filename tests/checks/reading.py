"""The public texts of `texts/*.toml` as reports, and how well the check agrees with their editor."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from incidents.checks import CheckContext, findings
from incidents.checks.passages import passages
from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.snapshot import ComponentImpact, Promise, Section, SeverityFact, Snapshot, TimelineRow

FOLDER = Path(__file__).with_name("texts")
SECTIONS = ("summary", "impact", "root_cause", "resolution")
# What a text can be marked with; the rest of the codes is about what is missing.
CODES = (
    "token", "placeholder", "duration", "time", "missing-zone", "zone", "host-name", "private-address", "internal-url",
    "email", "ticket", "person", "handle", "blame",
)  # fmt: skip

Marked = tuple[str, str]


@dataclass(frozen=True)
class Text:
    name: str
    snapshot: Snapshot
    names: tuple[str, ...]
    wanted: tuple[Marked, ...]

    @property
    def found(self) -> tuple[Marked, ...]:
        context = CheckContext(names=self.names)
        at = self.snapshot.timeline[-1].occurred_at + timedelta(days=90)
        return tuple(
            (finding.code, word)
            for finding in findings(self.snapshot, at=at, context=context)
            if finding.code in CODES
            for word in (finding.words[:1] if finding.code == "missing-zone" else finding.words)  # told once a text
        )


def read_texts(*names: str) -> list[Text]:
    return [
        _text(entry) for name in names for entry in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["text"]
    ]


def _text(entry: dict[str, Any]) -> Text:
    started: datetime = entry["started"]
    snapshot = Snapshot(
        schema=1,
        public_id="abcdefghjkmn",
        title=entry["title"],
        byline="",
        severity=SeverityFact("High", "high"),
        time_zone="UTC",
        milestones=(
            Milestone(MilestoneKind.IMPACT_STARTED, started),
            Milestone(MilestoneKind.RESOLVED, entry["ended"]),
        ),
        components=(ComponentImpact("Everything", "major_outage", None, None),),
        sections=tuple(Section(key, entry[key]) for key in SECTIONS if key in entry),
        timeline=tuple(_row(number, row, started) for number, row in enumerate(entry["rows"])),
        promises=(Promise("promise", "Review what happened", "prevent", "open", started.date(), None),),
        images=(),
    )
    wanted = tuple((code, words) for code, words in entry.get("wanted", ()))
    return Text(entry["name"], snapshot, tuple(entry.get("names", ())), wanted)


def _row(number: int, row: str, started: datetime) -> TimelineRow:
    days = int(row[1]) if row.startswith("+") else 0
    clock, _, text = (row[3:] if row.startswith("+") else row).partition(" ")
    at = datetime.combine(started.date() + timedelta(days=days), time.fromisoformat(clock), UTC)
    return TimelineRow(f"row{number:03}", at, Precision.EXACT, text, None)


@dataclass
class Score:
    """Of one code, or of all."""

    hits: int = 0
    misses: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)


def score(texts: list[Text]) -> tuple[dict[str, Score], int]:
    """By code; and how many sentences have nothing to mark."""
    by_code = {code: Score() for code in CODES}
    clean = 0
    for text in texts:
        found = text.found
        for code, words in text.wanted:
            if any(is_about(one, (code, words)) for one in found):
                by_code[code].hits += 1
            else:
                by_code[code].misses.append(f"{text.name}: {words}")
        for one in dict.fromkeys(found):
            if not any(is_about(one, wanted) for wanted in text.wanted):
                by_code[one[0]].false_alarms.append(f"{text.name}: {one[1]}")
        clean += clean_sentences(text)
    return by_code, clean


def is_about(found: Marked, wanted: Marked) -> bool:
    return found[0] == wanted[0] and (found[1] in wanted[1] or wanted[1] in found[1])


def clean_sentences(text: Text) -> int:
    sentences = [
        " ".join(passage.text[start:end].split())
        for passage in passages(text.snapshot)
        if not passage.room  # names that every text has, and nobody would mark
        for start, end in passage.sentence_spans
    ]
    return sum(not any(words in sentence for _, words in text.wanted) for sentence in sentences)


def table(by_code: dict[str, Score], clean: int) -> str:
    rows = [f"{'':16}{'hits':>6}{'misses':>8}{'false alarms':>14}"]
    rows += [f"{code:16}{one.hits:6}{len(one.misses):8}{len(one.false_alarms):14}" for code, one in by_code.items()]
    hits = sum(one.hits for one in by_code.values())
    misses = sum(len(one.misses) for one in by_code.values())
    alarms = sum(len(one.false_alarms) for one in by_code.values())
    rows.append(f"{'all':16}{hits:6}{misses:8}{alarms:14}   in {clean} clean sentences")
    rows += [f"missed {code}: {miss}" for code, one in by_code.items() for miss in one.misses]
    rows += [f"false alarm {code}: {alarm}" for code, one in by_code.items() for alarm in one.false_alarms]
    return "\n".join(rows)
