"""How the public pages look and what they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from incidents.edits import Seen, check_unchanged, stored_values
from incidents.imaging import ImageRefused, reencode
from incidents.models import Activity, PublicChange, Site
from incidents.models.attachment import stored_path

if TYPE_CHECKING:
    from accounts.models import User

MAX_LOGO_BYTES = 100_000
_FIELDS = ("name", "accent", "accent_dark", "links", "footer", "time_zone", "shows_promises", "hidden_from_search")
_LOGO = ("logo_sha256", "logo_type")


def revise_site(
    *,
    changes: Mapping[str, Any],
    by: User,
    at: datetime,
    logo: IO[bytes] | None = None,
    without_logo: bool = False,
    seen: Seen | None = None,
) -> Site:
    """Change what `site_values` names, and the logo. Customers see it at once.

    Raises ImageRefused, or EditConflict when the same was changed by somebody else meanwhile.
    """
    new_logo = _stored_logo(logo) if logo else {"logo_sha256": "", "logo_type": ""} if without_logo else {}
    with transaction.atomic():
        Site.objects.get_or_create(id=1)
        site = Site.objects.select_for_update().get(id=1)
        check_unchanged(site_values(site), changes, seen)
        old = stored_values(site, (*_FIELDS, *_LOGO))
        new = {**old, **changes, **new_logo}
        if new == old:
            return site
        for name, value in new.items():
            setattr(site, name, value)
        site.updated_at = at
        site.save()
        PublicChange.note(PublicChange.Kind.SITE, at=at)
        changed = [name for name in new if new[name] != old[name]]
        said = {"old": {name: old[name] for name in changed}, "new": {name: new[name] for name in changed}}
        Activity.objects.record(None, "changed the public page", by=by, at=at, **said)
    return site


def site_values(site: Site) -> dict[str, Any]:
    """The page as its form shows it."""
    return stored_values(site, _FIELDS)


def _stored_logo(upload: IO[bytes]) -> dict[str, str]:
    """Keep the file first: a row must not name one that is not there."""
    picture = reencode(upload)
    if len(picture.content) > MAX_LOGO_BYTES:
        size, most = len(picture.content) // 1000, MAX_LOGO_BYTES // 1000
        raise ImageRefused(f"This logo has {size} KB, and readers load it with every page. Send one of {most} KB.")
    sha256 = hashlib.sha256(picture.content).hexdigest()
    path = stored_path(sha256, picture.content_type)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(picture.content))
    return {"logo_sha256": sha256, "logo_type": picture.content_type}
