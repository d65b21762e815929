from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.public.word_diff import Mark, Piece, compare_chapters, compare_lines

TEXTS = st.lists(st.sampled_from(["the", "power", "feed", "a ", "\n", "\n\n", " ", "14:00", "é"]), max_size=40).map(
    "".join
)


def only(pieces: tuple[Piece, ...], *marks: Mark) -> str:
    return "".join(piece.text for piece in pieces if piece.mark in marks)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_the_weave(old: str, new: str) -> None:
    pieces = compare_lines(old, new)
    assert only(pieces, Mark.SAME, Mark.REMOVED) == old
    assert only(pieces, Mark.SAME, Mark.ADDED) == new


@given(TEXTS, TEXTS)
def test_what_a_chapter_leaves_out_is_in_both(old: str, new: str) -> None:
    pieces = compare_chapters(old, new)
    if not any(piece.mark == Mark.SKIPPED for piece in pieces):
        assert only(pieces, Mark.SAME, Mark.REMOVED) == old
        assert only(pieces, Mark.SAME, Mark.ADDED) == new


def test_words_are_marked_without_their_blanks() -> None:
    assert compare_lines("It ended at 08:00 that day.", "It ended at 08:20 that day.") == (
        Piece(Mark.SAME, "It ended at "),
        Piece(Mark.REMOVED, "08:00"),
        Piece(Mark.ADDED, "08:20"),
        Piece(Mark.SAME, " that day."),
    )


def test_texts_with_little_in_common_stand_one_after_the_other() -> None:
    pieces = compare_lines("The graph showed nothing at all", "Somebody showed us a photograph of it")
    assert [piece.mark for piece in pieces] == [Mark.REMOVED, Mark.ADDED]


def test_splinters_between_changes_are_no_anchors() -> None:
    pieces = compare_lines(
        "The first feed failed when one fan broke in a rack of the north hall",
        "The first feed failed when two pumps in that rack of the north hall",
    )
    assert [piece.text for piece in pieces] == [
        "The first feed failed when ",
        "one fan broke in a",
        "two pumps in that",
        " rack of the north hall",
    ]


def test_unchanged_paragraphs_are_counted_instead_of_shown() -> None:
    same = "An unchanged paragraph that goes on. " * 10
    pieces = compare_chapters(f"{same}\n\n{same}\n\nIt was Monday.", f"{same}\n\n{same}\n\nIt was Tuesday.")
    assert pieces[0] == Piece(Mark.SKIPPED, "2 paragraphs unchanged")
    assert only(pieces, Mark.REMOVED) == "Monday."


RANDOM = random.Random(7)  # noqa: S311 - texts for a test
COMMON = [f"word{number}" for number in range(90)]


def lone_words(name: str) -> str:
    """20 KB whose common words never stand side by side: one match of difflib a word, cubic in time."""
    same = random.Random(7)  # noqa: S311 - the common words are the same in every text
    return " ".join(f"{chr(0x4E00 + same.randrange(110))} {name}{number}" for number in range(2_600))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("a " * 10_000, "a " * 9_000 + "b " * 500, id="one word"),
        pytest.param("a b " * 5_000, "b a " * 5_000, id="two words"),
        pytest.param("a\n\n" * 6_000, "b\n\na\n\n" * 3_000, id="one-letter paragraphs"),
        pytest.param(
            " ".join(RANDOM.choices(COMMON, k=2_900)), " ".join(RANDOM.choices(COMMON, k=2_900)), id="shuffled words"
        ),
        pytest.param(
            "\n\n".join(" ".join(RANDOM.choices(COMMON, k=140)) for _ in range(20)),
            "\n\n".join(" ".join(RANDOM.choices(COMMON, k=140)) for _ in range(20)),
            id="shuffled paragraphs",
        ),
        pytest.param(
            " ".join(RANDOM.choices(COMMON, k=999)), " ".join(RANDOM.choices(COMMON, k=999)), id="just below the bound"
        ),
        pytest.param(lone_words("a"), lone_words("b"), id="lone common words"),
        pytest.param("\n" * 20_000, "\n " * 10_000, id="blank lines"),
    ],
)
def test_cost_is_bounded(old: str, new: str) -> None:
    started = time.process_time()
    compare_chapters(old, new)
    assert time.process_time() - started < 1
