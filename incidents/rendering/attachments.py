"""Which attachments a text shows, read with the pattern that renders them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from incidents.rendering.characters import clean_text
from incidents.rendering.conversion import ATTACHMENT, TARGET

if TYPE_CHECKING:
    from collections.abc import Mapping

# The label is left out: it can hold an image of its own, `[![…](attachment:…)](https://…)`.
_TARGET = re.compile(r"(?<=\])" + TARGET)


def attachment_keys(markdown: str) -> set[str]:
    """The keys of all `![…](attachment:KEY)`, with or without title, and of links to them."""
    targets = (match[1] or match[2] or "" for match in _TARGET.finditer(clean_text(markdown)))
    return {target.removeprefix(ATTACHMENT) for target in targets if target.startswith(ATTACHMENT)}


def replace_attachments(markdown: str, addresses: Mapping[str, str]) -> str:
    """The same text, showing its attachments from addresses by key. Those that have none stay as they are."""

    def addressed(match: re.Match[str]) -> str:
        target = match[1] or match[2] or ""
        address = addresses.get(target.removeprefix(ATTACHMENT)) if target.startswith(ATTACHMENT) else None
        return match[0].replace(target, address, 1) if address else match[0]

    return _TARGET.sub(addressed, clean_text(markdown))
