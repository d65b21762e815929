"""What one import over the web may cost: each image is decoded once, all within a budget, and refusing keeps nothing."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from accounts.models import User
from accounts.roles import Role
from incidents import imaging
from incidents.imaging import ImageRefused, ImageTooCostly
from incidents.import_export import arrivals, pictures
from incidents.import_export.archive_reading import AllRefused
from incidents.import_export.document import ReportDocument
from incidents.import_export.json_format import to_json
from incidents.import_export.pictures import Pictures
from incidents.models import Attachment, Incident
from tests.factories import make_user
from tests.import_export.restored import image_of
from tests.import_export.test_export_pages import inside, keep, send, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db: None) -> User:
    return make_user(Role.ENGINEER)


@pytest.fixture
def client(user: User) -> Client:
    return inside(user=user)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What went to a decoder, in order."""
    seen = []
    ask = imaging._ask_child

    def note(verb: str, raw: bytes) -> bytes:
        seen.append(raw)
        return ask(verb, raw)

    monkeypatch.setattr(imaging, "_ask_child", note)
    return seen


def colour(name: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), name).save(buffer, "PNG")
    return buffer.getvalue()


def report(*images: bytes, title: str = "x", times: int = 1) -> ReportDocument:
    files = tuple(image_of(raw, key=f"k{n}{time}") for n, raw in enumerate(images) for time in range(times))
    return ReportDocument(title=title, images=files)


def packed(*reports: ReportDocument, images: tuple[bytes, ...] = ()) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, document in enumerate(reports, start=1):
            archive.writestr(f"{number}/report.json", to_json(document))
            for raw in images:
                archive.writestr(f"{number}/images/{hashlib.sha256(raw).hexdigest()}.png", raw)
    return buffer.getvalue()


RED, BLUE, GREEN = colour("red"), colour("blue"), colour("green")


# ── Once ────────────────────────────────────────────────────────────────────
def test_a_picture_is_decoded_once_however_many_images_name_it(client: Client, decoded: list[bytes]) -> None:
    content = packed(report(RED, BLUE, times=20), report(RED, times=20), images=(RED, BLUE))

    shown = send(client, content)

    assert sorted(decoded) == sorted([RED, BLUE])
    decoded.clear()
    keep(client, shown)
    assert sorted(decoded) == sorted([RED, BLUE])
    assert Attachment.objects.count() == 60
    assert len(set(Attachment.objects.values_list("file", flat=True))) == 2


def test_what_is_refused_once_is_not_tried_again(client: Client, decoded: list[bytes]) -> None:
    raw = RED[:45]

    shown = send(client, packed(report(raw, times=20), report(raw), images=(raw,)))

    assert decoded == [raw]
    assert len(shown.context["keepable"]) == 2
    assert shown.content.decode().count("can’t be kept") == 21


def test_what_can_not_be_read_is_not_read_again(user: User) -> None:
    asked = []

    def missing(image: Any) -> None:
        asked.append(image)

    found = Pictures(seconds=20, size=1_000)
    for image in report(RED, times=5).images:
        with pytest.raises(ImageRefused, match="not there"):
            found.of(image, missing)

    assert len(asked) == 1


