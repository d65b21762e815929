"""Action items in all their shapes, and what only looks like one."""

import pytest

from incidents.parsing import ParsedReport, read_report

REPORT = "# Outage of 2 May 2020\n\n## Timeline\n\n- 10:00 UTC alert\n- 10:10 UTC fix\n\n"


def items(text: str) -> list[str]:
    return [action.plain_text for action in report(text).action_items]


def report(text: str) -> ParsedReport:
    return read_report(REPORT + text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Action Items\n\n1. One\n   [Issue](https://code.example/1)\n2. Two wraps\n   over lines.", ["One Issue", "Two wraps over lines."]),
        ("## Action items\n\n### Process\n\n- a b\n\n### Detection\n\nNone.\n\n### Tests\n\n- c d", ["a b", "c d"]),
        ("## Action items\n\n- top\n    - nested\n    - nested too\n- next", ["top - nested - nested too", "next"]),
        ("## Action items\n\n- **Tasks:**\n  - one\n  - two\n- **Fixes**:\n  1. three", ["one", "two", "three"]),
        ("## Action items\n\n- Tasks:\n    - one\n    - two", ["one", "two"]),
        ("## Action items\n\n- [x] all\n- [x] done", ["all", "done"]),
        ("## Action items\n\nNone.\n\n## Actions\n\n- [x] report is written\n- [x] title is clean", []),
        ("## Action items\n\n**Tasks:**\n1. one\n\n**Fixes:**\n- two", ["one", "two"]),
        ("## Action items\n\n- N/A", []),
        ("## Action items\n\n- real\n\n## Actions\n\n- [x] report is written\n- [x] title is clean", ["real"]),
        ("## Next steps\n\n- only these", ["only these"]),
        ("## Follow-ups\n\n### Renew by a job\n\nBecause people forget.\n\n### Alert earlier\n\nA month before.", ["Renew by a job Because people forget.", "Alert earlier A month before."]),
        ("## Action items\n\nWe will look at the plan again next week and see.", []),
        ("## Supporting information\n\n- looks like one", []),
        ("# After-action report\n\n## What went wrong\n\n- this\n\n## Action items\n\n- that", ["that"]),
    ],
)  # fmt: skip
def test_shapes(text: str, expected: list[str]) -> None:
    assert items(text) == expected


def test_tables_give_owner_and_status() -> None:
    found = report(
        "## Action items\n\n| **Action item** | Type | Owner | Status |\n|:-|:-|:-|:-|\n"
        "| Renew `tls` | prevent | Jo | **DONE** |\n| Alert | detect | Mo, Kai | TODO |\n"
    ).action_items
    assert [(item.plain_text, item.owner, item.status, item.done) for item in found] == [
        ("Renew tls", "Jo", "DONE", True),
        ("Alert", "Mo, Kai", "TODO", False),
    ]


@pytest.mark.parametrize("text", ["- [x] a", "- a (Accomplished.)", "- ~~a~~", "- \u2705 a"])
def test_done(text: str) -> None:
    assert [item.done for item in report(f"## Action items\n\n{text}\n").action_items] == [True]


def test_what_is_no_item_is_kept_as_a_note() -> None:
    found = report("## Action items\n\nSo that it never happens again:\n\n- a\n\nBye.\n\n### Process\n\nNone.\n")
    notes = found.text_of("notes") or ""
    assert all(word in notes for word in ("never happens again", "Bye.", "None."))
