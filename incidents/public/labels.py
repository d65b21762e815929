"""Tags and the cause of a report: what they are called, and where all events with the same one are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse

from incidents.rendering import clean_text
from incidents.snapshot import CAUSES

_OTHER = re.compile(r"[^\w-]|_", re.ASCII)
_CODE = re.compile("~([0-9a-f]{2})")


@dataclass(frozen=True)
class Label:
    """Plain text, and a path that may be empty: a label that no event has any more leads nowhere."""

    words: str
    path: str = ""

    def __str__(self) -> str:
        return self.words


class TagConverter:
    """A tag in an address, and so in the name of a file: letters of any language stay, a blank is `_`, `/` is `~2f`.

    One address for each tag, and one tag for each address; whatever no tag is written as is unknown.
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        tag = _CODE.sub(lambda code: chr(int(code[1], 16)), value.replace("_", " "))
        if self.to_url(tag) != value:
            raise ValueError(value)
        return tag

    def to_url(self, value: str) -> str:
        return _OTHER.sub(_written, value)


def tag_labels(tags: Iterable[str], *, known: Collection[str] | None = None) -> tuple[Label, ...]:
    """They lead to the pages of those that are `known`; of all, unless it is said which those are."""
    shown = ((tag, clean_text(tag).strip()) for tag in tags)
    return tuple(Label(words, tag_path(tag) if known is None or tag in known else "") for tag, words in shown if words)


def cause_label(cause: str, *, known: str | None = None) -> Label | None:
    """Likewise for the key of a cause; None for one that is none."""
    words = CAUSES.get(cause)
    return Label(words, cause_path(cause) if known in {None, cause} else "") if words else None


def tag_path(tag: str) -> str:
    return reverse("public:tag", args=[tag])


def cause_path(cause: str) -> str:
    return reverse("public:cause", args=[cause])


def _written(char: re.Match[str]) -> str:
    if not char[0].isascii():
        return char[0]
    return "_" if char[0] == " " else f"~{ord(char[0]):02x}"