# ── A budget ────────────────────────────────────────────────────────────────
def slow(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """A clock that is read twice for each image."""
    ticks = iter(range(1_000))
    monkeypatch.setattr(pictures, "monotonic", lambda: next(ticks) * seconds)


def test_images_that_take_too_long_together_end_the_import(
    client: Client, monkeypatch: pytest.MonkeyPatch, decoded: list[bytes]
) -> None:
    slow(monkeypatch, 11)

    response = send(client, packed(report(RED, BLUE, GREEN), report(), images=(RED, BLUE, GREEN)))

    assert response.status_code == 422
    assert "take more than 20 seconds to read, so nothing was kept." in response.content.decode()
    assert decoded == [RED, BLUE]
    assert waiting() == []


def test_within_the_budget_all_is_well(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    slow(monkeypatch, 6)

    assert send(client, packed(report(RED, BLUE, GREEN), images=(RED, BLUE, GREEN))).status_code == 200


def test_what_is_refused_on_keeping_keeps_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = send(client, packed(report(title="First"), report(RED, BLUE, title="Second"), images=(RED, BLUE)))
    slow(monkeypatch, 30)

    response = keep(client, shown)

    assert response.status_code == 422
    assert not Incident.objects.exists()
    assert not default_storage.exists("attachments")


def test_pictures_that_are_too_large_together_end_the_import(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed(report(RED, BLUE), images=(RED, BLUE))
    monkeypatch.setattr(arrivals, "MAX_PICTURE_BYTES", len(RED) + len(BLUE) - 1)

    response = send(client, content)

    assert response.status_code == 422
    assert "too large together, so nothing was kept" in response.content.decode()


def test_the_first_image_that_takes_too_much_ends_the_import(
    client: Client, monkeypatch: pytest.MonkeyPatch, decoded: list[bytes]
) -> None:
    monkeypatch.setattr(imaging, "_MEMORY", 1)  # no program starts in it

    response = send(client, packed(report(RED, BLUE), report(GREEN), images=(RED, BLUE, GREEN)))

    assert response.status_code == 422
    page = response.content.decode()
    assert "The image “The room”: This image takes too much time or memory to read." in page
    assert "Nothing was kept." in page
    assert len(decoded) == 1
    assert waiting() == []


def test_an_image_is_not_lost_because_another_one_is_being_read(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imaging, "_PATIENCE", 0.1)
    shown = send(client, packed(report(RED), images=(RED,)))

    with imaging._turns.take(user.pk):
        response = keep(client, shown)

    assert response.status_code == 422
    assert "Another image of yours is still being read." in response.content.decode()
    assert not Incident.objects.exists()


def test_without_a_budget_such_an_image_is_refused_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_raw: bytes, **_options: Any) -> None:
        raise ImageTooCostly("It takes too much.")

    monkeypatch.setattr(pictures, "renew", refuse)
    [image] = report(RED).images

    with pytest.raises(ImageTooCostly):
        Pictures().of(image, lambda _: RED)
    with pytest.raises(AllRefused):
        Pictures(seconds=20, size=1_000).of(image, lambda _: RED)


# ── Unpacking ───────────────────────────────────────────────────────────────
def unpacks(content: bytes) -> int:
    return sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(content)).infolist())


@pytest.mark.parametrize(
    "make",
    [
        lambda: packed(*[ReportDocument(title="x" * 100)] * 3),
        lambda: packed(report(RED, BLUE), images=(RED, BLUE)),
    ],
    ids=["reports", "images"],
)
def test_all_that_is_read_counts_together(
    client: Client, monkeypatch: pytest.MonkeyPatch, make: Callable[[], bytes]
) -> None:
    content = make()
    monkeypatch.setattr(arrivals, "MAX_UNPACKED_BYTES", unpacks(content))
    assert send(client, content).status_code == 200
    monkeypatch.setattr(arrivals, "MAX_UNPACKED_BYTES", unpacks(content) - 1)

    response = send(client, content)

    assert response.status_code == 422
    assert "Bring it in with import_reports." in response.content.decode()
    assert len(waiting()) == 1  # the first


def test_after_too_much_nothing_more_is_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    content = packed(*[ReportDocument(title="x")] * 10)
    real = zipfile.ZipFile.open
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda archive, name: read.append(name) or real(archive, name))
    monkeypatch.setattr(arrivals, "MAX_UNPACKED_BYTES", 10)

    send(client, content)

    assert [name for name in read if "json" in str(name)] == ["1/report.json"]


# ── Waiting ─────────────────────────────────────────────────────────────────
def test_five_of_a_person_wait_and_the_oldest_goes(client: Client) -> None:
    other = send(inside(), packed(report())).context["name"]

    names = [send(client, packed(report(title=str(number)))).context["name"] for number in range(7)]

    assert sorted(waiting()) == sorted([other, *names[2:]])
