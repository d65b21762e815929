"""Names of colleagues, as the user table has them. An account that is named for its role is no person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incidents.checks.characters import legible
from incidents.checks.finding import Mark
from incidents.checks.passages import Passage
from incidents.checks.words import Words

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTEST = 3
_SAYS = ("is a colleague’s name", "are names of colleagues", "Say the role.")


@dataclass(frozen=True, slots=True)
class _Full:
    """A name of several words. `is_wordy`: each of them is a word too, so that only capitals tell it."""

    parts: tuple[str, ...]
    is_wordy: bool

    def found_in(self, text: str) -> Iterator[re.Match[str]]:
        name = r"\s{1,3}".join(map(re.escape, self.parts))
        return re.finditer(rf"(?<![\w'’-]){name}(?![\w-])", text, 0 if self.is_wordy else re.IGNORECASE)


class Names:
    """The names to look for, taken apart once for all passages."""

    def __init__(self, names: Iterable[str], words: Words) -> None:
        self.full: dict[str, list[_Full]] = {}
        self.single: set[str] = set()
        self.common = words.lower("names", "words")
        never = words.lower("names", "never_alone")
        roles = words.lower("names", "roles")
        for name in map(legible, names):
            parts = tuple(_WORD.findall(name))
            lower = [part.lower() for part in parts]
            if not parts or not roles.isdisjoint(lower) or any(part.isdigit() for part in name.split()):
                continue
            if len(parts) > 1:
                is_wordy = all(part in self.common or part in never for part in lower)
                self.full.setdefault(lower[0], []).append(_Full(parts, is_wordy))
            self.single.update(
                part for part in parts if len(part) >= _SHORTEST and part.lower() not in never and part[0].isupper()
            )
        self.single_lower = {name.lower() for name in self.single} - self.common


def person_marks(passage: Passage, names: Names) -> Iterator[Mark]:
    if passage.names_allowed or not (names.full or names.single):
        return
    text = passage.text
    present = set(_WORD.findall(text))
    lower = {word.lower() for word in present}
    taken: list[tuple[int, int]] = []
    for full in (full for first in lower & names.full.keys() for full in names.full[first]):
        if all(part.lower() in lower for part in full.parts):
            for match in full.found_in(text):
                taken.append(match.span())
                yield Mark("person", match[0], *_SAYS)
    known = names.single if passage.has_capitals else names.single_lower
    singles = {word for word in present if _without_genitive(word) in known}
    for match in _matches(singles, text):
        if any(start <= match.start() < end for start, end in taken):
            continue
        word = _without_genitive(match[0])
        if word.lower() in names.common and passage.begins_sentence(match.start()):
            continue
        yield Mark("person", word, *_SAYS)


def _without_genitive(word: str) -> str:
    return word[:-2] if word.endswith(("'s", "’s")) else word


def _matches(words: Iterable[str], text: str) -> Iterator[re.Match[str]]:
    known = frozenset(words)
    if known:
        yield from (match for match in _WORD.finditer(text) if match[0] in known)
