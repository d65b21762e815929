"""What a template or a tired writer left to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incidents.checks.finding import Mark
from incidents.checks.passages import Passage
from incidents.checks.words import Words, alternatives

# “Cause: …” and nothing after it; a line that is only dots.
_LABEL = re.compile(r"[ \t]*(?:[^\n:]{1,40}:[ \t]*)?")
_UNKNOWN_CLOCK = re.compile(r"[Xx?](?<!\w.)[Xx?]:[Xx?]{2}(?!\w)")
_BLANK = re.compile(r"\[(?:[XYN]{2,3}|\?{1,3}|_{1,9})\]")
_ADVICE = "If it belongs there, set it as `code`."


def placeholder_marks(passage: Passage, words: Words) -> Iterator[Mark]:
    advice = _ADVICE if passage.is_markdown else ""
    for word in _left(passage, words):
        yield Mark("placeholder", word, "was left to be filled in", "were left to be filled in", advice, blocks=True)


def _left(passage: Passage, words: Words) -> Iterator[str]:
    prose = passage.prose
    patterns = words.made(_Patterns)
    if any(word in prose for word in words.of("placeholders", "words")):
        yield from (match[0] for match in patterns.words.finditer(prose))
    if any(phrase in passage.lower for phrase in words.lower("placeholders", "phrases")):
        yield from (match[0] for match in patterns.phrases.finditer(prose))
    if any(bracket in prose for bracket in "<[{"):
        for pattern in (patterns.brackets, patterns.titles, patterns.letters, _BLANK):
            yield from (match[0] for match in pattern.finditer(prose))
    yield from (match[0] for match in _UNKNOWN_CLOCK.finditer(prose))
    for match in patterns.lines.finditer(prose):
        if _LABEL.fullmatch(prose, prose.rfind("\n", 0, match.start()) + 1, match.start()):
            yield match[0].strip()


class _Patterns:
    def __init__(self, words: Words) -> None:
        fields = words.of("placeholders", "fields")
        openers = alternatives(words.of("placeholders", "openers"))
        self.words = re.compile(rf"(?<![\w-])(?:{alternatives(words.of('placeholders', 'words'))})(?![\w-])")
        self.phrases = re.compile(alternatives(words.of("placeholders", "phrases")), re.IGNORECASE)
        asks = rf"(?:{openers})\b[^\n<>\[\]{{}}]{{0,120}}"
        angled = rf"(?:(?:the |a |an )?(?:{alternatives(fields - words.of('placeholders', 'markup'))})|{asks})"
        # “he [the customer] said” is how one quotes; “[Incident Report Title]” is how one forgets.
        square = rf"(?:{alternatives(fields)}|{asks})"
        variable = r"[A-Za-z_][\w. |-]{0,60}"
        gap = r"[ \t]{0,2}"
        self.brackets = re.compile(
            rf"<{gap}{angled}{gap}>|\[{gap}{square}{gap}\]|\{{\{{{gap}{variable}\}}\}}", re.IGNORECASE
        )
        titled = alternatives(field.capitalize() for field in fields if field.isalpha())
        self.titles = re.compile(rf"\[(?:[A-Z][\w-]{{0,20}} ){{1,4}}(?:{titled})\]")
        self.lines = re.compile(rf"(?:{alternatives(words.of('placeholders', 'lines'))})[ \t]*$", re.MULTILINE)
        self.letters = re.compile(rf"\[[XYN]\](?=\s?(?:{alternatives(words.of('placeholders', 'counted'))}))")
