"""A report that says one thing, and what the check says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from incidents.checks import CheckContext, Finding, findings
from incidents.snapshot import Section, Snapshot
from tests.public.samples import PUBLISHED_AT, SEED

# From 05:00 to 08:20 UTC on Monday, 6 March 2023: 3 hours 20 minutes.
WHOLE = SEED


def saying(text: str, key: str = "impact", **changes: Any) -> Snapshot:
    sections = tuple(Section(key, text) if section.key == key else section for section in WHOLE.sections)
    return replace(WHOLE, sections=sections, **changes)


def of(snapshot: Snapshot, **context: Any) -> list[Finding]:
    return findings(snapshot, at=PUBLISHED_AT, context=CheckContext(**context))


def marks(text: str, **context: Any) -> list[tuple[str, str]]:
    """Code and words of everything that the check finds in a sentence about the impact."""
    return [(finding.code, word) for finding in of(saying(text), **context) for word in finding.words]


def words(text: str, code: str, **context: Any) -> list[str]:
    return [word for found, word in marks(text, **context) if found == code]
