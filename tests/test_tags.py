"""Tags are the same words however they were written, and few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.tags import MAX_TAG_LENGTH, MAX_TAGS, BadTags, in_one_line, read_tags


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("dns, deploy", ["dns", "deploy"]),
        (" DNS ,, #Deploy;\tpower \n feed ,", ["dns", "deploy", "power", "feed"]),
        ("power   feed, POWER FEED, power feed", ["power feed"]),
        ("Ünïcode, U\u0308nicode, É, e\u0301", ["ünïcode", "ünicode", "é"]),
        ("c#, #, ##x", ["c#", "x"]),
        ("d\u200bns, \u200b, \u202ednS", ["dns"]),
        ("電源、dns，回線", ["電源", "dns", "回線"]),
        ("", []),
    ],
)
def test_tags_are_read_as_people_write_them(written: str, tags: list[str]) -> None:
    assert read_tags(written) == tags


def test_they_come_in_a_list_too() -> None:
    assert read_tags("DNS", "deploy, dns", "") == ["dns", "deploy"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("x" * (MAX_TAG_LENGTH + 1), f"A tag holds {MAX_TAG_LENGTH} characters; “{'x' * 39}…” has 41."),
        (", ".join(map(str, range(MAX_TAGS + 1))), "These are 11 tags; a report has at most 10."),
    ],
)
def test_more_than_is_kept_is_refused(written: str, said: str) -> None:
    with pytest.raises(BadTags) as refusal:
        read_tags(written)

    assert str(refusal.value) == said


def test_as_many_as_are_kept_are_kept() -> None:
    assert len(read_tags(",".join(f"{'x' * (MAX_TAG_LENGTH - 2)}{n:02}" for n in range(MAX_TAGS)))) == MAX_TAGS


@given(st.text())
def test_what_was_read_reads_the_same(written: str) -> None:
    try:
        tags = read_tags(written)
    except BadTags:
        return
    assert read_tags(in_one_line(tags)) == read_tags(*tags) == tags
