"""A person works on the Markdown and brings it back: what they meant is read, what they broke is named."""

from __future__ import annotations

import contextlib
import random
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.import_export.consistency import Leftovers, consistent
from incidents.import_export.document import (
    ActionText,
    ImageFile,
    Malformed,
    MilestoneFact,
    Person,
    ReportDocument,
    Row,
    SectionText,
    SeverityName,
)
from incidents.import_export.markdown_format import to_markdown
from incidents.import_export.markdown_reading import is_our_markdown, read_markdown
from tests.import_export.documents import NASTY, documents

SHA = "ab" * 32
DOCUMENT = ReportDocument(
    title="Servers down",
    number=12,
    public_id="abcdefghjkmn",
    severity=SeverityName("Critical", "critical"),
    lead=Person("ana@example.test", "Ana"),
    opened_at=datetime(2026, 3, 9, 14, tzinfo=UTC),
    due_on=date(2026, 3, 12),
    cause="hardware",
    tags=("power", "data hall"),
    milestones=(
        MilestoneFact("impact_started", datetime(2026, 3, 6, 5, tzinfo=UTC)),
        MilestoneFact("detected", datetime(2026, 3, 6, 5, 2, tzinfo=UTC), row="rowaaaaaaaaa"),
        MilestoneFact("recovered", datetime(2026, 3, 6, 8, 20, tzinfo=UTC), "about"),
    ),
    sections=(
        SectionText("summary", "The breaker tripped.\n\n- one\n- two", "We were down.\n\nWe are sorry."),
        SectionText("notes", "Ask the vendor."),
    ),
    timeline=(
        Row(
            datetime(2026, 3, 6, 5, 2, tzinfo=UTC),
            "rowaaaaaaaaa",
            text="Pagers went off.",
            public_text="We noticed.",
            author="ana@example.test",
        ),
        Row(datetime(2026, 3, 6, 5, 10, 30, tzinfo=UTC), "rowbbbbbbbbb", "about", "Somebody looked."),
    ),
    action_items=(
        ActionText("actaaaaaaaaa", "Fix the breaker", "Review the supply", owner=Person("ana@example.test", "Ana")),
        ActionText("actbbbbbbbbb", "Write it down", state="done", closed_on=date(2026, 3, 10)),
    ),
    images=(ImageFile("imgaaaaaaaaa", "The room", True, "", f"images/{SHA}.png", SHA, "image/png", 4, 2, 99),),
)
WRITTEN = to_markdown(DOCUMENT)


def line_of(words: str) -> int:
    return WRITTEN[: WRITTEN.index(words)].count("\n") + 1


