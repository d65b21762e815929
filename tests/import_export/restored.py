"""Bring a document in, in the short words of a test."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from accounts.models import User
from incidents.import_export.document import (
    ImageFile,
    ReportDocument,
)
from incidents.import_export.restoring import Restored, restore_report
from tests.factories import NOW

START = datetime(2026, 3, 6, 5, tzinfo=UTC)


def restore(document: ReportDocument, *, by: User, images: dict[str, bytes] | None = None, **options: Any) -> Restored:
    def read(image: ImageFile) -> bytes | None:
        return (images or {}).get(image.file)

    return restore_report(document, read_image=read, source_name="export", by=by, at=NOW, **options)


def notes_of(restored: Restored) -> str:
    assert restored.incident
    section = restored.incident.report.sections.filter(key="notes").first()
    return section.text if section else ""


def image_of(raw: bytes, **changes: Any) -> ImageFile:
    sha256 = hashlib.sha256(raw).hexdigest()
    fields = {"alt": "The room", "file": f"images/{sha256}.png", "sha256": sha256, "content_type": "image/png"}
    return ImageFile(**{**fields, **changes})


def png(**options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG", **options)
    return buffer.getvalue()
