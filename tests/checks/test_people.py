"""Names from the user table, and the words that only look like them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.saying import WHOLE, of, words

NAMES = (
    "Marta Kowalczyk",
    "Will Turner",
    "Mark Hope",
    "May Summers",
    "Grant Miller",
    "Zoë O’Neil-Brandt",
    "Li",
    "Dana",
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Marta Kowalczyk found it.", ["Marta Kowalczyk"]),
        ("It was marta kowalczyk, and MARTA\nKOWALCZYK again.", ["marta kowalczyk", "MARTA\nKOWALCZYK"]),
        ("Thanks to Marta and Ms. Kowalczyk’s team.", ["Marta", "Kowalczyk"]),
        ("Dana’s fix worked.", ["Dana"]),
        ("Zoë O’Neil-Brandt mended it.", ["Zoë O’Neil-Brandt"]),
        ("Then Will Turner and Mark left.", ["Will Turner", "Mark"]),
        ("If Grant had known.", ["Grant"]),
        ("`commit by Marta`", ["Marta"]),
        # Words of their own.
        ("Mark the date. Will this happen again? We hope not, and grant credit.", []),
        ("Grant applications were late. “Will it?” Hope is no plan.", []),
        ("It happened in May, and on 3 May; summers are hot.", []),
        ("People will turn to us; young people will turner away.", []),
        ("The marketing of Kowalczyks and Danas, madana and Dana-like.", []),
        ("Li is short.", []),
    ],
)
def test_names(text: str, wanted: list[str]) -> None:
    assert words(text, "person", names=NAMES) == wanted


def test_an_account_that_is_named_for_its_role_is_no_person() -> None:
    roles = ("On-call engineer", "Team lead", "Platform admin", "Support agent", "Engineer 3", "Status Bot")

    assert words("The on-call engineer and the Team lead told Support and Platform.", "person", names=roles) == []


def test_a_byline_may_name_its_author_and_nothing_else_may() -> None:
    snapshot = replace(WHOLE, byline="Marta Kowalczyk", title="What Marta Kowalczyk saw")
    found = [finding for finding in of(snapshot, names=NAMES) if finding.code == "person"]

    assert [(finding.place, finding.message) for finding in found] == [
        ("facts", "“Marta Kowalczyk” in the headline is a colleague’s name. Say the role.")
    ]


def test_rows_promises_and_images_are_read_too() -> None:
    snapshot = replace(
        WHOLE,
        timeline=(replace(WHOLE.timeline[0], text="Marta wakes up."), *WHOLE.timeline[1:]),
        promises=(replace(WHOLE.promises[0], text="Give Marta a day off"), *WHOLE.promises[1:]),
    )

    assert [finding.place for finding in of(snapshot, names=NAMES)] == ["entry-rowaaa", "action-proaaa"]
