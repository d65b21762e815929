"""Over the web: take along what one may read, bring it back after a look at what would be kept."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import add_image, add_impact
from incidents.import_export import arrivals
from incidents.import_export.document import ReportDocument
from incidents.import_export.json_format import to_json
from incidents.import_export.markdown_format import to_markdown
from incidents.models import ActionItem, Incident
from tests.factories import NOW, make_component, make_draft, make_user, publish
from tests.import_export.test_round_trip import exported, nameless
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db
KEPT = "Kept. Everything is internal until you make it public."


@pytest.fixture
def incident(db: None) -> Incident:
    incident = make_draft(title="Servers <b>down</b>").incident
    add_image(incident, picture(), alt="The room", by=make_user(), at=NOW)
    return incident


def inside(role: str = Role.ENGINEER, user: User | None = None) -> Client:
    client = Client()
    client.force_login(user or make_user(role))
    return client


def get(name: str, *arguments: Any, role: str = Role.READER) -> Any:
    return inside(role).get(reverse(f"import_export:{name}", args=arguments))


def send(client: Client, content: bytes, name: str = "export.zip") -> Any:
    return client.post(reverse("import_export:import"), {"file": SimpleUploadedFile(name, content)})


def keep(client: Client, shown: Any, **changes: Any) -> Any:
    data = {"name": shown.context["name"], **changes}
    return client.post(reverse("import_export:keep_export"), data)


def zipped(*documents: ReportDocument) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, document in enumerate(documents, start=1):
            archive.writestr(f"{number}/report.json", to_json(document))
    return buffer.getvalue()


def waiting() -> list[str]:
    return default_storage.listdir("imports")[1] if default_storage.exists("imports") else []


# ── Out ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("export_zip", "application/zip"),
        ("export_markdown", "text/markdown; charset=utf-8"),
        ("export_json", "application/json"),
    ],
)
def test_downloads_are_files_that_nobody_keeps_on_the_way(incident: Incident, name: str, kind: str) -> None:
    response = get(name, incident.number)

    extension = {"export_zip": "zip", "export_markdown": "md", "export_json": "json"}[name]
    assert response.headers["Content-Type"] == kind
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="INC-{incident.number:04}-servers-bdownb.{extension}"'
    )
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.getvalue()


def test_it_is_the_report_that_was_asked_for(incident: Incident) -> None:
    other = make_draft(title="Another", is_private=True).incident

    for asked in (incident, other):
        response = get("export_json", asked.number, role=Role.PUBLISHER)
        assert response.json()["title"] == asked.title
        names = zipfile.ZipFile(io.BytesIO(get("export_zip", asked.number, role=Role.PUBLISHER).getvalue())).namelist()
        assert {name[:8] for name in names} - {"README.t"} == {f"INC-{asked.number:04}"}


def test_the_three_say_the_same(incident: Incident) -> None:
    document = exported(incident).document
    image = document.images[0]

    archive = zipfile.ZipFile(io.BytesIO(get("export_zip", incident.number).getvalue()))
    folder = f"INC-{incident.number:04}-servers-bdownb"

    assert archive.testzip() is None
    assert sorted(archive.namelist()) == [
        f"{folder}/{image.file}",
        f"{folder}/report.json",
        f"{folder}/report.md",
        "README.txt",
    ]
    assert archive.read(f"{folder}/report.json") == get("export_json", incident.number).content
    assert archive.read(f"{folder}/report.md") == get("export_markdown", incident.number).content
    assert json.loads(archive.read(f"{folder}/report.json")) == document.to_data()


def test_a_private_report_is_for_those_who_may_see_it(db: None) -> None:
    lead = make_user(Role.ENGINEER)
    incident = make_draft(by=lead, is_private=True).incident

    for name in ("export_zip", "export_markdown", "export_json"):
        address = reverse(f"import_export:{name}", args=[incident.number])
        assert inside(Role.ENGINEER).get(address).status_code == 404
        assert inside(user=lead).get(address).status_code == 200
        assert inside(Role.PUBLISHER).get(address).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_everything_is_one_zip_with_the_same_queries_for_any_number(django_assert_num_queries: Any, count: int) -> None:
    for number in range(count):
        publish(make_draft(title=f"Report {number}", rows=2))
    client = inside(Role.ADMIN)

    with django_assert_num_queries(11):  # two for the session, nine for the reports
        response = client.get(reverse("import_export:export_all"))
        assert response.streaming
        content = response.getvalue()

    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len([name for name in names if name.endswith("published/1.json")]) == count


# ── In ──────────────────────────────────────────────────────────────────────
def test_a_zip_is_shown_and_kept_on_a_click(incident: Incident) -> None:
    add_impact(incident, make_component("API"), by=make_user(), at=NOW)
    content = get("export_zip", incident.number).getvalue()
    client = inside(Role.ADMIN)

    shown = send(client, content)

    page = " ".join(shown.content.decode().split())
    assert shown.status_code == 200
    assert "Servers &lt;b&gt;down&lt;/b&gt;" in page
    assert "<b>down" not in page
    assert "1 timeline row, 1 section, 1 action item, 1 image; it was INC-1." in page
    assert f"This report is here already, as {incident.code}" in page
    assert Incident.objects.count() == 1

    response = keep(client, shown)

    newest = Incident.objects.newest_first().first()
    assert newest
    assert response.headers["Location"] == reverse("authoring:editor", args=[newest.number])
    assert nameless(exported(newest).document) == nameless(exported(incident).document)
    assert KEPT in client.get(reverse("authoring:incident_list")).content.decode()
    assert waiting() == []


@pytest.mark.parametrize("name", ["export_markdown", "export_json"])
@pytest.mark.parametrize("pasted", [True, False])
def test_a_file_alone_comes_without_its_images(incident: Incident, name: str, pasted: bool) -> None:
    content = get(name, incident.number).content
    client = inside()
    if pasted:
        shown = client.post(reverse("import_export:import"), {"text": content.decode().replace("\n", "\r\n")})
    else:
        shown = send(client, content, "export.txt")

    assert "The image “The room” can’t be kept. Its file is not there." in shown.content.decode()
    keep(client, shown)

    newest = Incident.objects.newest_first().first()
    assert newest
    assert newest.title == incident.title
    assert newest.attachments.count() == 0


def test_several_are_kept_together_and_one_that_can_not_is_named(db: None) -> None:
    content = zipped(*(ReportDocument(title=title) for title in ("First", "", "Third")))
    client = inside()

    shown = send(client, content)

    page = " ".join(shown.content.decode().split())
    assert "Keep these reports?" in page
    assert "Keep 2 reports" in page
    assert "The incident: title: This field cannot be blank." in page

    response = keep(client, shown)

    assert response.headers["Location"] == reverse("authoring:incident_list")
    assert sorted(Incident.objects.values_list("title", flat=True)) == ["First", "Third"]
    assert "2: The incident: title" in client.get(reverse("authoring:incident_list")).content.decode()


def test_nothing_to_keep_offers_nothing(db: None) -> None:
    page = send(inside(), zipped(ReportDocument(title=""))).content.decode()

    assert "This one can’t be kept" in page
    assert 'type="submit">' not in page.split("<main", 1)[1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04" + b"x" * 50 + b"PK\x05\x06" + b"\0" * 18, "There is no exported report in this ZIP."),
        (zipped(), "There is no exported report in this ZIP."),
        (zipped(*[ReportDocument(title="x")] * 51), "This holds 51 reports. Bring them in with import_reports."),
        (to_json(ReportDocument(title="x")).encode() + b" " * 10_000_000, "This has more than 10 MB."),
    ],
    ids=["damaged", "empty", "many", "large"],
)
def test_what_can_not_be_read_is_said_beside_the_file(db: None, content: bytes, said: str) -> None:
    response = send(inside(), content)

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert "a report has at most 1 MB" not in page  # that is for what people wrote elsewhere
    assert waiting() == []


def test_damaged_markdown_of_ours_is_not_guessed_at(db: None) -> None:
    text = to_markdown(ReportDocument(title="x")).replace('title: "x"', 'title: "x')

    page = send(inside(), text.encode(), "report.md").content.decode()

    assert "Line 5: This can’t be read" in page


def test_too_many_images_are_for_the_command(db: None, monkeypatch: pytest.MonkeyPatch, incident: Incident) -> None:
    monkeypatch.setattr(arrivals, "MAX_IMAGES", 0)

    page = send(inside(), get("export_zip", incident.number).getvalue()).content.decode()

    assert "more than 0 images" in page


def test_what_waits_is_for_its_sender_once_and_for_a_day(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped(ReportDocument(title="First"))
    client = inside()
    shown = send(client, content)
    name = shown.context["name"]

    for other, sent in (
        (inside(), name),
        (client, ""),
        (client, f"{name}x"),
        (client, f"../{name}"),
        (client, "1-1-" + "a" * 32),
        (client, f"{name.split('-')[0]}-1-" + "a" * 32),
    ):
        response = other.post(reverse("import_export:keep_export"), {"name": sent})
        assert response.status_code == 422
        assert "What you sent is not here any more." in response.content.decode()
    assert not Incident.objects.exists()
    assert keep(client, shown).status_code == 302
    assert keep(client, shown).status_code == 302  # to what the first made
    assert Incident.objects.count() == 1

    left = send(client, content).context["name"]
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("incidents.import_export.views.timezone.now", lambda: tomorrow)
    send(client, content)
    assert len(waiting()) == 1
    assert left not in waiting()


def test_a_reader_brings_nothing_in(db: None) -> None:
    client = inside(Role.READER)

    assert send(client, zipped(ReportDocument(title="x"))).status_code == 403
    assert waiting() == []


@pytest.mark.parametrize("is_still_there", [False, True])
def test_an_export_that_is_kept_twice_is_kept_once(monkeypatch: pytest.MonkeyPatch, *, is_still_there: bool) -> None:
    documents = [exported(make_draft(title=title).incident).document for title in ("One", "Two")]
    client = inside()
    shown = send(client, zipped(*documents))
    if is_still_there:  # two clicks: the second comes before the first has thrown it away
        monkeypatch.setattr(arrivals, "throw_away", lambda *_, **__: None)

    first, second = keep(client, shown), keep(client, shown)

    assert first["Location"] == second["Location"] == reverse("authoring:incident_list")
    assert Incident.objects.count() == 4


def test_an_export_of_one_report_that_is_kept_twice_leads_to_it(incident: Incident) -> None:
    client = inside()
    shown = send(client, zipped(exported(incident).document))

    first, second = keep(client, shown), keep(client, shown)

    assert first["Location"] == second["Location"]
    assert "This was kept already." in client.get(second["Location"]).content.decode()


def test_what_one_person_kept_is_no_answer_for_another(incident: Incident) -> None:
    client = inside()
    shown = send(client, zipped(exported(incident).document))
    keep(client, shown)

    assert keep(inside(), shown).status_code == 422


def test_reports_in_folders_of_one_name_are_two(incident: Incident) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for folder in ("a", "b"):
            archive.writestr(f"{folder}/INC-1/report.json", to_json(exported(incident).document))

    client = inside()
    keep(client, send(client, buffer.getvalue()))

    assert Incident.objects.count() == 3


def test_what_the_database_refuses_leaves_no_file(incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    client = inside()
    shown = send(client, client.get(reverse("import_export:export_zip", args=[incident.number])).getvalue())
    default_storage.delete(incident.attachments.get().file.name)

    def refuse(*_: Any, **__: Any) -> None:
        raise IntegrityError("refused")

    monkeypatch.setattr(ActionItem.objects, "bulk_create", refuse)
    keep(client, shown)

    assert Incident.objects.count() == 1
    assert not default_storage.exists(incident.attachments.get().file.name)


def test_who_had_to_log_in_comes_back_to_the_import(client: Client) -> None:
    client.force_login(make_user(Role.ENGINEER))

    assert client.get(reverse("import_export:keep_export"))["Location"] == reverse("import_export:import")
