"""Characters as they should be kept."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_MARKS = 8  # on one letter; more draws over the neighbours, and makes NFC quadratic

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
# C0 and C1 controls, bidi embeddings, overrides and isolates, half characters and what is none.
DROPPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


def clean_text(text: str) -> str:
    """Give the text in NFC, with plain line feeds, without characters that deceive or break."""
    text = DROPPED.sub("", _LINE_ENDS.sub("\n", text))
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", "".join(_without_piles(text)))


def search_words(typed: str) -> str:
    """What somebody typed into a search box, as the words that are looked for, in one line."""
    return " ".join(clean_text(typed.replace("\x00", " ")).split())


def _without_piles(text: str) -> Iterator[str]:
    for is_mark, run in itertools.groupby(text, _is_mark):
        yield from itertools.islice(run, _MAX_MARKS if is_mark else None)


def _is_mark(char: str) -> bool:
    return unicodedata.combining(char) > 0 or unicodedata.category(char) in {"Mn", "Me"}
