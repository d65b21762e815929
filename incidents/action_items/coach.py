"""How a promise could be worded so that it gets kept. It advises while somebody types, and never blocks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_LONG: Final = 140  # characters that still read as one thing
_FIRST: Final = re.compile(r"[a-z’'-]+", re.IGNORECASE)
_LEAD_IN: Final = re.compile(
    r"^(?:we|i|somebody|someone|the \w+)\s+"
    r"(?:should|will|must|needs? to|ha(?:ve|s) to|wants? to|could|can|(?:are|is) going to)\s+",
    re.IGNORECASE,
)
_PASSIVE: Final = re.compile(r"\b(?:should|must|needs? to|has to|have to|will)\s+be\s+\w+(?:ed|en|t)\b", re.IGNORECASE)
_SECOND: Final = re.compile(
    r"(?:;\s*|\.\s+(?=[A-Z])|,?\s+(?:and|then|as well as)\s+(?:also\s+)?)"
    r"(?P<verb>[a-z]+)\b(?!\s+(?:it|them|that)\b)",
    re.IGNORECASE,
)
# What nobody can tell the end of, unless a finish test says it.
_ENDLESS: Final = re.compile(
    r"^(?:improve|enhance|investigate|consider|explore|evaluate|think about|look (?:into|at)|be (?:more )?\w+|"
    r"try to|make sure|ensure|raise awareness|educate|encourage|discuss|monitor more|pay attention|communicate|"
    r"optimi[sz]e|strengthen|increase|reduce|minimi[sz]e|better)\b",
    re.IGNORECASE,
)
_LARGE: Final = re.compile(
    r"\b(?:all|every(?! (?:\w+ )?(?:hour|day|night|week|month|quarter|year))|everything|entire|whole|"
    r"across the (?:board|company)|rewrite|redesign|re-?architect|"
    r"migrate|overhaul|from scratch|move to)\b",
    re.IGNORECASE,
)
_NO_VERB: Final = re.compile(
    r"^(?:a|an|the|our|more|better|no|new|missing|lack|lessons?|\w+(?:ing|tion|sion|ment|ness|ity))$", re.IGNORECASE
)
# Verbs that people begin with, as far as they end like nouns; those of `_SECOND` must be here too.
VERBS: Final = frozenset((Path(__file__).parent / "verbs.txt").read_text(encoding="utf-8").split())


def advice(text: str, *, done_when: str = "") -> list[str]:
    """What would make it easier to keep, in sentences; nothing for a wording that is fine, or for none.

    The four questions: does it start with a verb, is it one thing, can anybody tell when it is done, is it small.
    """
    text = " ".join(text.split())
    if not text:
        return []
    said = [_starts_with_a_verb(text), _is_one_thing(text), _ends(text, done_when), _is_small(text)]
    return [sentence for sentence in said if sentence]


def _starts_with_a_verb(text: str) -> str:
    if lead := _LEAD_IN.match(text):
        rest = text[lead.end() :]
        return f"Start with the verb: “{rest[:1].upper()}{rest[1:40].rstrip()}{'…' if len(rest) > 40 else ''}”."
    first = _FIRST.match(text)
    word = first[0].lower() if first else ""
    if _PASSIVE.search(text) or (word not in VERBS and _NO_VERB.match(word)):
        return "Start with a verb: what will somebody do? “Add …”, “Test …”, “Write …”."
    return ""


def _is_one_thing(text: str) -> str:
    if any(found["verb"].lower() in VERBS for found in _SECOND.finditer(text)):
        return "These look like two things. An item each is easier to finish."
    return f"This is long for one thing: {len(text)} characters." if len(text) > _LONG else ""


def _ends(text: str, done_when: str) -> str:
    if done_when.strip() or not _ENDLESS.match(text):
        return ""
    return "Nobody can tell when this is finished. Say under “Done when” how anybody will."


def _is_small(text: str) -> str:
    if _LARGE.search(text):
        return "This may be large. Is there a first piece that two weeks are enough for?"
    return ""
