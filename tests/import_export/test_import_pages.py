"""Upload or paste, see what was understood, correct, keep; and every bad input creates nothing."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.import_export.forms import RowForm
from incidents.models import Incident, Severity
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SEED = Path(__file__).parents[3] / "shared" / "seed" / "server-outage-incident-report.md"
REPORT = """# Mail was late

> By The messaging team

# Summary

On March 6th, 2023, mail was late for 20 minutes.

![](https://images.example.test/queue.png)

# Timeline (all times in GMT+0)

| Time | What |
| --- | --- |
| 5:00 AM | Outage begins |
| 5:02 AM | Pagers alerted on-call |
| 5:20 AM | Fixed: all mail delivered |

# Preventive measures

- Put a timeout on delivery.
"""


class Fields(HTMLParser):
    """What a browser would send back from a page, untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name:
            if given.get("type") in {"checkbox", "radio"} and "checked" not in given:
                return
            self.values[name] = given.get("value") or ("on" if given.get("type") == "checkbox" else "")
        elif tag == "textarea":
            self._text, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
            self.values.setdefault(name, "")
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text:
            self.values[self._text] = self.values[self._text].removeprefix("\n")
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text:
            self.values[self._text] += data


def fields_of(page: str) -> dict[str, str]:
    parser = Fields()
    parser.feed(page)
    return parser.values


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    return client


def read(client: Client, text: str) -> dict[str, str]:
    response = client.post(reverse("import_export:import"), {"text": text})
    assert response.status_code == 200
    assert Incident.objects.count() == 0
    return fields_of(response.content.decode())


def keep(client: Client, data: dict[str, str]) -> Any:
    return client.post(reverse("import_export:keep"), data)


def test_what_was_understood_is_kept_as_it_stands(client: Client) -> None:
    data = read(client, REPORT) | {"report-severity": str(Severity.objects.get(tone="high").pk)}

    response = keep(client, data)

    incident = Incident.objects.get()
    assert response["Location"] == reverse("authoring:editor", args=[incident.number])
    assert (incident.title, incident.time_zone) == ("Mail was late", "UTC")
    assert [(row.occurred_at, row.text) for row in incident.entries.in_order()] == [
        (datetime(2023, 3, 6, 5, 0, tzinfo=UTC), "Outage begins"),
        (datetime(2023, 3, 6, 5, 2, tzinfo=UTC), "Pagers alerted on-call"),
        (datetime(2023, 3, 6, 5, 20, tzinfo=UTC), "Fixed: all mail delivered"),
    ]
    assert incident.milestones.get(kind="impact_started").is_confirmed
    assert [item.text for item in incident.action_items.all()] == ["Put a timeout on delivery."]
    assert incident.attachments.get().source_url == "https://images.example.test/queue.png"
    assert not incident.attachments.get().file
    assert incident.report.to_snapshot().timeline == ()


def test_a_page_that_is_sent_twice_becomes_one_incident(client: Client) -> None:
    data = read(client, REPORT) | {"report-severity": str(Severity.objects.get(tone="high").pk)}

    first, second = keep(client, data), keep(client, data | {"report-title": "Mail was late, corrected"})

    assert first["Location"] == second["Location"] == reverse("authoring:editor", args=[Incident.objects.get().number])
    assert "This was kept already." in client.get(second["Location"]).content.decode()
    again = fields_of(client.post(reverse("import_export:import"), {"text": REPORT}).content.decode())
    keep(client, again | {"report-severity": data["report-severity"]})
    assert list(Incident.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_who_had_to_log_in_comes_back_to_the_import(client: Client) -> None:
    assert client.get(reverse("import_export:keep"))["Location"] == reverse("import_export:import")


def test_a_person_corrects_before_keeping(client: Client) -> None:
    data = read(client, REPORT) | {
        "report-severity": str(Severity.objects.get(tone="high").pk),
        "report-title": "Late mail",
        "report-time_zone": "Europe/Berlin",
        "rows-1-clock": "5:03",
        "rows-1-milestone": "",
    }
    del data["rows-2-keep"]
    del data["actions-0-keep"]

    keep(client, data)

    incident = Incident.objects.get()
    assert incident.title == "Late mail"
    assert [row.occurred_at for row in incident.entries.in_order()] == [
        datetime(2023, 3, 6, 4, 0, tzinfo=UTC),
        datetime(2023, 3, 6, 4, 3, tzinfo=UTC),
    ]
    assert not incident.milestones.filter(kind="detected").exists()
    notes = incident.report.sections.get(key="notes").text
    assert "Fixed: all mail delivered" in notes
    assert "Put a timeout on delivery." in notes


def test_what_is_wrong_comes_back_as_typed(client: Client) -> None:
    data = read(client, REPORT) | {"rows-0-clock": "soon", "rows-1-text": "Typed with care", "report-severity": ""}

    response = keep(client, data)

    page = response.content.decode()
    assert response.status_code == 422
    assert Incident.objects.count() == 0
    again = fields_of(page)
    assert again["rows-0-clock"] == "soon"
    assert again["rows-1-text"] == "Typed with care"
    keep(client, again | {"rows-0-clock": "5:00", "report-severity": "1"})
    assert Incident.objects.get().entries.count() == 3


def test_no_zone_written_none_assumed(client: Client) -> None:
    data = read(client, REPORT.replace(" (all times in GMT+0)", "")) | {"report-severity": "1"}
    assert data["report-time_zone"] == ""

    response = keep(client, data)

    assert response.status_code == 422
    assert "doesn’t say in which zone" in response.content.decode()
    assert Incident.objects.count() == 0


BAD = {
    "empty": b"",
    "blank": b" \n\n ",
    "binary": bytes(range(256)) * 20,
    "png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "5 MB": b"# Outage\n" + b"word " * 1_000_000,
    "NUL": b"# Outage\n\n5:00 down\x00\n",
    "invalid UTF-8": b"# Outage\n\n\xff\xfe\xfa 5:00 down\n",
    "no report": b"# Shopping\n\n- milk\n- bread\n",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_get_a_sentence_and_create_nothing(client: Client, name: str) -> None:
    upload = SimpleUploadedFile("report.md", BAD[name])

    response = client.post(reverse("import_export:import"), {"file": upload, "text": ""})

    assert response.status_code == 422
    message = re.search(r'class="invalid-feedback[^"]*"[^>]*>(.*?)</', response.content.decode(), re.DOTALL)
    message = message or re.search(r'class="alert[^"]*">(.*?)</div>', response.content.decode(), re.DOTALL)
    assert message
    assert message[1].strip()
    assert Incident.objects.count() == 0


def test_file_and_text_together_are_a_question(client: Client) -> None:
    response = client.post(
        reverse("import_export:import"), {"file": io.BytesIO(b"# Outage"), "text": "Typed text that stays"}
    )

    assert response.status_code == 422
    assert "Typed text that stays" in response.content.decode()


@pytest.mark.parametrize("claimed", ["1000000000", "3000", "4", "2", "0", "-1", "many", ""])
def test_a_count_of_rows_that_is_not_true_is_refused_cheaply(
    client: Client, monkeypatch: pytest.MonkeyPatch, claimed: str
) -> None:
    data = read(client, REPORT) | {"rows-TOTAL_FORMS": claimed, "report-severity": "1"}
    built = []
    first = RowForm.__init__
    monkeypatch.setattr(
        RowForm, "__init__", lambda form, *args, **kw: (built.append(form), first(form, *args, **kw))[1]
    )

    response = keep(client, data)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert Incident.objects.count() == 0
    assert len(built) <= 6, "the three that were offered, and as many of what was sent"


def test_a_row_that_claims_to_be_an_unused_extra_is_read_like_the_others(client: Client) -> None:
    data = read(client, REPORT) | {"report-severity": "1", "rows-INITIAL_FORMS": "0", "rows-1-text": ""}

    assert keep(client, data).status_code == 422

    assert keep(client, data | {"rows-1-text": "Pagers alerted"}).status_code == 302
    assert Incident.objects.get().entries.count() == 3


def test_what_the_reader_said_stays_when_something_was_wrong(client: Client) -> None:
    text = REPORT.replace("| 5:20 AM | Fixed", "| 4:50 AM | Fixed")
    first = client.post(reverse("import_export:import"), {"text": text}).content.decode()
    said = re.findall(r'<p class="(?:hint|doubt)">.*?</p>|<li class="finding">.*?</li>', first)
    assert any("Earlier than the row above." in line for line in said)

    response = keep(client, fields_of(first))

    assert response.status_code == 422
    again = response.content.decode()
    assert re.findall(r'<p class="(?:hint|doubt)">.*?</p>|<li class="finding">.*?</li>', again) == said


@pytest.mark.skipif(not SEED.exists(), reason="the seed report lies in ../shared, which is not here")
class TestSeed:
    @pytest.fixture
    def incident(self, client: Client) -> Incident:
        response = client.post(
            reverse("import_export:import"), {"file": SimpleUploadedFile("seed.md", SEED.read_bytes())}
        )
        data = fields_of(response.content.decode()) | {"report-severity": "1"}
        keep(client, data)
        return Incident.objects.get()

    def test_rows_and_milestones(self, incident: Incident) -> None:
        clocks = [f"{row.occurred_at:%Y-%m-%d %H:%M}" for row in incident.entries.in_order()]
        marks = {row.kind: f"{row.at:%H:%M}" for row in incident.milestones.all()}

        assert clocks == [
            f"2023-03-06 {clock}" for clock in ("04:34", "05:00", "05:02", "05:10", "06:15", "07:50", "08:00", "08:20")
        ]
        assert marks == {
            "impact_started": "05:00",
            "detected": "05:02",
            "acknowledged": "05:10",
            "mitigated": "07:50",
            "resolved": "08:20",
        }
        assert incident.action_items.count() == 3

    def test_every_word_is_found_again(self, incident: Incident) -> None:
        stored = " ".join(
            [
                incident.title,
                *(section.text for section in incident.report.sections.all()),
                *(f"{row.text} {row.raw_line}" for row in incident.entries.all()),
                *(item.text for item in incident.action_items.all()),
                *(image.source_url for image in incident.attachments.all()),
                # Headings whose meaning went into a field of their own.
                "Summary Report Timeline all time in GMT 0 Time Actions Root cause Preventive measures By",
            ]
        )
        words = set(re.findall(r"\w+", stored.lower()))

        assert set(re.findall(r"\w+", SEED.read_text(encoding="utf-8").lower())) - words == set()


def test_what_can_be_read_two_ways_is_asked_with_both_readings(client: Client) -> None:
    text = REPORT.replace("2023-03-06", "03/10/2023").replace("March 6th, 2023", "03/10/2023")
    address = reverse("import_export:import")
    page = client.post(address, {"text": text}).content.decode()
    assert "3 October 2023" in page
    assert "10 March 2023" in page

    answered = client.post(address, {"text": text, "name": "outage.md", "q-date-order": "month"}).content.decode()

    data = fields_of(answered)
    assert data["rows-0-day"] == "2023-03-10"
    assert data["report-source_name"] == "outage.md"
    assert "can be 3 October" not in answered
