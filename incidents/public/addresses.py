"""Where things are: paths on this site, and the same as readers elsewhere need them."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import reverse

from incidents.models.attachment import EXTENSIONS
from incidents.snapshot import Image


def absolute(path: str) -> str:
    """A path of this site with the address that readers use, never the one a request came in by."""
    return f"{settings.PUBLIC_BASE_URL}{path}"


@lru_cache(maxsize=4_000)
def report_path(public_id: str) -> str:
    return reverse("public:report", args=[public_id])


def event_card_path(public_id: str) -> str:
    return reverse("public:event_card", args=[public_id])


@lru_cache(maxsize=1_000)
def component_path(public_id: str) -> str:
    return reverse("public:component", args=[public_id])


def image_path(public_id: str, image: Image) -> str:
    return reverse("public:image", args=[public_id, image.sha256, EXTENSIONS[image.content_type]])
