"""Milestones that the words of the rows suggest; a person confirms them.

The word lists are in `words.toml`. For start, detection, acknowledgement and mitigation the first row that says so
counts; for recovery and resolution the last. What is denied, planned or asked proposes nothing. "100% of traffic back
online" on the last row means that it was over.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from . import marks
from .denials import is_denied
from .model import MilestoneKind, ParsedEntry, ProposedMilestone
from .words import MILESTONES, is_wordlike

_FIRST: Final[tuple[MilestoneKind, ...]] = ("impact_started", "detected", "acknowledged", "mitigated")
_LAST: Final[tuple[MilestoneKind, ...]] = ("recovered", "resolved")
_ENDS: Final = ("mitigated", *_LAST)
_NOT_YET: Final = tuple(MILESTONES["not_yet"])
_WHOLE: Final = tuple(MILESTONES["whole"])
_LOOKED_AT: Final = 300
_BEFORE: Final = 25
_WORD: Final = re.compile(r"[^\W_]+")

_Told = tuple[int, str]
"""How plainly (0 is plainest) a row says a milestone, and with which words."""


def _phrases_by_word() -> dict[str, list[tuple[MilestoneKind, int, str]]]:
    """Each phrase, singular and plural, under its first word; those written without spaces under no word."""
    found: dict[str, list[tuple[MilestoneKind, int, str]]] = defaultdict(list)
    for kind in (*_FIRST, *_LAST):
        for rank, phrase in enumerate(MILESTONES[kind]):
            for written in (phrase, f"{phrase}s"):
                first = _WORD.search(written)
                spaced = first is not None and all(is_wordlike(letter) for letter in first[0])
                found[first[0] if first and spaced else ""].append((kind, rank, phrase))
    return dict(found)


_PHRASES: Final = _phrases_by_word()
_UNSPACED: Final = _PHRASES.pop("", [])


def propose_milestones(entries: Sequence[ParsedEntry]) -> tuple[ProposedMilestone, ...]:
    """At most one proposal a kind, in the order of the kinds; rows without a known time propose nothing."""
    found: dict[MilestoneKind, tuple[int, int, str]] = {}
    for index, entry in enumerate(entries):
        if entry.clock is not None:
            for kind, told in _told(entry.text).items():
                _keep(found, kind, index, told)
    _close(found, entries)
    kinds = [kind for kind in (*_FIRST, *_LAST) if kind in found]
    return tuple(_proposal(kind, entries[found[kind][0]], found[kind][0], found[kind][2]) for kind in kinds)


def suggest_milestone(text: str) -> MilestoneKind | None:
    """The milestone that the words of one row suggest.

    Where they name several, the latest stage: "Acknowledged the alert" is the acknowledgement, not the detection.
    """
    told = _told(text)
    return next((kind for kind in (*reversed(_LAST), *reversed(_FIRST)) if kind in told), None)


def _told(text: str) -> dict[MilestoneKind, _Told]:
    """What a row says of each milestone, in its plainest words."""
    words = marks.one_line(text[: _LOOKED_AT * 4])[:_LOOKED_AT].lower().replace("\u2019", "'")
    found: dict[MilestoneKind, _Told] = {}
    candidates = [phrase for word in {*_WORD.findall(words)} for phrase in _PHRASES.get(word, ())]
    if not words.isascii():
        candidates += _UNSPACED
    for kind, rank, phrase in candidates:
        if (kind not in found or rank < found[kind][0]) and _says(words, kind, phrase):
            found[kind] = (rank, phrase)
    return found


def _says(words: str, kind: MilestoneKind, phrase: str) -> bool:
    """Whether the phrase, or its plural, is told somewhere in the row as a thing that happened."""
    at = words.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        end += words.startswith("s", end) and not _stands_alone(words, at, end)
        if _stands_alone(words, at, end) and not (_is_tried(words, kind, at) or is_denied(words, at, end)):
            return True
        at = words.find(phrase, at + 1)
    return False


def _is_tried(words: str, kind: MilestoneKind, at: int) -> bool:
    return kind in _ENDS and any(word in words[max(0, at - _BEFORE) : at] for word in _NOT_YET)


def _stands_alone(words: str, start: int, end: int) -> bool:
    joined_before = start > 0 and is_wordlike(words[start - 1]) and is_wordlike(words[start])
    return not (joined_before or (end < len(words) and is_wordlike(words[end]) and is_wordlike(words[end - 1])))


def _keep(found: dict[MilestoneKind, tuple[int, int, str]], kind: MilestoneKind, index: int, told: _Told) -> None:
    rank, phrase = told
    known = found.get(kind)
    if known is None or kind in _LAST or (kind in ("impact_started", "mitigated") and rank < known[1]):
        found[kind] = (index, rank, phrase)


def _close(found: dict[MilestoneKind, tuple[int, int, str]], entries: Sequence[ParsedEntry]) -> None:
    """Complete recovery on the last row is the end of the incident."""
    recovered = found.get("recovered")
    if recovered is None or "resolved" in found or recovered[0] != len(entries) - 1:
        return
    words = marks.one_line(entries[recovered[0]].text)[:_LOOKED_AT].lower()
    if any(word in words for word in _WHOLE):
        found["resolved"] = found.pop("recovered")


def _proposal(kind: MilestoneKind, entry: ParsedEntry, index: int, phrase: str) -> ProposedMilestone:
    reason = f"Row {index + 1} ({entry.time_as_written}) says \u201c{phrase}\u201d."
    return ProposedMilestone(kind, entry.occurred_at, entry.precision, reason, index)
