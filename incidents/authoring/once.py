"""A page that must not do its work twice carries a token, spent together with what the first sending makes.

Two clicks, or a step back and the button again, send the same token; reading the page anew gives another.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

INPUT = "once"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def new_token() -> str:
    return secrets.token_urlsafe(16)


def token_in(sent: Mapping[str, Any]) -> str:
    """The token that came with the page; empty where none came that we made."""
    token = str(sent.get(INPUT, ""))
    return token if _TOKEN.fullmatch(token) else ""
