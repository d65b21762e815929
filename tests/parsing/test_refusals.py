"""What is no report, or no text: a typed error, and a sentence that says why."""

import pytest

from incidents.parsing import MAX_BYTES, NotAReport, Unreadable, parse_timeline, read_report


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "NUL"),
        (b"# Outage\0", "NUL"),
        (b"# Outage \xff\xfe", "not valid UTF-8: line 1"),
        ("# Outage\nStra\u00dfe".encode("latin-1"), "line 2"),
        ("# Outage".encode("utf-16"), "UTF-16"),
        (b"\x01\x02\x03\x04" * 100, "binary"),
        (b"a" * (5 * 1024 * 1024), "5.0 MB"),
        (b"a\n" * 20_000, "too long"),
    ],
)
def test_unreadable(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_report(data)


def test_text_with_half_a_character_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        parse_timeline("10:00 \ud800")


@pytest.mark.parametrize("text", ["", "   \n\n", "\ufeff", "---\n---\n"])
def test_empty(text: str) -> None:
    with pytest.raises(NotAReport):
        read_report(text)


@pytest.mark.parametrize(
    "text",
    [
        "# Shopping\n\n- milk\n- bread\n",
        "# Title\n\n## Summary\n\n## Impact\n\n## Root cause\n\n## Timeline\n",
        "# [Incident name]\n\n## Summary\n\n_What happened? One or two sentences._\n\n## Impact\n\n<who was affected>\n",
        "# How to write\n\nYour postmortem of 2 May 2020 must contain:\n\n- a summary\n- a timeline\n"
        + "Write well. " * 20,
        "# Incident log\n\n## 2023\n\n- [Incident on 2023-01-02 - outage of mail](a)\n- [Incident on 2023-02-03](b)\n",
        "# Postmortem\n\n## Timeline\n| Time (UTC) | Event |\n|---|---|\n| HH:MM | Description |\n| HH:MM | Description |\n",
        "# Postmortem template\n\n## Timeline\n- T0: first seen\n- T+15m: stopped\n- T+30m: cause found\n\n## Root Cause\n- direct:\n",
        '# Incident postmortem: [Title]\n\n**Date**: [YYYY-MM-DD]\n\n## Summary\n\n**Example**: "On 2025-10-30 at 14:35 UTC, '
        'the mail server stopped. All mail was unavailable for 23 minutes until it was started again."\n',
        "# Review\n\n## Summary\n\nBetween [start date] and [end date] the service was down for all of its users in all regions.\n\n"
        "## Impact\n\nThe outage of [the service] was felt by [number of users] all over the world for [duration] minutes.\n",
        "Postmortem task\n[Link - https://blog.example/@me/postmortem]\n",
    ],
)
def test_not_a_report(text: str) -> None:
    with pytest.raises(NotAReport) as refused:
        read_report(text)
    assert str(refused.value).endswith(".")


def test_a_timeline_of_nothing_is_empty_and_says_so() -> None:
    found = parse_timeline("nothing here")
    assert found.entries == ()
    assert found.left_over == ("nothing here",)
    assert found.warnings != ()


def test_the_limit_itself_is_allowed() -> None:
    with pytest.raises(NotAReport):
        read_report("a" * MAX_BYTES)
