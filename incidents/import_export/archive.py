"""Exported reports as files: a folder for each, on disk or in a ZIP.

README.txt
INC-0012-servers-down/report.md      to read and to edit
                      report.json    the same, for machines
                      images/<sha256>.png
                      published/1.json, index.json    what customers were shown; not imported
"""

from __future__ import annotations

import filecmp
import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from incidents.import_export.document import ReportDocument, to_data
from incidents.import_export.exporting import Exported, read_image
from incidents.import_export.json_format import to_json
from incidents.import_export.markdown_format import to_markdown
from incidents.models import Publication
from incidents.snapshot import canonical_json

MARKDOWN, JSON = "report.md", "report.json"
FORMATS = {"markdown": (MARKDOWN,), "json": (JSON,), "both": (MARKDOWN, JSON)}
_OURS = re.compile(r"report\.(md|json)|images/[0-9a-f]{64}\.(png|jpg|webp)|published/([0-9]+|index)\.json")
_PUBLIC_ID = re.compile(r'^\s*"?public_id"?: "([a-z0-9]+)"', re.MULTILINE)
README_NAME = "README.txt"
README = """\
Incident reports, exported from Afterword.

Each folder is one report, with everything that its draft says. Much of it is internal: keep it where you keep
internal things.

report.md    to read, on any Git host for instance; texts and facts in it can be edited
report.json  the same for machines
images/      the pictures that both show, named by their SHA-256
published/   what customers were shown: each version as it was, and index.json with dates and notes

To bring reports back: python manage.py import_reports FOLDER, or Import in the workspace. What was published is not
brought back, because publishing is an act of a person; nor are comments and the log of activities exported.
"""


class Fate(StrEnum):
    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def folder_name(document: ReportDocument) -> str:
    """`INC-0012-servers-down`; a title in other letters than Latin ones leaves the number."""
    return f"INC-{document.number:04}-{slugify(document.title)[:40]}".rstrip("-")


def files_of(exported: Exported, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files of a folder, what a report shows before the report. An image whose file is gone is left out."""
    document = exported.document
    for image in {image.file: image for image in document.images if image.file}.values():
        if (content := read_image(image)) is not None:
            yield image.file, content
    for publication in exported.publications:
        yield f"published/{publication.number}.json", canonical_json(publication.data)
    if exported.publications:
        yield "published/index.json", _readable(_version(publication) for publication in exported.publications)
    texts = {MARKDOWN: to_markdown, JSON: to_json}
    for name in names:
        yield name, texts[name](document).encode()


def _version(publication: Publication) -> dict[str, Any]:
    retraction = getattr(publication, "retraction", None)
    return {
        "number": publication.number,
        "published_at": to_data(publication.published_at),
        "published_by": publication.published_by.email,
        "change_note": publication.change_note,
        "checksum": publication.checksum,
        "withdrawn_at": to_data(retraction.retracted_at) if retraction else None,
        "withdrawn_because": retraction.reason if retraction else "",
    }


def _readable(items: Iterable[dict[str, Any]]) -> bytes:
    return (json.dumps(list(items), ensure_ascii=False, indent=2) + "\n").encode()


# ── A folder on disk ────────────────────────────────────────────────────────


def write_readme(root: Path) -> None:
    """Say what this is; a README of somebody else stays."""
    path = root / README_NAME
    if not path.exists():
        path.write_text(README, encoding="utf-8")


def write_folder(root: Path, exported: Exported, names: Iterable[str]) -> Fate:
    """Write one report whole, or change nothing. Files that others laid beside ours stay."""
    document = exported.document
    before = _folder_before(root, document)
    target = root / folder_name(document)
    if target != before and target.exists():
        target = target.with_name(f"{target.name}-{document.public_id}")
    fresh, old = root / f".{target.name}.new", root / f".{target.name}.old"
    shutil.rmtree(fresh, ignore_errors=True)
    for name, content in files_of(exported, names):
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if before is None:
        fresh.rename(target)
        return Fate.NEW
    if before == target and _our_files(before) == _our_files(fresh) == _same_files(before, fresh):
        shutil.rmtree(fresh)
        return Fate.UNCHANGED
    _carry_over(before, fresh)
    before.rename(old)
    fresh.rename(target)
    shutil.rmtree(old)
    return Fate.UPDATED


def _folder_before(root: Path, document: ReportDocument) -> Path | None:
    """Where this report was written the last time, whatever its title was then."""
    number = f"INC-{document.number:04}"
    for path in sorted(root.glob(f".{number}*.old")):  # a run was ended between two renames
        place = path.with_name(path.name.removeprefix(".").removesuffix(".old"))
        if place.exists():
            shutil.rmtree(path)
        else:
            path.rename(place)
    folders = [path for path in sorted(root.glob(f"{number}*")) if path.is_dir() and not path.is_symlink()]
    return next((path for path in folders if _public_id_in(path) == document.public_id), None)


def _public_id_in(folder: Path) -> str:
    for name in (JSON, MARKDOWN):
        if (folder / name).is_file():
            with (folder / name).open(encoding="utf-8", errors="replace") as file:
                found = _PUBLIC_ID.search(file.read(4_000))
            if found:
                return found[1]
    return ""


def _our_files(folder: Path) -> set[str]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in names if _OURS.fullmatch(name)}


def _same_files(one: Path, other: Path) -> set[str]:
    same, _, _ = filecmp.cmpfiles(one, other, _our_files(one), shallow=False)
    return set(same)


def _carry_over(before: Path, fresh: Path) -> None:
    """What is not ours moves along into the new folder."""
    for path in sorted(before.rglob("*")):
        name = path.relative_to(before).as_posix()
        if path.is_dir() and not path.is_symlink():
            (fresh / name).mkdir(exist_ok=True)
        elif not _OURS.fullmatch(name):
            shutil.copy2(path, fresh / name, follow_symlinks=False)


# ── A ZIP ───────────────────────────────────────────────────────────────────


class _Outbox:
    """A file that can only be written, and hands on what was."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)


def zip_stream(exports: Iterable[Exported], *, at: datetime) -> Iterator[bytes]:
    """A ZIP of all these reports, in pieces of a file each."""
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # a writer will do
        archive.writestr(_entry(README_NAME, at), README)
        for exported in exports:
            folder = folder_name(exported.document)
            for name, content in files_of(exported, FORMATS["both"]):
                archive.writestr(_entry(f"{folder}/{name}", at), content)
                yield outbox.taken()
    yield outbox.taken()


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    is_packed = name.startswith("images/") or "/images/" in name  # pictures don't get smaller
    entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
