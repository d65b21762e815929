"""Samples for the readers, and where the collected reports lie when they are beside the checkout."""

from pathlib import Path

import pytest

REPORTS = Path(__file__).parents[3] / "shared" / "reports"

SAMPLE = """# Checkout was down for the afternoon

> By Mira Okafor

# Summary

![](https://pictures.example/queue.png)

On May 14th, 2024, at 1pm GMT +0, payments failed; the outage lasted 2 hours and 5 minutes.

# Timeline (all times in GMT + 0)

| Time (GMT + 0) | What happened |
| --- | --- |
| 12:48 PM | Certificate of the payment gateway ran out |
| 1:00PM | Outage begins |
| 1:04PM | Pager alerted the on-call team |
| 1:09PM | On-call acknowledged |
| 2:40PM | Successful rollback |
| 3:05PM | 100% of payments back online |
|       |

# Root cause

The certificate was renewed by hand, once a year.

# Preventive measures

- Renew certificates by a job.
- [x] Alert 30 days before one runs out.

Mira
https://notes.example/checkout
"""


@pytest.fixture
def sample() -> str:
    return SAMPLE


@pytest.fixture(scope="session")
def reports() -> Path:
    """The folder of collected reports; a test that asks for it is skipped where they are missing."""
    if not (REPORTS / "INDEX.tsv").is_file():
        pytest.skip(f"the collected reports are not here: {REPORTS}")
    return REPORTS
