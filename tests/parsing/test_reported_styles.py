"""Every report in `reported/`: the facts, rows and action items that a careful reader finds."""

import pytest

from .samples import ReportSample, reports

SAMPLES = reports()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_fields(sample: ReportSample) -> None:
    wanted = sample.wanted()
    told = sample.told()
    assert {name: told[name] for name in wanted} == wanted


def test_there_are_enough_of_them() -> None:
    assert len(SAMPLES) > 30
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
