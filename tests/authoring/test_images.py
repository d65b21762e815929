"""Only pixels of three formats are kept; an image from elsewhere is never fetched."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts.roles import Role
from incidents import checks, imaging
from incidents.authoring.operations import (
    ImageRefused,
    add_image,
    delete_image,
    replace_link_with_upload,
    revise_image,
    revise_section,
)
from incidents.edits import Gone
from incidents.models import Attachment, Incident, Report
from incidents.publishing.operations import start_correction
from tests.factories import NOW, make_draft, make_user, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def incident(db: None) -> Incident:
    return make_draft().incident


def image(kind: str, *, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> io.BytesIO:
    buffer = io.BytesIO()
    Image.new(mode, size, "red" if mode != "P" else 1).save(buffer, kind, **options)
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize(
    ("kind", "mode", "content_type"),
    [
        ("PNG", "RGB", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "1", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGBA", "image/webp"),
    ],
)
def test_pictures_are_kept(incident: Incident, kind: str, mode: str, content_type: str) -> None:
    kept = add_image(incident, image(kind, mode=mode), alt="A graph", by=make_user(), at=NOW)

    assert (kept.content_type, kept.width, kept.height) == (content_type, 40, 20)
    with kept.file.open("rb") as handle, Image.open(handle) as stored:
        assert stored.size == (40, 20)
    assert not kept.is_public


def test_nothing_but_pixels_is_kept(incident: Incident) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "zq7marker")
    upload = image("PNG", pnginfo=notes)
    upload.write(upload.getvalue() + b"zq7marker trailing")
    upload.seek(0)
    exif = Image.Exif()
    exif[0x010E] = "zq7marker"
    photo = image("JPEG", exif=exif)
    assert b"zq7marker" in photo.getvalue()

    for source in (upload, photo):
        kept = add_image(incident, source, alt="", by=make_user(), at=NOW)
        with kept.file.open("rb") as handle:
            assert b"zq7marker" not in handle.read()


def bomb() -> io.BytesIO:
    """A PNG of a few bytes that says it has 3.6 thousand million pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk)


@pytest.mark.parametrize(
    "upload",
    [
        io.BytesIO(b""),
        io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        io.BytesIO(b"<html>not a picture"),
        image("GIF"),
        image("TIFF"),
        image("BMP"),
        image("ICO"),
        io.BytesIO(image("PNG").getvalue()[:40]),
        bomb(),
        io.BytesIO(b"\x00" * 10_000_001),
    ],
    ids=["empty", "svg", "html", "gif", "tiff", "bmp", "ico", "cut off", "bomb", "too large"],
)
def test_everything_else_is_refused_with_a_sentence(incident: Incident, upload: io.BytesIO) -> None:
    with pytest.raises(ImageRefused) as refusal:
        add_image(incident, upload, alt="", by=make_user(), at=NOW)

    assert str(refusal.value).endswith(".")
    assert not Attachment.objects.exists()


def test_the_refusal_stands_beside_the_upload(incident: Incident) -> None:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))

    response = client.post(
        reverse("authoring:add_image", args=[incident.number]),
        {"upload-new-file": io.BytesIO(b"GIF89a..."), "upload-new-alt": "A graph of load"},
    )

    assert response.status_code == 409
    assert "This is no PNG, JPEG or WebP image." in response.content.decode()
    assert "A graph of load" in response.content.decode()


def test_a_link_becomes_an_upload(incident: Incident) -> None:
    link = Attachment.objects.create(incident=incident, source_url="https://example.test/a.jpg")
    client = Client()
    client.force_login(make_user(Role.ENGINEER))

    client.post(
        reverse("authoring:upload_image", args=[incident.number, link.pk]),
        {f"upload-{link.pk}-file": image("PNG"), f"upload-{link.pk}-alt": "The room"},
    )

    link.refresh_from_db()
    assert link.file
    assert link.source_url == "https://example.test/a.jpg"


def test_a_link_can_not_be_public_and_a_picture_needs_words(incident: Incident) -> None:
    link = Attachment.objects.create(incident=incident, source_url="https://example.test/a.jpg")
    picture = add_image(incident, image("PNG"), alt="", by=make_user(), at=NOW)

    for attachment in (link, picture):
        with pytest.raises(ImageRefused):
            revise_image(attachment, changes={"alt": "", "is_public": True}, by=make_user(), at=NOW)


def test_a_published_picture_is_served_and_a_draft_one_is_not() -> None:
    report = make_draft()
    public = add_image(report.incident, image("PNG"), alt="The room", by=make_user(), at=NOW)
    revise_image(public, changes={"alt": "The room", "is_public": True}, by=make_user(), at=NOW)
    internal = add_image(report.incident, image("PNG", size=(50, 50)), alt="Rack", by=make_user(), at=NOW)

    publication = publish(report)

    served = Client().get(f"/incidents/{publication.public_id}/images/{public.sha256}.png")
    hidden = Client().get(f"/incidents/{publication.public_id}/images/{internal.sha256}.png")
    assert (served.status_code, hidden.status_code) == (200, 404)
    assert served["Content-Type"] == "image/png"
    assert served.getvalue().startswith(b"\x89PNG")


