"""Images of published reports: found in what was published, and checked against it."""

from __future__ import annotations

import hashlib

from django.core.files.storage import default_storage

from incidents.models import Publication
from incidents.models.attachment import EXTENSIONS, stored_path
from incidents.public.history import History
from incidents.snapshot import Image


def find_image(history: History, *, sha256: str, extension: str) -> Image | None:
    """The image of this name that some version shows which customers may read. One query."""
    readable = [each.pk for each in history.publications if not history.withdrawal(each.number)]
    showing = Publication.objects.filter(pk__in=readable, data__images__contains=[{"sha256": sha256}])
    shown = (image for publication in showing.order_by("-number")[:1] for image in publication.snapshot.images)
    return next(
        (image for image in shown if (image.sha256, EXTENSIONS[image.content_type]) == (sha256, extension)), None
    )


def read_image(image: Image) -> bytes | None:
    """The bytes that were published, or None where the file is gone or is another one now."""
    return read_stored(image.sha256, image.content_type)


def read_stored(sha256: str, content_type: str) -> bytes | None:
    """The same for any file that is kept under its checksum."""
    try:
        with default_storage.open(stored_path(sha256, content_type)) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None
