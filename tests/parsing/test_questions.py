"""What can be read in two ways is asked, once a text, and an answer settles it for every row that it concerns."""

import datetime as dt
import re

import pytest

from incidents.parsing import ParsedTimeline, Question, parse_timeline, read_report

DAY = dt.date(2024, 5, 1)
TWO_DATES = "03/10/2021 10:00 a\n10:05 b\n04/10/2021 10:00 c"
STORY = "# Outage\n\n**Date**: 03/10/2021\n\n## Summary\n\n" + "It broke and we mended it again. " * 5


def instants(found: ParsedTimeline) -> list[str | None]:
    return [entry.occurred_at.isoformat() if entry.occurred_at else None for entry in found.entries]


def labels(question: Question) -> list[tuple[str, str]]:
    return [(choice.value, choice.label) for choice in question.choices]


def test_the_order_of_day_and_month_is_one_question_for_the_list() -> None:
    found = parse_timeline(TWO_DATES, zone="UTC")
    (question,) = found.questions
    assert (question.key, question.kind, question.written, question.answer) == (
        "date-order", "date_order", "03/10/2021", None,
    )  # fmt: skip
    assert question.text == "\u201c03/10/2021\u201d can be read in two ways. Which day is meant?"
    assert labels(question) == [
        ("day", "3 October 2021 (day first)"),
        ("month", "10 March 2021 (month first)"),
    ]
    assert [entry.questions for entry in found.entries] == [("date-order",)] * 3
    assert instants(found) == [None, None, None]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("day", ["2021-10-03T10:00:00+00:00", "2021-10-03T10:05:00+00:00", "2021-10-04T10:00:00+00:00"]),
        ("month", ["2021-03-10T10:00:00+00:00", "2021-03-10T10:05:00+00:00", "2021-04-10T10:00:00+00:00"]),
    ],
)
def test_its_answer_settles_every_row(answer: str, expected: list[str]) -> None:
    found = parse_timeline(TWO_DATES, zone="UTC", answers={"date-order": answer})
    assert instants(found) == expected
    assert [entry.doubts for entry in found.entries] == [(), (), ()]
    assert f"\u201c03/10/2021\u201d is read {answer} first, as you said." in found.entries[0].reading
    assert found.questions[0].answer == answer, "it is still there, so that the person can change their mind"


def test_a_date_without_a_year_is_asked_too() -> None:
    found = parse_timeline("- [05-12 10:00] a", date=DAY)
    assert labels(found.questions[0]) == [("day", "5 December (day first)"), ("month", "12 May (month first)")]
    said = parse_timeline("- [05-12 10:00] a", date=DAY, answers={"date-order": "month"})
    assert said.entries[0].local == dt.datetime.fromisoformat("2024-05-12T10:00")
    assert said.entries[0].doubts == ()


def test_dates_that_decide_by_themselves_are_not_asked() -> None:
    assert parse_timeline("29/09/2021 10:00 a\n03/10/2021 10:00 b").questions == ()
    assert parse_timeline("03.10.2021 10:00 a").questions == ()
    assert parse_timeline("03/03/2021 10:00 a").questions == ()


def test_an_abbreviation_is_one_question_with_its_zones() -> None:
    found = parse_timeline("10:00 IST a\n10:05 IST b\n10:10 c", date=DAY)
    (question,) = found.questions
    assert (question.key, question.kind, question.written) == ("zone-ist", "zone", "IST")
    assert labels(question) == [
        ("+05:30", "India (UTC+05:30)"),
        ("+02:00", "Israel (UTC+02:00)"),
        ("+01:00", "Ireland (UTC+01:00)"),
    ]
    assert [entry.questions for entry in found.entries] == [("zone-ist",)] * 3


def test_its_answer_gives_the_offset() -> None:
    found = parse_timeline("10:00 IST a\n10:05 b", date=DAY, answers={"zone-ist": "+05:30"})
    assert instants(found) == ["2024-05-01T10:00:00+05:30", "2024-05-01T10:05:00+05:30"]
    assert found.entries[0].doubts == ()
    assert "IST is India (UTC+05:30), as you said." in found.entries[0].reading
    assert found.utc_offset_minutes == 330
    assert not any("more than one time zone" in warning for warning in found.warnings)


