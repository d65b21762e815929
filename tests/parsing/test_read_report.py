"""A report of the plainest kind, and the variations people make of it."""

import datetime as dt

import pytest

from incidents.parsing import read_report


def test_every_fact_of_a_plain_report(sample: str) -> None:
    report = read_report(sample, file_name="checkout.md")
    assert report.title == "Checkout was down for the afternoon"
    assert report.author == "Mira Okafor"
    assert report.date == dt.date(2024, 5, 14)
    assert report.time_zone == "GMT + 0"
    assert report.utc_offset_minutes == 0
    assert report.duration_minutes == 125
    assert report.severity is None
    assert report.summary is not None
    assert report.summary.startswith("On May 14th, 2024")
    assert report.root_cause == "The certificate was renewed by hand, once a year."
    assert [image.url for image in report.attachments] == ["https://pictures.example/queue.png"]
    assert report.warnings == ()


def test_rows_have_instants_and_the_empty_row_is_none(sample: str) -> None:
    rows = read_report(sample).timeline
    assert [row.time_as_written for row in rows] == ["12:48 PM", "1:00PM", "1:04PM", "1:09PM", "2:40PM", "3:05PM"]
    first = rows[0].occurred_at
    assert first is not None
    assert first.isoformat() == "2024-05-14T12:48:00+00:00"
    assert rows[-1].text == "100% of payments back online"


def test_milestones_are_proposed_from_the_words(sample: str) -> None:
    found = {
        milestone.kind: milestone.occurred_at.strftime("%H:%M") if milestone.occurred_at else None
        for milestone in read_report(sample).milestones
    }
    assert found == {
        "impact_started": "13:00",
        "detected": "13:04",
        "acknowledged": "13:09",
        "mitigated": "14:40",
        "resolved": "15:05",
    }


def test_what_follows_the_last_list_is_a_note_and_no_action(sample: str) -> None:
    report = read_report(sample)
    assert [(action.text, action.done) for action in report.action_items] == [
        ("Renew certificates by a job.", False),
        ("Alert 30 days before one runs out.", True),
    ]
    notes = report.text_of("notes")
    assert notes == "Mira\nhttps://notes.example/checkout"


def test_json_has_the_agreed_shape(sample: str) -> None:
    told = read_report(sample, file_name="checkout.md").to_json()
    assert list(told) == [
        "file",
        "title",
        "author",
        "date",
        "time_zone",
        "utc_offset_minutes",
        "severity",
        "duration_minutes",
        "summary",
        "root_cause",
        "timeline",
        "action_items",
        "attachments",
        "warnings",
    ]
    assert told["date"] == "2024-05-14"
    assert told["timeline"][1] == {
        "time_as_written": "1:00PM",
        "occurred_at": "2024-05-14T13:00:00+00:00",
        "text": "Outage begins",
    }


@pytest.mark.parametrize("change", [str.encode, lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()])
def test_bytes_and_line_ends_make_no_difference(sample: str, change: object) -> None:
    assert callable(change)
    assert read_report(change(sample)) == read_report(sample)
    assert read_report(sample.replace("\n", "\r")) == read_report(sample)


def test_bare_lines_instead_of_headings() -> None:
    report = read_report(
        "Summary\nThe mail server stopped on 3 June 2023 and nobody noticed for a while.\n"
        "Timeline\n09:00 UTC - disk full\n09:20 UTC - mail accepted again\n"
        "Root Cause and Resolution\nRoot Cause:\nLogs were never rotated.\nResolution:\nWe rotated them.\n"
        "Corrective and Preventative Measures\nTasks:\nRotate logs every night.\nWatch the disk of every server.\n"
    )
    assert report.title is None
    assert len(report.timeline) == 2
    assert report.root_cause == "Logs were never rotated."
    assert report.text_of("resolution") == "We rotated them."
    assert [action.text for action in report.action_items] == [
        "Rotate logs every night.",
        "Watch the disk of every server.",
    ]
    assert {action.group for action in report.action_items} == {"Tasks"}


def test_a_whole_report_inside_a_fence_that_never_closes() -> None:
    report = read_report(
        "Here you are:\n\n```markdown\n# Login outage\n\n## Timeline\n\n"
        "- **10:00 UTC** - alert\n- **10:05 UTC** - fix\n\n## Root cause\n\nA typo.\n"
    )
    assert report.title == "Login outage"
    assert len(report.timeline) == 2
    assert report.root_cause == "A typo."


def test_a_report_inside_a_closed_fence_with_code_in_it() -> None:
    report = read_report(
        "```markdown\n# Login outage\n\n## Timeline\n\n- 10:00 UTC - alert\n\n  ```sh\n  # 10:01 no row\n  ```\n\n"
        "- 10:05 UTC - fix\n```\n\n## Root cause\n\nA typo.\n"
    )
    assert [row.time_as_written for row in report.timeline] == ["10:00 UTC", "10:05 UTC"]
    assert report.root_cause == "A typo."


