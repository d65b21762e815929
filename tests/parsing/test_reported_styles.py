"""Every report in `reported/`: the facts, rows and action items that a careful reader finds."""

import pytest

from .keeping import check_words, kept_of_report
from .samples import ReportSample, reports

SAMPLES = reports()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_fields(sample: ReportSample) -> None:
    wanted = sample.wanted()
    told = sample.told()
    assert {name: told[name] for name in wanted} == wanted


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_word_is_lost(sample: ReportSample) -> None:
    check_words(sample.text, kept_of_report(sample.report()))


def test_there_are_enough_of_them() -> None:
    assert len(SAMPLES) > 30
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
