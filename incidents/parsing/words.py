"""The words the reader knows, loaded once from `words.toml`: months, headings, labels, in several languages."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

WordLists = dict[str, list[str]]

_ALL: Final[dict[str, WordLists]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))

MONTHS: Final[dict[str, int]] = {name: int(number) for number, names in _ALL["months"].items() for name in names}
WEEKDAYS: Final[dict[str, int]] = {name: int(number) for number, names in _ALL["weekdays"].items() for name in names}
TIME: Final = _ALL["time"]
HEADINGS: Final = _ALL["headings"]
LABELS: Final = _ALL["labels"]
ZONE_WORDS: Final = _ALL["zone_words"]
DURATIONS: Final = _ALL["durations"]
MILESTONES: Final = _ALL["milestones"]
DENIALS: Final = _ALL["denials"]
EMPTY: Final = _ALL["empty"]
COLUMNS: Final = _ALL["columns"]
DONE: Final = frozenset(_ALL["columns"]["done"])
NOTHING: Final = frozenset(_ALL["empty"]["values"])


def alternatives(words: Iterable[str]) -> str:
    """A regular-expression alternation of these words, longest first, so that "sept" wins over "sep"."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def is_wordlike(character: str) -> bool:
    """Whether a neighbour of this kind would make a match part of a longer word.

    Chinese, Japanese and Korean write no spaces between words, so their characters never do.
    """
    return character.isalnum() and ord(character) < 0x2E80


def contains_phrase(text: str, phrase: str) -> bool:
    """Whether `phrase` stands in `text` as whole words; both in lower case."""
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        open_before = start == 0 or not (is_wordlike(text[start - 1]) and is_wordlike(phrase[0]))
        open_after = end == len(text) or not (is_wordlike(text[end]) and is_wordlike(phrase[-1]))
        if open_before and open_after:
            return True
        start = text.find(phrase, start + 1)
    return False
