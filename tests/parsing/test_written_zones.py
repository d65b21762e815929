"""Time zones as written."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pytest

from incidents.parsing.zones import declared_zone, headed_zone, match_zone, named_zone

NOON = dt.datetime.fromisoformat("2024-01-15T12:00")


@pytest.mark.parametrize(
    ("text", "written", "minutes"),
    [
        ("UTC - text", "UTC", 0),
        ("GMT + 0)", "GMT + 0", 0),
        ("GMT+1: text", "GMT+1", 60),
        ("UTC\u22125 text", "UTC\u22125", -300),
        ("UTC+05:30", "UTC+05:30", 330),
        ("+0800", "+0800", 480),
        ("CET (GMT+1)", "CET (GMT+1)", 60),
        ("PT.", "PT", -480),
        ("EAT)", "EAT", 180),
        ("America/New_York", "America/New_York", -300),
        ("Pacific Time", "Pacific Time", -480),
    ],
)
def test_offsets(text: str, written: str, minutes: int) -> None:
    zone = match_zone(text)
    assert zone is not None
    assert zone.written == written
    assert zone.minutes_at(NOON) == minutes


@pytest.mark.parametrize(
    "text", ["est voila", "UTC+99", "pacific ocean", "America/Nowhere", "ETA 5 minutes", "ISTANBUL"]
)
def test_words_that_are_no_zone(text: str) -> None:
    assert match_zone(text) is None


@pytest.mark.parametrize("abbreviation", ["IST", "CST", "AST"])
def test_ambiguous_abbreviations_have_no_offset(abbreviation: str) -> None:
    zone = match_zone(abbreviation)
    assert zone is not None
    assert zone.offset_at(NOON) is None
    assert len(zone.readings) > 1


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("# Timeline (all time in GMT + 0)", "GMT + 0"),
        ("_All times in EDT_", "EDT"),
        ("\u6642\u9593\u306f\u3059\u3079\u3066UTC", "UTC"),
        ("Time to recovery: 87 minutes", None),
        ("Time (UTC)", "UTC"),
        ("All times are Berlin time.", "Berlin time"),
        ("Everything below is in UTC.", "UTC"),
        ("TZ=Europe/Berlin", "Europe/Berlin"),
        ("Alle Zeiten in MESZ", "MESZ"),
        ("This was the first time CET nodes failed.", None),
        ("All nodes in the PST rack are down", None),
        ("All times are local.", None),
    ],
)
def test_declarations(line: str, written: str | None) -> None:
    zone = declared_zone(line)
    assert (zone.written if zone else None) == written


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("Timeline (UTC)", "UTC"),
        ("Timeline - CEST", "CEST"),
        ("Timeline (UTC) of the day", "UTC"),
        ("Timeline of the ART outage today", None),
    ],
)
def test_headings(heading: str, written: str | None) -> None:
    zone = headed_zone(heading)
    assert (zone.written if zone else None) == written


def test_names_from_a_command_line_may_be_in_small_letters() -> None:
    assert named_zone("cet") is not None
    assert named_zone("europe/berlin") is not None
    assert named_zone("UTC and more") is None


def test_a_city_that_no_zone_is_named_after_is_none() -> None:
    found = match_zone("Berlin time")
    assert found is not None
    assert found.region == "Europe/Berlin"
    assert match_zone("Response time") is None
    assert match_zone("Gotham time") is None


def test_an_offset_beside_an_ambiguous_abbreviation_decides() -> None:
    for written in ("IST (UTC+5:30)", "IST (+0530)", "IST/UTC+5:30"):
        found = match_zone(written)
        assert found is not None
        assert (found.minutes, found.readings, found.written) == (330, (), written)


def test_the_hour_that_comes_twice_is_said() -> None:
    zone = match_zone("Europe/Berlin")
    assert zone is not None
    assert zone.doubts_at(dt.datetime.fromisoformat("2024-10-27T02:30")) != ()
    assert zone.doubts_at(dt.datetime.fromisoformat("2024-10-27T12:00")) == ()


def test_every_place_of_the_time_zone_database_is_a_zone() -> None:
    places = {name for name in available_timezones() if "/" in name}
    found = {name: named_zone(name) for name in places}
    assert {name for name, zone in found.items() if zone is None or zone.written != name} == set()
    assert {name for name, zone in found.items() if zone and zone.offset_at(NOON) != offset(name)} == set()
    assert named_zone("Etc/../Berlin") is None


def offset(name: str) -> dt.timedelta | None:
    return NOON.replace(tzinfo=ZoneInfo(name)).utcoffset()