def test_a_section_that_shows_an_internal_picture_blocks_publishing(incident: Incident) -> None:
    picture = add_image(incident, image("PNG"), alt="Rack", by=make_user(), at=NOW)
    revise_section(
        incident,
        "impact",
        changes={"text": "", "public_text": f"See ![](attachment:{picture.key})"},
        by=make_user(),
        at=NOW,
    )

    found = checks.findings(Report.objects.get(incident=incident).to_snapshot(), at=NOW)

    assert [finding.place for finding in found if finding.blocks] == ["section-impact"]


def broken_exif() -> io.BytesIO:
    """A JPEG whose EXIF block ends in the middle of a number."""
    plain = image("JPEG").getvalue()
    block = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\xff\xff"
    return io.BytesIO(plain[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + plain[2:])


@pytest.mark.parametrize(
    "upload",
    [image("PNG", mode="I;16", size=(30, 65_310)), image("WEBP", mode="L"), broken_exif(), image("PNG", mode="LA")],
    ids=["16 bits and tall", "grey WebP", "broken EXIF", "grey with alpha"],
)
def test_odd_pictures_are_kept_or_refused_but_never_an_error(incident: Incident, upload: io.BytesIO) -> None:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))

    response = client.post(reverse("authoring:add_image", args=[incident.number]), {"upload-new-file": upload})

    assert response.status_code in {302, 409}


def test_transparency_survives(incident: Incident) -> None:
    upload = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).quantize().save(upload, "PNG")
    upload.seek(0)

    kept = add_image(incident, upload, alt="", by=make_user(), at=NOW)

    with kept.file.open("rb") as handle, Image.open(handle) as stored:
        assert stored.convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_deleted_picture_leaves_no_file(
    incident: Incident, django_capture_on_commit_callbacks: Any, tmp_path: Any
) -> None:
    first = add_image(incident, image("PNG"), alt="", by=make_user(), at=NOW)
    twin = add_image(incident, image("PNG"), alt="", by=make_user(), at=NOW)
    assert first.file.name == twin.file.name

    with django_capture_on_commit_callbacks(execute=True):
        delete_image(first, by=make_user(), at=NOW)
    assert list(tmp_path.rglob("*.png"))

    with django_capture_on_commit_callbacks(execute=True):
        delete_image(twin, by=make_user(), at=NOW)
    assert not list(tmp_path.rglob("*.png"))


def test_a_picture_that_is_uploaded_while_its_twin_is_deleted_keeps_its_file(
    incident: Incident, django_capture_on_commit_callbacks: Any
) -> None:
    first = add_image(incident, image("PNG"), alt="", by=make_user(), at=NOW)
    with django_capture_on_commit_callbacks() as deletions:
        delete_image(first, by=make_user(), at=NOW)
    twin = add_image(make_draft().incident, image("PNG"), alt="", by=make_user(), at=NOW)

    for delete in deletions:
        delete()

    assert default_storage.exists(twin.file.name)


def test_who_uploads_a_picture_holds_its_file_until_all_is_written(incident: Incident) -> None:
    """So that a deletion that ends meanwhile waits, and then sees it."""
    uploaded = add_image(incident, image("PNG"), alt="", by=make_user(), at=NOW)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (hashtextextended(%s, 0) & 4294967295)::bigint IN"
            " (SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid())",
            [uploaded.sha256],
        )
        assert cursor.fetchone() == (True,)


def test_who_uploads_while_another_image_of_theirs_is_read_is_told_so(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imaging, "_PATIENCE", 0.1)
    user, client = make_user(Role.ENGINEER), Client()
    client.force_login(user)

    with imaging._turns.take(user.pk):
        response = client.post(
            reverse("authoring:add_image", args=[incident.number]),
            {"upload-new-file": image("PNG"), "upload-new-alt": "A graph of load"},
        )

    assert response.status_code == 409
    assert "Another image of yours is still being read." in response.content.decode()
    assert "A graph of load" in response.content.decode()


def test_a_published_picture_keeps_its_file(django_capture_on_commit_callbacks: Any, tmp_path: Any) -> None:
    report = make_draft()
    picture = add_image(report.incident, image("PNG"), alt="The room", by=make_user(), at=NOW)
    revise_image(picture, changes={"alt": "The room", "is_public": True}, by=make_user(), at=NOW)
    publication = publish(report)
    start_correction(publication.incident.report, by=make_user(), at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        delete_image(picture, by=make_user(), at=NOW)

    assert Client().get(f"/incidents/{publication.public_id}/images/{picture.sha256}.png").status_code == 200


def test_one_link_takes_one_file(incident: Incident) -> None:
    link = Attachment.objects.create(incident=incident, source_url="https://example.test/a.jpg")
    replace_link_with_upload(link, image("PNG"), alt="", by=make_user(), at=NOW)

    with pytest.raises(Gone):
        replace_link_with_upload(link, image("PNG", size=(9, 9)), alt="", by=make_user(), at=NOW)

    assert Attachment.objects.get(pk=link.pk).width == 40
