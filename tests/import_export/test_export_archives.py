"""ZIPs from strangers: nothing is unpacked, and what is odd about one is said before anything of it is read."""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from incidents.imaging import ImageRefused
from incidents.import_export import archive_reading
from incidents.import_export.archive_reading import ArchiveRefused, Arrived, parcels_at, parcels_in_zip, zipfile_of
from incidents.import_export.document import ImageFile, ReportDocument
from incidents.import_export.json_format import to_json
from incidents.import_export.markdown_format import to_markdown

REPORT = to_json(ReportDocument(title="Servers down")).encode()
SHA = "ab" * 32
IMAGE = ImageFile(file=f"images/{SHA}.png", sha256=SHA)


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    buffer.seek(0)
    return buffer


def opened(file: io.BytesIO) -> list[Arrived]:
    return [parcel.open() for parcel in parcels_in_zip(zipfile_of(file), "the ZIP")]


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def encrypted() -> io.BytesIO:
    """The bit that says so, set by hand in both places."""
    raw = bytearray(packed(("report.json", REPORT)).getvalue())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.index(magic) + offset
        raw[at] |= 1
    return io.BytesIO(bytes(raw))


def bomb(size: int = 50_000_000) -> io.BytesIO:
    return packed(("report.json", b'{"afterword": 1, "title": "' + b"a" * size + b'"}'))


def lying_bomb() -> io.BytesIO:
    """The same, with a directory that tells of a small file."""
    raw = bytearray(bomb().getvalue())
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", raw, raw.index(magic) + offset, 1_000)
    return io.BytesIO(bytes(raw))


def twice() -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("report.json", REPORT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("report.json", REPORT.replace(b"down", b"up"))
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: packed(("../report.json", REPORT)), "lies outside of it"),
        (lambda: packed(("a/../../report.json", REPORT)), "lies outside of it"),
        (lambda: packed(("/etc/report.json", REPORT)), "lies outside of it"),
        (lambda: packed(("..\\report.json", REPORT)), "lies outside of it"),
        (lambda: packed(("C:/report.json", REPORT)), "lies outside of it"),
        (lambda: packed((link("report.json"), b"/etc/passwd")), "is a link"),
        (lambda: packed(("report.json", REPORT), method=zipfile.ZIP_LZMA), "packed in a way"),
        (lambda: packed(("report.json", REPORT), method=zipfile.ZIP_BZIP2), "packed in a way"),
        (encrypted, "is encrypted"),
        (bomb, "unpacks to far more"),
        (lying_bomb, "can’t be unpacked"),
        (twice, "two files of the same name"),
        (lambda: packed(("readme.txt", b"")), "no exported report"),
        (packed, "no exported report"),
        (lambda: packed(("report.json", b"{}")), "no report that Afterword wrote"),
        (lambda: packed(("report.json", b"\xff\xfe")), "no text in UTF-8"),
        (lambda: packed(("report.md", b"# A report\n")), "end"),
        (lambda: io.BytesIO(packed(("report.json", REPORT)).getvalue()[:-30]), "damaged"),
    ],
    ids=[
        *("parent", "hidden parent", "absolute", "backslash", "drive", "link", "lzma", "bzip2", "encrypted", "bomb"),
        *(
            "lying bomb",
            "twice",
            "nothing of ours",
            "empty",
            "other json",
            "no text",
            "other markdown",
            "cut off",
        ),
    ],
)
def test_what_is_odd_is_said(make: Any, said: str) -> None:
    with pytest.raises(ArchiveRefused, match=said):
        opened(make())


def test_a_damaged_member_is_named() -> None:
    raw = packed(("report.json", REPORT), method=zipfile.ZIP_STORED).getvalue().replace(b"Servers", b"Sorvers", 1)

    with pytest.raises(ArchiveRefused, match=r"report\.json can’t be unpacked"):
        opened(io.BytesIO(raw))


def test_too_many_files_and_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    file = packed(("report.json", REPORT), ("a", b"1"), ("b", b"2"))
    monkeypatch.setattr(archive_reading, "MAX_FILES", 3)
    assert len(opened(file)) == 1
    monkeypatch.setattr(archive_reading, "MAX_FILES", 2)
    with pytest.raises(ArchiveRefused, match="more than 2 files"):
        opened(file)
    monkeypatch.setattr(archive_reading, "MAX_FILES", 3)
    monkeypatch.setattr(archive_reading, "MAX_UNPACKED_BYTES", len(REPORT) + 1)
    with pytest.raises(ArchiveRefused, match="holds more than"):
        opened(file)


def test_one_file_beyond_its_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archive_reading, "MAX_REPORT_BYTES", len(REPORT) - 1)
    (tmp_path / "report.json").write_bytes(REPORT)

    for arrive in (lambda: opened(packed(("report.json", REPORT))), (parcels_at(tmp_path) or [])[0].open):
        with pytest.raises(ArchiveRefused, match=r"report\.json is larger than"):
            arrive()


def test_images_are_read_by_their_own_names_only() -> None:
    entries = (
        ("a/report.json", REPORT),
        (f"a/{IMAGE.file}", b"image"),
        ("a/secret.txt", b"secret"),
        ("secret.txt", b""),
    )
    [arrived] = opened(packed(*entries))

    assert arrived.read_image(IMAGE) == b"image"
    for name in ("secret.txt", "../secret.txt", "/etc/passwd", "images/../secret.txt", f"images/{SHA}.svg", ""):
        assert arrived.read_image(ImageFile(file=name)) is None


def test_reports_are_found_in_the_root_and_in_folders() -> None:
    other = REPORT.replace(b"Servers", b"Others")
    file = packed(
        ("report.json", REPORT), ("out/INC-0001-x/report.json", other), ("__MACOSX/out/INC-0001-x/report.json", b"junk")
    )

    assert [(arrived.name, arrived.document.title) for arrived in opened(file)] == [
        ("the ZIP", "Servers down"),
        ("INC-0001-x", "Others down"),
    ]


def test_both_files_are_compared() -> None:
    document = ReportDocument(title="Servers down")
    markdown = to_markdown(document)

    [same] = opened(packed(("report.json", REPORT), ("report.md", markdown.encode())))
    [edited] = opened(packed(("report.json", REPORT), ("report.md", markdown.replace("down", "up").encode())))

    assert (same.document, same.warnings) == (document, [])
    assert edited.document.title == "Servers up"
    assert edited.warnings == ["report.md and report.json differ: report.md was read."]


def test_files_of_other_people_are_left_to_the_other_reader(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("# Servers down\n")

    assert parcels_at(path) is None


def test_no_damage_to_a_zip_is_an_error_that_we_did_not_foresee() -> None:
    whole = packed(
        ("a/report.md", to_markdown(ReportDocument(title="x")).encode()), (f"a/{IMAGE.file}", b"image")
    ).getvalue()

    for at in range(len(whole)):
        for value in (0, 255, whole[at] ^ 1):
            raw = whole[:at] + bytes([value]) + whole[at + 1 :]
            with contextlib.suppress(ArchiveRefused, ImageRefused):
                for arrived in opened(io.BytesIO(raw)):
                    arrived.read_image(IMAGE)
