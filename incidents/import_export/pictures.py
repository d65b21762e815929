"""The images that an import brings: what is kept of each, decoded once however many name it, and within a budget."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from time import monotonic

from django.core.files.storage import default_storage

from incidents.imaging import ImageRefused, ImageTooCostly, Picture, keep_pixels, renew
from incidents.import_export.archive_reading import AllRefused
from incidents.import_export.consistency import Leftovers, consistent
from incidents.import_export.document import ImageFile, Malformed, ReportDocument
from incidents.models.attachment import stored_path

ReadImage = Callable[[ImageFile], bytes | None]


class Pictures:
    """The pictures behind images, for a person or for nobody in particular.

    With a budget in seconds and bytes, nothing is read or decoded twice, and whatever takes too much ends the whole
    import. Without one, an image that takes too much is refused by itself, and none is remembered.
    """

    def __init__(self, *, person: int | None = None, seconds: float | None = None, size: int = 0) -> None:
        self._person, self._seconds, self._size = person, seconds, size
        self._spent = 0.0
        self._decoded: dict[str, Picture | ImageRefused] = {}
        self._unreadable: dict[tuple[ReadImage, str], ImageRefused] = {}

    def read_ahead(self, document: ReportDocument, read_image: ReadImage) -> None:
        """Decode all that a report shows, so that writing it decodes nothing. Raises AllRefused."""
        with contextlib.suppress(Malformed):
            for image in consistent(document, Leftovers()).images:
                if image.file:
                    with contextlib.suppress(ImageRefused):
                        self.of(image, read_image)

    def of(self, image: ImageFile, read_image: ReadImage) -> Picture:
        """What is kept of an image of a consistent document. Raises ImageRefused, AllRefused."""
        if self._seconds is None:
            return self._decode(_as_exported(image, read_image), image)
        place = (read_image, image.file)
        found = self._decoded.get(image.sha256) or self._unreadable.get(place)
        if found is None:
            try:
                raw = _as_exported(image, read_image)
            except ImageRefused as refusal:
                found = self._unreadable[place] = refusal
            else:
                found = self._decoded[image.sha256] = self._decode_within(self._seconds, raw, image)
        if isinstance(found, ImageRefused):
            raise ImageRefused(str(found))
        return found

    def _decode_within(self, seconds: float, raw: bytes, image: ImageFile) -> Picture | ImageRefused:
        if self._spent >= seconds:
            raise AllRefused(
                f"Its images take more than {seconds:.0f} seconds to read, so nothing was kept. "
                "Send fewer at once, or bring it in with import_reports."
            )
        begun = monotonic()
        try:
            picture = self._decode(raw, image)
        except ImageTooCostly as refusal:
            raise AllRefused(f"The image “{image.alt or image.file}”: {refusal} Nothing was kept.") from refusal
        except ImageRefused as refusal:
            return refusal
        finally:
            self._spent += monotonic() - begun
        self._size -= len(picture.content)
        if self._size < 0:
            raise AllRefused(
                "Its images are too large together, so nothing was kept. "
                "Send fewer at once, or bring it in with import_reports."
            )
        return picture

    def _decode(self, raw: bytes, image: ImageFile) -> Picture:
        """Byte for byte where this server wrote it. What else there is may hide something, whatever its parts."""
        is_ours = default_storage.exists(stored_path(image.sha256, image.content_type))
        return keep_pixels(raw, person=self._person) if is_ours else renew(raw, person=self._person)


def _as_exported(image: ImageFile, read_image: ReadImage) -> bytes:
    raw = read_image(image)
    if raw is None:
        raise ImageRefused("Its file is not there.")
    if hashlib.sha256(raw).hexdigest() != image.sha256:
        raise ImageRefused("Its file is another one than was exported.")
    return raw
