"""Images come back byte for byte, or it is said why not."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import PngImagePlugin

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import add_image, revise_image
from incidents.import_export.document import (
    ImageFile,
    Person,
    ReportDocument,
)
from incidents.import_export.restoring import rehearse
from incidents.models import (
    Attachment,
    Incident,
)
from tests.factories import NOW, make_draft, make_user
from tests.import_export.restored import image_of, notes_of, png, restore
from tests.import_export.test_round_trip import exported
from tests.test_no_draft_leaks import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    return make_user(Role.ENGINEER)


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
    assert "The image “The room” is not from here; it was encoded again." in restored.warnings


def test_an_image_from_elsewhere_is_encoded_again_whatever_its_parts(by: User) -> None:
    raw = png()
    end = raw.index(b"IEND") - 4
    chunk = b"IDATzq7marker"
    raw = raw[:end] + struct.pack(">I", 9) + chunk + struct.pack(">I", zlib.crc32(chunk)) + raw[end:]
    image = image_of(raw)

    restored = restore(ReportDocument(title="x", images=(image,)), by=by, images={image.file: raw})

    assert restored.incident
    with restored.incident.attachments.get().file.open("rb") as handle:
        assert b"zq7marker" not in handle.read()


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
