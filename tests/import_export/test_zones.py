"""Whatever zone a report names, what we propose can be kept, and the incident can be edited afterwards."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.authoring.forms import FactsForm
from incidents.authoring.zones import known_zone, zone_label, zone_names
from incidents.models import Incident
from incidents.parsing.zones import named_zone
from tests.factories import make_user
from tests.import_export.test_import_pages import REPORT, fields_of

ZONES = {
    "GMT+0": ("UTC", "UTC", 5),
    "GMT+1": ("Etc/GMT-1", "UTC+1", 4),
    "UTC-3": ("Etc/GMT+3", "UTC-3", 8),
    "America/New_York": ("America/New_York", "America/New_York", 10),
    "PT": ("America/Los_Angeles", "America/Los_Angeles", 13),
    "PST": ("Etc/GMT+8", "UTC-8", 13),
    "Europe/Berlin": ("Europe/Berlin", "Europe/Berlin", 4),
    "UTC+14": ("Etc/GMT-14", "UTC+14", -9),
}


def report_in(zone: str) -> str:
    return REPORT.replace("GMT+0", zone)


def instant(hours: int, minutes: int = 0) -> datetime:
    day, hour = divmod(hours, 24)
    return datetime(2023, 3, 6 + day, hour, minutes, tzinfo=UTC)


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    return client


def keep_untouched(client: Client, text: str) -> tuple[str, Incident]:
    page = client.post(reverse("import_export:import"), {"text": text}).content.decode()
    response = client.post(reverse("import_export:keep"), fields_of(page) | {"report-severity": "1"})
    assert response.status_code == 302, response.content.decode()
    return page, Incident.objects.get()


def is_still_valid(client: Client, incident: Incident) -> bool:
    """Whether the facts of the incident can be saved as the editor shows them."""
    data = fields_of(client.get(reverse("authoring:editor", args=[incident.number])).content.decode())
    return FactsForm(data, incident=incident, report=incident.report).is_valid()


@pytest.mark.parametrize("written", ZONES)
def test_read_preview_keep_and_edit(client: Client, written: str) -> None:
    name, label, hour = ZONES[written]

    page, incident = keep_untouched(client, report_in(written))

    assert fields_of(page)["report-time_zone"] == incident.time_zone == name
    assert (f"{name} is the name of {label}" in page) == (name != label)
    assert fields_of(page)["rows-0-clock"] == "05:00"
    assert [row.occurred_at for row in incident.entries.in_order()][:2] == [instant(hour), instant(hour, 2)]
    assert is_still_valid(client, incident)


@pytest.mark.parametrize(("written", "clock"), [("UTC+05:30", "23:30"), ("+05:30", "23:30"), ("NPT", "23:15")])
def test_offsets_without_a_name_are_converted_to_utc_and_it_is_said(client: Client, written: str, clock: str) -> None:
    page, incident = keep_untouched(client, report_in(written))

    fields = fields_of(page)
    assert (fields["report-time_zone"], fields["rows-0-day"], fields["rows-0-clock"]) == ("UTC", "2023-03-05", clock)
    assert "they are converted to UTC" in page
    assert f"{incident.entries.in_order()[0].occurred_at:%d %H:%M}" == f"05 {clock}"
    assert is_still_valid(client, incident)


def test_an_ambiguous_zone_is_not_guessed(client: Client) -> None:
    page = client.post(reverse("import_export:import"), {"text": report_in("IST")}).content.decode()

    assert fields_of(page)["report-time_zone"] == ""
    assert "is more than one time zone" in page


@pytest.mark.parametrize("written", [*ZONES, "UTC+05:30"])
def test_the_command_keeps_the_same_zone(db: None, tmp_path: Path, written: str) -> None:
    make_user(Role.ADMIN)
    path = tmp_path / "report.md"
    path.write_text(report_in(written), encoding="utf-8")
    out = io.StringIO()

    call_command("import_reports", path, stdout=out)

    assert Incident.objects.get().time_zone == ZONES.get(written, ("UTC",))[0]
    assert ("converted to UTC" in out.getvalue()) == (written == "UTC+05:30")


# ── Names ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Etc/GMT-14", "Etc/GMT+12", "America/Argentina/Ushuaia"])
def test_known(name: str) -> None:
    assert known_zone(name)


@pytest.mark.parametrize(
    "name",
    ["", "Etc/GMT", "Etc/GMT-15", "Etc/GMT+13", "Etc/GMT+01", "EST", "../../etc/passwd", "/etc/localtime", "Europe/",
     "Europe", "europe/berlin", "Europe/Berlin\0", "x" * 5_000],
)  # fmt: skip
def test_not_known(name: str) -> None:
    assert not known_zone(name)


def test_offsets_are_accepted_and_not_suggested() -> None:
    assert "UTC" in zone_names()
    assert not [name for name in zone_names() if name.startswith("Etc/")]


@pytest.mark.parametrize(
    ("name", "label"),
    [("Etc/GMT-1", "UTC+1"), ("Etc/GMT+12", "UTC-12"), ("UTC", "UTC"), ("Asia/Kolkata", "Asia/Kolkata"), ("", "")],
)
def test_labels(name: str, label: str) -> None:
    assert zone_label(name) == label


def test_the_reader_knows_every_zone_that_the_forms_take() -> None:
    fixed = [f"Etc/GMT{hours:+d}" for hours in range(-14, 13) if hours]

    assert [name for name in [*zone_names(), *fixed] if named_zone(name) is None] == []
    assert [name for name in fixed if not known_zone(name)] == []