def test_coloured_words_are_words() -> None:
    report = read_report(
        '# Outage\n\n## Timeline\n\n- **<span style="color: red;">08:00 AM:</span>** <span>alert</span>\n- **08:05 AM:** <font color="red">fix</font>\n'
    )
    assert [(row.time_as_written, row.text) for row in report.timeline] == [("08:00 AM", "alert"), ("08:05 AM", "fix")]


def test_html_instead_of_markdown() -> None:
    report = read_report(
        "<h1>Summary:</h1><p>The site was down on 4 May 2022.</p>\n<h2>Timeline:</h2>\n"
        "<p>&emsp;:pin:10:15 GMT+1: alert</p>\n<p>&emsp;:pin:10:45 GMT+1: fixed\n"
        "<h2>Action items</h2><ul><li>Test more</li><li>Sleep more</li></ul>"
    )
    assert [row.time_as_written for row in report.timeline] == ["10:15 GMT+1", "10:45 GMT+1"]
    assert [action.text for action in report.action_items] == ["Test more", "Sleep more"]


def test_labels_in_a_list_are_sections() -> None:
    report = read_report(
        "# Incident on 2021-03-02\n\n- **Key events**\n  - First detected 2021-03-02 9:05\n"
        "  - Resolved 2021-03-02 10.35\n\n- **Time to resolve**: 1h 30m\n\n- **Impact**:\n  - No mail.\n\n"
        "- **Review actions**:\n  - N/A\n"
    )
    assert [(row.time_as_written, row.text) for row in report.timeline] == [
        ("2021-03-02 9:05", "First detected"),
        ("2021-03-02 10.35", "Resolved"),
    ]
    assert report.duration_minutes == 90
    assert report.action_items == ()
    impact = report.text_of("impact")
    assert impact is not None
    assert "No mail." in impact


def test_a_label_in_the_summary_gives_way_to_a_section_of_its_own() -> None:
    text = (
        "# Outage\n\n## Issue Summary\n\n- **Impact**: nobody could log in\n- **Root Cause**: short version\n\n"
        "## Timeline\n\n- 10:00 alert\n- 10:10 fix\n\n## Root Cause\n\nThe long version.\n"
    )
    report = read_report(text)
    assert report.text_of("impact") == "nobody could log in"
    assert report.root_cause == "The long version."
    assert report.summary is not None
    assert "short version" in report.summary


def test_day_headings_beside_the_timeline_heading_are_part_of_it() -> None:
    report = read_report(
        "# Outage of July 21 2025\n\n## Timeline\n\n_All times in EDT_\n\n## July 22\n1:03\nalert\n\n"
        "July 23 4:10 AM\nover\n\n## Action items\n- [ ] write it down\n"
    )
    assert [row.occurred_at.isoformat() if row.occurred_at else None for row in report.timeline] == [
        "2025-07-22T01:03:00-04:00",
        "2025-07-23T04:10:00-04:00",
    ]
    assert report.date == dt.date(2025, 7, 21)


def test_references_are_resolved_where_they_are_used() -> None:
    report = read_report(
        "# Outage\n\n## Summary\n\nSee [the fix] of 2 May 2020 for more about what we did on that day in May.\n\n"
        "## Timeline\n\n- 10:00 [bad change][fix] merged\n- 10:05 reverted\n\n"
        "[the fix]: https://code.example/1\n[fix]: https://code.example/2\n"
    )
    assert report.timeline[0].text == "[bad change](https://code.example/2) merged"
    assert report.timeline[0].plain_text == "bad change merged"
    assert "[the fix](https://code.example/1)" in (report.summary or "")


def test_front_matter_gives_facts_and_is_kept() -> None:
    report = read_report(
        "---\ntitle: 'Queue: stuck'\nauthor: Jo\ndate: 2020-01-02 10:00 +0800\nweight: 16\n---\n\n"
        "The queue was stuck, and this outage lasted two hours, until somebody looked at it and found out why.\n"
        "That somebody was the cleaner, who pulled the plug and put it back in; the queue has worked ever since.\n"
        "We are sorry for the trouble and will look at the queue more often from now on, every single morning.\n"
    )
    assert (report.title, report.author, report.date) == ("Queue: stuck", "Jo", dt.date(2020, 1, 2))
    assert (report.time_zone, report.utc_offset_minutes) == ("+0800", 480)
    assert report.duration_minutes == 120
    assert report.summary is not None
    assert "weight: 16" in (report.text_of("notes") or "")


def test_a_log_of_updates_is_a_timeline_of_days() -> None:
    report = read_report(
        "---\ntitle: Server outage\n---\n\n**2019-02-03 UPDATE2**:\n\nAll back.\n\n**2019-02-02 UPDATE1**:\n\n"
        "A disk broke.\n\n---\n\nThis morning (2019-02-01 00:40) the server went away.\n\n- mail\n"
    )
    assert [row.time_as_written for row in report.timeline] == ["2019-02-03", "2019-02-02", "2019-02-01 00:40"]
    assert [row.date.day if row.date else None for row in report.timeline] == [3, 2, 1]


