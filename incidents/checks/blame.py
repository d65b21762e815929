"""Blame: phrases that are about what a person did wrong, and not about what a machine did.

“The job failed to start” is fine, “the operator failed to start it” is not. So the subject is looked for: the head of
the noun phrase in front, past phrases that begin with a preposition (“the engineer on duty”).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from incidents.checks.finding import Mark
from incidents.checks.passages import Passage
from incidents.checks.words import Blame, Words, alternatives

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_REACH = 120  # characters before a phrase in which its subject stands
_FURTHEST = 12  # and words
_FIRST = 3  # words of a sentence in which its subject stands

# fmt: off
_PASSIVE = frozenset({"was", "were", "is", "are", "be", "been", "being", "got", "gets"})
_SKIPPED = _PASSIVE | {
    "had", "has", "have", "did", "do", "does", "not", "never", "then", "also", "just", "still", "again", "later",
    "both", "first", "all", "too", "even", "once", "soon", "often", "sometimes", "already", "who", "can", "could",
    "would", "may",
}
_DETERMINERS = frozenset({
    "the", "a", "an", "our", "its", "their", "his", "her", "my", "your", "this", "that", "these", "those", "each",
    "some", "any", "every", "no", "one", "two", "three", "another",
})
_PREPOSITIONS = frozenset({
    "of", "on", "in", "at", "for", "from", "to", "by", "with", "during", "under", "over", "behind", "about", "within",
    "across", "between", "without", "into", "near", "per", "via", "after", "before", "since", "until",
})
_CONJUNCTIONS = frozenset({
    "and", "or", "but", "because", "when", "while", "as", "if", "so", "which", "where", "although", "though", "than",
    "whether",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class _Phrases:
    pattern: re.Pattern[str]
    by_text: dict[str, Blame]


def blame_marks(passage: Passage, words: Words, people: AbstractSet[str] = frozenset()) -> Iterator[Mark]:
    """`people` are names as they are written, which can be a subject too."""
    phrases = words.made(_phrases)
    prose = passage.prose
    lower = passage.lower
    for match in phrases.pattern.finditer(lower):
        blame = phrases.by_text[" ".join(match[0].split())]
        if any(lower.startswith(excuse, match.start()) for excuse in blame.excused):
            continue
        end = match.end()
        start, stop = passage.sentence_around(match.start())
        before = prose[max(start, match.start() - _REACH) : match.start()]
        if blame.of == "what might have been":
            end = _participle_end(lower, end, words, is_by_people=_is_person(before, words, people))
        elif blame.of == "people, or nobody":
            end = end if _is_passive(before) or _is_person(before, words, people) else 0
        elif blame.of == "people":
            end = end if _is_person(before, words, people) else 0
        if end:
            said = " ".join(prose[match.start() : end].split())
            yield Mark(
                "blame", said, "blames somebody", "blame somebody", blame.instead, sentence=prose[start:stop].strip()
            )


def _phrases(words: Words) -> _Phrases:
    by_text = {" ".join(phrase): entry for entry in words.blame for phrase in entry.phrases}
    anything = alternatives(by_text).replace(r"\ ", r"\s{1,3}")
    return _Phrases(re.compile(rf"(?<![\w'-])(?:{anything})(?![\w'-])"), by_text)


def _participle_end(lower: str, position: int, words: Words, *, is_by_people: bool) -> int:
    """Where “should have (been) noticed” ends; 0 where no participle follows, or only a machine could be meant."""
    following = [match for match in _WORD.finditer(lower, position, position + 60) if not match[0].endswith("ly")][:4]
    following = [match for match in following if match[0] not in {"also", "not", "never", "already", "at"}]
    if not following:
        return 0
    is_passive = following[0][0] == "been" and len(following) > 1
    verb = following[1] if is_passive else following[0]
    if any(mark in lower[position : verb.start()] for mark in ",;:.()"):
        return 0
    is_participle = verb[0].endswith("ed") or verb[0] in words.lower("people", "participles")
    by_whom = is_by_people or (is_passive and verb[0] in words.lower("people", "diligence"))
    return verb.end() if is_participle and by_whom else 0


def _is_passive(before: str) -> bool:
    for match in reversed(_WORD.findall(before)[-3:]):
        word = match.lower()
        if word in _PASSIVE:
            return True
        if not word.endswith("ly") and word not in _SKIPPED:
            return False
    return False


def _is_person(before: str, words: Words, people: AbstractSet[str]) -> bool:
    """Whether the subject in front of a verb is somebody."""
    nouns = words.lower("people", "words")
    clause = re.split(r"[,;:()–—!?]|\.\s", before)[-1]
    found = [match.replace("’", "'") for match in _WORD.findall(clause)][-_FURTHEST:]
    # Of “The operator saw it, waited and ignored it” the subject stands at the beginning.
    return _head_is_person(found, _WORD.findall(before)[:_FIRST], nouns, people)


def _head_is_person(found: list[str], first: list[str], nouns: AbstractSet[str], people: AbstractSet[str]) -> bool:
    phrase: list[str] = []
    for index in range(len(found) - 1, -1, -1):
        word, lower = found[index], found[index].lower()
        if not phrase and (lower in _SKIPPED or (lower.endswith("ly") and len(lower) > 4)):
            continue
        if lower in _CONJUNCTIONS:
            if phrase or lower not in {"and", "but", "or"}:
                break
            return any(word.lower() in nouns or word in people for word in first)
        if lower in _PREPOSITIONS:
            phrase = []  # “on duty”: the head stands further to the left
            continue
        if lower in _DETERMINERS:
            if index and found[index - 1].lower() in _PREPOSITIONS:
                continue
            break
        phrase.append(word)
    return _names_somebody(phrase, nouns, people)


def _names_somebody(phrase: list[str], nouns: AbstractSet[str], people: AbstractSet[str]) -> bool:
    """Of a noun phrase, read from its end: the head counts, or the noun that a name stands behind."""
    for word in phrase:
        if word.lower() in nouns or word in people:
            return True
        if not word[0].isupper():
            return False
    return False
