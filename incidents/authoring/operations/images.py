from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps

from incidents.authoring.operations.drafts import begin_edit, locked
from incidents.edits import Gone, Seen, check_unchanged, stored_values
from incidents.models import Activity, Attachment, Incident, Publication

if TYPE_CHECKING:
    from accounts.models import User

MAX_IMAGE_BYTES = 10_000_000
MAX_IMAGE_PIXELS = 20_000_000
_MAX_SIDE = 2_400  # twice the width of the page's column, for sharp screens
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_ONE_AT_A_TIME = BoundedSemaphore()  # a decoded picture takes up to 80 MB


class ImageRefused(Exception):
    """The file is no picture that we take. The message says what would be."""


@dataclass(frozen=True)
class Picture:
    """A re-encoded picture: nothing but pixels is left of what was uploaded."""

    content: bytes
    content_type: str
    width: int
    height: int


def add_image(incident: Incident, upload: IO[bytes], *, alt: str, by: User, at: datetime) -> Attachment:
    """Keep a picture. Raises ImageRefused, ReportLocked."""
    picture = reencode(upload)  # before the report is locked: it takes a while
    with transaction.atomic():
        begin_edit(incident, by=by, at=at)
        attachment = Attachment(incident=incident, alt=alt, uploaded_by=by)
        _store(attachment, picture)
        Activity.objects.record(incident, "added an image", by=by, at=at, key=attachment.key, new=alt)
    return attachment


def replace_link_with_upload(
    attachment: Attachment, upload: IO[bytes], *, alt: str, by: User, at: datetime
) -> Attachment:
    """Give an image that was only a link its file. The link stays as its source.

    Raises ImageRefused, ReportLocked, or Gone when it was deleted or given a file meanwhile.
    """
    picture = reencode(upload)
    with transaction.atomic():
        begin_edit(attachment.incident, by=by, at=at)
        attachment = locked(attachment)
        if attachment.file:
            raise Gone
        attachment.alt = alt or attachment.alt
        attachment.uploaded_by = by
        _store(attachment, picture)
        Activity.objects.record(attachment.incident, "added an image", by=by, at=at, key=attachment.key, new=alt)
    return attachment


@transaction.atomic
def revise_image(
    attachment: Attachment, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> Attachment:
    """Change the words for those who can't see it, or whether customers may. A link can't be public.

    Raises ImageRefused, ReportLocked, EditConflict, Gone.
    """
    begin_edit(attachment.incident, by=by, at=at)
    attachment = locked(attachment)
    old = image_values(attachment)
    check_unchanged(old, changes, seen)
    new = {**old, **changes}
    if new["is_public"] and not attachment.file:
        raise ImageRefused("This image is only a link: upload a copy before you make it public.")
    if new["is_public"] and not new["alt"]:
        raise ImageRefused("Say what the image shows, for readers who can’t see it.")
    attachment.alt, attachment.is_public = new["alt"], new["is_public"]
    attachment.save(update_fields=["alt", "is_public"])
    if new != old:
        key = attachment.key
        Activity.objects.record_edit(
            attachment.incident, "changed an image", of=key, by=by, at=at, key=key, old=old, new=new
        )
    return attachment


def image_values(attachment: Attachment) -> dict[str, Any]:
    """An image as its form shows it, by the names of the fields."""
    return stored_values(attachment, ("alt", "is_public"))


@transaction.atomic
def delete_image(attachment: Attachment, *, by: User, at: datetime) -> None:
    """Take an image out of the draft. Its file goes too, unless it was published. Raises ReportLocked, Gone."""
    begin_edit(attachment.incident, by=by, at=at)
    attachment = locked(attachment)
    old = {"alt": attachment.alt, "source_url": attachment.source_url}
    Activity.objects.record(attachment.incident, "deleted an image", by=by, at=at, key=attachment.key, old=old)
    sha256, path = attachment.sha256, attachment.file.name
    attachment.delete()
    published = Publication.objects.filter(data__images__contains=[{"sha256": sha256}])
    if path and not Attachment.objects.filter(sha256=sha256).exists() and not published.exists():
        transaction.on_commit(partial(default_storage.delete, path))


def _store(attachment: Attachment, picture: Picture) -> None:
    attachment.content_type = picture.content_type
    attachment.sha256 = hashlib.sha256(picture.content).hexdigest()
    attachment.width, attachment.height = picture.width, picture.height
    path = attachment.file.field.generate_filename(attachment, "")
    if default_storage.exists(path):
        attachment.file.name = path  # the same picture was uploaded before
    else:
        attachment.file.save("", ContentFile(picture.content), save=False)
    attachment.save()


def reencode(upload: IO[bytes]) -> Picture:
    """Decode and encode again. Raises ImageRefused for whatever isn't a picture that we take."""
    raw = upload.read(MAX_IMAGE_BYTES + 1)
    if len(raw) > MAX_IMAGE_BYTES:
        raise ImageRefused(f"This image is larger than {MAX_IMAGE_BYTES // 1_000_000} MB.")
    try:
        with _ONE_AT_A_TIME, Image.open(io.BytesIO(raw), formats=list(_TYPES)) as picture:
            if picture.width * picture.height <= MAX_IMAGE_PIXELS:
                return _clean(picture)
    except Exception as error:  # decoders of hostile bytes fail in many ways: struct, zlib, memory, their own
        raise ImageRefused("This is no PNG, JPEG or WebP image.") from error
    raise ImageRefused(f"This image has more than {MAX_IMAGE_PIXELS // 1_000_000} megapixels.")


def _clean(picture: Image.Image) -> Picture:
    kind = picture.format or ""
    picture.draft("RGB", (_MAX_SIDE, _MAX_SIDE))  # JPEG decodes to about that size at once
    upright: Image.Image = picture
    if picture.mode in {"I", "I;16", "I;16B", "F"}:
        upright = picture.convert("L")
    elif picture.mode in {"P", "PA", "LA"}:
        upright = picture.convert("RGBA")
    elif kind == "JPEG" and picture.mode not in {"RGB", "L"}:
        upright = picture.convert("RGB")
    upright.thumbnail((_MAX_SIDE, _MAX_SIDE))
    upright = ImageOps.exif_transpose(upright) or upright
    # A new image from the pixels alone: no EXIF, no profile, no text chunks, no trailing bytes.
    clean = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    buffer = io.BytesIO()
    clean.save(buffer, format=kind, **({"quality": 85} if kind != "PNG" else {"optimize": True}))
    return Picture(buffer.getvalue(), _TYPES[kind], *clean.size)
