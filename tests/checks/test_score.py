"""The check against an editor: 64 public texts with what a careful reader would mark. Prints the table."""

from __future__ import annotations

import pytest

from tests.checks.reading import read_texts, score, table

WRITTEN_FOR = ("infrastructure", "software", "everyday")
# Scored for the first time when the rules were done: 57 hits, 3 misses, 4 false alarms in 176 clean sentences. Two
# faults that it showed (a zone behind “3:00 p.m. to 3:35 p.m.”, `filesrv-2`) were mended, nothing else.
SET_ASIDE = ("held_out",)
MOST = 0.05


@pytest.mark.parametrize("files", [WRITTEN_FOR, SET_ASIDE], ids=["written for", "set aside"])
def test_the_check_agrees_with_the_editor(files: tuple[str, ...]) -> None:
    by_code, clean = score(read_texts(*files))
    print(f"\n{table(by_code, clean)}")  # noqa: T201  # the score is the point of the test
    hits = sum(one.hits for one in by_code.values())
    misses = sum(len(one.misses) for one in by_code.values())
    alarms = sum(len(one.false_alarms) for one in by_code.values())

    assert hits + misses >= 60
    assert misses / (hits + misses) <= MOST, table(by_code, clean)
    assert alarms / clean <= MOST, table(by_code, clean)
    assert by_code["token"].misses == []


def test_there_are_enough_texts_and_half_of_them_are_clean() -> None:
    texts = read_texts(*WRITTEN_FOR, *SET_ASIDE)

    assert len(texts) >= 60
    assert len(read_texts(*SET_ASIDE)) >= 20
    assert sum(not text.wanted for text in texts) >= 25
    assert len({text.name for text in texts}) == len(texts)
