"""A length in a sentence about the interruption, against what the milestones and the rows say.

Only sentences that plainly say how long it was: “was down for …”, “a two-hour outage”, “the outage lasted …”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from incidents.checks.facts import Facts
from incidents.checks.finding import Mark
from incidents.checks.lengths import Length, lengths_in
from incidents.checks.passages import Passage, Sentence
from incidents.checks.words import Words, alternatives

_UNITS = ("hour", "minute", "min", "hr", "day", "week", "second", "sec")
_SHORT_UNIT = re.compile(r"\d ?[hm]\b|\dh\d")
_MOST_CLAIMS = 200  # in a text; nobody reads more findings of one kind
_CLOSE_WORDS = 5
_NEAR = 0.75
_NOT_BETWEEN = (
    r"(?:the|this|that|our|an?|after|before|into|of|during|until|since|later|to|and|or|for|from|in|at)"  # “2 hours”
)

_ADVICE = "Make them agree, or say what it is the length of."


def duration_marks(passage: Passage, facts: Facts, words: Words) -> Iterator[Mark]:
    if not passage.tells_times or not facts.can_judge_lengths:
        return
    for sentence, length in islice(_claims(passage, words), _MOST_CLAIMS):
        if not _fits(length, facts):
            yield _mark(length, facts, sentence)


def _claims(passage: Passage, words: Words) -> Iterator[tuple[Sentence, Length]]:
    """Lengths of which the text says that it is that of the interruption, each with its sentence."""
    patterns = words.made(_Patterns)
    for sentence in passage.sentences:
        may_tell = any(unit in sentence.lower for unit in _UNITS) or _SHORT_UNIT.search(sentence.lower)
        if may_tell and patterns.outage.search(sentence.lower):
            yield from (
                (sentence, length)
                for length in lengths_in(sentence, words)
                if patterns.is_about_the_outage(sentence, length)
            )


def _mark(length: Length, facts: Facts, sentence: Sentence) -> Mark:
    told = facts.impact.in_words if facts.impact else ""
    if told:
        one, many = (f"{verb} fit the milestones, by which the impact lasted {told}" for verb in ("doesn’t", "don’t"))
    else:
        one, many = "fits no two rows of the timeline", "fit no two rows of the timeline"
    return Mark("duration", length.written, one, many, _ADVICE, about=told, sentence=sentence.text)


def _fits(length: Length, facts: Facts) -> bool:
    if length.least == 0:
        # Everything is shorter than that, down to the minute until the alert: only the whole counts, or a near span.
        is_longer = facts.whole is not None and facts.whole[0] <= length.most
        return is_longer or facts.is_a_span_between_rows(length.most * _NEAR, length.most)
    if any(least <= length.most and length.least <= most for least, most in facts.lengths):
        return True
    return facts.is_a_span_between_rows(length.least, length.most)


class _Patterns:
    def __init__(self, words: Words) -> None:
        nouns = alternatives(words.lower("outage", "nouns"))
        states = alternatives(words.lower("outage", "states"))
        self.outage = re.compile(rf"(?<![\w-])(?:{nouns}|{states})s?(?![\w-])|\bduration\b")
        self.states = re.compile(rf"(?<![\w-])(?:{states})(?![\w-])")
        self.noun_after = re.compile(
            rf"(?:-?\s?long|-?\s?worth)?(?: of)?(?: (?!{_NOT_BETWEEN}\b)[\w-]+){{0,2}}? (?:{nouns})\b|-(?:{nouns})\b"
        )
        self.noun_before = re.compile(
            rf"\b(?:(?:{nouns})(?: (?:itself|in total|altogether|for [\w-]+ customers|had|has|only))*"
            r" (?:lasted|lasting|took|went on|continued|of|was)|(?:it|this|that|which) (?:lasted|went on))(?: for)?\s*$"
            rf"|\b(?:{nouns}|duration)(?: [\w-]+){{0,2}}\s?[:=]\s*$"
        )
        self.for_before = re.compile(r"\b(?:for|lasting|lasted)\s*$")
        self.others = re.compile(rf"(?<![\w-])(?:{alternatives(words.lower('outage', 'others'))})(?![\w-])")
        self.elsewhere = tuple(words.lower("outage", "elsewhere"))

    def is_about_the_outage(self, sentence: Sentence, length: Length) -> bool:
        if any(words in sentence.lower for words in self.elsewhere):
            return False
        if self.noun_after.match(length.after) or self.noun_before.search(length.before):
            return True
        if not self.for_before.search(length.before):
            return False
        close = " ".join(length.before.split()[-_CLOSE_WORDS:])
        return self.states.search(sentence.lower) is not None and self.others.search(close) is None
