"""A pasted list becomes one thing to do for each bullet; what is no list stays as it was typed."""

from __future__ import annotations

import pytest

from incidents.authoring.bullets import things_in


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("- Alert sooner\n- Test the restore", ["Alert sooner", "Test the restore"]),
        ("* Alert sooner\n\n* Test the restore\n", ["Alert sooner", "Test the restore"]),
        ("• Alert sooner\n– Test the restore", ["Alert sooner", "Test the restore"]),
        ("1. Alert sooner\n2) Test the restore\n10. Rest", ["Alert sooner", "Test the restore", "Rest"]),
        ("- [ ] Alert sooner\n- [x] Done already", ["Alert sooner", "[x] Done already"]),
        ("  - Alert sooner\n  - Test the restore", ["Alert sooner", "Test the restore"]),
        ("- Alert sooner", ["Alert sooner"]),
        (
            "- Alert sooner\n  - at 80 %\n    - on both disks\n  by mail\n- Test the restore",
            ["Alert sooner\n- at 80 %\n  - on both disks\nby mail", "Test the restore"],
        ),
        ("1. Alert sooner\n\tat 80 %\n2. Rest", ["Alert sooner\nat 80 %", "Rest"]),
    ],
)
def test_each_bullet_is_one_thing(text: str, things: list[str]) -> None:
    assert things_in(text) == things


@pytest.mark.parametrize(
    "text",
    [
        "Alert sooner",
        "Alert sooner\nand mail it",
        "What we do:\n- Alert sooner\n- Test the restore",
        "- Alert sooner\nand mail it",
        "24. December is a holiday: nobody deploys",
        "10.0.0.0/8 leaves the allow list",
        "-5 % is the new limit",
        "2 backups a day",
    ],
)
def test_what_is_no_list_is_one_thing(text: str) -> None:
    assert things_in(text) == [text]


@pytest.mark.parametrize("text", ["", "  \n\t\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert things_in(text) == []


def test_no_word_is_lost() -> None:
    text = "- a\n   b\n      c\n- d\n  * e\n\n    f"

    assert "".join(things_in(text)).split() != []
    assert [word for word in " ".join(things_in(text)).split() if word.isalpha()] == list("abcdef")
