"""Pasted text in every form that occurred, and what the rows of it are."""

import datetime as dt
import time

import pytest

from incidents.parsing import ParsedTimeline, UnknownZone, parse_timeline

DAY = dt.date(2024, 5, 1)


def times(found: ParsedTimeline) -> list[str | None]:
    return [(entry.occurred_at or entry.local or entry.clock or "").__str__() or None for entry in found.entries]


def texts(found: ParsedTimeline) -> list[str]:
    return [entry.text for entry in found.entries]


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("- 18:53 `@nova` first\n- **18:55** @kai second", [("18:53", "`@nova` first"), ("18:55", "@kai second")]),
        ("**15:33** - @kai noticed\n\n**15:40** -\n@kai restarted", [("15:33", "@kai noticed"), ("15:40", "@kai restarted")]),
        ("| 2019-11-29 12:00 | a |\n| 2019-11-29 12:05  | b |", [("2019-11-29 12:00", "a"), ("2019-11-29 12:05", "b")]),
        ("- 14:00 UTC: a\n- 14:15pm: b", [("14:00 UTC", "a"), ("14:15pm", "b")]),
        ("10:23 AM\nfirst\nmore\n10:30 AM\nsecond", [("10:23 AM", "first\nmore"), ("10:30 AM", "second")]),
        ("[2026-05-10 10:23:04 UTC] kai: a\n-> [2026-05-10 10:24:04 UTC] mo: b", [("2026-05-10 10:23:04 UTC", "kai: a"), ("2026-05-10 10:24:04 UTC", "mo: b")]),
        ("2026-05-10T12:34:56Z a\n2026-05-10T12:35:00.123Z b", [("2026-05-10T12:34:56Z", "a"), ("2026-05-10T12:35:00.123Z", "b")]),
        ("\u2022 14:02-14:09 \u2013 a\n\u2013 14:10 b\n\u2014 14:11 c", [("14:02-14:09", "a"), ("14:10", "b"), ("14:11", "c")]),
        ("kai  1:26 PM\nbroken\nmo  1:30 PM\nlooking", [("1:26 PM", "kai\nbroken"), ("1:30 PM", "mo\nlooking")]),
        (">kai [1:26 PM]\n>broken\n>mo [1:30 PM]\n>looking", [("1:26 PM", "kai\nbroken"), ("1:30 PM", "mo\nlooking")]),
        ("T+0 start\nT+5m alert", [("T+0", "start"), ("T+5m", "alert")]),
        ("1. 10:00 - a\n2. 10:05 - b", [("10:00", "a"), ("10:05", "b")]),
        ("### 8:20 - 8:24\n\na\n\n### 8:24\n\nb", [("8:20 - 8:24", "a"), ("8:24", "b")]),
        ("* 13:20PM :- a\n* 13:44PM:- b", [("13:20PM", "a"), ("13:44PM", "b")]),
        ("*06:00*: a<br />\n\\\\\\\\\n*06:46*: b", [("06:00", "a"), ("06:46", "b")]),
        ("- [???] a\n- [13:26] b", [("???", "a"), ("13:26", "b")]),
        ("- Feb 28th **01:52** `@kai` a\n- Feb 28th **01:54** b", [("Feb 28th 01:52", "`@kai` a"), ("Feb 28th 01:54", "b")]),
        ("10:00 UTC / 12:00 CEST: a", [("10:00 UTC / 12:00 CEST", "a")]),
        ("12:00pm EAT: down it went. 12:06pm EAT: somebody saw it. 12:09pm EAT: up.", [("12:00pm EAT", "down it went."), ("12:06pm EAT", "somebody saw it."), ("12:09pm EAT", "up.")]),
        ("<table><tr><th>Time</th><th>What</th></tr>\n<tr><td>10:00</td><td>down</td></tr></table>", [("10:00", "down")]),
        ("- **10:00:** a\n- **10:05 AM:** b", [("10:00", "a"), ("10:05 AM", "b")]),
        ("- 14:30 a\n- 14:31 b\n    - nested 1\n    - 15:00 nested", [("14:30", "a"), ("14:31", "b\n    - nested 1\n    - 15:00 nested")]),
    ],
)  # fmt: skip
def test_formats(pasted: str, expected: list[tuple[str, str]]) -> None:
    found = parse_timeline(pasted)
    assert [(entry.time_as_written, entry.text) for entry in found.entries] == expected
    assert found.left_over == ()


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("11:30 PM", "23:30"),
        ("12:05 AM", "00:05"),
        ("12:05pm", "12:05"),
        ("2-3pm", "14:00"),
        ("0832 UTC", "08:32"),
        ("14h30", "14:30"),
    ],
)
def test_clocks(written: str, clock: str) -> None:
    found = parse_timeline(f"{written}: x").entries[0].clock
    assert found is not None
    assert found.isoformat("minutes") == clock


