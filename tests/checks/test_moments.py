"""Clock times and dates of the text agree with the timeline, and one can tell their zone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.saying import WHOLE, of, saying, words

# From 05:00 to 08:20 UTC on Monday, 6 March 2023; the first row is at 04:34.


@pytest.mark.parametrize(
    "text",
    [
        "From 05:00 to 08:20 UTC every request failed.",
        "Between 5:00 and 8:20 am UTC every request failed.",
        "From 05:00 UTC on 6 March 2023 requests failed, until 08:20 UTC.",
        "On Monday, 6 March 2023 all was down.",
        "All was down on 2023-03-06.",
        "At 07:00 UTC half of it was back.",  # no row says so, and it is not the start or the end of anything
        "From 06:00 to 09:20 CET (05:00 to 08:20 UTC) every request failed.",
        "It failed at 1:00 a.m. Eastern Daylight Time, that is 1 AM EDT.",
        "From 12:00 a.m. to 3:20 a.m. EST (5 to 8:20 a.m. UTC) it failed.",
        "Between about 05:05 and 08:15 UTC requests failed.",
        "The rack had been moved at 22:00 UTC the day before.",
        "Two racks were moved on 28 February, and a feed had failed on 1 March.",
        "By 30 June we will have a second feed; failed logins are fine.",
        "The job runs every night at 02:00 UTC and failed.",
        "Support is there from 09:00 to 17:00 local time.",
        "A picture in 16:9 failed, 3:1, and it took 1:30 hours.",
        "fd12:3456::10:17 and 00:1B:44:11:3A:B7 are no times.",
        "Version 10:20.3 failed.",
    ],
)
def test_what_agrees(text: str) -> None:
    assert words(text, "time") == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("From 05:00 to 08:40 UTC every request failed.", ["08:40"]),
        ("From 05:00 to 08:10 UTC every request failed.", ["08:10"]),
        ("Between 5 am and 9 am UTC we were down.", ["9 am"]),
        ("The incident began at 05:30 UTC.", ["05:30"]),
        ("The issue was resolved at 8:05 a.m. UTC.", ["8:05 a.m"]),
        ("At 11:30 UTC we saw 3,000 messages.", ["11:30"]),
        ("From 05:00 to 08:20 CET every request failed.", ["05:00", "08:20"]),
        ("From 05:00 UTC on 5 March requests failed.", ["5 March"]),
        ("On 6 March 2022 it came back.", ["6 March 2022"]),
        ("On Tuesday, 6 March 2023 we met.", ["Tuesday, 6 March 2023"]),
        ("Sunday 6 March was bad.", ["Sunday 6 March"]),
    ],
)
def test_what_contradicts(text: str, wrong: list[str]) -> None:
    assert words(text, "time") == wrong


def test_an_incident_over_midnight_has_two_days() -> None:
    later = replace(WHOLE.timeline[0], key="rowzzz", occurred_at=WHOLE.timeline[0].occurred_at.replace(day=7, hour=1))
    rows = (*WHOLE.timeline, later)

    def found(text: str) -> list[str]:
        return [word for finding in of(saying(text, timeline=rows)) for word in finding.words]

    assert found("At 23:00 UTC on 6 March and at 00:30 UTC on 7 March requests failed.") == []
    assert found("At 03:00 UTC on 8 March requests failed.") == ["8 March"]


def test_the_day_is_that_of_the_incident_too() -> None:
    """05:00 UTC on 6 March is still the fifth in Los Angeles."""
    snapshot = saying("On the evening of 5 March all was down.")

    assert [finding.code for finding in of(snapshot)] == ["time"]
    assert of(replace(snapshot, time_zone="America/Los_Angeles")) == []


# ── Zones ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Between 05:00 and 08:20 nothing worked.", ["05:00", "08:20"]),
        ("It broke at 5 pm.", ["5 pm"]),
        ("Between 05:00 and 08:20 UTC nothing worked. At 06:15 we began.", []),
        ("At 05:00 nothing worked. (All times in UTC.)", []),
        ("At 05:00 local time nothing worked.", []),
        ("At 05:00 Central European Time nothing worked.", []),
        ("At 05:00+01:00 nothing worked.", []),
        ("`05:00 error` and 3:1", []),
    ],
)
def test_a_time_has_a_zone(text: str, wanted: list[str]) -> None:
    assert words(text, "missing-zone") == wanted


def test_a_zone_that_is_declared_counts_everywhere() -> None:
    sections = (
        replace(WHOLE.sections[0], markdown="All times are in CET."),
        *saying("It broke at 06:00.").sections[1:],
    )

    assert of(replace(WHOLE, sections=sections)) == []


def test_times_without_a_zone_are_told_once_a_text() -> None:
    (finding,) = of(saying("It broke at 05:00 and was back at 08:20."))

    assert finding.message == (
        "“05:00” and “08:20” in “Impact” have no time zone. The page prints UTC: write it behind the time."
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It broke at 12:00 IST.", ["IST"]),
        ("From 05:00 CST to 08:20 CST it was down.", ["CST"]),
        ("At 20:00 EST and 20:00 BST.", ["EST", "BST"]),
        ("At 06:00 BST (UTC+1) it broke.", []),
        ("At 06:00 CEST and 05:00 EDT it broke.", []),
        ("CST is a company, EST. 1998.", []),
        ("`12:00 IST`", []),
    ],
)
def test_zones_that_mean_several_things(text: str, wanted: list[str]) -> None:
    assert words(text, "zone") == wanted


def test_it_says_what_a_zone_can_mean() -> None:
    (finding,) = of(saying("It broke at 12:00 IST."))

    assert finding.message == "“IST” in “Impact” can mean the time of India, Ireland or Israel. Write UTC."


def test_a_promise_tells_no_time_of_the_incident() -> None:
    promise = replace(WHOLE.promises[1], text="Run the check at 02:00 on 12 May")

    assert of(replace(WHOLE, promises=(promise,))) == []