def test_an_answer_that_the_season_denies_is_doubted() -> None:
    found = parse_timeline("10:00 CST a", date=DAY, answers={"zone-cst": "-06:00"})
    assert instants(found) == ["2024-05-01T10:00:00-06:00"]
    assert "America/Chicago were at UTC-05:00" in found.entries[0].doubts[0]


def test_a_zone_given_by_the_form_may_be_asked() -> None:
    found = parse_timeline("10:00 a", date=DAY, zone="CST")
    assert [question.key for question in found.questions] == ["zone-cst"]
    assert instants(parse_timeline("10:00 a", date=DAY, zone="CST", answers={"zone-cst": "+08:00"})) == [
        "2024-05-01T10:00:00+08:00"
    ]


@pytest.mark.parametrize("answers", [{"date-order": "huh"}, {"zone-ist": "+09:00"}, {"": ""}, {"zone-xyz": "day"}])
def test_answers_that_fit_no_question_change_nothing(answers: dict[str, str]) -> None:
    text = "03/10/2021 10:00 IST a"
    assert parse_timeline(text, answers=answers) == parse_timeline(text)


def test_questions_come_in_the_order_in_which_the_text_raises_them() -> None:
    text = "10:00 IST a\n03/10/2021 10:00 CST b"
    keys = [question.key for question in parse_timeline(text).questions]
    assert keys == ["zone-ist", "date-order", "zone-cst"]
    assert keys == [question.key for question in parse_timeline(text, answers={"zone-ist": "+01:00"}).questions]
    assert all(re.fullmatch("[a-z0-9-]+", key) for key in keys)


def test_where_no_zone_is_written_nothing_is_asked_but_said() -> None:
    found = parse_timeline("10:00 a", date=DAY)
    assert found.questions == ()
    assert "No time zone is written." in found.warnings


@pytest.mark.parametrize(
    "text",
    [
        "All times in UTC.\n\n| Time | Event |\n|---|---|\n| 10:00 | a |\n| 10:05 | b |",
        "| Time | Event |\n|---|---|\n| 10:00 | a |\n| 10:05 | b |\n\nAll times in UTC.",
        "10:00 a\n10:05 b\n(all times in UTC)",
        "Timeline (UTC)\n10:00 a\n10:05 b",
        "The release on Monday brought more than one could have seen before it went out. All times in UTC.\n\n10:00 a\n10:05 b",
    ],
)
def test_a_zone_that_the_text_declares_is_not_asked_wherever_it_stands(text: str) -> None:
    found = parse_timeline(text, date=DAY)
    assert instants(found) == ["2024-05-01T10:00:00+00:00", "2024-05-01T10:05:00+00:00"]
    assert (found.time_zone, found.warnings) == ("UTC", ())


@pytest.mark.parametrize(
    "text",
    ["10:00 a\n\n2 May 2024 (UTC)\n\n10:05 b", "10:00 a\n10:05 UTC b", "10:00 the first time UTC was down\n10:05 b"],
)
def test_a_zone_of_some_rows_is_none_of_those_above(text: str) -> None:
    assert parse_timeline(text, date=DAY).entries[0].occurred_at is None


@pytest.mark.parametrize(("zone", "said"), [("UTC", ()), ("+02:00", ()), ("CEST", ("CEST is UTC+02:00.",))])
def test_only_a_zone_that_does_not_say_its_offset_is_explained(zone: str, said: tuple[str, ...]) -> None:
    assert parse_timeline(f"10:00 {zone} a", date=DAY).entries[0].reading == said


def test_a_report_asks_for_its_date_and_its_zone() -> None:
    text = f"{STORY}\n\n## Timeline (IST)\n\n- 10:00 a\n- 10:05 b\n"
    assert [question.key for question in read_report(text).questions] == ["date-order", "zone-ist"]
    said = read_report(text, answers={"date-order": "day", "zone-ist": "+01:00"})
    assert said.date == dt.date(2021, 10, 3)
    assert said.utc_offset_minutes == 60
    assert [entry.occurred_at.isoformat() if entry.occurred_at else "" for entry in said.timeline] == [
        "2021-10-03T10:00:00+01:00",
        "2021-10-03T10:05:00+01:00",
    ]
    assert said.warnings == ()


def test_answers_are_no_part_of_the_printed_rows() -> None:
    (row,) = parse_timeline("03/10/2021 10:00 IST a").entries
    assert list(row.to_json()) == ["time_as_written", "occurred_at", "precision", "text", "doubts"]
