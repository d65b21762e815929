"""`parse_timeline` from standard input to standard output."""

import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command


def run(monkeypatch: pytest.MonkeyPatch, text: bytes, *arguments: str) -> str:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    written = io.StringIO()
    call_command("parse_timeline", *arguments, stdout=written)
    return written.getvalue()


def test_json(monkeypatch: pytest.MonkeyPatch) -> None:
    told = run(monkeypatch, b"- ~14:02 **down**\n- 14:30 up", "--date", "2024-05-01", "--zone", "UTC", "--json")
    assert json.loads(told)[0] == {
        "time_as_written": "~14:02",
        "occurred_at": "2024-05-01T14:02:00+00:00",
        "precision": "about",
        "text": "down",
        "doubts": [],
    }


def test_table_with_doubts_and_left_over(monkeypatch: pytest.MonkeyPatch) -> None:
    told = run(monkeypatch, b"Notes\n\n- 22:00 a\n- 01:00 b", "--date", "2024-05-01")
    assert "2024-05-02 01:00" in told
    assert "? No date is written" in told
    assert "No time zone is written." in told
    assert "Not read as rows: 1" in told


def test_questions_are_shown_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"03/10/2021 10:00 IST a"
    told = run(monkeypatch, text)
    assert "Which day is meant?" in told
    assert "  --answer zone-ist=+05:30" in told
    said = run(monkeypatch, text, "--answer", "date-order=day", "--answer", "zone-ist=+05:30", "--answer", "old=x")
    assert "2021-10-03 10:00+05:30" in said
    assert "* --answer date-order=day" in said


@pytest.mark.parametrize(
    ("text", "arguments", "reason"),
    [
        (b"10:00 a", ["--zone", "Mars"], "no time zone"),
        (b"10:00 a", ["--date", "1 May"], "not a date"),
        (b"10:00 a", ["--answer", "day"], "not KEY=VALUE"),
        (b"\xff\xfe", [], "UTF-16"),
        (b"a" * 2_000_000, [], "too large"),
    ],
)
def test_mistakes_are_sentences(
    monkeypatch: pytest.MonkeyPatch, text: bytes, arguments: list[str], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        run(monkeypatch, text, *arguments)
