"""A report in the shape of the seed, written for this test: each of its parts is found, and no sentence is lost."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.models import Incident
from tests.factories import make_user
from tests.import_export.test_import_pages import SEED, fields_of

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parent / "sample.md"
HERE_ONLY = pytest.mark.skipif(not SEED.exists(), reason="the seed report lies in ../shared, which is not here")


@pytest.fixture
def preview(client: Client) -> str:
    client.force_login(make_user(Role.ENGINEER))
    return upload(client, SAMPLE)


@pytest.fixture
def incident(client: Client, preview: str) -> Incident:
    return keep(client, preview)


def upload(client: Client, path: Path) -> str:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    response = client.post(reverse("import_export:import"), {"file": file})
    assert response.status_code == 200
    return response.content.decode()


def keep(client: Client, page: str) -> Incident:
    response = client.post(reverse("import_export:keep"), fields_of(page) | {"report-severity": "1"})
    assert response.status_code == 302
    return Incident.objects.get()


def text_of(incident: Incident, key: str) -> str:
    return incident.report.sections.get(key=key).text


def test_title_author_date_zone_and_duration(incident: Incident) -> None:
    notes = text_of(incident, "notes")

    assert incident.title == "Parcel Tracking Outage Report"
    assert incident.time_zone == "UTC"
    assert "- Author: The tracking team lead" in notes
    assert "- Date: “October 17th, 2024”, read as 2024-10-17" in notes
    assert "- Zone as written: GMT + 0" in notes
    assert "- Duration: “2 hours and 25 minutes”, read as 145 minutes" in notes


def test_the_rows_stand_at_their_instants_and_the_empty_one_is_none(incident: Incident) -> None:
    rows = [(f"{row.occurred_at:%Y-%m-%d %H:%M %z}", row.text) for row in incident.entries.in_order()]

    assert rows == [
        ("2024-10-17 20:12 +0000", "Certificate expiry warning sent to an unread mailbox"),
        ("2024-10-17 21:00 +0000", "Tracking outage begins"),
        ("2024-10-17 21:04 +0000", "Pagers alerted on-call team"),
        ("2024-10-17 21:11 +0000", "On-call team acknowledgement"),
        ("2024-10-17 22:05 +0000", "New certificate requested from the supplier"),
        ("2024-10-17 22:58 +0000", "Successful rollback to the old gateway"),
        ("2024-10-17 23:10 +0000", "Scanner restart initiated"),
        ("2024-10-17 23:25 +0000", "100% of scans back online"),
    ]


def test_the_milestones_are_proposed_from_the_words(incident: Incident) -> None:
    assert {row.kind: f"{row.at:%H:%M}" for row in incident.milestones.all()} == {
        "impact_started": "21:00",
        "detected": "21:04",
        "acknowledged": "21:11",
        "mitigated": "22:58",
        "resolved": "23:25",
    }


def test_the_sections_are_whole(incident: Incident) -> None:
    summary, cause = text_of(incident, "summary"), text_of(incident, "root_cause")

    assert summary.startswith("On October 17th, 2024, at 9pm GMT +0, parcels at Parcel Hare")
    assert summary.endswith("and we apologise.")
    assert cause.startswith("At 9:00pm (GMT +0), the certificate")
    assert cause.endswith("a mailbox that nobody reads.")


def test_the_items_and_the_image_from_elsewhere(incident: Incident) -> None:
    image = incident.attachments.get()

    assert [item.text for item in incident.action_items.order_by("id")] == [
        "Renew the certificates of the scan gateway automatically.",
        "Send reminders of expiring certificates to the on-call rota instead of a mailbox.",
        "Alert on-call engineers when no scan has arrived for five minutes.",
    ]
    assert image.source_url == "https://images.parcelhare.example/warehouse/scanner-queue.jpg"
    assert not image.file


def test_the_page_says_how_the_rows_were_read(preview: str) -> None:
    hints = re.findall(r'<p class="hint">(.*?)</p>', preview)
    assert hints[0].startswith("Written “8:12 PM”. Date from the text.")
    assert hints[1] == "Written “9:00PM”.", "what holds for all rows is said once"


def test_the_command_reads_the_same() -> None:
    out = io.StringIO()
    call_command("import_reports", SAMPLE, "--json", stdout=out)
    [report] = json.loads(out.getvalue())

    found = {name: report[name] for name in ("title", "author", "date", "time_zone", "utc_offset_minutes")}
    assert found == {
        "title": "Parcel Tracking Outage Report",
        "author": "The tracking team lead",
        "date": "2024-10-17",
        "time_zone": "GMT + 0",
        "utc_offset_minutes": 0,
    }
    assert report["duration_minutes"] == 145
    assert [row["occurred_at"][11:16] for row in report["timeline"]][:2] == ["20:12", "21:00"]
    assert len(report["timeline"]) == 8
    assert len(report["action_items"]) == 3
    assert report["attachments"] == ["https://images.parcelhare.example/warehouse/scanner-queue.jpg"]


# ── Nothing is dropped ──────────────────────────────────────────────────────


def sentences(path: Path) -> list[str]:
    """Each sentence, table row, item and address of a file. Headings and column heads name fields of their own."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        words = re.sub(r"^(?:> By|[-#>]|!\[\])\s*", "", line).strip(" |()")
        if not words or set(words) <= set("-| ") or line.startswith(("# Summary", "# Timeline", "# Root", "# Prev")):
            continue
        if "Time (GMT" not in line:
            found.extend(re.split(r"(?<=[.!?])\s+", words) if "|" not in line else words.split("|"))
    return [" ".join(sentence.split()) for sentence in found]


def seen(incident: Incident) -> str:
    """All that a person finds in the editor, and the lines as they were written."""
    texts: list[Any] = [
        incident.title,
        *(section.text for section in incident.report.sections.all()),
        *(f"{row.text} {row.raw_line}" for row in incident.entries.all()),
        *(item.text for item in incident.action_items.all()),
        *(image.source_url for image in incident.attachments.all()),
    ]
    return " ".join(" ".join(texts).split())


@pytest.mark.parametrize("path", [SAMPLE, pytest.param(SEED, marks=HERE_ONLY)], ids=["sample", "seed"])
def test_every_sentence_is_found_again_by_page(client: Client, path: Path) -> None:
    client.force_login(make_user(Role.ENGINEER))

    stored = seen(keep(client, upload(client, path)))

    assert len(sentences(path)) > 20
    assert [sentence for sentence in sentences(path) if sentence not in stored] == []


@pytest.mark.parametrize("path", [SAMPLE, pytest.param(SEED, marks=HERE_ONLY)], ids=["sample", "seed"])
def test_every_sentence_is_found_again_by_command(path: Path) -> None:
    make_user(Role.ADMIN)
    call_command("import_reports", path, stdout=io.StringIO())

    stored = seen(Incident.objects.get())

    assert [sentence for sentence in sentences(path) if sentence not in stored] == []


def test_every_sentence_is_found_again_where_everything_was_unticked(client: Client, preview: str) -> None:
    data = {name: value for name, value in fields_of(preview).items() if not name.endswith("-keep")}
    response = client.post(reverse("import_export:keep"), data | {"report-severity": "1"})
    assert response.status_code == 302
    incident = Incident.objects.get()

    assert not incident.entries.exists()
    assert not incident.action_items.exists()
    assert not incident.attachments.exists()
    stored = seen(incident)
    assert [sentence for sentence in sentences(SAMPLE) if sentence not in stored] == []