def test_chinese_and_japanese_headings() -> None:
    report = read_report(
        "# \u6570\u636e\u5e93\u6545\u969c\u590d\u76d8\n\n## \u4e8b\u6545\u65f6\u95f4\u7ebf\n\n"
        "2023\u5e745\u67086\u65e5\uff08\u65f6\u95f4\u5747\u4e3aUTC+8\uff09\n\n- 14:30 \u544a\u8b66\n- \u7ea615:10 \u6062\u590d\n\n"
        "## \u6839\u56e0\u5206\u6790\n\n\u78c1\u76d8\u6ee1\u3002\n\n## \u4ee5\u540e\u600e\u4e48\u9632\n\n1. \u76d1\u63a7\u78c1\u76d8\n"
    )
    assert [row.precision for row in report.timeline] == ["exact", "about"]
    assert report.utc_offset_minutes == 480
    assert report.root_cause == "\u78c1\u76d8\u6ee1\u3002"
    assert len(report.action_items) == 1


def test_ambiguous_date_is_decided_by_the_others_or_left_open() -> None:
    told = "# Outage\n\n**Date**: 03/10/2021\n\n## Summary\n\n" + "It broke and we mended it again. " * 5
    assert read_report(told).date is None
    assert any("10 March 2021" in warning for warning in read_report(told).warnings)
    decided = read_report(told + "\n\nNoticed first on 29/09/2021.\n")
    assert decided.date == dt.date(2021, 10, 3)
    assert any("read as 3 October 2021" in warning for warning in decided.warnings)


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("The mail outage lasted for 2 hours and 10 minutes.", 130),
        ("Duration: 2023-02-11, 09:00 UTC to 11:15 UTC (2 hours, 15 minutes)", 135),
        ("Duration: 11h 20m", 680),
        ("It was unusable for about 2h40m.", 160),
        ("Requests failed from 6:10 PM to 8:15 PM PT.", 125),
        ("The trouble lasted for at least nine hours.", None),
        ("Such outages lasted 30 to 80+ minutes.", None),
    ],
)
def test_stated_duration(words: str, minutes: int | None) -> None:
    report = read_report(f"# Outage of 2 May 2020\n\n## Summary\n\n{words} {'We are sorry. ' * 9}\n")
    assert report.duration_minutes == minutes


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Created By: Ana Lima <ana@mail.example>", "Ana Lima <ana@mail.example>"),
        ("**Authors**: ana, <add name here>", "ana"),
        ("Created by: [Ana Lima](https://people.example/ana)", "Ana Lima"),
        ("Owners: ana<br>", "ana"),
        ("By the way, it rained.", None),
    ],
)
def test_author_labels(sample: str, line: str, author: str | None) -> None:
    assert read_report(sample.replace("> By Mira Okafor", line)).author == author


@pytest.mark.parametrize(
    ("head", "date", "source", "written"),
    [
        ("# Outage of 2 May 2020", "2020-05-02", "the title", "2 May 2020"),
        ("# Outage\n\nDate: May 2nd, 2020", "2020-05-02", "\u201cDate\u201d", "May 2nd, 2020"),
        ("# Outage", "2020-05-01", "the first day of the timeline", None),
    ],
)
def test_a_report_says_where_its_date_was_read(head: str, date: str, source: str, written: str | None) -> None:
    report = read_report(f"{head}\n\n## Timeline\n\n- 2020-05-01 10:00 UTC it broke\n- 2020-05-02 10:10 UTC mended\n")
    assert report.date is not None
    assert (report.date.isoformat(), report.date_source, report.date_written) == (date, source, written)


@pytest.mark.parametrize(
    ("line", "minutes", "written"),
    [
        ("Duration: 54 hours 10 minutes", 3250, "54 hours 10 minutes"),
        ("Duration: more than 3 hours", None, "3 hours"),
        ("Duration: 07:31 to 09:21 UTC", 110, "07:31 to 09:21 UTC"),
        ("It was late.", None, None),
    ],
)
def test_a_duration_comes_with_its_words(line: str, minutes: int | None, written: str | None) -> None:
    report = read_report(
        f"# Outage of 2 May 2020\n\n{line}\n\n## Timeline\n\n- 10:00 UTC it broke\n- 10:10 UTC mended\n"
    )
    assert (report.duration_minutes, report.duration_written) == (minutes, written)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Start: 2020-05-02 10:00 UTC\n\nEnd: 2020-05-02 10:40 UTC", {"impact_started": "10:00", "recovered": "10:40"}),
        ("Impact start: 10:00 UTC", {"impact_started": "10:00"}),
        ("Duration: 10:00 to 10:40 UTC", {"impact_started": "10:00", "recovered": "10:40"}),
        ("Duration: 40 minutes", {}),
        ("Start: 10:00", {}),
    ],
)
def test_stated_ends_are_proposed_apart_from_the_rows(lines: str, expected: dict[str, str]) -> None:
    report = read_report(
        f"# Outage of 2 May 2020\n\n{lines}\n\n## Impact\n\nMail was late for all of our customers.\n\n## Root cause\n\nThe queue was full since nobody had looked at it for weeks.\n"
    )
    assert {mark.kind: f"{mark.occurred_at:%H:%M}" for mark in report.stated} == expected
    assert all(mark.entry_index is None for mark in report.stated)
