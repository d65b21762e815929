"""An acceptance holds for the words that stood there, and falls with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidents.checks import Finding
from tests.checks.saying import WHOLE, of, saying

FINDING = Finding("host-name", "It looks internal.", "section-impact", words=("web-03",), about="")


def fingerprints(text: str) -> set[str]:
    return {finding.fingerprint for finding in of(saying(text))}


def test_the_same_words_have_the_same_one_in_every_process() -> None:
    assert FINDING.fingerprint == "f57143083106f22be4619200aace17e7a80bb18ff5af18bea75b35f03bd5fa5e"
    assert replace(FINDING, message="Said differently.").fingerprint == FINDING.fingerprint
    assert replace(FINDING, words=("b", "a")).fingerprint == replace(FINDING, words=("a", "b")).fingerprint


def test_what_it_is_about_is_part_of_it() -> None:
    others = [
        replace(FINDING, code="ticket"),
        replace(FINDING, place="section-summary"),
        replace(FINDING, words=("web-04",)),
        replace(FINDING, words=("web-03", "web-04")),
        replace(FINDING, about="at another time"),
    ]

    assert len({one.fingerprint for one in [FINDING, *others]}) == 6


def test_other_words_around_it_change_nothing() -> None:
    (first,) = of(saying("It was web-03."))
    (second,) = of(saying("On that day it was web-03 that failed."))
    (other,) = of(saying("It was web-04."))

    assert first.fingerprint == second.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The engineer forgot to renew it.", "As ever, the new engineer forgot to renew it."),
        ("The outage lasted 9 hours.", "Nobody slept, since the outage lasted 9 hours."),
        ("The outage began at 01:00 UTC.", "All of you saw it: the outage began at 01:00 UTC."),
    ],
)
def test_what_a_sentence_says_is_accepted_for_that_sentence(before: str, after: str) -> None:
    first = fingerprints(f"Sorry. {before}")

    assert len(first) == 1
    assert fingerprints(f"We are\nsorry, all of us. {before.replace(' ', '  ')} Thanks.") == first
    assert not fingerprints(after) & first


def test_one_sentence_more_is_one_finding_more() -> None:
    first = fingerprints("The engineer forgot to renew it.")
    found = of(saying("The engineer forgot to renew it. Then the manager forgot to look."))

    assert first < {finding.fingerprint for finding in found}
    assert [finding.message for finding in found] == [
        f"“forgot to” in “Impact” blames somebody: “{sentence}” Say what made the slip possible."
        for sentence in ("The engineer forgot to renew it.", "Then the manager forgot to look.")
    ]


@pytest.mark.parametrize("text", ["web-03 is down", "The operator forgot to look."])
def test_one_row_more_is_another_finding(text: str) -> None:
    def told(*indices: int) -> Finding:
        rows = enumerate(WHOLE.timeline)
        (found,) = of(
            replace(WHOLE, timeline=tuple(replace(row, text=text) if i in indices else row for i, row in rows))
        )
        return found

    assert told(0).place == told(0, 1).place == told(0, 1, 3).place == "entry-rowaaa"
    assert len({told(*rows).fingerprint for rows in [(0,), (0, 1), (0, 3), (0, 1, 3)]}) == 4


def test_a_promise_that_is_worded_differently_is_looked_at_again() -> None:
    promise = replace(WHOLE.promises[1], due_on=None)
    (first,) = of(replace(WHOLE, promises=(promise,)))
    (second,) = of(replace(WHOLE, promises=(replace(promise, text="Build a third feed"),)))

    assert first.fingerprint != second.fingerprint


def test_the_quote_is_one_short_line() -> None:
    long = replace(FINDING, words=("a" * 50, "b\nc" * 20))

    assert FINDING.quote == "web-03"
    assert len(long.quote) == 80
    assert "\n" not in long.quote
    assert Finding("no-end", "No end.", "milestones").quote == ""


def test_what_stands_in_many_rows_is_told_at_the_first() -> None:
    rows = tuple(replace(row, text="web-03 is down") for row in WHOLE.timeline)
    found = of(replace(WHOLE, timeline=rows))

    assert [(finding.place, finding.message) for finding in found] == [
        ("entry-rowaaa", "“web-03” in the timeline looks like an internal host name. Say what the machine does.")
    ]
