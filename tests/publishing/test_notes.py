"""What readers are told beside a version, or in its place, is checked before it goes out: it never changes again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from incidents.models import Activity, Publication, Report, ReportStatus, Retraction
from incidents.publishing.operations import (
    NoteRefused,
    publish_due,
    publish_report,
    schedule_publication,
    start_correction,
    withdraw_report,
)
from tests.factories import NOW, approve, make_user, publish

pytestmark = pytest.mark.django_db

HARD = [
    "password=hunter2abc",
    "We took ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a out.",
    "TODO: say why.",
    "TO\ufeffDO",
]
SOFT = [
    "db-01.prod.internal was named.",
    "It was 10.0.0.12.",
    "The engineer forgot to say so.",
    "Marta Kowalczyk said it.",
]
HOUR = {"day": "2099-03-27", "clock": "09:00"}


@pytest.fixture
def petra(db: None) -> User:
    make_user(name="Marta Kowalczyk")
    return make_user("publisher", name="Petra")


@pytest.fixture
def client(petra: User) -> Client:
    client = Client()
    client.force_login(petra)
    return client


def approved() -> Report:
    return approve(start_correction(publish().incident.report, by=make_user(), at=NOW))


def publish_with(report: Report, text: str, by: User, **more: Any) -> Publication:
    return publish_report(report, by=by, change_note=text, at=NOW, **more)


def schedule_with(report: Report, text: str, by: User, **more: Any) -> Report:
    return schedule_publication(report, publish_at=NOW + timedelta(days=1), note=text, by=by, at=NOW, **more)


def withdraw_with(report: Report, text: str, by: User, **more: Any) -> Retraction:
    return withdraw_report(report, reason=text, by=by, at=NOW, **more)


WAYS = [publish_with, schedule_with, withdraw_with]


def is_out(report: Report) -> bool:
    stored = Report.objects.get(pk=report.pk)
    return (
        Publication.objects.count() > 1
        or stored.publish_at is not None
        or stored.status != ReportStatus.APPROVED
        or Retraction.objects.exists()
    )


@pytest.mark.parametrize("text", HARD)
@pytest.mark.parametrize("way", WAYS)
def test_a_secret_and_what_was_left_to_fill_in_stop_it(petra: User, way: Any, text: str) -> None:
    report = approved()

    for meant in ("", "0" * 64):
        with pytest.raises(NoteRefused) as refusal:
            way(report, text, petra, meant=meant)
        assert refusal.value.blocks
        assert refusal.value.meant == ""
    assert "hunter2abc" not in str(refusal.value)
    assert not is_out(report)


@pytest.mark.parametrize("text", SOFT)
@pytest.mark.parametrize("way", WAYS)
def test_what_is_doubtful_goes_out_when_it_is_said_to_be_meant(petra: User, way: Any, text: str) -> None:
    report = approved()

    with pytest.raises(NoteRefused) as refusal:
        way(report, text, petra)
    assert not refusal.value.blocks
    assert not is_out(report)
    way(report, text, petra, meant=refusal.value.meant)

    assert is_out(report)


@pytest.mark.parametrize("way", WAYS)
def test_what_was_meant_is_meant_for_these_words(petra: User, way: Any) -> None:
    report = approved()
    with pytest.raises(NoteRefused) as refusal:
        way(report, SOFT[0], petra)

    for other in (SOFT[1], f"{SOFT[0]} {SOFT[1]}", f"{SOFT[0]} {HARD[0]}"):
        with pytest.raises(NoteRefused):
            way(report, other, petra, meant=refusal.value.meant)
    assert not is_out(report)


@pytest.mark.parametrize("way", WAYS)
def test_plain_sentences_are_not_asked_about(petra: User, way: Any) -> None:
    report = approved()

    way(report, "The end was wrong: it was 08:20 UTC on 6 March, 20 minutes later.", petra)

    assert is_out(report)


def test_a_note_that_was_meant_goes_out_at_its_hour(petra: User) -> None:
    report = approved()
    with pytest.raises(NoteRefused) as refusal:
        schedule_with(report, SOFT[0], petra)
    schedule_with(report, SOFT[0], petra, meant=refusal.value.meant)

    (publication,) = publish_due(NOW + timedelta(days=2))

    assert publication.change_note == SOFT[0]


def test_an_appointment_from_before_falls_with_a_secret_in_its_note(petra: User) -> None:
    report = schedule_with(approved(), "Mended.", petra)
    Report.objects.filter(pk=report.pk).update(publish_note=HARD[0])

    assert publish_due(NOW + timedelta(days=2)) == []

    (fallen,) = Activity.objects.filter(verb="appointment to publish fell")
    assert "looks like a password" in fallen.detail["reason"]
    assert "hunter2abc" not in fallen.detail["reason"]


FORMS = [
    ("publish", "change_note", {}),
    ("schedule", "change_note", HOUR),
    ("withdraw", "reason", {}),
]


def address(name: str, report: Report) -> str:
    return reverse(f"publishing:{name}", args=[report.incident.number])


@pytest.mark.parametrize(("name", "field", "more"), FORMS)
def test_the_form_says_it_beside_the_field_and_keeps_what_was_typed(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str, field: str, more: dict[str, str]
) -> None:
    monkeypatch.setattr("incidents.publishing.operations.MOST_AHEAD", timedelta(days=99_999))
    report = approved()
    for text in HARD[:1]:
        response = client.post(address(name, report), {field: text, **more})
        shown = response.content.decode()

        assert response.status_code == 422
        assert "looks like a password" in shown
        assert f"{text}</textarea>" in shown
        assert "This is meant for customers" not in shown
    response = client.post(address(name, report), {field: SOFT[0], **more})
    shown = response.content.decode()
    assert response.status_code == 422
    assert "“db-01.prod.internal” in this text looks like an internal host name." in shown
    assert f"{SOFT[0]}</textarea>" in shown
    assert all(f'value="{value}"' in shown for value in more.values())
    assert not is_out(report)
    box = re.search(r'<input class="form-check-input" type="checkbox" name="meant" value="(\w{64})"', shown)
    assert box is not None

    response = client.post(address(name, report), {field: SOFT[0], "meant": box[1], **more})

    assert response.status_code == 302
    assert is_out(report)


@pytest.mark.parametrize(("name", "field", "more"), FORMS)
def test_the_box_is_not_there_before_it_is_asked_for(
    client: Client, name: str, field: str, more: dict[str, str]
) -> None:
    shown = client.get(address("withdraw" if name == "withdraw" else "publish", approved())).content.decode()

    assert f'name="{field}"' in shown
    assert 'name="meant"' not in shown


def test_a_name_given_elsewhere_leads_to_where_it_is_changed(client: Client) -> None:
    report = approved()
    severity = report.incident.severity
    severity.name = "db-01.prod.internal"
    severity.save()

    shown = client.get(address("publish", report)).content.decode()

    assert "“db-01.prod.internal” in the name of the severity" in shown
    assert f'<a href="{reverse("severities:severity_list")}">Change the severity</a>' in shown
