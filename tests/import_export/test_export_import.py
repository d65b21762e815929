"""What comes back: people, severities and components are found or named, nothing is made up, nothing is lost."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import add_image, add_impact, revise_image
from incidents.import_export.document import (
    ActionText,
    ImageFile,
    Impact,
    Malformed,
    MilestoneFact,
    Person,
    ReportDocument,
    Row,
    SectionText,
    SeverityName,
)
from incidents.import_export.json_format import read_json, to_json
from incidents.import_export.restoring import NotRestorable, Restored, rehearse, restore_report
from incidents.models import (
    Activity,
    Attachment,
    Component,
    Incident,
    IncidentCounter,
    Publication,
    Report,
    Severity,
)
from tests.factories import NOW, make_component, make_draft, make_user, publish
from tests.import_export.documents import NASTY, documents
from tests.import_export.test_round_trip import exported
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 6, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def by(db: None) -> User:
    return make_user(Role.ENGINEER)


def restore(document: ReportDocument, *, by: User, images: dict[str, bytes] | None = None, **options: Any) -> Restored:
    def read(image: ImageFile) -> bytes | None:
        return (images or {}).get(image.file)

    return restore_report(document, read_image=read, source_name="export", by=by, at=NOW, **options)


def notes_of(restored: Restored) -> str:
    assert restored.incident
    section = restored.incident.report.sections.filter(key="notes").first()
    return section.text if section else ""


# ── People ──────────────────────────────────────────────────────────────────
def test_people_are_found_by_their_address_and_nobody_is_made_up(by: User) -> None:
    ana = make_user(email="ana@example.test")
    stranger = Person("Stranger@example.test", "A Stranger")
    document = ReportDocument(
        title="Servers down",
        lead=Person("ANA@example.test", "Somebody"),
        opened_by=stranger,
        owner=stranger,
        timeline=(
            Row(START, text="One", author="stranger@example.test"),
            Row(START, text="Two", author=ana.email),
            Row(START, text="Three", author="stranger@example.test"),
        ),
        action_items=(ActionText(text="Mend it", owner=stranger),),
    )

    restored = restore(document, by=by)

    incident = restored.incident
    assert incident
    assert (incident.lead, incident.opened_by, incident.report.owner) == (ana, by, None)
    assert [entry.author for entry in incident.entries.in_order()] == [None, ana, None]
    assert incident.action_items.get().owner is None
    parts = "opened it, writes the report, owns 1 action item, wrote 2 timeline rows"
    assert f"Nobody here has the address stranger@example.test ({parts}). It stands in the notes." in restored.warnings
    assert f"- A Stranger, stranger@example.test: {parts}" in notes_of(restored)
    assert not User.objects.filter(email__icontains="stranger").exists()


def test_who_brings_in_a_private_report_still_sees_it(by: User) -> None:
    ana = make_user(email="ana@example.test")
    document = ReportDocument(title="Secret", is_private=True, opened_by=Person(ana.email), lead=Person(ana.email))

    restored = restore(document, by=by)
    as_publisher = restore(document, by=make_user(Role.PUBLISHER))

    assert restored.incident in Incident.objects.visible_to(by)
    assert restored.incident.report.owner == by
    assert any("yours to write" in warning for warning in restored.warnings)
    assert as_publisher.incident
    assert as_publisher.incident.report.owner is None


# ── Severities, components, numbers ─────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "tone", "found"),
    [("cRITICAL", "low", "Critical"), ("Sev 2", "high", "tone high"), ("Sev 9", "", "lowest that asks")],
)
def test_a_severity_is_found_by_name_then_by_colour(by: User, name: str, tone: str, found: str) -> None:
    restored = restore(ReportDocument(title="x", severity=SeverityName(name, tone)), by=by)

    assert restored.incident
    wanted = {
        "Critical": Severity.objects.get(name="Critical"),
        "tone high": Severity.objects.get(tone="high"),
        "lowest that asks": Severity.objects.filter(needs_report=True).order_by("-rank").first(),
    }[found]
    assert restored.incident.severity == wanted
    assert any("no severity" in warning for warning in restored.warnings) == (found != "Critical")


def test_without_any_severity_it_is_refused(by: User) -> None:
    Severity.objects.all().delete()

    with pytest.raises(NotRestorable, match="no severity here yet"):
        restore(ReportDocument(title="x"), by=by)


def test_components_are_found_or_noted_and_created_only_on_demand(by: User) -> None:
    api = make_component("API", group="Core")
    document = ReportDocument(
        title="x",
        impacts=(
            Impact("api", "core", "partial_outage", START),
            Impact("API", "", "major_outage", START, START.replace(hour=6)),
            Impact("API", "", "degraded_performance"),
        ),
    )

    restored = restore(document, by=by)

    assert restored.incident
    assert [(impact.component, impact.level) for impact in restored.incident.impacts.all()] == [(api, "partial_outage")]
    assert "There is no component “API” here. It stands in the notes." in restored.warnings
    assert "- Affected: API, major_outage from 2026-03-06T05:00:00+00:00 until 2026-03-06T06:00:00+00:00" in notes_of(
        restored
    )
    assert Component.objects.count() == 1

    created = restore(document, by=by, create_components=True)

    assert created.incident
    assert created.incident.impacts.count() == 3
    assert Component.objects.get(group="").name == "API"
    assert "The component “API” is new here, and public." in created.warnings
    assert notes_of(created) == ""


def test_the_public_id_stays_where_it_is_free(by: User) -> None:
    publication = publish(make_draft())
    for public_id, stays, said in (
        ("abcdefghjkmn", True, ""),
        ("abcdefghjkmn", False, "is here already, as INC-"),
        (publication.public_id, False, "is here already, as INC-"),
        ("short", False, ""),
        ("../../../etc", False, ""),
    ):
        restored = restore(ReportDocument(title="x", public_id=public_id), by=by)
        assert restored.incident
        assert (restored.incident.public_id == public_id) == stays
        assert (said in str(restored.warnings)) or not said
    Incident.objects.filter(pk=publication.incident_id).update(public_id="bcdefghjkmnp")
    taken = restore(ReportDocument(title="x", public_id=publication.public_id), by=by)
    assert taken.incident
    assert taken.incident.public_id != publication.public_id
    assert any("was published under" in warning for warning in taken.warnings)


def test_numbers_stay_without_gaps_when_an_import_is_refused(by: User) -> None:
    restore(ReportDocument(title="x"), by=by)
    number = IncidentCounter.objects.get().next_number

    with pytest.raises(NotRestorable):
        restore(ReportDocument(title=""), by=by)
    restored = restore(ReportDocument(title="x", number=77), by=by)

    assert restored.incident
    assert restored.incident.number == number
    activity = Activity.objects.get(incident=restored.incident)
    assert (activity.verb, activity.actor, activity.detail["was"]) == ("imported", by, "INC-77")


def test_it_arrives_as_a_draft_whatever_it_was(by: User) -> None:
    publication = publish(make_draft())

    restored = restore(exported(publication.incident).document, by=by)

    assert restored.incident
    report = Report.objects.get(incident=restored.incident)
    assert (report.status, report.approved_checksum) == ("draft", "")
    assert not Publication.objects.of(restored.incident).exists()


def test_links_follow_when_an_image_gets_another_key(by: User) -> None:
    incident = make_draft(by=by).incident
    image = add_image(incident, picture(), alt="The room", by=by, at=NOW)
    text = f"See ![]({'attachment:' + image.key}) and attachment:{image.key}x, attachment:zzz."
    document = exported(incident).document
    sections = (SectionText("impact", text, text),)
    with image.file.open("rb") as handle:
        images = {document.images[0].file: handle.read()}

    restored = restore(replace(document, sections=sections), by=by, images=images)

    assert restored.incident
    key = restored.incident.attachments.get().key
    assert key != image.key
    section = restored.incident.report.sections.get(key="impact")
    assert section.text == section.public_text == text.replace(f"attachment:{image.key})", f"attachment:{key})")


# ── Images ──────────────────────────────────────────────────────────────────
def image_of(raw: bytes, **changes: Any) -> ImageFile:
    sha256 = hashlib.sha256(raw).hexdigest()
    fields = {"alt": "The room", "file": f"images/{sha256}.png", "sha256": sha256, "content_type": "image/png"}
    return ImageFile(**{**fields, **changes})


def png(**options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG", **options)
    return buffer.getvalue()


def test_a_public_image_comes_back_byte_for_byte(by: User) -> None:
    incident = make_draft(by=by).incident
    image = add_image(incident, picture(), alt="The room", by=by, at=NOW)
    revise_image(image, changes={"is_public": True}, by=by, at=NOW)
    document = exported(incident).document
    with image.file.open("rb") as handle:
        raw = handle.read()

    restored = restore(document, by=by, images={document.images[0].file: raw})

    assert restored.incident
    kept = restored.incident.attachments.get()
    with kept.file.open("rb") as handle:
        assert handle.read() == raw
    assert (kept.sha256, kept.is_public, kept.width) == (image.sha256, True, 8)


def words() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "zq7marker")
    return info


def test_an_image_that_holds_more_than_pixels_is_encoded_again(by: User) -> None:
    raw = png(pnginfo=words())
    image = image_of(raw)

    restored = restore(ReportDocument(title="x", images=(image,)), by=by, images={image.file: raw})

    assert restored.incident
    kept = restored.incident.attachments.get()
    with kept.file.open("rb") as handle:
        assert b"zq7marker" not in handle.read()
    assert kept.sha256 != image.sha256
    assert "The image “The room” held more than pixels; it was encoded again." in restored.warnings


def test_an_image_without_words_is_not_public(by: User) -> None:
    image = image_of(png(), alt="", is_public=True)

    restored = restore(ReportDocument(title="x", images=(image,)), by=by, images={image.file: png()})

    assert restored.incident
    assert not restored.incident.attachments.get().is_public
    assert any("customers need a file and words" in warning for warning in restored.warnings)


@pytest.mark.parametrize(
    ("image", "files", "said"),
    [
        (image_of(png()), {}, "Its file is not there."),
        (image_of(png()), {image_of(png()).file: png() + b"x"}, "Its file is another one than was exported."),
        (image_of(b"GIF89a"), {image_of(b"GIF89a").file: b"GIF89a"}, "no PNG, JPEG or WebP"),
        (image_of(png()[:45]), {image_of(png()[:45]).file: png()[:45]}, "damaged"),
        (
            image_of(png(), sha256="../../etc/passwd", file="../../etc/passwd"),
            {"../../etc/passwd": b"root"},
            "neither a file",
        ),
        (image_of(png(), content_type="text/html"), {}, "neither a file nor a link"),
    ],
    ids=["missing", "another", "gif", "cut off", "traversal", "other type"],
)
def test_an_image_that_can_not_be_had_is_noted(by: User, image: ImageFile, files: dict[str, bytes], said: str) -> None:
    restored = restore(ReportDocument(title="x", images=(image,)), by=by, images=files)

    assert said in str(restored.warnings)
    assert "- Image: The room" in notes_of(restored)
    assert not Attachment.objects.exists()


def test_an_image_whose_file_is_missing_keeps_its_link(by: User) -> None:
    image = image_of(png(), source_url="https://example.test/a.png", is_public=True)

    restored = restore(ReportDocument(title="x", images=(image,)), by=by)

    assert restored.incident
    kept = restored.incident.attachments.get()
    assert (kept.file.name, kept.source_url, kept.is_public) == ("", "https://example.test/a.png", False)


def test_a_rehearsal_says_the_same_and_keeps_nothing(by: User, tmp_path: Path) -> None:
    raw = png(pnginfo=words())
    image = image_of(raw)
    document = ReportDocument(title="x", lead=Person("stranger@example.test"), images=(image,))

    rehearsed = rehearse(document, read_image=lambda _: raw, by=by, at=NOW)

    assert rehearsed.incident is None
    assert not Incident.objects.exists()
    assert not list(tmp_path.rglob("*.png"))
    assert rehearsed.warnings == restore(document, by=by, images={image.file: raw}).warnings


# ── Limits ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "The incident: title: This field cannot be blank."),
        ({"title": "x" * 201}, "The incident: title: Ensure this value has at most 200 characters"),
        ({"status": "exploded"}, "The incident: status: Value 'exploded' is not a valid choice."),
        ({"byline": "x" * 121}, "The report: byline"),
        ({"timeline": (Row(START, text=""),)}, "Timeline row 1: text: This field cannot be blank."),
        ({"timeline": (Row(START, text="x" * 2_001),)}, "Timeline row 1 has more than 2,000 characters."),
        ({"timeline": (Row(START, text="x", precision="unknown"),)}, "Timeline row 1: precision"),
        ({"sections": (SectionText("impact", "x" * 20_001),)}, "“Impact” has more than 20,000 characters."),
        ({"sections": (SectionText("notes", "x" * 100_001),)}, "“Notes” has more than 100,000 characters."),
        ({"action_items": (ActionText(text="Mend it", state="wont_do"),)}, "needs a reason"),
        ({"action_items": (ActionText(text="Mend it", state="perhaps"),)}, "Action item 1: state"),
        ({"images": (ImageFile(source_url="javascript:alert(1)"),)}, "Image 1: source url: Enter a valid URL."),
        ({"impacts": (Impact("API", level="on fire"),)}, "Affected component 1: level"),
        ({"milestones": (MilestoneFact("detected", START, note="x" * 301),)}, "Milestone 1: note"),
    ],
)
def test_what_no_draft_can_hold_is_refused_in_words(by: User, changes: dict[str, Any], said: str) -> None:
    make_component("API")

    with pytest.raises(NotRestorable) as refusal:
        restore(ReportDocument(**{"title": "x", **changes}), by=by)

    assert said in str(refusal.value)
    assert not Incident.objects.exists()


def test_a_refused_report_leaves_no_file(by: User, tmp_path: Path) -> None:
    image = image_of(png())
    document = ReportDocument(title="x", timeline=(Row(START, text=""),), images=(image,))

    with pytest.raises(NotRestorable):
        restore(document, by=by, images={image.file: png()})

    assert not list(tmp_path.rglob("*.png"))


def test_contradictions_are_decided_and_said(by: User) -> None:
    document = ReportDocument(
        title="x",
        time_zone="Mars/Olympus",
        milestones=(
            MilestoneFact("detected", START, row="rowaaaaaaaaa"),
            MilestoneFact("detected", START),
            MilestoneFact("resolved", START, row="rowaaaaaaaaa"),
            MilestoneFact("mitigated", START, "unknown"),
            MilestoneFact("exploded", START),
        ),
        timeline=(Row(START, "rowaaaaaaaaa", text="One"), Row(START, "rowaaaaaaaaa", text="Two")),
        action_items=(
            ActionText(text="Mend it", state="open", closed_on=START.date()),
            ActionText(text="b", state="done"),
        ),
        sections=(SectionText("notes", "", "For customers?"),),
        images=(image_of(png(), alt="", is_public=True, source_url="https://example.test/a"),),
    )

    restored = restore(document, by=by)

    incident = restored.incident
    assert incident
    assert incident.time_zone == "UTC"
    milestones = {row.kind: (row.at, row.entry and row.entry.text) for row in incident.milestones.all()}
    assert milestones == {"detected": (START, "One"), "resolved": (START, None), "mitigated": (None, None)}
    assert [item.closed_on for item in incident.action_items.order_by("id")] == [None, NOW.date()]
    assert "For customers?" in notes_of(restored)
    assert notes_of(restored).count("detected: 2026-03-06T05:00:00+00:00 exact") == 1
    assert len({entry.key for entry in incident.entries.all()}) == 2


properties = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)


@properties
@given(documents(), st.integers(0, 2**32), st.integers(1, 4))
def test_no_document_is_an_error_that_we_did_not_foresee(
    by: User, document: ReportDocument, seed: int, times: int
) -> None:
    """JSON with fields of another kind, another length, another meaning: refused in words, or kept."""
    chance = random.Random(seed)  # noqa: S311  # damage needs no secrets
    data = json.loads(to_json(document))
    for _ in range(times):
        vary(data, chance)

    with transaction.atomic(), contextlib.suppress(Malformed, NotRestorable):
        read, _ = read_json(json.dumps(data))
        restored = restore(read, by=by, create_components=chance.random() < 0.5)
        assert restored.incident
        exported(restored.incident)
        transaction.set_rollback(True)


def vary(data: Any, chance: Any) -> None:
    """Replace one value somewhere inside by something odd."""
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in node if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(data)
    node, key = chance.choice([place for place in places if place[1] != "afterword"])
    odd = [
        None,
        True,
        0,
        -1,
        10**20,
        1.5,
        "",
        "x" * 3_000,
        [],
        {},
        "2026-03-06",
        "2026-03-06T05:00:00Z",
        "0001-01-01T00:00:00Z",
    ]
    odd += [
        copy.deepcopy(chance.choice(places)[0]),
        chance.choice(NASTY),
        "\ud800",
        "a\0b",
        "wont_do",
        "unknown",
        "notes",
    ]
    node[key] = chance.choice(odd)


# ── The command ─────────────────────────────────────────────────────────────
Run = Callable[..., str]


@pytest.fixture
def run(db: None) -> Run:
    make_user(Role.ADMIN)

    def command(name: str, *arguments: Any) -> str:
        out = io.StringIO()
        call_command(name, *map(str, arguments), stdout=out)
        return out.getvalue()

    return command


def test_a_folder_of_exports_comes_back_by_command(run: Run, tmp_path: Path) -> None:
    for title in ("First", "Second"):
        incident = make_draft(title=title).incident
        add_impact(incident, make_component(title), by=make_user(), at=NOW)
        add_image(incident, picture(), alt="The room", by=make_user(), at=NOW)
    run("export_reports", tmp_path / "out")
    Component.objects.filter(name="Second").update(name="Renamed")

    told = run("import_reports", tmp_path / "out", "--create-components")

    assert Incident.objects.count() == 4
    assert "INC-0001-first: INC-3, “First”, 1 timeline rows, 1 action items, 1 images\n" in told
    assert "  The component “Second” is new here, and public.\n" in told
    assert Attachment.objects.count() == 4


@pytest.mark.parametrize("name", ["report.md", "report.json"])
def test_one_file_is_enough_and_finds_its_images(run: Run, tmp_path: Path, name: str) -> None:
    incident = make_draft(title="First").incident
    add_image(incident, picture(), alt="The room", by=make_user(), at=NOW)
    run("export_reports", tmp_path / "out")
    [folder] = (tmp_path / "out").glob("INC-*")

    run("import_reports", folder / name)

    newest = Incident.objects.newest_first().first()
    assert newest
    assert newest.title == "First"
    assert newest.attachments.get().alt == "The room"


def test_what_somebody_wrote_into_the_markdown_counts(run: Run, tmp_path: Path) -> None:
    make_draft(title="First")
    run("export_reports", tmp_path / "out")
    [path] = (tmp_path / "out").glob("INC-*/report.md")
    path.write_text(path.read_text().replace("The breaker tripped.", "The breaker was old."))

    told = run("import_reports", tmp_path / "out")

    newest = Incident.objects.newest_first().first()
    assert newest
    assert newest.report.sections.get(key="summary").text == "The breaker was old."
    assert "report.md and report.json differ: report.md was read." in told


def test_dry_run_and_json_keep_nothing(run: Run, tmp_path: Path) -> None:
    incident = make_draft(title="First", time_zone="Europe/Berlin").incident
    run("export_reports", tmp_path / "out")

    told = run("import_reports", tmp_path / "out", "--dry-run")
    [printed] = json.loads(run("import_reports", tmp_path / "out", "--json"))

    assert Incident.objects.count() == 1
    assert f"is here already, as {incident.code}" in told
    assert list(printed) == [
        *("file", "title", "author", "date", "time_zone", "utc_offset_minutes", "severity", "duration_minutes"),
        *("summary", "root_cause", "timeline", "action_items", "attachments", "warnings"),
    ]
    assert printed["title"] == "First"
    assert (printed["date"], printed["utc_offset_minutes"], printed["duration_minutes"]) == ("2026-03-06", 60, 200)
    assert printed["timeline"] == [
        {
            "time_as_written": "2026-03-06 06:00",
            "occurred_at": "2026-03-06T06:00:00+01:00",
            "text": "Something happened (0)",
        }
    ]
    assert printed["action_items"] == ["Fix the breaker"]


def test_what_can_not_be_kept_is_named_and_the_others_are_kept(run: Run, tmp_path: Path) -> None:
    for title in ("First", "Second"):
        make_draft(title=title)
    run("export_reports", tmp_path / "out")
    [path] = (tmp_path / "out").glob("INC-*-first/report.md")
    path.write_text(path.read_text().replace('title: "First"', 'title: "First'))
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04" + b"x" * 40)
    out = io.StringIO()

    with pytest.raises(CommandError, match="4 of 5 files"):
        call_command(
            "import_reports", *(str(tmp_path / name) for name in ("out", "empty", "nothing", "broken.zip")), stdout=out
        )

    assert Incident.objects.count() == 3
    assert "INC-0001-first: Line 5: This can’t be read" in out.getvalue()
    assert "There is no exported report in this folder." in out.getvalue()
