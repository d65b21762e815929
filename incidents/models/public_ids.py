"""Names of things in public addresses."""

from __future__ import annotations

import secrets

# No 0/o, 1/l/i: public ids are read aloud during outages.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
PUBLIC_ID_LENGTH = 12  # 31**12 is about 59 bits: the id can't be guessed, and tells no count


def new_public_id() -> str:
    """Twelve random letters and digits; unlike a number it doesn't tell how many drafts there are."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))
