"""What keeps a report from going out, and what to think about before it does.

Reads the customer version (a `Snapshot`), never the draft, so that it judges what customers would see. One file per
family of rules; the words that they look for are in `words.toml`. Every rule reads a text a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from incidents.checks import completeness
from incidents.checks.blame import blame_marks
from incidents.checks.clocks import declared_zone
from incidents.checks.context import CheckContext, PromiseFacts
from incidents.checks.durations import duration_marks
from incidents.checks.facts import Facts
from incidents.checks.finding import Finding, Mark, told_together
from incidents.checks.leaks import leak_marks
from incidents.checks.moments import clock_marks, date_marks
from incidents.checks.passages import Passage, named, note, passages
from incidents.checks.people import person_marks
from incidents.checks.placeholders import placeholder_marks
from incidents.checks.tokens import token_marks, tokens_in
from incidents.checks.words import BadWords, Token, Words, built_in_words, load_words
from incidents.snapshot import Snapshot

__all__ = [
    "BadWords",
    "CheckContext",
    "Finding",
    "PromiseFacts",
    "Words",
    "built_in_words",
    "findings",
    "leaks",
    "load_words",
    "note_findings",
]

_LEAKS = {"token", "host-name", "private-address", "internal-url", "email"}  # a name may look like a ticket


def findings(snapshot: Snapshot, *, at: datetime, context: CheckContext | None = None) -> list[Finding]:
    """What is missing, wrong or doubtful, blocking ones first."""
    context = context or CheckContext()
    found = [
        *completeness.missing(snapshot, context),
        *completeness.times(snapshot, at=at),
        *completeness.images(snapshot),
        *completeness.promises(snapshot, context),
        *told_together(_marks(snapshot, context)),
    ]
    return sorted(found, key=lambda finding: finding.rank)


def note_findings(text: str, *, context: CheckContext | None = None) -> list[Finding]:
    """The same of a text that goes out beside a version: its change note, or why it was withdrawn."""
    context = context or CheckContext()
    passage = note(text)
    found = told_together((passage, mark) for mark in _wording(passage, context, tokens_in([passage], context.words)))
    return sorted(found, key=lambda finding: finding.rank)


def leaks(texts: Mapping[str, str], *, words: Words) -> list[Finding]:
    """What belongs inside in texts that are public without a report; each by what it is called: `the name`."""
    read = [named(where, text) for where, text in texts.items()]
    tokens = tokens_in(read, words)
    marked = ((one, mark) for one in read for mark in (*token_marks(one, words, tokens), *leak_marks(one, words)))
    found = told_together((one, mark) for one, mark in marked if mark.code in _LEAKS)
    return sorted(found, key=lambda finding: finding.rank)


def _marks(snapshot: Snapshot, context: CheckContext) -> Iterator[tuple[Passage, Mark]]:
    """Everything that stands in the texts."""
    words, facts = context.words, Facts(snapshot)
    texts = passages(snapshot)
    declared, tokens = declared_zone(texts), tokens_in(texts, words)
    for passage in texts:
        for marks in (
            _wording(passage, context, tokens),
            duration_marks(passage, facts, words),
            clock_marks(passage, facts, words, declared=declared),
            date_marks(passage, facts, words),
        ):
            for mark in marks:
                yield passage, mark


def _wording(passage: Passage, context: CheckContext, tokens: tuple[Token, ...]) -> Iterator[Mark]:
    """What no customer should read, whatever happened."""
    words, names = context.words, context.read_names
    yield from token_marks(passage, words, tokens)
    yield from placeholder_marks(passage, words)
    yield from leak_marks(passage, words)
    yield from person_marks(passage, names)
    yield from blame_marks(passage, words, names.single)
