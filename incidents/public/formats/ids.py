"""Names for what has none here: the same for the same thing, for ever."""

from __future__ import annotations

import base64
import hashlib
import uuid


def lasting_id(kind: str, public_id: str) -> str:
    """A `urn:uuid:` for feeds and calendars, which stays even when the site moves to another address."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"afterword:{kind}/{public_id}").urn


def derived_id(*parts: str) -> str:
    """Twelve letters and digits for the Statuspage format, which names things that are no rows here."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:12]
