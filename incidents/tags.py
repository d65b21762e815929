"""Tags of a report: a few words in lower case, so that two people who mean the same write the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

from incidents.checks.characters import legible
from incidents.checks.finding import shortened

MAX_TAG_LENGTH = 40
MAX_TAGS = 10  # a report
_BETWEEN = re.compile(r"[,;\n\u3001\uff0c\uff1b\u060c]")
_BEFORE = "# "  # people write `#dns`


class BadTags(ValueError):
    """These can't be the tags of a report. The message says why."""


def read_tags(*written: str) -> list[str]:
    """The tags in texts that may each hold several, in their order and each once. Raises BadTags."""
    tags = list(dict.fromkeys(filter(None, map(_normal, _BETWEEN.split("\n".join(written))))))
    for tag in tags:
        if len(tag) > MAX_TAG_LENGTH:
            said = f"A tag holds {MAX_TAG_LENGTH} characters; “{shortened(tag, MAX_TAG_LENGTH)}” has {len(tag)}."
            raise BadTags(said)
    if len(tags) > MAX_TAGS:
        raise BadTags(f"These are {len(tags)} tags; a report has at most {MAX_TAGS}.")
    return tags


def in_one_line(tags: Iterable[str]) -> str:
    """As people write them; `read_tags` reads it back."""
    return ", ".join(tags)


def _normal(word: str) -> str:
    return " ".join(legible(legible(word).lower()).split()).lstrip(_BEFORE)
