r"""Reads `pasted/*.txt`: texts as people paste them, each with the rows that a careful reader finds.

A sample is `=== name | option=value …`, the text, `--- rows` with one row a line (`time | text`), and where they
matter `--- left` (what is no row), `--- ask` (questions). Invisible characters are written as \u00a0.
"""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from incidents.parsing import ParsedEntry, ParsedTimeline, parse_timeline

FOLDER: Final = Path(__file__).with_name("pasted")
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


def samples() -> list[Sample]:
    return [sample for path in sorted(FOLDER.glob("*.txt")) for sample in _of_file(path)]


def _of_file(path: Path) -> list[Sample]:
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), path.read_text(encoding="utf-8"))
    found = []
    for piece in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        head, _, body = piece.partition("\n")
        name, _, options = head.partition(" | ")
        source, *parts = re.split(r"^--- (rows|left|ask)\n", body, flags=re.MULTILINE)
        named = {key: value.strip("\n").split("\n") for key, value in zip(parts[::2], parts[1::2], strict=True)}
        named = {key: [line for line in lines if line] for key, lines in named.items()}
        given = dict(option.split("=", 1) for option in options.split())
        found.append(Sample(f"{path.stem}: {name}", given, source.strip("\n"), named))
    return found


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
