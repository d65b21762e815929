"""Exports that were sent over the web, between being looked at and being kept."""

from __future__ import annotations

import io
import itertools
import re
import secrets
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from incidents.import_export.archive_reading import (
    Allowance,
    AllRefused,
    ArchiveRefused,
    Arrived,
    Parcel,
    is_our_text,
    parcel_of_text,
    parcels_in_zip,
    zipfile_of,
)
from incidents.import_export.consistency import shortlist
from incidents.import_export.operations import ImportedAlready, imported_with
from incidents.import_export.pictures import Pictures
from incidents.import_export.restoring import NotRestorable, Restored, rehearse, restore_report

if TYPE_CHECKING:
    from accounts.models import User

MAX_SENT_BYTES = 10_000_000  # what docker/nginx.conf lets through
MAX_REPORTS = 50
MAX_IMAGES = 100
MAX_UNPACKED_BYTES = 25_000_000
MAX_PICTURE_BYTES = 50_000_000  # decoded and encoded again, they may be larger than they were
MAX_DECODING_SECONDS = 20
MAX_WAITING = 5
_FOLDER = "imports"
_KEPT_FOR = timedelta(days=1)
_NAME = re.compile(r"(?P<by>\d+)-(?P<at>\d+)-[A-Za-z0-9_-]{32}")


class NotHere(Exception):
    """Nothing waits under this name for this person, or no longer."""

    def __init__(self) -> None:
        super().__init__("What you sent is not here any more. Send it again.")


@dataclass(frozen=True)
class Outcome:
    """What becomes of one report: `restored`, with an incident where it was kept, or `refusal`, a sentence."""

    name: str
    arrived: Arrived | None = None
    restored: Restored | None = None
    refusal: str = ""

    @property
    def warnings(self) -> list[str]:
        return shortlist([*self.arrived.warnings, *self.restored.warnings]) if self.arrived and self.restored else []


def is_export(file: IO[bytes]) -> bool:
    """Whether this is one of our files or a ZIP; anything else is for the reader of other people's reports."""
    is_ours = is_our_text(file.read(20_000).decode(errors="replace")) or zipfile.is_zipfile(file)
    file.seek(0)  # for whoever reads it next
    return is_ours


def receive(file: IO[bytes], *, by: User, at: datetime) -> tuple[str, list[Outcome]]:
    """Set aside what was sent until its sender says yes, and tell what keeping it would do. Raises ArchiveRefused."""
    size = file.seek(0, io.SEEK_END)
    if size > MAX_SENT_BYTES:
        raise ArchiveRefused(f"This has more than {MAX_SENT_BYTES // 1_000_000} MB. Bring it in with import_reports.")
    file.seek(0)
    _throw_away(before=at - _KEPT_FOR)
    _make_room(by)
    name = f"{by.pk}-{int(at.timestamp())}-{secrets.token_urlsafe(24)}"
    default_storage.save(f"{_FOLDER}/{name}", File(file))
    try:
        outcomes = _each(
            name,
            by,
            lambda arrived, pictures: rehearse(
                arrived.document, read_image=arrived.read_image, by=by, at=at, pictures=pictures
            ),
        )
    except ArchiveRefused:
        throw_away(name, by=by)
        raise
    return name, outcomes


def keep_all(name: str, *, by: User, at: datetime) -> list[Outcome]:
    """Make an incident of every report that can be kept, and forget what was sent.

    Who asks twice gets the incidents of the first time. Raises NotHere, ArchiveRefused, ImportedAlready.
    """
    _path(name, by=by)  # a name that is one
    numbers = itertools.count(1)

    def keep(arrived: Arrived, pictures: Pictures) -> Restored:
        token = f"{name}/{next(numbers)}"
        try:
            return restore_report(
                arrived.document,
                read_image=arrived.read_image,
                source_name=arrived.name,
                by=by,
                at=at,
                token=token,
                pictures=pictures,
            )
        except ImportedAlready as before:  # the first click is still being answered
            return Restored(arrived.document, [], before.incidents[0])

    try:
        outcomes = _each(name, by, keep)
    except NotHere:
        if before := imported_with(name, by=by):
            raise ImportedAlready(before) from None
        raise
    throw_away(name, by=by)
    return outcomes


def throw_away(name: str, *, by: User) -> None:
    default_storage.delete(_path(name, by=by))


def _each(name: str, by: User, do: Callable[[Arrived, Pictures], Restored]) -> list[Outcome]:
    """All reports are read and all images decoded before the first is written: whatever refuses all keeps none."""
    try:
        file = default_storage.open(_path(name, by=by))
    except FileNotFoundError as error:
        raise NotHere from error
    with file:
        parcels = _parcels(file)
        if len(parcels) > MAX_REPORTS:
            raise ArchiveRefused(f"This holds {len(parcels):,} reports. Bring them in with import_reports.")
        pictures = Pictures(person=by.pk, seconds=MAX_DECODING_SECONDS, size=MAX_PICTURE_BYTES)
        opened = [_opened(parcel, pictures) for parcel in parcels]
        return [_outcome(arrived, pictures, do) if isinstance(arrived, Arrived) else arrived for arrived in opened]


def _parcels(file: Any) -> list[Parcel]:
    if zipfile.is_zipfile(file):
        file.seek(0)
        return list(parcels_in_zip(zipfile_of(file), "the ZIP", Allowance(MAX_UNPACKED_BYTES)))
    file.seek(0)
    return [parcel_of_text("the file", file.read())]


def _opened(parcel: Parcel, pictures: Pictures) -> Arrived | Outcome:
    try:
        arrived = _with_few_images(parcel.open())
    except AllRefused:
        raise
    except ArchiveRefused as refusal:
        return Outcome(parcel.name, refusal=str(refusal))
    pictures.read_ahead(arrived.document, arrived.read_image)
    return arrived


def _with_few_images(arrived: Arrived) -> Arrived:
    if len(arrived.document.images) > MAX_IMAGES:
        raise ArchiveRefused(f"It has more than {MAX_IMAGES} images. Bring it in with import_reports.")
    return arrived


def _outcome(arrived: Arrived, pictures: Pictures, do: Callable[[Arrived, Pictures], Restored]) -> Outcome:
    try:
        return Outcome(arrived.name, arrived, do(arrived, pictures))
    except NotRestorable as refusal:
        return Outcome(arrived.name, refusal=str(refusal))


def _path(name: str, *, by: User) -> str:
    match = _NAME.fullmatch(name)
    if match is None or match["by"] != str(by.pk):
        raise NotHere
    return f"{_FOLDER}/{name}"


def _throw_away(*, before: datetime) -> None:
    try:
        _, names = default_storage.listdir(_FOLDER)
    except FileNotFoundError:
        return
    for name in names:
        match = _NAME.fullmatch(name)
        if match and int(match["at"]) < before.timestamp():
            default_storage.delete(f"{_FOLDER}/{name}")


def _make_room(by: User) -> None:
    """What somebody sends over and over does not pile up: the oldest goes."""
    try:
        _, names = default_storage.listdir(_FOLDER)
    except FileNotFoundError:
        return
    own = [name for name in names if (match := _NAME.fullmatch(name)) and match["by"] == str(by.pk)]
    own.sort(key=lambda name: (int(name.split("-")[1]), default_storage.get_modified_time(f"{_FOLDER}/{name}")))
    for name in own[: max(0, len(own) - MAX_WAITING + 1)]:
        default_storage.delete(f"{_FOLDER}/{name}")
