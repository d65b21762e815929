"""What readers see of Markdown, as far as the check needs it."""

from __future__ import annotations

import pytest

from incidents.checks.passages import MAX_SENTENCE, Passage, passages
from incidents.checks.visible import visible
from tests.checks.saying import saying


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("We **should** have *failed* to __see__ ~~it~~.", "We should have failed to see it."),
        ("snake_case_name and _it_ and a * b", "snake_case_name and it and a  b"),
        ("# Cause #1", "Cause #1"),
        ("- one\n- two\n1. three", "one\n\ntwo\n\nthree"),
        ("- [x] done", "done"),
        ("> quoted", "quoted"),
        (r"\*not\* \_this\_", "*not* _this_"),
        ("[label](https://a.example/b_c_d)", "label"),
        ('![chart](attachment:abc "The chart")', "chart"),
        ("[![chart](attachment:abc)](https://a.example)", "chart"),
        ("https://a.example/_x_/y_", "https://a.example/_x_/y_"),
        ("a `code *x*` b", "a code *x* b"),
        ("``a `b` c``", "a `b` c"),
        ("```a```b and ````a```b", "ab and `ab"),
        ("`a\n*b*` c", "a\n*b* c"),
        ("&#65;B&shy;C&#x41;&lowbar;&copy and `&#65;`", "ABCA_&copy and &#65;"),
        ("A\ufeffB\u200bC\x08D", "ABCD"),
        ("```first word\n*raw*\n```\nafter", "first word\n*raw*\n\nafter"),
        ("- ```\n  *raw*\n  ```\n\n*after*", "*raw*\n\nafter"),
        ("\t~~~\n> \u200b```\n*a*", "> ```\n*a*"),
        ("```\n*raw*\n```\nafter", "*raw*\n\nafter"),
        ("~~~\nnever closed", "never closed"),
        ("| a | b |\n|---|---|\n| c | d |", "a\n\nb\n\n---\n\n---\n\nc\n\nd"),
        ("[not a link] (x)", "[not a link] (x)"),
    ],
)
def test_marks_go_and_words_stay(markdown: str, text: str) -> None:
    lines = [" ".join(line.split()) for line in visible(markdown).text.strip().split("\n")]
    wanted = [" ".join(line.split()) for line in text.split("\n")]

    assert [line for line in lines if line] == [line for line in wanted if line]


def test_code_is_known_as_such() -> None:
    seen = visible("a `b c` d\n\n```\ne f\n```\ng ``h``")

    assert [seen.text[start:end] for start, end in seen.code] == ["b c", "e f", "h"]


def test_targets_of_links_are_kept_with_their_titles() -> None:
    markdown = (
        '[a](https://a.example/x "title") ![b](attachment:key) [c](<https://c.example/d e>) [d]() '
        "[![e](https://e.example/p.png)](https://e.example)"
    )

    assert visible(markdown).targets == [
        'https://a.example/x "title"', "attachment:key", "<https://c.example/d e>", "", "https://e.example",
        "https://e.example/p.png",
    ]  # fmt: skip


def sentences(text: str) -> list[str]:
    return [sentence.text for sentence in Passage("p", "“P”", text).sentences]


def test_sentences() -> None:
    assert sentences("One, e.g. this. Two at 5 p.m. UTC! “Three?” Four\nand on.\n\nFive") == [
        "One, e.g. this.", "Two at 5 p.m. UTC!", "“Three?”", "Four and on.", "Five",
    ]  # fmt: skip
    assert sentences("Dr. Lee of Acme Inc. said 3.5 hours… Then nothing.") == [
        "Dr. Lee of Acme Inc. said 3.5 hours…",
        "Then nothing.",
    ]


def test_what_never_ends_is_cut_and_nothing_is_lost() -> None:
    text = "word " * 1_000
    found = sentences(text)

    assert max(map(len, found)) <= MAX_SENTENCE
    assert " ".join(found).split() == text.split()


def test_every_text_that_customers_read_is_there() -> None:
    found = passages(saying("`a`"))

    assert [(passage.place, passage.where) for passage in found] == [
        ("facts", "the headline"),
        ("facts", "the byline"),
        ("facts", "the name of the severity"),
        ("facts", "the name of a component"),
        ("section-summary", "“Summary”"),
        ("section-impact", "“Impact”"),
        ("section-root_cause", "“Root cause”"),
        *((f"entry-row{letter * 3}", "the timeline") for letter in "abcde"),
        *((f"action-pro{letter * 3}", "an action item") for letter in "abc"),
    ]
