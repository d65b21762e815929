r"""Reads `pasted/*.txt` and `reported/*.txt`: texts as people write them, with what a careful reader finds in them.

A sample is `=== name | option=value …`, the text, `--- rows` with one row a line (`time | text`), and where they
matter `--- left` (what is no row), `--- ask` (questions), and for reports `--- facts`, `--- actions`, `--- sections`. Invisible characters are written as \u00a0.
"""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from incidents.parsing import ParsedAction, ParsedEntry, ParsedReport, ParsedTimeline, parse_timeline, read_report
from incidents.parsing.model import SECTION_KEYS

FOLDER: Final = Path(__file__).parent
_ESCAPE: Final = re.compile(r"\\u([0-9a-f]{4})")
_MARKS: Final = {"exact": "", "about": "~ ", "before": "< ", "after": "> ", "unknown": ""}


@dataclass(frozen=True)
class Sample:
    name: str
    options: dict[str, str]
    text: str
    parts: dict[str, list[str]]

    def read(self) -> ParsedTimeline:
        date = self.options.get("date")
        return parse_timeline(
            self.text, date=dt.date.fromisoformat(date) if date else None, zone=self.options.get("zone")
        )


@dataclass(frozen=True)
class ReportSample(Sample):
    """A whole report. Only the fields that the sample names are compared."""

    def report(self) -> ParsedReport:
        return read_report(self.text)

    def wanted(self) -> dict[str, object]:
        facts: dict[str, object] = dict(line.split(": ", 1) for line in self.parts.get("facts", []))
        facts.update(line.split(": ", 1) for line in self.parts.get("sections", []))
        return facts | {name: self.parts[name] for name in ("rows", "actions", "ask") if name in self.parts}

    def told(self) -> dict[str, object]:
        report = self.report()
        facts = {
            "title": report.title,
            "author": report.author,
            "date": report.date,
            "zone": report.time_zone,
            "offset": report.utc_offset_minutes,
            "severity": report.severity,
            "duration": report.duration_minutes,
        }
        told: dict[str, object] = {name: "none" if value is None else str(value) for name, value in facts.items()}
        told.update({key: " ".join((report.text_of(key) or "").split()) for key in SECTION_KEYS})
        told["rows"] = [shown(entry) for entry in report.timeline]
        told["actions"] = [_action(action) for action in report.action_items]
        told["ask"] = [question.key for question in report.questions]
        return told


def samples() -> list[Sample]:
    return [Sample(*found) for path in sorted((FOLDER / "pasted").glob("*.txt")) for found in _of_file(path)]


def reports() -> list[ReportSample]:
    return [ReportSample(*found) for path in sorted((FOLDER / "reported").glob("*.txt")) for found in _of_file(path)]


def _of_file(path: Path) -> list[tuple[str, dict[str, str], str, dict[str, list[str]]]]:
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), path.read_text(encoding="utf-8"))
    found = []
    for piece in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        head, _, body = piece.partition("\n")
        name, _, options = head.partition(" | ")
        source, *parts = re.split(r"^--- (rows|left|ask|facts|actions|sections)\n", body, flags=re.MULTILINE)
        named = {key: value.strip("\n").split("\n") for key, value in zip(parts[::2], parts[1::2], strict=True)}
        named = {key: [line for line in lines if line] for key, lines in named.items()}
        given = dict(option.split("=", 1) for option in options.split())
        found.append((f"{path.stem}: {name}", given, source.strip("\n"), named))
    return found


def _action(action: ParsedAction) -> str:
    owner = f" ({action.owner})" if action.owner else ""
    return f"{'[x] ' if action.done else ''}{action.plain_text}{owner}"


def shown(entry: ParsedEntry) -> str:
    """One row as the samples write it."""
    text = " / ".join(" ".join(line.split()) for line in entry.plain_text.split("\n") if line.strip())
    return f"{_MARKS[entry.precision]}{_time(entry)} | {text}".rstrip()


def _time(entry: ParsedEntry) -> str:
    if entry.local is None:
        return _clock(entry.clock) if entry.clock else f"{entry.date} ?" if entry.date else "?"
    told = f"{entry.local.date()} {_clock(entry.local.time())}"
    if entry.occurred_at is not None:
        told += f" {entry.occurred_at.isoformat()[-6:]}"
    if entry.local_end is not None:
        same = entry.local_end.date() == entry.local.date()
        told += f" \u2013 {'' if same else f'{entry.local_end.date()} '}{_clock(entry.local_end.time())}"
    return told


def _clock(time: dt.time) -> str:
    return time.isoformat("seconds" if time.second else "minutes")
