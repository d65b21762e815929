"""“05:10 On-call acknowledged”, Enter, next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from incidents.authoring.line import read_typed_line, time_between
from incidents.authoring.operations import add_entry
from incidents.models import Incident, TimelineEntry, UnsentText
from tests.authoring.sending import SCRIPT, form_on, line, url
from tests.factories import START, make_draft

pytestmark = pytest.mark.django_db


LATER = START + timedelta(days=30)


def add(incident: Incident, typed: str, *, by: User) -> TimelineEntry:
    """A row as the quick row would add it, on 6 March where no day is written."""
    read = read_typed_line(typed, incident, after="", now=LATER)
    return add_entry(incident, **read.values, by=by, at=LATER)


def last(incident: Incident) -> TimelineEntry:
    return incident.entries.order_by("-id")[0]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("05:10 On-call acknowledged", (10, "On-call acknowledged", "exact")),
        ("5:10 am ack", (10, "ack", "exact")),
        ("~05:12 backup started", (12, "backup started", "about")),
        ("before 05:30 somebody restarted it", (30, "somebody restarted it", "before")),
        ("05:20 UTC+1 the other office woke", (-40, "the other office woke", "exact")),
        ("2026-03-07 01:00 next day", (20 * 60, "next day", "exact")),
        ("05:10\u201305:40 failover running", (10, "failover running (until 05:40)", "exact")),
        ("23:50-00:20 failover running", (18 * 60 + 50, "failover running (until 2026-03-07 00:20)", "exact")),
        ("06:10-06:40 UTC+1 failover running", (10, "failover running (until 05:40)", "exact")),
    ],
)
def test_a_line_becomes_a_row(client: Client, incident: Incident, typed: str, expected: tuple[int, str, str]) -> None:
    minutes, text, precision = expected

    response = client.post(url("add_entry", incident.number), line(typed))

    row = last(incident)
    assert response.status_code == 302
    assert (row.occurred_at, row.text, row.precision) == (START + timedelta(minutes=minutes), text, precision)
    assert (row.raw_line, row.public_text) == (typed, "")


def test_the_day_comes_from_the_row_before_and_turns_at_midnight(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), line("23:50 still down"))
    client.post(url("add_entry", incident.number), line("00:10 up again"))

    assert last(incident).occurred_at == START + timedelta(hours=19, minutes=10)


def test_a_moment_that_was_remembered_later_stays_on_its_day(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), line("16:00 all well"))
    client.post(url("add_entry", incident.number), line("05:41 the fix failed once"))

    assert last(incident).occurred_at == START + timedelta(minutes=41)


def test_the_zone_is_the_one_that_stands_beside_the_line(client: Client) -> None:
    incident = make_draft(time_zone="Europe/Berlin").incident

    client.post(url("add_entry", incident.number), line("06:30 seen"))

    assert last(incident).occurred_at == START + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("nothing but words", "Begin with a time"),
        ("05:10", "Say after the time what happened."),
        ("05:10 " + "x" * 2_001, "2,000 characters"),
        ("2199-01-01 05:10 far away", "This lies in the future."),
        ("05:10 IST seen", "more than one time zone"),
        ("03/10/2021 05:10 seen", "can be 3 October 2021 or 10 March 2021. Write the day like 2026-03-06."),
        ("10/3 05:10 seen", "can be 10 March or 3 October."),
        ("2021-02-31 05:10 seen", "there is no such day"),
        ("Feb 31 05:10 seen", "there is no such day"),
        ("Day 2 05:10 seen", "says no date"),
        ("", "This field is required."),
    ],
)
def test_what_is_no_row_is_said_and_stays(client: Client, incident: Incident, typed: str, message: str) -> None:
    response = client.post(url("add_entry", incident.number), line(typed))

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert typed in page
    assert incident.entries.count() == 1
    assert UnsentText.objects.filter(text=typed).exists() == bool(typed)


def test_clocks_that_showed_a_time_twice_are_asked(client: Client) -> None:
    incident = make_draft(time_zone="Europe/Berlin").incident

    refused = client.post(url("add_entry", incident.number), line("2025-10-26 02:30 seen"))
    taken = client.post(url("add_entry", incident.number), line("2025-10-26 02:30+01:00 seen"))

    assert refused.status_code == 422
    assert "02:30+02:00 or 02:30+01:00" in refused.content.decode()
    assert taken.status_code == 302
    assert f"{last(incident).occurred_at:%H:%M}" == "01:30"


def test_between_two_rows_the_time_is_preset(client: Client, incident: Incident) -> None:
    first = incident.entries.get()
    client.post(url("add_entry", incident.number), line("05:30 later"))

    page = client.get(url("editor", incident.number) + f"?after={first.key}").content.decode()
    assert "05:15 </textarea>" in page
    assert f'name="row-new-after" value="{first.key}"' in page

    client.post(url("add_entry", incident.number), line("05:15 between", **{"row-new-after": first.key}))
    assert [row.text for row in incident.entries.in_order()][1:] == ["between", "later"]


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ("05:10:40", "05:11:20", "05:11"),
        ("05:10:10", "05:10:50", "05:10:30"),
        ("05:10:40", None, "05:10:40"),
        ("05:10", "05:11", "05:10"),
        ("05:10", "05:10", "05:10"),
        ("23:50", "2026-03-07 00:30", "00:10"),
        ("01:00", "2026-03-08 03:00", "2026-03-07 02:00"),
        ("08:00", "2026-03-07 20:00", "2026-03-07 02:00"),
    ],
)
def test_the_preset_reads_as_a_moment_between_both_rows(
    incident: Incident, above: str, below: str | None, expected: str
) -> None:
    incident.entries.all().delete()
    user = incident.opened_by
    first = add(incident, f"{above} above", by=user)
    second = add(incident, f"{below} below", by=user) if below else None

    preset = time_between(first, second, incident)

    assert preset == expected
    read = read_typed_line(f"{preset} between", incident, after=first.key, now=LATER)
    assert first.occurred_at <= read.occurred_at
    assert second is None or read.occurred_at <= second.occurred_at


@pytest.mark.parametrize(("minute", "expected"), [(25, "02:52+02:00"), (85, "02:52+01:00")])
def test_the_preset_says_which_of_two_equal_times_it_means(minute: int, expected: str) -> None:
    incident = make_draft(time_zone="Europe/Berlin").incident
    start = datetime(2025, 10, 25, 23, 50, tzinfo=UTC)
    first, second = (
        add_entry(incident, occurred_at=start + timedelta(minutes=each), text="x", by=incident.opened_by, at=LATER)
        for each in (minute, minute + 75)
    )

    preset = time_between(first, second, incident)

    assert preset == expected
    read = read_typed_line(f"{preset} between", incident, after=first.key, now=LATER)
    assert read.occurred_at == start + timedelta(minutes=minute + 37)


def test_rows_of_one_minute_keep_the_order_in_which_they_came(client: Client, incident: Incident) -> None:
    for word in ("one", "two", "three"):
        client.post(url("add_entry", incident.number), line(f"05:00 {word}"))

    assert [row.text for row in incident.entries.in_order()][1:] == ["one", "two", "three"]


def test_the_milestone_is_offered_from_the_words_and_not_set(client: Client, incident: Incident) -> None:
    answer = client.post(
        url("add_entry", incident.number), line("05:10 On-call acknowledged"), headers=SCRIPT
    ).content.decode()

    assert "Mark as “Acknowledged”" in answer
    assert not incident.milestones.filter(kind="acknowledged").exists()
    assert "Mark as “Acknowledged”" in client.get(url("editor", incident.number)).content.decode()


def test_a_milestone_that_is_set_is_not_offered(client: Client, incident: Incident) -> None:
    client.post(url("add_entry", incident.number), line("05:05 An alert fired, detected by the monitor"))

    assert "Mark as “Detected”" not in client.get(url("editor", incident.number)).content.decode()


def test_the_script_gets_the_row_and_its_place(client: Client, incident: Incident) -> None:
    above = incident.entries.get()

    answer = client.post(url("add_entry", incident.number), line("05:10 seen"), headers=SCRIPT).content.decode()

    row = last(incident)
    assert "<html" not in answer
    assert f'<template data-row="entry-{row.key}" data-after="entry-{above.key}" data-day="2026-03-06"' in answer
    assert f'<li class="entry-row" id="entry-{row.key}"' in answer
    assert 'Saved <time datetime="' in answer


def test_several_lines_are_a_paste(client: Client, incident: Incident) -> None:
    text = "05:10 one\n05:11 two"

    led = client.post(url("add_entry", incident.number), line(text))
    told = client.post(url("add_entry", incident.number), line(text), headers=SCRIPT)

    assert led["Location"] == told["HX-Redirect"] == url("paste", incident.number)
    assert incident.entries.count() == 1
    assert form_on(client, incident, "row-new")["row-new-line"] == ""
    assert "05:11 two" in client.get(url("paste", incident.number)).content.decode()
