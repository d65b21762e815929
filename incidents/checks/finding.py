"""What the check says: one finding, and how those about the same words are told together."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from incidents.checks.passages import Passage

MAX_QUOTE = 80
_TOLD_WORDS = 3  # of one finding; the rest is counted

TITLES: dict[str, str] = {
    # In the order in which an editor wants to read them.
    "token": "Secret",
    "no-headline": "Headline",
    "no-summary": "Summary",
    "no-start": "Start of impact",
    "impossible-time": "Impossible times",
    "row-milestone": "Row and milestone",
    "future-row": "In the future",
    "no-kind": "What an action does",
    "internal-image": "Internal image",
    "placeholder": "Left to fill in",
    "duration": "Duration",
    "time": "Time in the text",
    "unusual-time": "Unusual times",
    "missing-zone": "Time zone",
    "zone": "Time zone",
    "host-name": "Internal host name",
    "private-address": "Private address",
    "internal-url": "Internal link",
    "email": "E-mail address",
    "ticket": "Ticket",
    "person": "Name",
    "handle": "Name",
    "blame": "Blame",
    "no-end": "End of impact",
    "no-component": "Components",
    "empty-section": "Empty section",
    "unanswered": "Not answered",
    "no-timeline": "Timeline",
    "no-promise": "Action items",
    "open-promise": "Action item",
}
_RANKS = {code: rank for rank, code in enumerate(TITLES)}


@dataclass(frozen=True)
class Finding:
    """Something to mend, or to accept with a reason when it doesn't block.

    `place` is the editor's anchor of the part where it is mended; `room` the page where it is mended instead, if any.
    `words` is what it is about, as it stands there; `about` what else it depends on: times, the sentence, other rows.
    When one of them changes, it is another finding.
    """

    code: str
    message: str
    place: str
    blocks: bool = False
    words: tuple[str, ...] = ()
    about: str = ""
    room: str = ""

    @property
    def title(self) -> str:
        return TITLES[self.code]

    @property
    def rank(self) -> tuple[bool, int]:
        """Where it stands in the list: what blocks comes first."""
        return not self.blocks, _RANKS[self.code]

    @property
    def quote(self) -> str:
        """The words in one line that is never long, and never spells out a secret."""
        words = map(masked, self.words) if self.code == "token" else self.words
        return shortened(", ".join(words), MAX_QUOTE)

    @cached_property
    def fingerprint(self) -> str:
        """The same finding about the same words in the same place has the same one, in every process."""
        told = json.dumps([self.code, self.place, sorted(self.words), self.about], ensure_ascii=False)
        return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Mark:
    """One word or phrase of a text, and what is to say of it: of one such word, of many, and what to do.

    `sentence` is the one that it stands in, where it means something only there.
    """

    code: str
    word: str
    one: str
    many: str
    advice: str = ""
    blocks: bool = False
    about: str = ""
    sentence: str = ""


@dataclass(slots=True)
class _Group:
    """Marks that are told as one, and the places of all of them."""

    passage: Passage
    mark: Mark
    words: dict[str, None] = field(default_factory=dict)
    places: dict[str, None] = field(default_factory=dict)

    @property
    def about(self) -> str:
        sentence = " ".join(self.mark.sentence.split())
        digest = hashlib.sha256(sentence.encode(errors="surrogatepass")).hexdigest() if sentence else ""
        rows = sorted(self.places) if len(self.places) > 1 else []
        return " ".join(part for part in (self.mark.about, digest, *rows) if part)


def told_together(marked: Iterable[tuple[Passage, Mark]]) -> list[Finding]:
    """Findings from marks: one for what is alike in one place.

    What stands in several timeline rows is told once, at the first of them, and is about all of them.
    """
    groups: dict[tuple[str, ...], _Group] = {}
    for passage, mark in marked:
        key = (passage.place, passage.where, mark.code, mark.one, mark.about, mark.sentence)
        group = groups.setdefault(key, _Group(passage, mark))
        group.words.setdefault(mark.word)
    told: dict[tuple[object, ...], _Group] = {}
    for group in groups.values():
        alike = (group.passage.where, group.mark.code, group.mark.one, group.about, *group.words)
        told.setdefault(alike, group).places.setdefault(group.passage.place)
    said = Counter(_says(group) for group in told.values())
    return [_finding(group, quotes_sentence=said[_says(group)] > 1) for group in told.values()]


def _says(group: _Group) -> str:
    mark, words = group.mark, tuple(group.words)
    shown = [masked(word) if mark.code == "token" else word for word in words]
    return f"{quoted(shown)} in {group.passage.where} {mark.one if len(words) == 1 else mark.many}"


def _finding(group: _Group, *, quotes_sentence: bool) -> Finding:
    mark, sentence = group.mark, shortened(group.mark.sentence, MAX_QUOTE)
    end = f": “{sentence}”" if quotes_sentence and sentence else "."
    says = f"{_says(group)}{end} {mark.advice}"
    return Finding(
        mark.code,
        says.strip(),
        group.passage.place,
        mark.blocks,
        tuple(group.words),
        group.about,
        group.passage.room,
    )


def quoted(words: Iterable[str]) -> str:
    """`“a”, “b” and “c”`; of many, the first ones and how many more."""
    quotes = [f"“{shortened(word, MAX_QUOTE)}”" for word in words]
    more = len(quotes) - _TOLD_WORDS
    if more > 0:
        quotes[_TOLD_WORDS:] = [f"{more} more"]
    return " and ".join(part for part in (", ".join(quotes[:-1]), quotes[-1]) if part)


def shortened(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def masked(secret: str) -> str:
    """Enough of a secret to find it in the text, too little to use it."""
    return f"{secret[: min(6, len(secret) // 3)]}…"
