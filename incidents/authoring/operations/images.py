from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from incidents.drafts import begin_edit, locked
from incidents.edits import Gone, Seen, check_unchanged, stored_values
from incidents.imaging import ImageRefused, Picture, reencode
from incidents.models import Activity, Attachment, Incident, Publication

if TYPE_CHECKING:
    from accounts.models import User


def add_image(incident: Incident, upload: IO[bytes], *, alt: str, by: User, at: datetime) -> Attachment:
    """Keep a picture. Raises ImageRefused, ReportLocked."""
    picture = reencode(upload, person=by.pk)  # before the report is locked: it takes a while
    with transaction.atomic():
        begin_edit(incident, by=by, at=at)
        attachment = Attachment(incident=incident, alt=alt, uploaded_by=by)
        store_picture(attachment, picture)
        attachment.save()
        Activity.objects.record(incident, "added an image", by=by, at=at, key=attachment.key, new=alt)
    return attachment


def replace_link_with_upload(
    attachment: Attachment, upload: IO[bytes], *, alt: str, by: User, at: datetime
) -> Attachment:
    """Give an image that was only a link its file. The link stays as its source.

    Raises ImageRefused, ReportLocked, or Gone when it was deleted or given a file meanwhile.
    """
    picture = reencode(upload, person=by.pk)
    with transaction.atomic():
        begin_edit(attachment.incident, by=by, at=at)
        attachment = locked(attachment)
        if attachment.file:
            raise Gone
        attachment.alt = alt or attachment.alt
        attachment.uploaded_by = by
        store_picture(attachment, picture)
        attachment.save()
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
    if path:
        transaction.on_commit(partial(_delete_unless_used, sha256, path))


@transaction.atomic
def _delete_unless_used(sha256: str, path: str) -> None:
    """The end of a file, unless somebody shows or uploaded the same picture since."""
    hold_files(sha256)
    published = Publication.objects.filter(data__images__contains=[{"sha256": sha256}])
    if not Attachment.objects.filter(sha256=sha256).exists() and not published.exists():
        default_storage.delete(path)


def hold_files(*sha256s: str) -> None:
    """Until this transaction ends, nobody else begins to use or deletes the files of these pictures.

    Who needs several names them at once: taken in one order, two people can’t wait for one another.
    """
    with connection.cursor() as cursor:
        for sha256 in sorted(set(sha256s)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])


def store_picture(attachment: Attachment, picture: Picture) -> None:
    """Write the file, and into the attachment what it holds; the caller saves the row, in the same transaction."""
    attachment.content_type = picture.content_type
    attachment.sha256 = hashlib.sha256(picture.content).hexdigest()
    attachment.width, attachment.height = picture.width, picture.height
    hold_files(attachment.sha256)
    path = attachment.file.field.generate_filename(attachment, "")
    if default_storage.exists(path):
        attachment.file.name = path  # the same picture was uploaded before
    else:
        attachment.file.save("", ContentFile(picture.content), save=False)
