"""One typed line: its time, the day that the row before gives, and the milestone that its words suggest."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest

from incidents.parsing import MilestoneKind, QuickRow, read_line, read_report, suggest_milestone

BEFORE = dt.datetime.fromisoformat("2026-03-07T04:50")
BERLIN = ZoneInfo("Europe/Berlin")


def read(line: str, *, previous: dt.datetime | None = BEFORE, now: dt.datetime | None = None) -> QuickRow:
    row = read_line(line, previous=previous, now=now)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("line", "clock", "text"),
    [
        ("05:10 On-call acknowledged", "05:10", "On-call acknowledged"),
        ("5:10 am ack", "05:10", "ack"),
        ("5:10pm ack", "17:10", "ack"),
        ("0510 text", "05:10", "text"),
        ("2026-03-07 05:10 text", "05:10", "text"),
        ("7 March 05:10 text", "05:10", "text"),
        ("- 05:10 \u2013 text", "05:10", "text"),
        ("  * [05:10] text", "05:10", "text"),
        ("05:10", "05:10", ""),
        ("05h10 text", "05:10", "text"),
        ("05:10:44 text", "05:10:44", "text"),
    ],
)
def test_what_is_typed(line: str, clock: str, text: str) -> None:
    row = read(line)
    assert (row.date, row.clock, row.text) == (dt.date(2026, 3, 7), dt.time.fromisoformat(clock), text)
    assert row.doubts == ()


@pytest.mark.parametrize(
    ("line", "precision"), [("~06:15 a", "about"), ("before 05:10 a", "before"), ("after 5:10 a", "after"), ("05:10 a", "exact")]
)  # fmt: skip
def test_precision(line: str, precision: str) -> None:
    assert read(line).precision == precision


def test_a_range_keeps_its_end() -> None:
    row = read("05:10-05:20 text")
    assert (row.clock, row.clock_end, row.text) == (dt.time(5, 10), dt.time(5, 20), "text")
    assert row.lasted == dt.timedelta(minutes=10)
    assert read("23:50-00:20 text").lasted == dt.timedelta(minutes=30)
    assert read("05:10 text").lasted is None


@pytest.mark.parametrize("line", ["", "text", "7 March text", "12 servers down", "???", "2561 servers down", "0510"])
def test_a_line_without_a_time_at_its_start_is_no_row(line: str) -> None:
    assert read_line(line, previous=BEFORE) is None


def test_without_a_row_before_only_a_written_date_counts() -> None:
    assert read("05:10 a", previous=None).date is None
    assert read("05:10 a", previous=None, now=BEFORE).date is None
    assert read("2026-03-07 05:10 a", previous=None).date == dt.date(2026, 3, 7)


@pytest.mark.parametrize(
    ("typed", "previous", "now", "date"),
    [
        ("00:10 a", "2026-03-07T23:50", "2026-03-08T09:00", "2026-03-08"),
        ("00:10 a", "2026-03-07T23:50", None, "2026-03-08"),
        ("00:10 a", "2026-03-07T23:50", "2026-03-07T23:55", "2026-03-07"),
        ("11:50 a", "2026-03-07T23:50", "2026-03-08T09:00", "2026-03-07"),
        ("11:49 a", "2026-03-07T23:50", "2026-03-08T12:00", "2026-03-08"),
    ],
)
def test_the_day_rolls_over(typed: str, previous: str, now: str | None, date: str) -> None:
    row = read(typed, previous=dt.datetime.fromisoformat(previous), now=dt.datetime.fromisoformat(now) if now else None)
    assert row.date == dt.date.fromisoformat(date)


def test_what_is_odd_is_said() -> None:
    assert read("04:40 a").doubts == ("Earlier than the row before.",)
    assert read("05:10 a", now=BEFORE).doubts == ("This is later than now.",)
    assert (
        "next day has not come"
        in read("00:10 a", previous=BEFORE.replace(hour=23), now=BEFORE.replace(hour=23)).doubts[0]
    )


def test_24_00_is_the_end_of_the_day() -> None:
    row = read("24:00 a")
    assert (row.date, row.clock) == (dt.date(2026, 3, 8), dt.time(0))


def test_a_year_that_is_not_written_is_the_nearest() -> None:
    assert read("31 December 23:50 a").date == dt.date(2025, 12, 31)
    assert read("31 December 23:50 a", previous=None).date is None
    assert "no such day" in read("29 Feb 05:10 a").doubts[0]


@pytest.mark.parametrize(
    ("line", "date"),
    [("yesterday 23:50 a", "2026-03-08"), ("today 05:10 a", "2026-03-09"), ("Sun 05:10 a", "2026-03-08"), ("Fri 05:10 a", "2026-03-06")],
)  # fmt: skip
def test_days_by_name_are_counted_from_now_and_from_the_row_before(line: str, date: str) -> None:
    row = read(line, now=dt.datetime.fromisoformat("2026-03-09T09:00"))
    assert row.date == dt.date.fromisoformat(date)
    assert read(line, previous=None).date is None


def test_plus_minutes_are_counted_from_the_row_before() -> None:
    row = read("+25m paged again")
    assert (row.date, row.clock, row.text, row.precision) == (
        dt.date(2026, 3, 7), dt.time(5, 15), "paged again", "exact",
    )  # fmt: skip
    assert read_line("T+5m a", previous=BEFORE) is None
    assert read_line("+5m a", previous=None) is None


def test_a_date_with_two_readings_is_a_doubt() -> None:
    row = read("03/10/2021 05:10 a")
    assert row.date is None
    assert "10 March 2021" in row.doubts[0]


def test_the_day_is_found_on_the_clock_of_the_written_zone() -> None:
    row = read("23:55 UTC a", previous=dt.datetime(2026, 3, 7, 0, 50, tzinfo=BERLIN))
    assert row.zone is not None
    assert row.zone.written == "UTC"
    assert row.date == dt.date(2026, 3, 6)
    assert read("10:00 IST a").doubts[0].startswith("\u201cIST\u201d is more than one")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Outage begins", "impact_started"),
        ("First alert fired", "detected"),
        ("On-call acknowledged the alert", "acknowledged"),
        ("ack", "acknowledged"),
        ("Rolled back release 4.2", "mitigated"),
        ("Latency back to normal", "recovered"),
        ("**Resolved**", "resolved"),
        ("Rollback failed to be done, not resolved", None),
        ("\u543f\u52a8\u56de\u6eda", "mitigated"),
        ("Somebody made coffee", None),
        ("", None),
    ],
)
def test_the_words_suggest_a_milestone(text: str, kind: MilestoneKind | None) -> None:
    assert suggest_milestone(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "No loss of service has been detected", "no loss of service was detected or reported", "It has not been detected", "Not detected by monitoring",
        "The alert was not raised", "The alert didn\u2019t fire", "alerts did not fire", "No alert", "no new alerts", "Without any alert", "Nobody noticed",
        "Nobody acknowledged", "No one has acknowledged the page yet", "could not acknowledge", "couldn\u2019t be acknowledged", "unable to acknowledge",
        "was not resolved", "wasn\u2019t fully resolved", "still not mitigated", "not yet restored", "has never been restored", "not resolved or mitigated", "cannot be restored",
        "will be resolved", "it\u2019ll be fixed", "should be back to normal soon", "should have been detected by the probe", "would have alerted", "might be fixed", "may have been fixed",
        "expect to be restored by 10:00", "We expect the service to be restored by 10:00", "going to roll out the hotfix to have it fixed", "waiting for it to be restored", "needs to be reverted",
        "once mitigated, we will look again", "if the rollback works we stop here", "wait until the service is restored", "as soon as service is restored", "ETA restored: noon",
        "Resolved?", "Is it resolved yet?", "rollback failed", "fix deployed did not help", "rollback planned",
        "\u672a\u89e3\u6c7a", "\u89e3\u6c7a\u3057\u3066\u3044\u306a\u3044", "noch nicht behoben", "kein Alarm",
    ],
)  # fmt: skip
def test_what_is_denied_planned_or_asked_suggests_nothing(text: str) -> None:
    assert suggest_milestone(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The cache was not the cause, rolled back the release", "mitigated"),
        ("Not the cache. Rolled back", "mitigated"),
        ("No errors after rollback", "mitigated"),
        ("Could not reach the master and rolled back", "mitigated"),
        ("Detected that the site is not responding", "detected"),
        ("The alert said that nobody could log in", "detected"),
        ("Not only was it detected, it was seen by all", "detected"),
        ("Failed payments noticed", "detected"),
        ("Will acknowledged the page", "acknowledged"),
        ("When the node came back online all was well", "recovered"),
        ("Service restored; nothing else to do", "recovered"),
        ("Acknowledged. Not resolved yet", "acknowledged"),
        ("Resolved, no alert since", "resolved"),
        ("Fixed, will be watched", "mitigated"),
        ("ack @ana which region?", "acknowledged"),
    ],
)
def test_a_denial_reaches_no_further_than_its_clause(text: str, kind: MilestoneKind) -> None:
    assert suggest_milestone(text) == kind


def test_a_row_that_denies_a_milestone_leaves_it_to_one_that_tells_it() -> None:
    rows = "# Outage of 2 May 2020\n\n## Timeline\n\n- 10:00 UTC no outage has been detected\n- 10:05 UTC detected by a probe\n- 10:40 UTC restored\n- 10:50 UTC not resolved"
    found = {mark.kind: mark.entry_index for mark in read_report(rows).milestones}
    assert found == {"detected": 1, "recovered": 2}


def test_five_hundred_suggestions_cost_next_to_nothing() -> None:
    rows = [f"On-call acknowledged the page and began looking at the dashboards of node {n}" for n in range(500)]
    before = time.process_time()
    assert all(suggest_milestone(row) == "acknowledged" for row in rows)
    assert time.process_time() - before < 0.1, "5 to 15 ms on an idle machine"


def test_the_last_days_of_the_calendar_do_no_harm() -> None:
    last = dt.datetime.fromisoformat("9999-12-31T23:50")
    assert read("00:10 a", previous=last).date == dt.date.max
    assert read("24:00 a", previous=last).date == dt.date.max