ROW, ACTION, NOTE = line_of("- **about"), line_of("- [ ]"), line_of('{"key": "notes"}')
EXPECTED = f"""\
---
# An incident report, written by Afterword and read by it again. You may edit the values here and the texts between
# the marks below (comments that begin with “afterword:”). Quoted text is what customers read.
afterword: 1
title: "Servers down"
number: 12
public_id: "abcdefghjkmn"
severity: {{"name": "Critical", "tone": "critical"}}
status: "investigating"
time_zone: "UTC"
is_private: false
team: ""
lead: {{"email": "ana@example.test", "name": "Ana"}}
opened_by: null
opened_at: "2026-03-09T14:00:00Z"
public_title: ""
byline: ""
cause: "hardware"
tags: ["power", "data hall"]
owner: null
due_on: "2026-03-12"
no_action_reason: ""
milestones:
  - {{"kind": "impact_started", "at": "2026-03-06T05:00:00Z"}}
  - {{"kind": "detected", "row": "rowaaaaaaaaa"}}
  - {{"kind": "recovered", "at": "2026-03-06T08:20:00Z", "precision": "about"}}
impacts: []
---

<!-- afterword: for reading -->
# Servers down

*INC-12, Critical, investigating, customers were affected for about 3 hours 20 minutes. Quotes are the wording for customers.*

| Moment | Time |
| --- | --- |
| Impact starts | 2026-03-06 05:00 UTC |
| Detected | 2026-03-06 05:02 UTC |
| Recovered | about 2026-03-06 08:20 UTC |
<!-- afterword: end -->

## Summary

<!-- afterword: section {{"key": "summary"}} -->
The breaker tripped.

- one
- two
<!-- afterword: for customers -->
> We were down.
>
> We are sorry.
<!-- afterword: end -->

## Timeline

- **2026-03-06 05:02 UTC** *Detected:* <!-- afterword: row {{"key": "rowaaaaaaaaa", "author": "ana@example.test"}} -->
  Pagers went off.
  <!-- afterword: for customers -->
  > We noticed.
  <!-- afterword: end -->
- **about 2026-03-06 05:10:30 UTC** <!-- afterword: row {{"key": "rowbbbbbbbbb"}} -->
  Somebody looked.
  <!-- afterword: end -->

## Action items

- [ ] *Ana:* <!-- afterword: action {{"key": "actaaaaaaaaa", "owner": {{"email": "ana@example.test", "name": "Ana"}}}} -->
  Fix the breaker
  <!-- afterword: for customers -->
  > Review the supply
  <!-- afterword: end -->
- [x] *closed 2026-03-10:* <!-- afterword: action {{"key": "actbbbbbbbbb", "closed_on": "2026-03-10"}} -->
  Write it down
  <!-- afterword: end -->

## Images

- ![](images/{SHA}.png) <!-- afterword: image {{"key": "imgaaaaaaaaa", "is_public": true, "file": "images/{SHA}.png", "sha256": "{SHA}", "content_type": "image/png", "width": 4, "height": 2, "size": 99}} -->
  The room
  <!-- afterword: end -->

## Notes

<!-- afterword: section {{"key": "notes"}} -->
Ask the vendor.
<!-- afterword: end -->
"""


def test_the_file_is_one_that_people_can_read() -> None:
    assert WRITTEN == EXPECTED


def edited(*changes: tuple[str, str]) -> tuple[ReportDocument, list[str]]:
    """The document after somebody changed the file, and what they are told."""
    text = WRITTEN
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return read_markdown(text)


def test_texts_can_be_changed_in_both_wordings() -> None:
    document, warnings = edited(
        ("- one\n- two\n", "- one\n\n## A heading\n\nMore <b>words</b>.\n"),
        ("> We are sorry.\n", "> We are very sorry.\n>\n>     code\nand a line without a mark\n"),
        ("  Somebody looked.\n", "  Somebody looked,\n  and looked again.\n"),
        ("  The room\n  <!-- afterword: end", "  The server room, smoking <!-- afterword: end"),
    )

    assert warnings == []
    assert document == replace(
        DOCUMENT,
        sections=(
            SectionText(
                "summary",
                "The breaker tripped.\n\n- one\n\n## A heading\n\nMore <b>words</b>.",
                "We were down.\n\nWe are very sorry.\n\n    code\nand a line without a mark",
            ),
            DOCUMENT.sections[1],
        ),
        timeline=(DOCUMENT.timeline[0], replace(DOCUMENT.timeline[1], text="Somebody looked,\nand looked again.")),
        images=(replace(DOCUMENT.images[0], alt="The server room, smoking"),),
    )


def test_facts_can_be_changed_also_without_quotes() -> None:
    document, warnings = edited(
        ('title: "Servers down"', "title: Servers were down"),
        ('due_on: "2026-03-12"', "due_on:"),
        ("is_private: false", "is_private: true"),
        ('byline: ""', "byline: The platform team"),
    )

    assert warnings == []
    assert document == replace(
        DOCUMENT, title="Servers were down", due_on=None, is_private=True, byline="The platform team"
    )


def test_a_time_that_is_corrected_takes_its_milestone_along() -> None:
    document, warnings = edited(
        ("- **2026-03-06 05:02 UTC** *Detected", "- **before 2026-03-06T06:03+01:00** *Detected")
    )

    assert warnings == []
    at = datetime(2026, 3, 6, 5, 3, tzinfo=UTC)
    assert (document.timeline[0].occurred_at, document.timeline[0].precision) == (at, "before")
    assert (document.milestones[1].at, document.milestones[1].precision) == (at, "before")


