"""The customer version as texts, each with the place in the editor where it is written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from incidents.checks.characters import legible
from incidents.checks.visible import visible
from incidents.snapshot import Snapshot

# A longer one is no sentence: what is said of its words looks at this much around them.
MAX_SENTENCE = 400

# What no pattern reaches over, so that “password:” at the end of one text is not that of the next.
_APART = "\n" * 8

_DIGIT = re.compile(r"\d")
_END = re.compile(r"[.!?…\n](?:(?<=\n)[ \t]*\n|(?<!\n)[\"”’')\]]*\s+(?=[^a-z\s]))")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|approx|ca|vs|etc|[Dd]r|[Mm]rs?|[Mm]s|[Nn]o|[Ff]ig|[ap]\.m|st|St|[A-Z])\.$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of prose, and the same in lower case."""

    text: str
    lower: str
    has_digit: bool


@dataclass(frozen=True)
class Passage:
    """`text` is what readers see; `prose` the same with code blanked. `where` names the place for people.

    `source` is Markdown as it was written, where that is another text. `room` is the page where the text is changed,
    if that is not the editor.
    """

    place: str
    where: str
    text: str
    code: tuple[tuple[int, int], ...] = ()
    targets: tuple[str, ...] = ()
    tells_times: bool = True  # a promise is about another time than the incident's
    names_allowed: bool = field(default=False)  # a byline is there to name somebody
    source: str = ""
    room: str = ""
    is_markdown: bool = False
    has_capitals: bool = True  # tags have none, so that none tells a name or a ticket

    @property
    def everything(self) -> str:
        """With what is published and not shown: addresses and titles of links, and Markdown as such."""
        return _APART.join((self.text, *self.targets, self.source))

    @cached_property
    def prose(self) -> str:
        text, end, pieces = self.text, 0, []
        for start, stop in self.code:
            pieces += [text[end:start], " " * (stop - start)]
            end = stop
        return "".join([*pieces, text[end:]])

    @cached_property
    def lower(self) -> str:
        """The prose in lower case, of the same length."""
        return lowered(self.prose)

    @cached_property
    def sentence_spans(self) -> tuple[tuple[int, int], ...]:
        """Where sentences lie, in order; very long ones are cut at a blank."""
        spans, start = [], 0
        prose = self.prose
        for end in [*self._sentence_ends(), len(prose)]:
            while end - start > MAX_SENTENCE:
                cut = prose.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE) + 1 or start + MAX_SENTENCE
                spans.append((start, cut))
                start = cut
            if end > start:
                spans.append((start, end))
            start = max(start, end)
        return tuple(spans)

    def _sentence_ends(self) -> Iterator[int]:
        for match in _END.finditer(self.prose):
            stop = match.start() + 1
            if match[0][0] == "." and _ABBREVIATED.search(self.prose, max(0, stop - 10), stop):
                continue
            yield match.end()

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        found = []
        for start, end in self.sentence_spans:
            text = " ".join(self.prose[start:end].split())
            if text:
                found.append(Sentence(text, lowered(text), _DIGIT.search(text) is not None))
        return tuple(found)

    def sentence_around(self, position: int) -> tuple[int, int]:
        """Where the sentence lies that has this character of the prose."""
        index = bisect_right(self.sentence_spans, (position, len(self.prose) + 1)) - 1
        return self.sentence_spans[max(0, index)] if self.sentence_spans else (0, len(self.prose))

    def begins_sentence(self, position: int) -> bool:
        """Whether nothing but marks stands before this character in its sentence."""
        start, _ = self.sentence_around(position)
        return not any(char.isalnum() for char in self.prose[start:position])


def lowered(text: str) -> str:
    """Lower case of the same length, with straight apostrophes."""
    return text.replace("İ", "I").lower().replace("’", "'")


def passages(snapshot: Snapshot) -> list[Passage]:
    """Every text that customers would read, in the order of the page."""
    found = [
        _plain("facts", "the headline", snapshot.title),
        _plain("facts", "the byline", snapshot.byline, names_allowed=True),
        _plain("facts", "the name of the severity", snapshot.severity.name, tells_times=False, room="severities"),
    ]
    found += [
        _plain("facts", "the name of a component", name, tells_times=False, room="components")
        for name in dict.fromkeys(component.name for component in snapshot.components)
    ]
    found += [_plain("facts", "a tag", tag, tells_times=False, has_capitals=False) for tag in snapshot.tags]
    found += [
        _marked_up(f"section-{section.key}", f"“{section.heading}”", section.markdown) for section in snapshot.sections
    ]
    found += [_marked_up(f"entry-{row.key}", "the timeline", row.text) for row in snapshot.timeline]
    found.append(_plain("no-action", "why no action is needed", snapshot.no_action, tells_times=False))
    found += [
        _plain(f"action-{promise.key}", "an action item", promise.text, tells_times=False)
        for promise in snapshot.promises
    ]
    found += [_plain("images", "the description of an image", image.alt) for image in snapshot.images]
    return [passage for passage in found if passage.text or passage.targets]


def note(text: str) -> Passage:
    """A text that readers get beside a version, or in its place."""
    return _plain("note", "this text", text, tells_times=False)


def named(where: str, text: str) -> Passage:
    """A text that is public by itself."""
    return _plain(where, where, text, tells_times=False)


def _plain(place: str, where: str, text: str, **more: Any) -> Passage:
    return Passage(place, where, legible(text), **more)


def _marked_up(place: str, where: str, markdown: str) -> Passage:
    seen = visible(markdown)
    source = legible(markdown)
    return Passage(
        place,
        where,
        seen.text,
        tuple(seen.code),
        tuple(seen.targets),
        source="" if source == seen.text.strip("\n") else source,
        is_markdown=True,
    )
