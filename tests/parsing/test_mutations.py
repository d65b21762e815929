"""Ten thousand damaged texts: only the typed errors come out, no word is lost, and none is made up.

Most are pieces of reports, since that is quicker and as unlike a report as it gets; some are whole reports.
"""

import contextlib
import datetime as dt
import html
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from incidents.parsing import (
    ParsedEntry,
    Question,
    ReadingError,
    parse_timeline,
    read_line,
    read_report,
)
from incidents.parsing.source import to_text

from .conftest import REPORTS, SAMPLE
from .keeping import check_words, kept_of_paste, kept_of_report, shown_by_browser, words
from .samples import reports, samples

PARTS = 5
MUTATIONS_A_PART = 2000
OF_SAMPLES = 1000
SEED = 20240514
NOON = dt.datetime.fromisoformat("2026-03-07T12:00")

STORY = "# Outage of 2 May 2020\n\n## Summary\n\nIt broke on a Saturday and we mended it by Sunday evening, all by hand.\n\n"

Change = Callable[[random.Random, str, str], str]

_TOKENS = [
    "10:00", "25:99", "2020-02-30", "03/10/2021", "IST", "UTC+99", "```", "```markdown", "~~~", "|", "|---|", "<!--", "-->", "<p>", "</td><tr>",
    "# ", "## Timeline", "**", "- ", "- [x] ", "[", "](", "![", "\u65f6\u95f4", "\u9803", "\u202e", "\ufeff", "\x1b[31m", "&#0;", "&#xD800;", "0" * 50, "T+",
    "24:00", "99999-12-31", "31 Feb", "AM", "~", "???", "\t", "\r", "\n\n", ">", "---\n", "9999-12-31 23:59 UTC-14", "1970-01-01 00:00 UTC+14",
    "Day 2", "Sunday", "between 10:00 and ", "T0 = 10:00", "T+5m ", "1772859731 ", "noon", "CST", "time,event\n10:00,", "\u0096", "\u2502", "+---+", "Berlin time", "== x ==", "lasted 3 h",
]  # fmt: skip


def _lines(change: Callable[[random.Random, list[str]], list[str]]) -> Change:
    return lambda chance, text, _other: "\n".join(change(chance, text.split("\n")))


def _insert(chance: random.Random, text: str, _other: str) -> str:
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(_TOKENS) + text[at:]
    return text


