"""Files that arrive: which of them are reports that Afterword wrote, and what they say.

Nothing is ever unpacked: of an archive or a folder only files with our own names are read, each up to a limit.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from incidents.imaging import MAX_STORED_BYTES, ImageRefused
from incidents.import_export.archive import JSON, MARKDOWN
from incidents.import_export.document import ImageFile, Malformed, ReportDocument
from incidents.import_export.json_format import is_our_json, read_json
from incidents.import_export.markdown_reading import is_our_markdown, read_markdown

MAX_REPORT_BYTES = 10_000_000
MAX_FILES = 50_000
MAX_UNPACKED_BYTES = 4_000_000_000
_MAX_RATIO = 200
_SMALL = 1_000_000  # below this, a ratio does no harm
_IMAGE = re.compile(r"images/[0-9a-f]{64}\.(png|jpg|webp)")
# What zipfile raises for damage: a way of compressing that it doesn't know is NotImplementedError.
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)

ReadFile = Callable[[str, int], bytes | None]


class ArchiveRefused(Exception):
    """The file can't be read as an export. The message says why."""


class AllRefused(ArchiveRefused):
    """Not only one of the reports: nothing more of what was sent is read."""


class Allowance:
    """How much may be unpacked of all that was sent, in bytes, however often it is read."""

    def __init__(self, most: int) -> None:
        self.most = self.left = most

    def spend(self, size: int) -> None:
        """Raises AllRefused."""
        self.left -= size
        if self.left < 0:
            raise AllRefused(f"This unpacks to more than {self.most // 1_000_000} MB. Bring it in with import_reports.")


@dataclass(frozen=True)
class Arrived:
    """One report as it was sent."""

    name: str
    document: ReportDocument
    warnings: list[str]
    read_image: Callable[[ImageFile], bytes | None]


@dataclass(frozen=True)
class Parcel:
    """One report that has not been read yet. `read` gives a file by its name in the folder, up to a size."""

    name: str
    read: ReadFile
    markdown_name: str = MARKDOWN
    json_name: str = JSON

    def open(self) -> Arrived:
        """Read it. Where both files are there, what somebody wrote into the Markdown counts. Raises ArchiveRefused."""
        texts = [self._text(self.markdown_name), self._text(self.json_name)]
        readers = [read_markdown if texts[0] is not None else None, read_json if texts[1] is not None else None]
        try:
            found = [reader(text) for reader, text in zip(readers, texts, strict=True) if reader and text is not None]
        except Malformed as error:
            raise ArchiveRefused(str(error)) from error
        if not found:
            raise ArchiveRefused("This is no report that Afterword wrote.")
        document, warnings = found[0]
        if any(other != document for other, _ in found[1:]):
            warnings = [*warnings, f"{MARKDOWN} and {JSON} differ: {MARKDOWN} was read."]
        return Arrived(self.name, document, warnings, self._image)

    def _text(self, name: str) -> str | None:
        content = self.read(name, MAX_REPORT_BYTES) if name else None
        if content is None:
            return None
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise ArchiveRefused(f"{name} is no text in UTF-8.") from error

    def _image(self, image: ImageFile) -> bytes | None:
        try:
            return self.read(image.file, MAX_STORED_BYTES) if _IMAGE.fullmatch(image.file) else None
        except AllRefused:
            raise
        except ArchiveRefused as error:
            raise ImageRefused(str(error)) from error


def is_our_text(text: str) -> bool:
    return is_our_json(text) or is_our_markdown(text)


