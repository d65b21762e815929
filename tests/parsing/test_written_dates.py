"""Dates as written."""

import datetime as dt

import pytest

from incidents.parsing.dates import find_dates
from incidents.parsing.day_readings import NumberOrder
from incidents.parsing.numeric_dates import numeric_order


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("On March 6th, 2023, at 5am", dt.date(2023, 3, 6)),
        ("January23, 2021", dt.date(2021, 1, 23)),
        ("Jan 31 2023", dt.date(2023, 1, 31)),
        ("31 January 2023", dt.date(2023, 1, 31)),
        ("2016/11/07", dt.date(2016, 11, 7)),
        ("29-09-2021", dt.date(2021, 9, 29)),
        ("03.10.2021", dt.date(2021, 10, 3)),
        ("12/25/2023", dt.date(2023, 12, 25)),
        ("2018\u5e749\u670817\u65e5", dt.date(2018, 9, 17)),
        ("3. Mai 2021", dt.date(2021, 5, 3)),
        ("5 de mar\u00e7o de 2022", dt.date(2022, 3, 5)),
    ],
)
def test_one_reading(text: str, date: dt.date) -> None:
    assert [found.value for found in find_dates(text)] == [date]


@pytest.mark.parametrize(
    "text",
    [
        "v20221027",
        "1.15.20",
        "10.12.6.136:8888",
        "/2018/09/20/notice",
        "5 out of 10",
        "0.13.6+1",
        "3 days ago",
        "1-800-555",
        "20260307",
        "3 leden",
    ],
)
def test_numbers_that_are_no_date(text: str) -> None:
    assert list(find_dates(text)) == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("07/Mar/2026:05:02:11", dt.date(2026, 3, 7)),
        ("07-MAR-26", dt.date(2026, 3, 7)),
        ("Mar-07-2026", dt.date(2026, 3, 7)),
        ("5-26-21", dt.date(2021, 5, 26)),
        ("20260307T050211Z", dt.date(2026, 3, 7)),
        ("2026. 3. 7.", dt.date(2026, 3, 7)),
        ("7 \u043c\u0430\u0440\u0442\u0430 2026 \u0433.", dt.date(2026, 3, 7)),
        ("7. maaliskuuta 2026", dt.date(2026, 3, 7)),
        ("Sat 3/7/2026", dt.date(2026, 3, 7)),
        ("Sat 7/3/2026", dt.date(2026, 3, 7)),
    ],
)
def test_more_ways_to_write_a_day(text: str, date: dt.date) -> None:
    assert [found.value for found in find_dates(text)] == [date]


def test_a_year_of_two_digits_may_come_first() -> None:
    (found,) = find_dates("26/03/07")
    assert found.value is None
    assert [first for first, _ in found.options] == ["day", "year"]
    assert numeric_order("26/03/07 and 26/03/08") == NumberOrder("year")
    assert numeric_order("26/03/07 and 27/03/07") is None
    assert [found.value for found in find_dates("13/03/26")] == [dt.date(2026, 3, 13)]


def test_two_readings_are_both_told() -> None:
    (found,) = find_dates("03/10/2021")
    assert found.value is None
    assert found.readings == (dt.date(2021, 10, 3), dt.date(2021, 3, 10))


def test_other_dates_decide() -> None:
    assert numeric_order("29/09/2021 and 03/10/2021") == NumberOrder("day")
    assert numeric_order("9/29/2021") == NumberOrder("month")
    assert numeric_order("9/29/2021 and 29/9/2021") is None


@pytest.mark.parametrize(
    ("text", "doubt"),
    [("20202-01-16", "cannot be right"), ("Feb 30 2020", "no such day"), ("Tuesday, 2022-05-23", "was a Monday")],
)
def test_doubts(text: str, doubt: str) -> None:
    (found,) = find_dates(text)
    assert doubt in found.doubts[0]


def test_a_date_without_a_year_waits_for_one() -> None:
    (found,) = find_dates("May 20 01:03 UTC")
    assert found.value is None
    assert found.with_year(2021) == dt.date(2021, 5, 20)