def _delete(chance: random.Random, text: str, _other: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + text[at + chance.randint(1, 200) :]


def _replace(chance: random.Random, text: str, _other: str) -> str:
    letters = list(text)
    for _ in range(chance.randint(1, 40)):
        letters[chance.randrange(len(letters))] = chance.choice(":|-#*[]()<>`0123456789 \n\u5e74\u6708\u65e5APM/.~?")
    return "".join(letters)


def _splice(chance: random.Random, text: str, other: str) -> str:
    return text[: chance.randint(0, len(text))] + other[chance.randint(0, len(other)) :]


CHANGES: list[Change] = [
    _insert,
    _delete,
    _replace,
    _splice,
    _lines(lambda chance, lines: chance.sample(lines, len(lines))),
    _lines(lambda chance, lines: [line for line in lines if chance.random() > 0.1]),
    _lines(lambda chance, lines: [line for line in lines for _ in range(chance.choice([1, 1, 1, 3]))]),
    _lines(lambda chance, lines: [" " * chance.choice([0, 0, 2, 4, 9]) + line for line in lines]),
    _lines(lambda chance, lines: [line[: chance.randint(0, 60)] if chance.random() < 0.2 else line for line in lines]),
]


def _collected() -> list[str]:
    return [path.read_bytes().decode() for path in sorted(REPORTS.glob("[0-9]*"))] if REPORTS.is_dir() else []


def _own() -> list[str]:
    return [SAMPLE, *(sample.text for sample in (*samples(), *reports()))]


def _piece(chance: random.Random, text: str) -> str:
    if chance.random() < 0.03:
        return text
    lines = text.split("\n")
    length = chance.randint(2, 12)
    start = chance.randrange(max(1, len(lines) - length))
    head = chance.choice(["", "## Timeline\n", STORY, f"{STORY}## Action items\n"])
    return head + "\n".join(lines[start : start + length])


@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_damaged_reports(part: int) -> None:
    _try(_collected() or _own(), MUTATIONS_A_PART, random.Random(SEED + part))  # noqa: S311 - repeatable on purpose


def test_damaged_samples() -> None:
    _try(_own(), OF_SAMPLES, random.Random(SEED))  # noqa: S311 - repeatable on purpose


def _try(texts: list[str], mutations: int, chance: random.Random) -> None:
    read: Counter[str] = Counter()
    for number in range(mutations):
        text = _piece(chance, texts[number % len(texts)])
        for _ in range(chance.randint(1, 3)):
            text = chance.choice(CHANGES)(chance, text, _piece(chance, chance.choice(texts))) or " "
        with contextlib.suppress(ReadingError):
            if number % 3:
                _check_report(chance, text, as_bytes=number % 2 == 0)
                read["reports"] += 1
            else:
                _check_paste(chance, text)
                read["pastes"] += 1
        _check_line(chance, text)
    assert read["pastes"] == -(-mutations // 3), "a pasted text is never refused for what it says"
    assert read["reports"] > mutations / 5, "many pieces of reports are still reports"


def _check_report(chance: random.Random, text: str, *, as_bytes: bool) -> None:
    report = read_report(text.encode() if as_bytes else text)
    report.to_json()
    check_words(text, kept_of_report(report))
    _check_rows(text, report.timeline)
    if report.questions:
        answered = read_report(text, answers=_answers(chance, report.questions))
        assert [question.key for question in answered.questions] == [question.key for question in report.questions]


def _check_paste(chance: random.Random, text: str) -> None:
    zone = chance.choice([None, "UTC", "CST", "Europe/Berlin"])
    found = parse_timeline(text, zone=zone, date=chance.choice([None, NOON.date()]))
    [entry.to_json() for entry in found.entries]
    check_words(text, kept_of_paste(found))
    _check_rows(text, found.entries)
    if zone is None and found.time_zone is None:
        assert not any(entry.occurred_at for entry in found.entries), "no zone written, none assumed"
    if found.questions:
        answered = parse_timeline(text, zone=zone, answers=_answers(chance, found.questions))
        assert all(entry.raw for entry in answered.entries)


def _check_line(chance: random.Random, text: str) -> None:
    line = chance.choice(text.split("\n"))
    row = read_line(line, previous=chance.choice([None, NOON]), now=chance.choice([None, NOON]))
    if row is not None:
        assert all(word in html.unescape(line).lower() for word in words(row.text)), line


def _check_rows(text: str, entries: Iterable[ParsedEntry]) -> None:
    """No row says a word that the text doesn't, and each instant has a zone."""
    written = html.unescape(to_text(text)).lower()
    written += html.unescape(shown_by_browser(to_text(text))).lower()
    written += written.replace("**", "")  # half of a pair of marks is taken off
    for entry in entries:
        assert entry.occurred_at is None or entry.occurred_at.tzinfo is not None
        made_up = [word for word in words(entry.text) if word not in written]
        assert not made_up, (made_up, text, entry)


def _answers(chance: random.Random, questions: Iterable[Question]) -> dict[str, str]:
    said = {question.key: chance.choice(question.choices).value for question in questions}
    return {**said, "zone-old": "+01:00", chance.choice(["date-order", "zone-ist"]): chance.choice(["", "day", "x"])}


def test_damaged_bytes(sample: str) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    for _ in range(300):
        data = bytearray(sample.encode())
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(ReadingError):
            read_report(bytes(data))
