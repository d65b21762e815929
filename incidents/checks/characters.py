"""Text as eyes have it."""

from __future__ import annotations

import re

from incidents.rendering.characters import clean_text

# What the page keeps and nobody sees: a word that it cuts in two is one word for its readers.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def without_invisible(text: str) -> str:
    return text if text.isascii() else _INVISIBLE.sub("", text)


def legible(text: str) -> str:
    """Give plain text as the page has it, without the characters that take no room there."""
    return without_invisible(clean_text(text))
