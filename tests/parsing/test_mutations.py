"""Thousands of damaged reports: only the typed errors may come out, whatever was done to the text."""

import contextlib
import random
from collections.abc import Callable
from pathlib import Path

from incidents.parsing import ReadingError, parse_timeline, read_report

MUTATIONS = 1500
SEED = 20240514

Change = Callable[[random.Random, str, str], str]

_TOKENS = [
    "10:00", "25:99", "2020-02-30", "03/10/2021", "IST", "UTC+99", "```", "```markdown", "~~~", "|", "|---|", "<!--", "-->", "<p>", "</td><tr>",
    "# ", "## Timeline", "**", "- ", "- [x] ", "[", "](", "![", "\u65f6\u95f4", "\u9803", "\u202e", "\ufeff", "\x1b[31m", "&#0;", "&#xD800;", "0" * 50, "T+",
    "24:00", "99999-12-31", "31 Feb", "AM", "~", "???", "\t", "\r", "\n\n", ">", "---\n", "9999-12-31 23:59 UTC-14", "1970-01-01 00:00 UTC+14",
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


def test_only_typed_errors_come_out(sample: str) -> None:
    folder = Path(__file__).parents[3] / "shared" / "reports"
    texts = [path.read_bytes().decode() for path in sorted(folder.glob("[0-9]*"))] or [sample]
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    refused = 0
    for number in range(MUTATIONS):
        text = texts[number % len(texts)]
        for _ in range(chance.randint(1, 3)):
            text = chance.choice(CHANGES)(chance, text, chance.choice(texts)) or " "
        try:
            report = read_report(text if number % 3 else text.encode())
            report.to_json()
            assert all(entry.occurred_at is None or entry.occurred_at.tzinfo for entry in report.timeline)
        except ReadingError:
            refused += 1
        if number % 5 == 0:
            for entry in parse_timeline(text, zone="UTC").entries:
                entry.to_json()
    assert refused < MUTATIONS / 2, "most damaged reports are still reports"


def test_damaged_bytes(sample: str) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    for _ in range(MUTATIONS // 5):
        data = bytearray(sample.encode())
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with contextlib.suppress(ReadingError):
            read_report(bytes(data))
