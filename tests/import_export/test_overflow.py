"""What is too long for its field: nothing crashes, nothing is dropped, and a sentence says where it went."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from incidents.authoring.forms import SectionForm
from incidents.models import NOTES, Incident
from incidents.models.report import MAX_NOTES_LENGTH
from incidents.rendering import MAX_MARKDOWN_LENGTH
from tests.factories import make_user
from tests.import_export.test_import_pages import REPORT, fields_of, keep

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    return client


def preview(client: Client, text: str) -> tuple[str, dict[str, str]]:
    response = client.post(reverse("import_export:import"), {"text": text})
    assert response.status_code == 200
    page = response.content.decode()
    return page, fields_of(page) | {"report-severity": "1"}


def as_browser(data: dict[str, str]) -> dict[str, str]:
    """With the line ends that browsers send."""
    return {name: value.replace("\n", "\r\n") for name, value in data.items()}


def import_by_command(tmp_path: Path, text: str) -> str:
    make_user(Role.ADMIN)
    path = tmp_path / "report.md"
    path.write_text(text, encoding="utf-8")
    out = io.StringIO()
    call_command("import_reports", path, stdout=out)
    return out.getvalue()


def section(key: str) -> str:
    return Incident.objects.get().report.sections.get(key=key).text


def editor_takes(key: str) -> bool:
    """Whether the editor saves the section as it stands, sent by a browser."""
    data = {f"section-{key}-text": section(key).replace("\n", "\r\n"), f"section-{key}-version": "1"}
    return SectionForm(data, key=key, heading=key, section=None).is_valid()


def with_title(title: str) -> str:
    return REPORT.replace("Mail was late", title)


def with_action(text: str) -> str:
    return REPORT.replace("Put a timeout on delivery.", text)


LONG_TITLE = "Mail was late " + "and later " * 40 + "at the end"
LONG_ACTION = "Put a timeout " + "on delivery and " * 60 + "say so at the end."
LONG_ROW = "Outage begins " + "with more of it " * 200 + "until the end"
LONG_SECTION = "\n\n".join(f"Paragraph {number} says that mail was late." for number in range(1_000))


# ── Titles ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("title", [LONG_TITLE, "Mail " + "x" * 30_000, "Mail " + "[" * 30_000])
def test_a_long_title_is_cut_and_stands_whole_in_the_notes(client: Client, title: str) -> None:
    page, data = preview(client, with_title(title))

    assert "The title is longer than 200 characters; it is whole in the notes." in page
    assert keep(client, data).status_code == 302
    incident = Incident.objects.get()
    assert incident.title.startswith("Mail")
    assert incident.title.endswith("…")
    assert len(incident.title) <= 200
    assert title.strip() in section(NOTES)


def test_a_long_title_by_command(tmp_path: Path) -> None:
    told = import_by_command(tmp_path, with_title(LONG_TITLE))

    assert "The title is longer than 200 characters" in told
    assert LONG_TITLE in section(NOTES)


def test_a_title_that_fits_is_not_noted(client: Client) -> None:
    _, data = preview(client, with_title("M" + "x" * 199))

    keep(client, data)

    assert Incident.objects.get().title == "M" + "x" * 199
    assert "xxx" not in section(NOTES)


# ── Action items ────────────────────────────────────────────────────────────


def test_a_long_item_by_command_is_cut_and_stands_whole_in_the_notes(tmp_path: Path) -> None:
    told = import_by_command(tmp_path, with_action(LONG_ACTION))

    text = Incident.objects.get().action_items.get().text
    assert "1 action item cut at 500 characters" in told
    assert len(text) <= 500
    assert text.endswith("…")
    assert LONG_ACTION in section(NOTES)


def test_a_long_item_on_the_page_is_shown_whole_and_can_be_corrected_or_unticked(client: Client) -> None:
    page, data = preview(client, with_action(LONG_ACTION))
    assert data["actions-0-text"] == LONG_ACTION
    assert "an item holds 500" in page

    refused = keep(client, data)

    assert refused.status_code == 422
    assert "at most 500 characters" in refused.content.decode()
    assert fields_of(refused.content.decode())["actions-0-text"] == LONG_ACTION
    unticked = {name: value for name, value in data.items() if name != "actions-0-keep"}
    assert keep(client, unticked).status_code == 302
    assert f"- {LONG_ACTION}" in section(NOTES)


def test_owners_and_links_of_items_are_noted(client: Client) -> None:
    table = "| Action | Owner | Ticket |\n| --- | --- | --- |\n| Put a timeout | Mail team | [M-7](https://t.test/7) |"
    _, data = preview(client, with_action("X").replace("- X", table))

    keep(client, data)

    assert Incident.objects.get().action_items.get().text == "Put a timeout (owner: Mail team)"
    assert "Mail team" in section(NOTES)
    assert "https://t.test/7" in section(NOTES)


# ── Rows ────────────────────────────────────────────────────────────────────


def long_row() -> str:
    return REPORT.replace("Outage begins", LONG_ROW)


def test_a_long_row_on_the_page_is_shown_whole_with_the_error_beside(client: Client) -> None:
    page, data = preview(client, long_row())
    assert data["rows-0-text"] == LONG_ROW
    assert "a row holds 2,000" in page

    refused = keep(client, data)

    assert refused.status_code == 422
    assert "at most 2000 characters" in refused.content.decode()
    again = fields_of(refused.content.decode())
    assert again["rows-0-text"] == LONG_ROW
    assert keep(client, again | {"report-severity": "1", "rows-0-text": "Outage begins"}).status_code == 302
    assert LONG_ROW in Incident.objects.get().entries.in_order()[0].raw_line


def test_a_long_row_can_be_unticked(client: Client) -> None:
    _, data = preview(client, long_row())
    del data["rows-0-keep"]

    assert keep(client, data).status_code == 302

    assert LONG_ROW in section(NOTES)


@pytest.mark.parametrize("broken", [{"rows-0-day": "soon"}, {"rows-0-text": ""}, {"rows-0-precision": "perhaps"}])
def test_in_an_unticked_row_nothing_can_be_wrong(client: Client, broken: dict[str, str]) -> None:
    _, data = preview(client, REPORT)
    del data["rows-0-keep"]

    assert keep(client, data | broken).status_code == 302

    assert "Outage begins" in section(NOTES)


def test_a_null_character_in_an_unticked_row_reaches_no_database(client: Client) -> None:
    _, data = preview(client, REPORT)
    del data["rows-0-keep"]

    assert keep(client, data | {"rows-0-text": "Outage\0 begins"}).status_code == 302

    assert "Outage begins" in section(NOTES)


def test_a_long_row_by_command_is_cut_and_stands_whole_in_the_notes(tmp_path: Path) -> None:
    told = import_by_command(tmp_path, long_row())

    entry = Incident.objects.get().entries.in_order()[0]
    assert "1 timeline row cut at 2,000 characters" in told
    assert len(entry.text) <= 2_000
    assert LONG_ROW in section(NOTES)
    assert LONG_ROW in entry.raw_line


def test_a_row_with_a_raw_line_of_any_length_can_be_kept(client: Client) -> None:
    address = "https://t.test/" + "x" * 1_900
    links = " ".join(f"[log {number}]({address}{number})" for number in range(12))
    _, data = preview(client, REPORT.replace("Outage begins", f"Outage begins {links}"))

    assert keep(client, data).status_code == 302

    assert f"{address}11" in Incident.objects.get().entries.in_order()[0].raw_line


# ── Images ──────────────────────────────────────────────────────────────────


def test_an_unticked_image_is_noted(client: Client) -> None:
    _, data = preview(client, REPORT.replace("![]", "![The queue]"))
    del data["images-0-keep"]

    assert keep(client, data).status_code == 302

    assert not Incident.objects.get().attachments.exists()
    assert "- Image: The queue https://images.example.test/queue.png" in section(NOTES)


@pytest.mark.parametrize(
    "address",
    ["https://[broken/a.png", "graphs/queue.png", "https://no_such_host/a.png", "http:///a.png"],
)
def test_an_image_without_a_web_address_is_noted_and_keeps_nothing_back(client: Client, address: str) -> None:
    page, data = preview(client, REPORT.replace("https://images.example.test/queue.png", address))

    assert "1 image can’t be kept as written" in page
    assert keep(client, data).status_code == 302
    assert address in section(NOTES)


def test_a_long_description_of_an_image_is_noted(client: Client) -> None:
    alt = "The queue " + "over time " * 35 + "ends"
    _, data = preview(client, REPORT.replace("![]", f"![{alt}]"))

    assert keep(client, data).status_code == 302

    assert len(Incident.objects.get().attachments.get().alt) <= 300
    assert alt in section(NOTES)


# ── Sections ────────────────────────────────────────────────────────────────


def with_summary(text: str) -> str:
    return REPORT.replace("mail was late for 20 minutes.", f"mail was late for 20 minutes.\n\n{text}")


def paragraphs_kept() -> list[str]:
    text = section("summary") + section(NOTES)
    return [paragraph for paragraph in LONG_SECTION.split("\n\n") if paragraph not in text]


def test_a_long_section_goes_on_in_the_notes_and_the_editor_takes_both(client: Client) -> None:
    page, data = preview(client, with_summary(LONG_SECTION))

    assert f"“Summary” is longer than {MAX_MARKDOWN_LENGTH:,} characters" in page
    assert keep(client, as_browser(data)).status_code == 302
    assert paragraphs_kept() == []
    assert "### Summary, continued" in section(NOTES)
    assert editor_takes("summary")


def test_a_long_section_by_command(tmp_path: Path) -> None:
    told = import_by_command(tmp_path, with_summary(LONG_SECTION))

    assert "“Summary” is longer than 20,000 characters" in told
    assert paragraphs_kept() == []
    assert editor_takes("summary")


@pytest.mark.parametrize("text", ["word" * 10_000, "\n".join("x" * 10 for _ in range(4_000)), "a " * 20_000])
def test_a_section_without_paragraphs_is_parted_all_the_same(client: Client, text: str) -> None:
    _, data = preview(client, with_summary(text))

    assert keep(client, as_browser(data)).status_code == 302

    stored = "".join((section("summary") + section(NOTES).replace("### Summary, continued", "")).split())
    assert stored.count(text[0]) >= text.count(text[0])
    assert editor_takes("summary")


def test_notes_beyond_every_limit_are_shown_whole_and_refused_beside(client: Client) -> None:
    huge = "\n\n".join([LONG_SECTION] * 4)
    page, data = preview(client, with_summary(huge))
    assert f"hold {MAX_NOTES_LENGTH:,}" in page

    refused = keep(client, as_browser(data))

    assert refused.status_code == 422
    assert f"at most {MAX_NOTES_LENGTH} characters" in refused.content.decode()
    assert len(fields_of(refused.content.decode())["report-section_notes"]) > MAX_NOTES_LENGTH
    assert not Incident.objects.exists()


def test_unticking_more_than_the_notes_hold_is_refused_beside_them(client: Client) -> None:
    _, data = preview(client, long_row())
    del data["rows-0-keep"]

    refused = keep(client, data | {"report-section_notes": "x" * (MAX_NOTES_LENGTH - 100)})

    assert refused.status_code == 422
    assert "With what is unticked the notes have" in refused.content.decode()
    assert not Incident.objects.exists()


def test_notes_beyond_every_limit_are_refused_by_command(tmp_path: Path) -> None:
    huge = "\n\n".join([LONG_SECTION] * 4)

    with pytest.raises(CommandError, match="1 of 1"):
        import_by_command(tmp_path, with_summary(huge))

    assert not Incident.objects.exists()


def test_more_rows_than_a_report_holds_are_noted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.import_export.understanding.MAX_ROWS", 2)
    page, data = preview(client, REPORT)

    assert "Only the first 2 timeline rows are rows" in page
    assert keep(client, data).status_code == 302
    assert Incident.objects.get().entries.count() == 2
    assert "Fixed: all mail delivered" in section(NOTES)
