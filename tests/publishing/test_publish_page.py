"""The publish page: now, or at an hour of the incident's zone. Nothing goes out that was meant for later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.authoring.operations import revise_facts, revise_section
from incidents.models import Publication, Report, ReportStatus
from incidents.publishing.operations import schedule_publication, start_correction
from tests.factories import NOW, approve, make_draft, make_user, publish

pytestmark = pytest.mark.django_db

# A spring day in the past, and what the clocks of Berlin do on it: 02:00 to 03:00 is skipped.
TODAY = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
HOUR = {"day": "2026-03-27", "clock": "09:00"}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: TODAY)


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user("publisher", name="Petra"))
    return client


def approved(zone: str = "Europe/Berlin", *, correction: bool = False) -> Report:
    report = Report.objects.get(incident=publish().incident) if correction else make_draft()
    if correction:
        start_correction(report, by=make_user(), at=NOW)
    revise_facts(report.incident, changes={"time_zone": zone}, by=make_user(), at=NOW)
    return approve(Report.objects.get(pk=report.pk))


def scheduled(report: Report | None = None, note: str = "") -> Report:
    at = TODAY + timedelta(days=7)
    return schedule_publication(
        report or approved(), publish_at=at, note=note, by=make_user("publisher", name="Otto"), at=TODAY
    )


def address(name: str, report: Report) -> str:
    return reverse(f"publishing:{name}", args=[report.incident.number])


def page(client: Client, report: Report) -> str:
    response = client.get(address("publish", report))
    assert response.status_code == 200
    return response.content.decode()


def stored(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def test_the_zone_stands_beside_the_hour(client: Client) -> None:
    assert '<p class="hint hour-zone">Europe/Berlin</p>' in page(client, approved())
    assert '<p class="hint hour-zone">UTC+1</p>' in page(client, approved("Etc/GMT-1"))


@pytest.mark.parametrize(
    ("zone", "sent", "meant", "said"),
    [
        ("UTC", HOUR, datetime(2026, 3, 27, 9, 0, tzinfo=UTC), "Friday 27 March 2026, 09:00 UTC"),
        ("Europe/Berlin", HOUR, datetime(2026, 3, 27, 8, 0, tzinfo=UTC), "Friday 27 March 2026, 09:00 UTC+1"),
        (
            "Europe/Berlin",  # the clocks go forward in the night before
            {"day": "2026-03-29", "clock": "09:00"},
            datetime(2026, 3, 29, 7, 0, tzinfo=UTC),
            "Sunday 29 March 2026, 09:00 UTC+2",
        ),
        ("Asia/Kolkata", HOUR, datetime(2026, 3, 27, 3, 30, tzinfo=UTC), "Friday 27 March 2026, 09:00 UTC+5:30"),
        ("America/New_York", HOUR, datetime(2026, 3, 27, 13, 0, tzinfo=UTC), "Friday 27 March 2026, 09:00 UTC-4"),
        ("Etc/GMT-1", HOUR, datetime(2026, 3, 27, 8, 0, tzinfo=UTC), "Friday 27 March 2026, 09:00 UTC+1"),
    ],
)
def test_an_hour_is_read_in_the_incidents_zone(
    client: Client, zone: str, sent: dict[str, str], meant: datetime, said: str
) -> None:
    report = approved(zone)

    response = client.post(address("schedule", report), {**sent, "zone": zone}, follow=True)

    assert response.redirect_chain == [(address("publish", report), 302)]
    assert f"It will be published on {said}." in response.content.decode()
    assert stored(report).publish_at == meant
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({}, "Give the day."),
        ({"day": "2026-03-27"}, "Give the time as well."),
        ({"clock": "09:00"}, "Give the day."),
        ({"day": "soon", "clock": "09:00"}, "Give the day as 2026-03-09."),
        ({"day": "2026-03-27", "clock": "noon"}, "Give the time as 15:00."),
        ({"day": "2026-03-20", "clock": "12:59"}, "This hour has passed."),  # 11:59 UTC
        ({"day": "2062-03-27", "clock": "09:00"}, "more than a year ahead"),
        ({"day": "9999-12-31", "clock": "23:59"}, "more than a year ahead"),
        ({"day": "0001-01-01", "clock": "00:00"}, "That day can’t be right."),
        ({"day": "2026-03-29", "clock": "02:30"}, "The clocks skip 02:30 on that day."),
        ({"day": "2026-10-25", "clock": "02:30"}, "The clocks show 02:30 twice on that day."),
        (HOUR | {"zone": "UTC"}, "The incident’s zone is Europe/Berlin now."),
        (HOUR | {"zone": "../../etc/passwd"}, "The incident’s zone is Europe/Berlin now."),
    ],
)
def test_a_doubtful_hour_is_refused_beside_the_field(client: Client, sent: dict[str, str], refused: str) -> None:
    report = approved()

    response = client.post(address("schedule", report), sent)

    assert response.status_code == 422
    shown = response.content.decode()
    assert refused in shown.partition('<details class="at-an-hour" open>')[2].partition("</details>")[0]
    for name, value in sent.items():
        if name != "zone":
            assert f'value="{value}"' in shown, name
    assert stored(report).publish_at is None


@pytest.mark.parametrize("clock", ["01:59", "03:00"])
def test_the_edges_of_a_skipped_hour_are_real(client: Client, clock: str) -> None:
    report = approved()

    client.post(address("schedule", report), {"day": "2026-03-29", "clock": clock})

    assert stored(report).publish_at.minute == int(clock[3:])


def test_far_west_the_last_day_of_the_calendar_is_refused(client: Client) -> None:
    report = approved("America/New_York")

    response = client.post(address("schedule", report), {"day": "9999-12-31", "clock": "23:59"})

    assert response.status_code == 422
    assert "That day can’t be right." in response.content.decode()


def test_what_was_meant_for_later_is_not_published_now(client: Client) -> None:
    """Enter in the field of the day presses the first button of the form."""
    report = approved()

    response = client.post(address("publish", report), HOUR)

    assert response.status_code == 422
    assert "You gave an hour." in response.content.decode()
    assert stored(report).status == ReportStatus.APPROVED


def test_a_correction_needs_its_note_in_both_ways(client: Client) -> None:
    report = approved(correction=True)

    for name in ("publish", "schedule"):
        refused = client.post(address(name, report), {**HOUR, "change_note": " "} if name == "schedule" else {})
        assert refused.status_code == 422
        assert "This field is required." in refused.content.decode()
    client.post(address("schedule", report), {**HOUR, "change_note": "The end was wrong."})

    assert stored(report).publish_note == "The end was wrong."


@pytest.mark.parametrize("name", ["publish", "schedule"])
def test_an_edit_in_another_room_refuses_both_and_keeps_what_was_typed(client: Client, name: str) -> None:
    report = approved(correction=True)
    revise_section(report.incident, "impact", changes={"public_text": "All."}, by=make_user(), at=NOW)

    sent = {"change_note": "The end was wrong.", **(HOUR if name == "schedule" else {})}
    response = client.post(address(name, report), sent)

    assert response.status_code == 409
    shown = response.content.decode()
    assert "This report is in review" in shown
    assert "The end was wrong." in shown
    assert ('value="2026-03-27"' in shown) == (name == "schedule")


def test_the_page_says_what_is_set_and_offers_the_ways_out(client: Client) -> None:
    report = scheduled(approved(correction=True), note="Mended.")

    shown = page(client, report)

    assert "Friday 27 March 2026, 13:00 UTC+1</time>" in shown
    assert "by Otto" in shown
    assert "Readers are told: “Mended.”" in shown
    assert "Publish now instead" in shown
    assert f'action="{address("cancel_schedule", report)}"' in shown
    assert "Mended.</textarea>" in shown


def test_publish_now_instead(client: Client) -> None:
    report = scheduled()

    client.post(address("publish", report))

    assert Publication.objects.get().published_by.name == "Petra"
    assert stored(report).publish_at is None


def test_after_publishing_one_stays_inside_with_a_way_to_what_customers_read(client: Client) -> None:
    report = approved()

    answer = client.post(address("publish", report))

    assert answer["Location"] == address("publish", report)
    shown = page(client, report)
    assert "Version 1 is public" in shown
    assert f'href="{reverse("public:report", args=[report.incident.public_id])}"' in shown


def test_cancelling_and_cancelling_what_is_not_there(client: Client) -> None:
    report = scheduled()

    first = client.post(address("cancel_schedule", report), follow=True).content.decode()
    again = client.post(address("cancel_schedule", report), follow=True).content.decode()

    assert "The appointment is cancelled. The report stays approved." in first
    assert "There is no appointment to cancel." in again
    assert stored(report).publish_at is None


@pytest.mark.parametrize("name", ["publishing:publish", "review:review"])
def test_a_fallen_appointment_is_told(client: Client, name: str) -> None:
    report = scheduled()
    revise_section(report.incident, "impact", changes={"public_text": "A."}, by=make_user(name="Eve"), at=TODAY)

    shown = client.get(reverse(name, args=[report.incident.number])).content.decode()

    assert "The appointment fell" in shown
    assert "Friday 27 March 2026, 13:00 UTC+1</time>" in shown
    assert 'The text changed. <span class="hint">Eve, ' in shown


def test_the_withdrawal_page_says_that_the_appointment_falls(client: Client) -> None:
    report = scheduled(approved(correction=True), note="Mended.")

    shown = client.get(address("withdraw", report)).content.decode()

    assert "falls with it" in shown


@pytest.mark.parametrize(
    ("correction", "line"),
    [(False, "This would be the first version."), (True, "Not a word differs from version 1.")],
)
def test_the_review_page_says_in_one_line_what_changed(client: Client, correction: bool, line: str) -> None:
    report = approved(correction=correction)
    if correction:
        assert line in page(client, report)
        revise_section(report.incident, "summary", changes={"public_text": "Down."}, by=make_user(), at=NOW)
        revise_section(report.incident, "impact", changes={"public_text": "All."}, by=make_user(), at=NOW)
        line = "2 places differ from version 1."
    else:
        revise_section(report.incident, "impact", changes={"text": "x"}, by=make_user(), at=NOW)

    shown: Any = client.get(reverse("review:review", args=[report.incident.number])).content.decode()

    assert line in " ".join(shown.split())
