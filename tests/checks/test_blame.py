"""Blame is about people. Machines may fail, forget and ignore."""

from __future__ import annotations

import pytest

from tests.checks.saying import marks, of, saying, words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The on-call engineer failed to notice.", "failed to"),
        ("We failed to notice that it had expired.", "failed to"),
        ("The technician on duty failed to open the valve.", "failed to"),
        ("Our operators, tired by then, saw it and ignored the alarm.", "ignored"),
        ("The backend team **failed to** ask.", "failed to"),
        ("Crew members neglected to close it.", "neglected to"),
        ("Somebody forgot to renew it.", "forgot to"),
        ("Our volunteer Greta forgot it.", "forgot"),
        ("The step was forgotten.", "forgotten"),
        ("The valve was overlooked.", "overlooked"),
        ("Had the duty manager not ignored two calls, it would have been shorter.", "ignored"),
        ("A developer accidentally deleted the table.", "accidentally"),
        ("She did not follow the runbook.", "did not follow"),
        ("We should have tested it.", "should have tested"),
        ("The team should've called.", "should've called"),
        ("The reviewer should never have approved it.", "should never have approved"),
        ("This should have been caught in review.", "should have been caught"),
        ("It should also have been noticed.", None),
        ("The cause was human error.", "human error"),
        ("Operator error, again.", "Operator error"),
        ("The contractor was careless.", "careless"),
        ("The vendor is to blame.", "is to blame"),
        ("It was his fault.", "his fault"),
    ],
)
def test_blame(text: str, said: str | None) -> None:
    assert words(text, "blame") == ([said] if said else [])


@pytest.mark.parametrize(
    "text",
    [
        "We should have more capacity soon, and you should have received a list.",
        "The list failed to load, and the job had failed to renew its lease.",
        "Two pumps failed to start because the controller had lost its settings.",
        "The script by our engineer failed to start; the pager of the team failed to ring.",
        "We regret that the import failed to finish.",
        "Users failed to log in, and customers who forgot their password could not reset it.",
        "The “Forgot password” link led nowhere.",
        "A browser that forgot its session was sent round in circles.",
        "The parser ignored the error, and the third pump ignored the signal.",
        "The alarm should have gone to two people. Our servers should have moved by themselves.",
        "Nobody should have to read this. Everything should have returned to normal.",
        "We failed to meet the standard that you expect.",
        "Lazy loading hid a segmentation fault; the fault is ours, and this review is blameless.",
        "We changed `failed to` and `human error` in the texts.",
        "```\nERROR we failed to connect, human error\n```",
        "The table was accidentally readable for a machine.",
        "We expect to have finished, and must have been quicker.",
    ],
)
def test_no_blame(text: str) -> None:
    assert marks(text) == []


def test_a_name_can_be_the_subject() -> None:
    names = ("Marta Kowalczyk",)

    assert words("Then Kowalczyk should have checked it.", "blame", names=names) == ["should have checked"]
    assert words("Then Kowalczyk should have checked it.", "blame") == []


def test_it_says_what_to_write_instead() -> None:
    (finding,) = of(saying("The operator forgot to open it."))

    assert (finding.title, finding.message) == (
        "Blame",
        "“forgot to” in “Impact” blames somebody. Say what made the slip possible.",
    )