def test_a_box_can_be_ticked_and_cleared() -> None:
    document, warnings = edited(("- [ ] *Ana:*", "- [x] *Ana:*"), ("- [x] *closed", "- [ ] *closed"))

    assert warnings == []
    assert [(item.state, item.closed_on) for item in document.action_items] == [("done", None), ("open", None)]


def test_items_can_be_added_by_hand_copied_and_removed() -> None:
    added = "- **2026-03-06 06:00 UTC** <!-- afterword: row -->\n  By hand.\n  <!-- afterword: end -->\n"
    row = WRITTEN[WRITTEN.index("- **about") : WRITTEN.index("\n## Action items")]
    document, warnings = edited(
        (row, row + added + row), ("  <!-- afterword: for customers -->\n  > We noticed.\n", "")
    )

    assert warnings == []
    assert [(entry.key, entry.text) for entry in document.timeline] == [
        ("rowaaaaaaaaa", "Pagers went off."),
        ("rowbbbbbbbbb", "Somebody looked."),
        ("", "By hand."),
        ("", "Somebody looked."),
    ]
    assert document.timeline[0].public_text == ""

    removed, _ = edited((row, ""), (WRITTEN[WRITTEN.index("- **2026") : WRITTEN.index("- **about")], ""))
    leftovers = Leftovers()
    assert consistent(removed, leftovers).milestones[1] == MilestoneFact("detected", None, "unknown")
    assert [warning for warning in leftovers.warnings if "Detected" in warning] == [
        "The timeline row that marks “Detected” is not there.",
        "“Detected” has no time; it counts as unknown.",
    ]


def test_what_stands_between_the_marks_goes_to_the_notes() -> None:
    document, warnings = edited(("## Timeline\n", "A thought.\n\n## Timeline\n\nAnother one.\n"))

    assert document.sections[-1] == SectionText("notes", "### Between the marks\n\nA thought.\nAnother one.")
    line = WRITTEN.split("\n").index("## Timeline") + 1
    assert warnings == [
        f"Line {line}: This stands between the marks; it is kept in the notes.",
        f"Line {line + 4}: This stands between the marks; it is kept in the notes.",
    ]
    merged = consistent(document, Leftovers())
    assert merged.sections[-1] == SectionText(
        "notes", "Ask the vendor.\n\n### Between the marks\n\nA thought.\nAnother one."
    )


def test_words_that_look_as_if_they_counted_are_named() -> None:
    _, warnings = edited(("*Ana:*", "*Bo:*"), ("*Detected:*", "*Resolved:*"), ("![](images", "![x](images"))

    assert [warning.split(": ", 1)[1] for warning in warnings] == [
        "“*Resolved:*” is not read; what counts stands in the facts.",
        "“*Bo:*” is not read; what counts stands in the facts.",
        f"“![x](images/{SHA}.png)” is not read; what counts stands in the facts.",
    ]


