"""Milestones that the words of the rows suggest; a person confirms them.

The word lists are in `words.toml`. For start, detection, acknowledgement and mitigation the first row that says so
counts; for recovery and resolution the last. "100% of traffic back online" on the last row means that it was over.
"""

from collections.abc import Sequence
from typing import Final

from . import marks
from .model import MilestoneKind, ParsedEntry, ProposedMilestone
from .words import MILESTONES, contains_phrase

_FIRST: Final[tuple[MilestoneKind, ...]] = ("impact_started", "detected", "acknowledged", "mitigated")
_LAST: Final[tuple[MilestoneKind, ...]] = ("recovered", "resolved")
_WORDS: Final[dict[MilestoneKind, tuple[str, ...]]] = {kind: tuple(MILESTONES[kind]) for kind in (*_FIRST, *_LAST)}
_NOT_YET: Final = tuple(MILESTONES["not_yet"])
_WHOLE: Final = tuple(MILESTONES["whole"])
_LOOKED_AT: Final = 300


def propose_milestones(entries: Sequence[ParsedEntry]) -> tuple[ProposedMilestone, ...]:
    """At most one proposal a kind, in the order of the kinds; rows without a known time propose nothing."""
    found: dict[MilestoneKind, tuple[int, int, str]] = {}
    for index, entry in enumerate(entries):
        if entry.clock is None:
            continue
        words = marks.one_line(entry.text)[:_LOOKED_AT].lower()
        for kind in (*_FIRST, *_LAST):
            told = _told(kind, words)
            if told is not None:
                _keep(found, kind, index, told)
    _close(found, entries)
    kinds = [kind for kind in (*_FIRST, *_LAST) if kind in found]
    return tuple(_proposal(kind, entries[found[kind][0]], found[kind][0], found[kind][2]) for kind in kinds)


def _told(kind: MilestoneKind, words: str) -> tuple[int, str] | None:
    """How plainly (0 is plainest) and with which words a row says this milestone."""
    for rank, phrase in enumerate(_WORDS[kind]):
        if contains_phrase(words, phrase) or contains_phrase(words, f"{phrase}s"):
            before = words[: words.find(phrase)][-25:]
            if kind in (*_LAST, "mitigated") and any(word in before for word in _NOT_YET):
                continue
            return rank, phrase
    return None


def _keep(
    found: dict[MilestoneKind, tuple[int, int, str]], kind: MilestoneKind, index: int, told: tuple[int, str]
) -> None:
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
