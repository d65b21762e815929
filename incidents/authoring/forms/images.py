from __future__ import annotations

from typing import Any

from django import forms

from incidents.authoring.operations import image_values
from incidents.draft_forms import DraftForm, PlainForm
from incidents.models import Attachment

_ALT = "What it shows, for readers who can’t see it"


class UploadForm(PlainForm):
    """A picture to keep. What it really is, is found out when it is re-encoded."""

    file = forms.FileField(
        label="PNG, JPEG or WebP",
        widget=forms.ClearableFileInput({"accept": "image/png,image/jpeg,image/webp"}),
    )
    alt = forms.CharField(label=_ALT, max_length=300, required=False)

    def __init__(self, *args: Any, attachment: Attachment | None = None, **kwargs: Any) -> None:
        self.attachment = attachment
        super().__init__(*args, prefix=f"upload-{attachment.pk}" if attachment else "upload-new", **kwargs)


class ImageForm(DraftForm):
    """The words beside a picture, and whether customers see it."""

    alt = forms.CharField(label=_ALT, max_length=300, required=False)
    is_public = forms.BooleanField(label="Customers may see it", required=False)

    def __init__(self, *args: Any, attachment: Attachment, **kwargs: Any) -> None:
        self.attachment = attachment
        super().__init__(*args, prefix=f"image-{attachment.pk}", stored=image_values(attachment), **kwargs)
        self.upload = UploadForm(attachment=attachment) if not attachment.file else None