def test_an_html_table_names_its_zone() -> None:
    found = parse_timeline(
        "<table><tr><th>Time (UTC)</th><th>What</th></tr>\n<tr><td>10:00</td><td>down</td></tr></table>", date=DAY
    )
    assert times(found) == ["2024-05-01 10:00:00+00:00"]


def test_no_zone_written_none_assumed() -> None:
    found = parse_timeline("- 10:00 a", date=DAY)
    assert found.entries[0].occurred_at is None
    assert found.entries[0].local == dt.datetime.fromisoformat("2024-05-01T10:00")
    assert found.time_zone is None
    assert found.warnings == ("No time zone is written.",)
    assert found.remarks == (), "who shows the rows asks for their zone"


def test_what_concerns_the_whole_is_a_remark() -> None:
    found = parse_timeline("- 10:00 IST a")
    assert found.remarks == ("Some rows have no date.",)
    assert [warning.split()[0] for warning in found.warnings] == ["Some", "\u201cIST\u201d"]


def test_zone_and_date_given_by_the_caller() -> None:
    found = parse_timeline("- 10:00 a", date=DAY, zone="Europe/Berlin")
    assert times(found) == ["2024-05-01 10:00:00+02:00"]


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownZone, match="Mars"):
        parse_timeline("- 10:00 a", zone="Mars/Olympus")


def test_rows_past_midnight_are_on_the_next_day() -> None:
    found = parse_timeline("- 22:10 a\n- 00:15 b\n- 00:20 c", date=DAY, zone="UTC")
    assert times(found) == ["2024-05-01 22:10:00+00:00", "2024-05-02 00:15:00+00:00", "2024-05-02 00:20:00+00:00"]
    assert "next day" in found.entries[1].doubts[0]


def test_a_little_backwards_stays_on_the_day() -> None:
    found = parse_timeline("- 16:50:25 a\n- 16:48 b", date=DAY)
    assert times(found) == ["2024-05-01 16:50:25", "2024-05-01 16:48:00"]
    assert found.entries[1].doubts == ("Earlier than the row above.",)


def test_newest_first_does_not_roll_over() -> None:
    found = parse_timeline("16:00 fixed\n11:30 found\n11:00 alert", date=DAY)
    assert times(found) == ["2024-05-01 16:00:00", "2024-05-01 11:30:00", "2024-05-01 11:00:00"]


def test_unmarked_hours_after_noon() -> None:
    found = parse_timeline("11:50 a\n12:30 b\n1:15 c", date=DAY)
    assert times(found)[2] == "2024-05-01 13:15:00"
    assert "AM or PM" in found.entries[2].doubts[0]


def test_day_headings_and_zone_lines() -> None:
    found = parse_timeline(
        "All times PDT.\n\n## Day 1: 2024-05-01\n- 10:00 a\n\n2024-05-02\n\n- 09:00 b\n\n### 03-05-2024 (All times CEST)\n- 8:00 c"
    )
    assert times(found)[:2] == ["2024-05-01 10:00:00-07:00", "2024-05-02 09:00:00-07:00"]
    assert found.entries[2].occurred_at is None
    assert "5 March 2024" in found.entries[2].doubts[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Le 5 mars 2024 (heure de Paris)\n- vers 15h : reprise", "2024-03-05 15:00:00+01:00"),
        ("5. M\u00e4rz 2024\n14:30 Uhr Ausfall", "2024-03-05 14:30:00"),
        (
            "2024\u5e745\u67086\u65e5\uff08\u5317\u4eac\u65f6\u95f4\uff09\n- 14:30 \u544a\u8b66",
            "2024-05-06 14:30:00+08:00",
        ),
        ("23 de mayo de 2022\n- 06:00 ca\u00edda", "2022-05-23 06:00:00"),
    ],
)
def test_other_languages(line: str, expected: str) -> None:
    assert times(parse_timeline(line)) == [expected]


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("~16:05 x", "about"),
        ("around 16:05: x", "about"),
        ("16:05 (maybe earlier?) x", "about"),
        ("21:30\u9803\u3001x", "about"),
        ("before 13:50: x", "before"),
        ("By 14:30, x", "before"),
        ("after 14:00 x", "after"),
        ("2X:XX (not sure) x", "unknown"),
        ("16:05 x", "exact"),
    ],
)
def test_precision_is_kept(written: str, precision: str) -> None:
    assert [entry.precision for entry in parse_timeline(written).entries] == [precision]


def test_ranges_keep_their_end() -> None:
    entry = parse_timeline("16:05:57-58 x", date=DAY).entries[0]
    assert entry.local_end == dt.datetime.fromisoformat("2024-05-01T16:05:58")
    late = parse_timeline("23:50 - 00:10 x", date=DAY).entries[0]
    assert late.local_end == dt.datetime.fromisoformat("2024-05-02T00:10")