def parcels_at(path: Path) -> list[Parcel] | None:
    """What lies at a path: a folder of ours or of such folders, a ZIP, a file; None for a file of somebody else.

    Raises ArchiveRefused.
    """
    if path.is_dir():
        folders = [path] if _has_report(path) else sorted(folder for folder in path.iterdir() if _has_report(folder))
        if not folders:
            raise ArchiveRefused("There is no exported report in this folder.")
        return [Parcel(folder.name, _reader_below(folder)) for folder in folders]
    if zipfile.is_zipfile(path):
        return list(parcels_in_zip(zipfile_of(path), path.name))
    with path.open("rb") as file:
        head = file.read(20_000).decode(errors="replace")
    if not is_our_text(head):
        return None
    return [_of_one_file(path.name, head, _reader_below(path.parent))]


def parcel_of_text(name: str, content: bytes) -> Parcel:
    """One file of ours that came alone, without its images."""

    def read(wanted: str, limit: int) -> bytes | None:
        return content[: limit + 1] if wanted == name else None

    return _of_one_file(name, content[:20_000].decode(errors="replace"), read)


def _has_report(folder: Path) -> bool:
    return folder.is_dir() and any((folder / name).is_file() for name in (MARKDOWN, JSON))


def _of_one_file(name: str, head: str, read: ReadFile) -> Parcel:
    is_json = is_our_json(head)
    return Parcel(name, read, "" if is_json else name, name if is_json else "")


def _reader_below(folder: Path) -> ReadFile:
    def read(name: str, limit: int) -> bytes | None:
        path = folder / name
        if not path.is_file():
            return None
        if path.stat().st_size > limit:
            raise ArchiveRefused(f"{name} is larger than {limit // 1_000_000} MB.")
        return path.read_bytes()

    return read


# ── ZIP ─────────────────────────────────────────────────────────────────────


def zipfile_of(file: Path | IO[bytes]) -> zipfile.ZipFile:
    """The archive, looked through before anything of it is read. Raises ArchiveRefused."""
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise ArchiveRefused("This ZIP is damaged.") from error
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise ArchiveRefused(f"This ZIP holds more than {MAX_FILES:,} files.")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise ArchiveRefused(f"This ZIP holds more than {MAX_UNPACKED_BYTES // 1_000_000_000} GB.")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise ArchiveRefused("This ZIP holds two files of the same name.")
    for entry in entries:
        if reason := _suspicion(entry):
            raise ArchiveRefused(f"“{entry.filename[:100]}” in this ZIP {reason}.")
    return archive


def _suspicion(entry: zipfile.ZipInfo) -> str:
    """What is wrong with an entry, or nothing."""
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in (path.parts or (":",))[0]:
        return "lies outside of it"
    if entry.flag_bits & 0x1:
        return "is encrypted"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "is packed in a way that we don’t read"
    if entry.file_size > max(_SMALL, _MAX_RATIO * entry.compress_size):
        return "unpacks to far more than it is"
    return ""


def parcels_in_zip(archive: zipfile.ZipFile, name: str, allowance: Allowance | None = None) -> Iterator[Parcel]:
    """The reports of an archive: in its root, or in folders of any depth. Raises ArchiveRefused."""
    folders = {path.parent for path in map(PurePosixPath, archive.namelist()) if path.name in {MARKDOWN, JSON}}
    ours = sorted(folder for folder in folders if folder.parts[:1] != ("__MACOSX",))
    if not ours:
        raise ArchiveRefused("There is no exported report in this ZIP.")
    for folder in ours:
        yield Parcel(folder.name or name, _reader_in(archive, folder, allowance))


def _reader_in(archive: zipfile.ZipFile, folder: PurePosixPath, allowance: Allowance | None) -> ReadFile:
    def read(name: str, limit: int) -> bytes | None:
        try:
            with archive.open(str(folder / name)) as file:
                content = file.read(1 + (limit if allowance is None else min(limit, allowance.left)))
        except KeyError:
            return None
        except _BROKEN as error:
            raise ArchiveRefused(f"{name} can’t be unpacked.") from error
        if allowance is not None:
            allowance.spend(len(content))
        if len(content) > limit:
            raise ArchiveRefused(f"{name} is larger than {limit // 1_000_000} MB.")
        return content

    return read