def test_an_unknown_section_and_two_of_one_kind_are_kept() -> None:
    section = WRITTEN[WRITTEN.index('<!-- afterword: section {"key": "summary"}') : WRITTEN.index("\n## Timeline")]
    document, warnings = edited((section, section + section.replace("summary", "next_steps")))
    twice, _ = edited((section, section + section))

    leftovers = Leftovers()
    assert warnings == []
    notes = consistent(document, leftovers).sections[-1].text
    assert notes.startswith("Ask the vendor.\n\n### next_steps\n\nThe breaker tripped.")
    assert leftovers.warnings == ["“next_steps” is no section of a report; it is kept in the notes."]
    assert consistent(twice, Leftovers()).sections[0].text.count("The breaker tripped.") == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\n---\n\n<!--", "\n\n<!--", "Line 1: The facts that begin here have no end: a line “---” is missing."),
        ('title: "Servers down"', 'title: "Servers down', "Line 5: This can’t be read: Unterminated string"),
        ('title: "Servers down"', "title: 12", "Line 5 (title): This must be a text."),
        ('title: "Servers down"\n', "", "“title”: This is missing."),
        ('title: "Servers down"', 'title: "A"\ntitle: "B"', "Line 6: “title” is said twice."),
        ('title: "Servers down"', "what is this", "Line 5: This is no fact. Write it as “name: value”."),
        ('due_on: "2026-03-12"', "due_on: in March", "Line 21 (due_on): This is no day. Write it as 2023-03-06."),
        ("number: 12", "number: -1", "Line 6 (number): This must be a whole number."),
        ('tags: ["power", "data hall"]', "tags: power, data hall", "Line 19 (tags): This must be a list."),
        ("is_private: false", "is_private: nope", "Line 11 (is_private): This must be true or false."),
        ('"precision": "about"}', '"at": "later"}', "Line 26 (milestones[3].at): This is no time."),
        ('opened_at: "2026', 'opened_at: "0026', "Line 15 (opened_at): That year can’t be right."),
        ("afterword: 1\n", "afterword: 2\n", "afterword: A newer version wrote this (schema 2)"),
        ("05:10:30 UTC", "ten past five", f"Line {ROW}: Write the time as “**2023-03-06 05:00 UTC**”."),
        ("05:10:30 UTC", "05:10:30", f"Line {ROW}: Write the time as"),
        ("05:10:30 UTC", "25:10:30 UTC", f"Line {ROW}: Write the time as"),
        ("- [ ] *Ana", "- *Ana", f"Line {ACTION}: Begin an action item with “- [ ]”"),
        ('{"key": "rowbbbbbbbbb"}', '{"key": 5}', f"Line {ROW} (key): This must be a text."),
        ('{"key": "rowbbbbbbbbb"}', '{"key": oops}', f"Line {ROW}: This can’t be read"),
        ("  Somebody looked.\n  <!-- afterword: end -->\n", "  Somebody looked.\n", f"Line {ACTION - 1}: What begins in line {ROW} has no end"),
        ("Ask the vendor.\n<!-- afterword: end -->\n", "Ask the vendor.\n", f"Line {NOTE}: What begins here has no end"),
        ('section {"key": "notes"}', 'chapter {"key": "notes"}', f"Line {NOTE}: There is no mark “chapter”."),
    ],
)  # fmt: skip
def test_what_is_broken_is_named_with_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(Malformed) as refusal:
        edited((old, new))

    assert said in str(refusal.value)


def test_unknown_facts_are_named() -> None:
    _, warnings = edited(
        ('byline: ""', 'by_line: "The team"'), ('{"key": "rowbbbbbbbbb"}', '{"key": "rowbbbbbbbbb", "colour": 1}')
    )

    assert warnings == [
        "Line 17 (by_line): This is no fact that we know; it was not read.",
        f"Line {ROW}: “colour” is no fact that we know; it was not read.",
    ]


def test_other_markdown_is_not_taken_for_ours() -> None:
    for text in (
        "",
        "# Servers down\n",
        "---\ntitle: x\n---\nafterword: 1\n",
        "---\nafterwords: 1\n---\n",
        "afterword: 1\n",
    ):
        assert not is_our_markdown(text)
    assert is_our_markdown("\ufeff---\r\nafterword: 1\r\n---\r\n")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.integers(0, 2**32), st.integers(1, 6))
def test_no_damage_is_an_error_that_we_did_not_foresee(document: ReportDocument, seed: int, times: int) -> None:
    lines = to_markdown(document).split("\n")
    chance = random.Random(seed)  # noqa: S311  # damage needs no secrets
    for _ in range(times):
        damage(lines, chance)

    with contextlib.suppress(Malformed):
        read, _ = read_markdown("\n".join(lines))
        consistent(read, Leftovers())


def damage(lines: list[str], chance: Any) -> None:
    at = chance.randrange(len(lines)) if lines else 0
    line = lines[at] if lines else ""
    cut = chance.randrange(len(line) + 1)
    kinds = {
        "drop": [],
        "twice": [line, line],
        "cut": [line[:cut]],
        "insert": [line[:cut] + chance.choice(NASTY) + line[cut:]],
        "swap": [line, chance.choice(lines or [""])],
        "junk": [chance.choice(NASTY).replace("\n", " ")],
        "break": [line[:cut], line[cut:]],
    }
    lines[at : at + 1] = chance.choice(list(kinds.values()))
