from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from incidents.models.incident import Incident
from incidents.models.public_ids import new_public_id

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def stored_path(sha256: str, content_type: str) -> str:
    """Files are named by their content: `attachments/<sha256>.<png|jpg|webp>`. What they were called is dropped."""
    return f"attachments/{sha256}.{EXTENSIONS[content_type]}"


def attachment_path(attachment: Attachment, _name: str) -> str:
    return stored_path(attachment.sha256, attachment.content_type)


class Attachment(models.Model):
    """An image, internal by default.

    `source_url` alone is an image that an imported report showed from elsewhere: nothing is fetched;
    a person uploads a copy, keeps the link, or removes it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="attachments")
    key = models.CharField(max_length=12, unique=True, default=new_public_id)
    file = models.FileField(upload_to=attachment_path, blank=True, max_length=120)
    content_type = models.CharField(max_length=20, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    alt = models.CharField(max_length=300, blank=True)
    source_url = models.URLField(max_length=2_000, blank=True)
    is_public = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="", sha256="") & ~Q(source_url=""))
                | (~Q(file="") & ~Q(sha256="") & Q(content_type__in=list(EXTENSIONS)) & Q(width__gt=0)),
                name="attachment_is_a_file_or_a_link",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | (~Q(file="") & ~Q(alt="")),
                name="attachment_public_has_a_file_and_words",
            ),
        ]

    def __str__(self) -> str:
        return self.alt or self.source_url or self.key

    @property
    def markdown(self) -> str:
        """What to write in a section to show it."""
        return f"![{self.alt}](attachment:{self.key})"
