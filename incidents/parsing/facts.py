"""The facts of a report: title, author, date, zone, severity; each from the plainest place that says it."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from . import marks
from .blocks import Block, Document
from .clocks import find_clock
from .dates import find_dates
from .day_readings import DateReading, Order
from .sections import Label, exact_key, label_of
from .times import match_stamp
from .words import LABELS, NOTHING, alternatives
from .zones import ZoneReading, match_zone

MOST_PROSE: Final = 50_000
"""Facts are looked for in this many characters of prose from the start."""

TEXT: Final = "the text"
FRONT_MATTER: Final = "the front matter"

_LABEL_KINDS: Final = {name: kind for kind, names in LABELS.items() for name in names}
_PLACEHOLDER: Final = re.compile(r"<[^<>@:/]{1,60}>|\{\{?[^{}]{1,60}\}\}?|\bTBD\b|\bTODO\b")
_BY: Final = re.compile(
    r"^(?:by|written by|created by|posted by|author:?|von|par|por)\s+(?P<name>[^.,:;|]{3,60})(?:[,|].*)?$",
    re.IGNORECASE,
)
_SEVERITY: Final = re.compile(
    r"\b(?:SEV|Sev|sev)[\s:-]?[0-5]\b|\b[PS][0-4]\b(?=\s(?:incident|outage))|\bSeverity\s?[:=-]?\s?(?:level\s)?[0-5]\b"
)
_FIRST_LINES: Final = 5
_NAME_AND_VALUE: Final = 2
_LONGEST_VALUE: Final = 80
_BESIDE: Final = 40
# "last modified on 10 March": a date of the document, not of the incident.
_OF_DOCUMENT: Final = re.compile(
    rf"\b(?:{alternatives(LABELS['document_date'])})\b[\s:]*(?:on\s|at\s|am\s|le\s)?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One "Name: value" of the document: the kind of label, its name as written, the value in plain words."""

    kind: str
    name: str
    value: str
    raw: str = ""


@dataclass(slots=True)
class Facts:
    """What was found. `consumed` are source lines whose whole meaning went into a field."""

    title: str | None = None
    author: str | None = None
    severity: str | None = None
    labels: list[Fact] = field(default_factory=list)
    consumed: list[Block] = field(default_factory=list)


def find_title(document: Document) -> str | None:
    """The title in the front matter; else the first heading, unless it names a section; else a lone first line."""
    front = dict(document.front)
    if front.get("title"):
        return marks.heading_words(front["title"]) or None
    for block in document.blocks:
        if block.kind == "heading":
            words = marks.heading_words(block.text)
            if words and exact_key(words) is None and not _is_row(block):
                return words
            break
    return _lone_first_line(document.blocks) or _labelled_title(document.blocks)


def _labelled_title(blocks: Sequence[Block]) -> str | None:
    """The value of "Title: …" among the first lines."""
    for block in blocks[:_FIRST_LINES]:
        label = label_of(block)
        if label is not None and label.kind == "title" and label.rest:
            return marks.heading_words(label.rest) or None
    return None


def _is_row(block: Block) -> bool:
    stamp = match_stamp(block.text)
    return block.level > 1 and stamp is not None and stamp.clock is not None


def _lone_first_line(blocks: Sequence[Block]) -> str | None:
    filled = [block for block in blocks if block.kind not in ("blank", "comment", "rule")][:2]
    if not filled or filled[0].kind != "line" or len(filled) < 2:
        return None
    words = marks.heading_words(filled[0].text)
    bold = filled[0].text.startswith("**") and filled[0].text.endswith("**")
    after = blocks.index(filled[0]) + 1
    followed = blocks[after].kind == "blank" or _is_head_matter(filled[1])
    sentence = filled[0].text.rstrip().endswith((".", ":", ",", "!", "?"))
    if not followed or sentence or not 3 <= len(words) <= 120 or _is_label(filled[0], bold=bold) or match_stamp(words):
        return None
    return None if exact_key(words) else words


def _is_head_matter(block: Block) -> bool:
    """Whether a line may follow a title directly: a section's name, a known label, or who wrote it."""
    label = label_of(block)
    known = label is not None and label.kind is not None
    return known or exact_key(marks.heading_words(block.text)) is not None or _BY.match(block.text) is not None


def _is_label(block: Block, *, bold: bool) -> bool:
    label = label_of(block)
    return label is not None and not (bold and label.key is None and (label.kind is None or label.kind == "title"))


def find_facts(document: Document, prose: Sequence[Block], promised: Container[int] = ()) -> Facts:
    """Title, author, severity and every label line, from the front matter and these blocks.

    `promised` are the blocks of action lists, by id: the owner of an action is not the author.
    """
    facts = Facts(find_title(document))
    for name, value in document.front:
        kind = _LABEL_KINDS.get(name)
        if kind and value:
            facts.labels.append(Fact(kind, name, marks.one_line(value)))
    for index, block in enumerate(prose):
        fact = _fact(prose, index, block)
        if fact is not None and fact.kind == "author" and id(block) in promised:
            fact = None
        if fact:
            facts.labels.append(fact)
            if fact.kind == "author" and facts.author is None:
                facts.consumed.append(block)
        if facts.author is None:
            facts.author = _author(fact, block, facts)
        if index < _FIRST_LINES and block.kind == "line" and marks.heading_words(block.text) == facts.title:
            facts.consumed.append(block)
    front_author = next((fact.value for fact in facts.labels if fact.kind == "author" and not fact.raw), None)
    facts.author = _name(front_author) or facts.author
    facts.severity = _severity(facts, prose)
    return facts


