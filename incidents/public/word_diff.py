"""Two texts woven together, word by word, at a bounded cost.

difflib is cubic at its worst. So chapters are first compared by paragraph, equal ends are
set aside, and a stretch that is still too long to compare is shown as replaced as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_MOST_COMPARED = 2_000  # words or paragraphs, old and new together
_ALIKE = 0.3  # with a smaller share of common text, old and new stand one after the other
_SPLINTER = 3  # a common stretch of no more characters between two changes is nothing to hold on to
_BRIEF = 240  # an unchanged paragraph of no more characters stays, as context
_WORD = re.compile(r"\S+\s*|\s+")
_PARAGRAPH = re.compile(r"(?:[^\n]+\n?)+\n*|\n+")


class Mark(StrEnum):
    """SKIPPED stands for unchanged paragraphs that are left out."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Piece:
    """A stretch of text; for SKIPPED, what to say instead of it."""

    mark: Mark
    text: str


def compare_lines(old: str, new: str) -> tuple[Piece, ...]:
    """A short text, whole: unchanged words stay for context."""
    return _joined(_words(old, new))


def compare_chapters(old: str, new: str) -> tuple[Piece, ...]:
    """A long text: only the paragraphs that changed, and brief ones between them."""
    return _joined(_weave(_PARAGRAPH.findall(old), _PARAGRAPH.findall(new), same=_context, replaced=_words))


def _words(old: str, new: str) -> Iterator[Piece]:
    pieces = list(_weave(_WORD.findall(old), _WORD.findall(new), same=_kept, replaced=_swapped))
    common = sum(len(piece.text) for piece in pieces if piece.mark == Mark.SAME)
    if common < _ALIKE * max(len(old), len(new)):
        yield from _swapped(old, new)
        return
    for index, piece in enumerate(pieces):
        if piece.mark == Mark.SAME and len(piece.text.strip()) <= _SPLINTER and 0 < index < len(pieces) - 1:
            yield from _swapped(piece.text, piece.text)
        else:
            yield piece


def _weave(
    old: Sequence[str],
    new: Sequence[str],
    *,
    same: Callable[[Sequence[str]], Iterator[Piece]],
    replaced: Callable[[str, str], Iterator[Piece]],
) -> Iterator[Piece]:
    head = _common_length(old, new)
    tail = _common_length(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    yield from same(old[:head])
    for kind, start, end, new_start, new_end in _steps(old_middle, new_middle):
        if kind == "equal":
            yield from same(old_middle[start:end])
        else:
            yield from replaced("".join(old_middle[start:end]), "".join(new_middle[new_start:new_end]))
    yield from same(old[len(old) - tail :])


def _steps(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if not old or not new or len(old) + len(new) > _MOST_COMPARED:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new).get_opcodes()


def _common_length(old: Sequence[str], new: Sequence[str]) -> int:
    length = 0
    for mine, theirs in zip(old, new, strict=False):
        if mine != theirs:
            break
        length += 1
    return length


def _kept(words: Sequence[str]) -> Iterator[Piece]:
    if words:
        yield Piece(Mark.SAME, "".join(words))


def _swapped(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece(Mark.REMOVED, old)
    if new:
        yield Piece(Mark.ADDED, new)


def _context(paragraphs: Sequence[str]) -> Iterator[Piece]:
    if len(paragraphs) == 1 and len(paragraphs[0]) <= _BRIEF:
        yield Piece(Mark.SAME, paragraphs[0])
    elif paragraphs:
        several = f"{len(paragraphs)} paragraphs" if len(paragraphs) > 1 else "1 paragraph"
        yield Piece(Mark.SKIPPED, f"{several} unchanged")


def _joined(pieces: Iterator[Piece]) -> tuple[Piece, ...]:
    """Neighbours with the same mark made one: within a run of changes, what went comes before what came."""
    joined: list[Piece] = []
    run: dict[Mark, str] = {}

    def flush() -> None:
        # The blank after the last word is the same in both: marked, it would show as a tail.
        blank = _shared_blank(run.get(Mark.REMOVED, ""), run.get(Mark.ADDED, ""))
        texts = [(mark, run.get(mark, "").removesuffix(blank)) for mark in (Mark.REMOVED, Mark.ADDED)]
        joined.extend(Piece(mark, text) for mark, text in [*texts, (Mark.SAME, blank)] if text)
        run.clear()

    for piece in pieces:
        if piece.mark in {Mark.REMOVED, Mark.ADDED}:
            run[piece.mark] = run.get(piece.mark, "") + piece.text
            continue
        flush()
        if joined and piece.mark == Mark.SAME == joined[-1].mark:
            joined[-1] = Piece(Mark.SAME, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    flush()
    return tuple(joined)


def _shared_blank(old: str, new: str) -> str:
    blank = old[len(old.rstrip()) :]
    return blank if new[len(new.rstrip()) :] == blank else ""
