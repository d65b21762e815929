"""Whether a text tells of an incident at all: a template or a home-work brief must not become one."""

import re
from collections.abc import Sequence
from typing import Final

from . import marks
from .blocks import Block
from .facts import Facts, words_in
from .sections import Part
from .source import NotAReport
from .timeline import Rows
from .words import EMPTY, NOTHING

_TOLD: Final = ("summary", "impact", "detection", "root_cause", "resolution", "went_well", "went_badly")
_INSTRUCTIONS: Final = tuple(EMPTY["instructions"])
_PLACEHOLDER: Final = re.compile(
    r"^[\W_]*(?:<[^<>]*>|\[[^\[\]]*\]|\{\{?[^{}]*\}?\}|\([^()]*\)|_[^_]*_|\*[^*]*\*)[\W_]*$"
)
# "[start date]" in a sentence: a form to fill in.
_BLANK: Final = re.compile(r"\[[a-z][a-z/ -]*\s[a-z/ -]+\](?!\()|\[[^\[\]]{2,40}\][^\[\]]{1,80}\[[^\[\]]{2,40}\](?!\()")
_TITLE_BLANK: Final = re.compile(r"\[[^\[\]]{1,60}\]|<[^<>]{1,60}>|\{[^{}]{1,60}\}")
_FEWEST_ROWS: Final = 2
_ENOUGH_WORDS: Final = 12
_STORY_WORDS: Final = 40


def refuse_what_is_no_report(facts: Facts, parts: Sequence[Part], rows: Rows, *, dated: bool) -> None:
    """Return when the text is a report.

    It is one with two timeline rows; or with a date and one section that says something; or with two such
    sections; or with a date, a word for an incident, and a story.

    Raises:
        NotAReport: with a sentence that says what is missing.
    """
    if sum(1 for entry in rows.entries if entry.clock or entry.date) >= _FEWEST_ROWS:
        return
    blocks = [block for part in parts for block in part.blocks]
    if not any(block.text.strip() for block in blocks) and not any(part.heading for part in parts):
        raise NotAReport("The file is empty.")
    below: dict[int, list[Block]] = {}
    for part in parts:
        if part.parent is not None:
            below.setdefault(id(part.parent), []).extend(part.blocks)
    told = {
        str(part.key)
        for part in parts
        if part.key in _TOLD and _says_something([*part.blocks, *below.get(id(part), [])])
    }
    if _is_form(facts.title):
        raise NotAReport(f"This is a form to fill in: its title is \u201c{facts.title}\u201d.")
    if len(told) > 1 or (told and (dated or rows.entries)):
        return
    told_in_prose = words_in(block for block in blocks if block.kind == "line") >= _STORY_WORDS
    if dated and told_in_prose and _speaks_of_incident(facts, blocks):
        return
    raise NotAReport(_why(parts, told, dated=dated))


def _is_form(title: str | None) -> bool:
    """Whether a title says what to write there: "Postmortem: [Title]"."""
    blanks = [blank[1:-1].strip().lower() for blank in _TITLE_BLANK.findall(title or "")]
    return any(blank in EMPTY["blanks"] for blank in blanks)


def _why(parts: Sequence[Part], told: set[str], *, dated: bool) -> str:
    known = [part for part in parts if part.key in (*_TOLD, "timeline", "actions")]
    if known and not told:
        return (
            "This looks like a template or a list of what a report must contain: its sections "
            f"({', '.join(part.heading for part in known[:4] if part.heading)}) are empty."
        )
    missing = ["timeline rows", "a section such as Summary or Root cause with text in it"]
    if not dated:
        missing.append("a date")
    return f"This does not read like an incident report. Missing: {'; '.join(missing)}."


def _says_something(blocks: Sequence[Block]) -> bool:
    words = 0
    for block in blocks:
        words += 0 if _is_placeholder(block) else words_in([block])
        if words >= _ENOUGH_WORDS:
            return True
    return False


def _is_placeholder(block: Block) -> bool:
    text = marks.one_line(block.text).strip()
    if not text or text.strip(" .").lower() in NOTHING or _PLACEHOLDER.match(block.text.strip()):
        return True
    if _BLANK.search(text):
        return True
    return text.endswith(("?", "\uff1f")) or text.lower().startswith(_INSTRUCTIONS)


def _speaks_of_incident(facts: Facts, blocks: Sequence[Block]) -> bool:
    words = " ".join([facts.title or "", *(block.text[:300] for block in blocks[:60])]).lower()
    return any(word in words for word in EMPTY["incident"]) and not any(word in words for word in EMPTY["brief"])
