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


@pytest.mark.parametrize(
    ("text", "promise", "owner", "due"),
    [
        ("Add an alert. Owner: Ana", "Add an alert.", "Ana", None),
        ("Add an alert (Ana, by 2022-11-03)", "Add an alert", "Ana", "2022-11-03"),
        ("Add an alert (@ana, 2022-11-03)", "Add an alert", "@ana", "2022-11-03"),
        ("Add an alert, owner: Ana Ruiz, due: 2022-11-03.", "Add an alert", "Ana Ruiz", "2022-11-03"),
        ("Add an alert (due 3 November 2022)", "Add an alert", None, "2022-11-03"),
        ("Add an alert \u2014 Owner: Ana \u2014 Due: 2022-11-03", "Add an alert", "Ana", "2022-11-03"),
        ("Add an alert (Owner: Ana; Due: 2022-11-03)", "Add an alert", "Ana", "2022-11-03"),
        ("Add an alert\n  - Owner: Ana\n  - Due: 2022-11-03", "Add an alert", "Ana", "2022-11-03"),
        ("Add an alert (Redis)", "Add an alert (Redis)", None, None),
        ("Add an alert (Redis, version 7)", "Add an alert (Redis, version 7)", None, None),
        ("Read the report of 2022-11-03", "Read the report of 2022-11-03", None, None),
        ("Add an alert. Owner: TBD", "Add an alert. Owner: TBD", None, None),
    ],
)
def test_an_item_gives_its_owner_and_its_day(text: str, promise: str, owner: str | None, due: str | None) -> None:
    [item] = report(f"## Action items\n\n- {text}\n").action_items
    assert (item.promise, item.owner, item.due_on and item.due_on.isoformat()) == (promise, owner, due)


@pytest.mark.parametrize("due", ["by 03/11/2022", "due Nov 3"])
def test_a_day_that_can_be_read_in_two_ways_stays_as_written(due: str) -> None:
    [item] = report(f"## Action items\n\n- Add an alert (Ana, {due})\n").action_items
    assert item.due_on is None
    assert item.due == due.split(" ", 1)[1]


def test_a_table_gives_the_day_too() -> None:
    found = report(
        "## Action items\n\n| Action | Owner | Due |\n|-|-|-|\n| Add an alert | Ana | 2022-11-03 |\n"
    ).action_items
    assert [(item.promise, item.owner, item.due) for item in found] == [("Add an alert", "Ana", "2022-11-03")]


def test_a_list_nested_in_an_item_is_kept_as_a_list() -> None:
    text = "- Improve the **coverage** of probes\n    - Reach out to\n      the teams\n        1. First team\n    - Write an article\n- Next item here"
    assert [item.promise for item in report(f"## Action items\n\n{text}\n").action_items] == [
        "Improve the coverage of probes\n- Reach out to the teams\n  1. First team\n- Write an article",
        "Next item here",
    ]


@pytest.mark.parametrize("lead", ["Prevent:", "Short term:", "**Detect**"])
def test_items_below_the_name_of_a_group_are_items_of_their_own(lead: str) -> None:
    text = (
        f"- Something else that is a promise\n- {lead}\n  - Rotate the keys every month\n  - Alert before they run out"
    )
    found = report(f"## Action items\n\n{text}\n").action_items
    assert [item.promise for item in found][1:] == ["Rotate the keys every month", "Alert before they run out"]
    assert found[2].group == lead.strip("*:")