def _fact(prose: Sequence[Block], index: int, block: Block) -> Fact | None:
    if block.kind == "row":
        return _fact_in_table(block)
    label = label_of(block) or _name_alone(prose, index, block)
    if label is None or label.kind is None:
        return None
    value = label.rest
    if not value and index + 1 < len(prose) and prose[index + 1].kind in ("line", "item"):
        value = prose[index + 1].text
    return Fact(label.kind, label.name, marks.one_line(value), block.raw)


def _fact_in_table(block: Block) -> Fact | None:
    """Read "| Severity | P1 |": a table of two columns, names and values."""
    if len(block.cells) != _NAME_AND_VALUE or block.header:
        return None
    name = marks.heading_words(block.cells[0])
    kind = _LABEL_KINDS.get(name.lower())
    value = marks.one_line(block.cells[1])
    return Fact(kind, name, value, block.raw) if kind and value else None


def _name_alone(prose: Sequence[Block], index: int, block: Block) -> Label | None:
    """A known name alone on its line, with the value on the line below: "Severity", "SEV-1"."""
    kind = _LABEL_KINDS.get(marks.heading_words(block.text).lower()) if block.kind == "line" else None
    below = prose[index + 1] if index + 1 < len(prose) else None
    if (
        kind is None
        or not block.after_blank
        or below is None
        or below.kind != "line"
        or len(below.text) > _LONGEST_VALUE
    ):
        return None
    return Label(marks.heading_words(block.text), None, kind, "")


def _author(fact: Fact | None, block: Block, facts: Facts) -> str | None:
    if fact is not None and fact.kind == "author":
        return _name(fact.value)
    by = _BY.match(marks.one_line(block.text)) if block.kind in ("line", "quote") else None
    if by and by["name"].strip()[:1].isupper() and len(by["name"].split()) <= 5:
        facts.consumed.append(block)
        return by["name"].strip()
    return None


def _name(value: str | None) -> str | None:
    """A name without the placeholders of a template: "ana, <add name here>" → "ana"."""
    if not value:
        return None
    bare = _PLACEHOLDER.sub("", value).strip(" ,;")
    return bare if bare and bare.lower() not in NOTHING else None


def _severity(facts: Facts, prose: Sequence[Block]) -> str | None:
    for fact in facts.labels:
        if fact.kind == "severity" and _name(fact.value):
            return fact.value[:80]
    found = _SEVERITY.search(facts.title or "")
    if found:
        return found[0]
    for block in prose[:200]:
        found = _SEVERITY.search(block.text[:400]) if block.kind in ("line", "heading", "item") else None
        if found:
            return found[0]
    return None


# ── date ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date of the incident, and the words for where it stands ("the title")."""

    reading: DateReading
    source: str


def dates_by_place(facts: Facts, prose: Sequence[Block], document: Document, order: Order) -> Iterator[DateFound]:
    """Dates with a day and month, plainest place first: a date label, the title, the text, the front matter."""
    for fact in facts.labels:
        if fact.kind == "date" and fact.raw:
            yield from (DateFound(found, f"\u201c{fact.name}\u201d") for found in find_dates(fact.value, order=order))
    for found in find_dates(facts.title or "", order=order):
        yield DateFound(found, "the title")
    for fact in facts.labels:
        if fact.kind in ("start", "duration"):
            yield from (DateFound(found, f"\u201c{fact.name}\u201d") for found in find_dates(fact.value, order=order))
    for text in prose_lines(prose):
        for found in find_dates(text, order=order):
            if not _OF_DOCUMENT.search(text, max(0, found.start - _BESIDE), found.start):
                yield DateFound(found, TEXT)
    for name, value in document.front:
        if _LABEL_KINDS.get(name) == "date":
            yield from (DateFound(found, FRONT_MATTER) for found in find_dates(value, order=order))


def prose_lines(prose: Sequence[Block]) -> Iterator[str]:
    left = MOST_PROSE
    for block in prose:
        if block.kind not in ("line", "item", "heading", "quote", "row"):
            continue
        label = label_of(block)
        if label and label.kind == "document_date":
            continue
        if _LABEL_KINDS.get(block.text.split(":")[0].strip(" *_").lower()) == "document_date":
            continue
        left -= len(block.text)
        if left < 0:
            return
        yield marks.one_line(block.text)


# ── zone ────────────────────────────────────────────────────────────────────


def zone_in_prose(prose: Sequence[Block], document: Document) -> tuple[ZoneReading, str] | None:
    """The first zone written right after a clock time in the text, or in a date of the front matter."""
    for text in prose_lines(prose):
        clock = find_clock(text)
        while clock is not None:
            at = clock[1]
            while at < len(text) and text[at] in " (\uff08":
                at += 1
            zone = match_zone(text, at)
            if zone is not None and not text[at].isdigit() and text[at] not in "-+":
                return zone, TEXT
            clock = find_clock(text, clock[1])
    for name, value in document.front:
        if _LABEL_KINDS.get(name) == "date":
            stamp = match_stamp(value)
            if stamp and stamp.zone:
                return stamp.zone, FRONT_MATTER
    return None


def words_in(blocks: Iterable[Block]) -> int:
    """How many words of prose these blocks hold; a Chinese, Japanese or Korean text counts half its characters."""
    total = 0
    for block in blocks:
        if block.kind in ("line", "item", "row", "quote"):
            text = marks.one_line(block.text)
            wide = sum(1 for character in text if ord(character) > 0x2E80)
            total += len(text.split()) + wide // 2
    return total
