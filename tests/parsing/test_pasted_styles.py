"""Every style in `pasted/`: the rows that a careful reader finds, what is left over, what is asked, no word lost."""

import pytest

from .keeping import check_words, kept_of_paste
from .samples import Sample, samples, shown

SAMPLES = samples()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_rows(sample: Sample) -> None:
    found = sample.read()
    assert [shown(entry) for entry in found.entries] == sample.parts["rows"]
    left = [" ".join(line.split()) for paragraph in found.left_over for line in paragraph.split("\n")]
    assert " / ".join(filter(None, left)) == " / ".join(sample.parts.get("left", []))
    assert [question.key for question in found.questions] == sample.parts.get("ask", [])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_word_is_lost(sample: Sample) -> None:
    check_words(sample.text, kept_of_paste(sample.read()))


def test_there_are_enough_of_them() -> None:
    assert len(SAMPLES) > 150
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