def test_an_abbreviation_of_several_zones_is_a_question() -> None:
    entry = parse_timeline("10:00 IST x", date=DAY).entries[0]
    assert entry.occurred_at is None
    assert entry.zone == "IST"
    assert all(place in entry.doubts[0] for place in ("India", "Israel", "Ireland"))


def test_winter_time_written_in_summer_is_said() -> None:
    found = parse_timeline("10:00 PST x\n10:10 PST y", date=dt.date(2024, 7, 1))
    assert times(found)[0] == "2024-07-01 10:00:00-08:00"
    assert sum("America/Los_Angeles" in warning for warning in found.warnings) == 1


def test_a_zone_of_the_season_follows_the_calendar() -> None:
    found = parse_timeline("All times in PST/PDT\n2016-11-02\n15:11 a\n2016-11-07\n16:27 b")
    assert times(found) == ["2016-11-02 15:11:00-07:00", "2016-11-07 16:27:00-08:00"]


def test_dates_without_a_year_take_the_nearest() -> None:
    found = parse_timeline("- [12-05 16:21] a\n- [03-20 16:46] b\n- [03-26 17:40] c", date=dt.date(2019, 3, 26))
    assert times(found) == ["2018-12-05 16:21:00", "2019-03-20 16:46:00", "2019-03-26 17:40:00"]


def test_invisible_marks_hide_no_time() -> None:
    found = parse_timeline("\u200b10:00 a\n\u202e10:\u206005 b\n\ufeff10:06 c")
    assert [(entry.time_as_written, entry.text) for entry in found.entries] == [
        ("10:00", "a"),
        ("10:05", "b"),
        ("10:06", "c"),
    ]


def test_a_wrong_year_is_said_and_not_used() -> None:
    found = parse_timeline("| Time | Event |\n|---|---|\n| 20202-01-16 12:00 | a |", zone="UTC")
    assert found.entries[0].occurred_at is None
    assert "20202" in found.entries[0].doubts[0]


def test_unread_lines_are_kept() -> None:
    found = parse_timeline("Intro line\n\n10:00 a\nwrapped\n\n> quoted\n\n```\n11:00 log line\n```\n")
    assert texts(found) == ["a\nwrapped\n\n> quoted\n\n```\n11:00 log line\n```"]
    assert found.left_over == ("Intro line",)
    assert found.entries[0].raw.startswith("10:00 a\nwrapped")


def test_table_columns_are_found_by_their_heads() -> None:
    found = parse_timeline(
        "| # | Date | Time (UTC) | Event | Who |\n|--|--|--|--|--|\n| 1 | 2024-05-01 | 10:00 | a | Jo |\n| 2 | | 10:05 | b | |"
    )
    assert times(found) == ["2024-05-01 10:00:00+00:00", "2024-05-01 10:05:00+00:00"]
    assert "Who: Jo" in found.entries[0].text


def test_marks_instead_of_times_are_rows() -> None:
    found = parse_timeline("| Time | Action |\n|--|--|\n| T1 | wrote it |\n| some day | ran it |")
    assert [(entry.time_as_written, entry.precision) for entry in found.entries] == [
        ("T1", "unknown"),
        ("some day", "unknown"),
    ]


CHAT = "Ana Ruiz  {hour}:{minute:02d} PM\nthe gateway answers {number} requests with 502, we are looking into it now\n"
NOTES = "- {hour:02d}:{minute:02d} UTC step {number}: restarted the gateway and watched the graphs\n"
LOG = "ERROR 2026-03-07 {hour:02d}:{minute:02d}:11 gateway: upstream timed out while reading {number} bytes\n"


@pytest.mark.parametrize(("line", "rows"), [(CHAT, 250), (NOTES, 500), (LOG, 500)], ids=["chat", "notes", "log"])
def test_five_hundred_lines_are_quick_and_ten_times_as_many_take_ten_times_as_long(line: str, rows: int) -> None:
    def seconds(count: int) -> float:
        pasted = "".join(line.format(hour=1 + n // 60 % 11, minute=n % 60, number=n) for n in range(count))
        before = time.process_time()
        assert len(parse_timeline(pasted, date=DAY).entries) == min(count, 3000)
        return time.process_time() - before

    seconds(10)
    few = min(seconds(rows) for _ in range(3))
    assert few < 0.6, "0.05 to 0.15 s on an idle machine"
    assert seconds(rows * 10) < few * 25


def test_json_has_the_agreed_shape() -> None:
    assert parse_timeline("~10:00 UTC **a**", date=DAY).entries[0].to_json() == {
        "time_as_written": "~10:00 UTC",
        "occurred_at": "2024-05-01T10:00:00+00:00",
        "precision": "about",
        "text": "a",
        "doubts": [],
    }
