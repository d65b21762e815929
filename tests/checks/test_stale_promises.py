"""Promises that customers read in an old state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from incidents.checks import stale_promises
from incidents.snapshot import Promise
from tests.public.samples import SEED

ON = date(2023, 3, 25)
OPEN = Promise("open00", "Build a second feed", "prevent", "in_progress", None, None)


def stale(told: tuple[Promise, ...], now: tuple[Promise, ...]) -> list[str]:
    found = stale_promises(replace(SEED, promises=told), replace(SEED, promises=now), on=ON)
    assert all((finding.place, finding.blocks) == ("actions", False) for finding in found)
    return [finding.message for finding in found]


DONE = replace(OPEN, state="done", closed_on=ON)
LATE = replace(OPEN, due_on=ON - timedelta(days=3))


@pytest.mark.parametrize(
    ("told", "now", "message"),
    [
        (OPEN, DONE, "Customers still read “In progress” for 1 promise that is done inside: start a correction."),
        (
            LATE,
            replace(LATE, state="done", closed_on=ON),
            "Customers still read “Late” for 1 promise that is done inside: start a correction.",
        ),
        (
            OPEN,
            replace(OPEN, state="wont_do", closed_on=ON),
            "Customers still read “In progress” for 1 promise that is dropped inside: start a correction.",
        ),
        (DONE, OPEN, "Customers still read “Done” for 1 promise that is in progress inside: start a correction."),
        (
            replace(OPEN, state="open"),
            OPEN,
            "Customers still read “Planned” for 1 promise that is in progress inside: start a correction.",
        ),
    ],
)
def test_customers_read_an_old_state(told: Promise, now: Promise, message: str) -> None:
    assert stale((told,), (now,)) == [message]


def test_old_states_are_told_together() -> None:
    second, third = replace(OPEN, key="second"), replace(OPEN, key="third0", state="open")

    assert stale((OPEN, second, third), (DONE, replace(DONE, key="second"), replace(DONE, key="third0"))) == [
        "Customers still read “In progress” for 2 promises that are done inside: start a correction.",
        "Customers still read “Planned” for 1 promise that is done inside: start a correction.",
    ]


@pytest.mark.parametrize(
    "now",
    [
        (OPEN,),
        (replace(OPEN, text="In other words", due_on=ON),),  # said again by the next correction, and no old state
        (),  # no promise to customers any more
        (OPEN, replace(DONE, key="second")),  # not told yet
    ],
)
def test_nothing_is_old(now: tuple[Promise, ...]) -> None:
    assert stale((OPEN,), now) == []
