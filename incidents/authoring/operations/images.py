from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import IO, TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from incidents.authoring.operations.drafts import begin_edit
from incidents.models import Activity, Attachment, Incident

if TYPE_CHECKING:
    from accounts.models import User

MAX_IMAGE_BYTES = 10_000_000
MAX_IMAGE_PIXELS = 40_000_000
_MAX_SIDE = 2_400  # twice the width of the page's column, for sharp screens
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


class ImageRefused(Exception):
    """The file is no picture that we take. The message says what would be."""


@transaction.atomic
def add_image(incident: Incident, upload: IO[bytes], *, alt: str, by: User, at: datetime) -> Attachment:
    """Keep a picture: re-encoded, so that nothing but pixels remains. Raises ImageRefused, ReportLocked."""
    begin_edit(incident, by=by, at=at)
    attachment = Attachment(incident=incident, alt=alt, uploaded_by=by)
    _store(attachment, upload)
    Activity.objects.record(incident, "added an image", by=by, at=at, key=attachment.key)
    return attachment


@transaction.atomic
def replace_link_with_upload(
    attachment: Attachment, upload: IO[bytes], *, alt: str, by: User, at: datetime
) -> Attachment:
    """Give an image that was only a link its file. The link stays as its source."""
    begin_edit(attachment.incident, by=by, at=at)
    attachment.alt = alt or attachment.alt
    attachment.uploaded_by = by
    _store(attachment, upload)
    Activity.objects.record(attachment.incident, "added an image", by=by, at=at, key=attachment.key)
    return attachment


@transaction.atomic
def revise_image(attachment: Attachment, *, alt: str, is_public: bool, by: User, at: datetime) -> Attachment:
    """Change the words for those who can't see it, and whether customers may. A link can't be public."""
    begin_edit(attachment.incident, by=by, at=at)
    if is_public and not attachment.file:
        raise ImageRefused("This image is only a link: upload a copy before you make it public.")
    if is_public and not alt:
        raise ImageRefused("Say what the image shows, for readers who can’t see it.")
    attachment.alt, attachment.is_public = alt, is_public
    attachment.save(update_fields=["alt", "is_public"])
    Activity.objects.record(
        attachment.incident, "changed an image", by=by, at=at, key=attachment.key, is_public=is_public
    )
    return attachment


@transaction.atomic
def delete_image(attachment: Attachment, *, by: User, at: datetime) -> None:
    """Take an image out of the draft. Its file stays while a publication shows it."""
    begin_edit(attachment.incident, by=by, at=at)
    Activity.objects.record(
        attachment.incident,
        "deleted an image",
        by=by,
        at=at,
        key=attachment.key,
        source_url=attachment.source_url,
    )
    attachment.delete()


def _store(attachment: Attachment, upload: IO[bytes]) -> None:
    content, content_type, (width, height) = _reencode(upload)
    attachment.content_type = content_type
    attachment.sha256 = hashlib.sha256(content).hexdigest()
    attachment.width, attachment.height = width, height
    attachment.file.save("", ContentFile(content), save=False)
    attachment.save()


def _reencode(upload: IO[bytes]) -> tuple[bytes, str, tuple[int, int]]:
    raw = upload.read(MAX_IMAGE_BYTES + 1)
    if len(raw) > MAX_IMAGE_BYTES:
        raise ImageRefused(f"This image is larger than {MAX_IMAGE_BYTES // 1_000_000} MB.")
    try:
        with Image.open(io.BytesIO(raw), formats=list(_TYPES)) as picture:
            if picture.width * picture.height > MAX_IMAGE_PIXELS:
                raise ImageRefused(f"This image has more than {MAX_IMAGE_PIXELS // 1_000_000} megapixels.")
            kind = picture.format or ""
            upright = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ImageRefused("This is no PNG, JPEG or WebP image.") from error
    upright.thumbnail((_MAX_SIDE, _MAX_SIDE))
    if kind == "JPEG" and upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGB")
    # A new image from the pixels alone: no EXIF, no profile, no text chunks, no trailing bytes.
    clean = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    if upright.mode == "P" and (palette := upright.getpalette()):
        clean.putpalette(palette)
    buffer = io.BytesIO()
    clean.save(buffer, format=kind, **({"quality": 85} if kind != "PNG" else {"optimize": True}))
    return buffer.getvalue(), _TYPES[kind], clean.size
