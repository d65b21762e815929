"""A draft as one Markdown file: pleasant on a Git host, exact when it comes back. This half writes it.

Facts stand in a front matter of `name: JSON` lines: JSON is YAML too, so any tool reads it, and neither side needs a
YAML library with its own mind about `no` and dates. Texts stand between marks, which are HTML comments:

    <!-- afterword: section {"key": "impact"} -->
    what colleagues read, word for word
    <!-- afterword: for customers -->
    > what customers read
    <!-- afterword: end -->

Between marks nothing needs escaping, because the word in the marks is one that no text has. What stands outside of
them, and what stands `for reading`, is made from the facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from incidents.import_export.document import (
    NAME,
    SCHEMA,
    ActionText,
    ImageFile,
    ReportDocument,
    Row,
    SectionText,
    brief,
    to_data,
)
from incidents.milestones import MILESTONE_LABELS, Milestone, MilestoneKind, Precision, durations
from incidents.models import NOTES
from incidents.public.documents import escaped
from incidents.snapshot import SECTION_HEADINGS

BODY = ("sections", "timeline", "action_items", "images")
LISTS = ("milestones", "impacts")
HEADINGS = {**SECTION_HEADINGS, "timeline": "Timeline", "action_items": "Action items", "images": "Images"}
HEADINGS[NOTES] = "Notes"
_ORDER = (
    *("summary", "impact", "timeline", "detection", "root_cause", "resolution"),
    *("went_well", "went_badly", "got_lucky", "action_items", "images", NOTES),
)
CRLF, ESCAPED = "crlf", "escaped"  # how a text is written that can't stand as it is
_HINT = """\
# An incident report, written by Afterword and read by it again. You may edit the values here and the texts between
# the marks below (comments that begin with “{mark}:”). Quoted text is what customers read."""
_REFERENCE = re.compile(r"attachment:([a-z0-9]+)")
_LINK = re.compile(r"images/[0-9a-f]{64}\.(?:png|jpg|webp)#([a-z0-9]+)")
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SAID_STATES = {"candidate": "candidate", "in_progress": "in progress", "wont_do": "won’t do"}


def to_markdown(document: ReportDocument) -> str:
    mark = _mark_for(document)
    writer = _Writer(document, mark)
    return "\n".join([*_front_matter(document, mark), "", *writer.lines()]) + "\n"


def _mark_for(document: ReportDocument) -> str:
    """A word for the marks that stands in no mark that somebody wrote."""
    everything = json.dumps(document.to_data(), ensure_ascii=False)
    mark, number = NAME, 1
    while f"<!-- {mark}:" in everything:
        number += 1
        mark = f"{NAME}-{number}"
    return mark


def _front_matter(document: ReportDocument, mark: str) -> Iterator[str]:
    yield "---"
    yield _HINT.format(mark=mark)
    yield f"{NAME}: {SCHEMA}"
    if mark != NAME:
        yield f"mark: {in_one_line(mark)}"
    facts = to_data(document)
    for name in (part.name for part in fields(document) if part.name not in {*BODY, *LISTS}):
        yield f"{name}: {in_one_line(facts[name])}"
    moments = {row.key: (row.occurred_at, row.precision) for row in document.timeline if row.key}
    yield from _listed(
        "milestones",
        # The time of a milestone that a row marks is the row's: said once, it can be changed in one place.
        (
            brief(fact, but=("at", "precision") if moments.get(fact.row) == (fact.at, fact.precision) else ())
            for fact in document.milestones
        ),
    )
    yield from _listed("impacts", (brief(impact) for impact in document.impacts))
    yield "---"


def _listed(name: str, items: Iterator[dict[str, Any]]) -> Iterator[str]:
    lines = [f"  - {in_one_line(item)}" for item in items]
    yield from [f"{name}:", *lines] if lines else [f"{name}: []"]


def in_one_line(value: Any) -> str:
    """JSON that YAML reads alike."""
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def in_comment(value: Any) -> str:
    """JSON that ends no HTML comment."""
    return in_one_line(value).replace("--", "-\\u002d")


# ── Texts ───────────────────────────────────────────────────────────────────


def written(text: str, paths: dict[str, str]) -> tuple[str, str]:
    """The text as it stands in the file, and how that is: as it is, with other line ends, or with escapes.

    Images are shown by their files where that reads back to the same text.
    """
    for how in ("", CRLF):
        plain = text if how == "" else text.replace("\r\n", "\n")
        shown = _REFERENCE.sub(lambda match: paths.get(match[1], match[0]), plain)
        if "\r" not in shown and read_back(shown, how) == text:
            return shown, how
    return text.replace("\\", "\\\\").replace("\r", "\\r"), ESCAPED


def read_back(shown: str, how: str) -> str:
    """The inverse of `written`."""
    if how == ESCAPED:
        return re.sub(r"\\([\\r])", lambda match: "\r" if match[1] == "r" else "\\", shown)
    text = _LINK.sub(r"attachment:\1", shown)
    return text.replace("\n", "\r\n") if how == CRLF else text


# ── The body ────────────────────────────────────────────────────────────────


class _Writer:
    def __init__(self, document: ReportDocument, mark: str) -> None:
        self.document, self.mark = document, mark
        self.paths = {image.key: f"{image.file}#{image.key}" for image in document.images if image.file}

    def lines(self) -> Iterator[str]:
        yield f"<!-- {self.mark}: for reading -->"
        yield from _overview(self.document)
        yield f"<!-- {self.mark}: end -->"
        sections = {section.key: section for section in self.document.sections}
        parts: dict[str, Iterator[str]] = {
            "timeline": self._items(self._row(row) for row in self.document.timeline),
            "action_items": self._items(self._action(item) for item in self.document.action_items),
            "images": self._items(self._image(image) for image in self.document.images),
        }
        for key in _ORDER:
            lines = self._section(sections[key]) if key in sections else parts.get(key, iter(()))
            if (first := next(lines, None)) is not None:
                yield from ("", f"## {HEADINGS[key]}", "", first, *lines)

    def _items(self, items: Iterator[Iterator[str]]) -> Iterator[str]:
        for item in items:
            yield from item

    def _section(self, section: SectionText) -> Iterator[str]:
        return self._block("", "section", {"key": section.key}, section.text, section.public_text, indent="")

    def _row(self, row: Row) -> Iterator[str]:
        facts = brief(row, but=("occurred_at", "precision", "text", "public_text"))
        return self._block(row_head(row, self.document), "row", facts, row.text, row.public_text)

    def _action(self, item: ActionText) -> Iterator[str]:
        implied = ("state",) if item.state == "done" else ()
        facts = brief(item, but=("text", "public_text", *implied))
        return self._block(action_head(item), "action", facts, item.text, item.public_text)

    def _image(self, image: ImageFile) -> Iterator[str]:
        return self._block(image_head(image), "image", brief(image, but=("alt",)), image.alt)

    def _block(
        self, head: str, name: str, facts: dict[str, Any], text: str, public_text: str = "", *, indent: str = "  "
    ) -> Iterator[str]:
        shown, how = written(text, self.paths)
        if how:
            facts["written"] = how
        yield f"{head}<!-- {self.mark}: {name} {in_comment(facts)} -->"
        if shown:
            yield from _indented(shown, indent)
        if public_text:
            shown, how = written(public_text, self.paths)
            said = f" {in_comment({'written': how})}" if how else ""
            yield f"{indent}<!-- {self.mark}: for customers{said} -->"
            yield from _indented("\n".join(f"> {line}" if line else ">" for line in shown.split("\n")), indent)
        yield f"{indent}<!-- {self.mark}: end -->"


def _indented(text: str, indent: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield f"{indent}{line}" if line else ""


def row_head(row: Row, document: ReportDocument) -> str:
    """The first line of a row up to its mark; the time in it is read, the milestone is not."""
    kinds = (fact.kind for fact in document.milestones if row.key and fact.row == row.key)
    marked = ", ".join(MILESTONE_LABELS[MilestoneKind(kind)] for kind in kinds)
    about = "" if row.precision == Precision.EXACT else f"{row.precision} "
    return f"- **{about}{moment_in_words(row.occurred_at)}** {f'*{marked}:* ' if marked else ''}"


def moment_in_words(at: datetime) -> str:
    """`2023-03-06 05:00 UTC`, and as much more of it as is not zero."""
    at = at.astimezone(UTC)
    clock = f"{at:%H:%M}"
    if at.second or at.microsecond:
        clock = f"{at:%H:%M:%S}" + (f".{at.microsecond:06}".rstrip("0") if at.microsecond else "")
    return f"{at.date().isoformat()} {clock} UTC"


def action_head(item: ActionText) -> str:
    """The first line of an action item up to its mark; the box is read, the words are not."""
    said = [_SAID_STATES.get(item.state, "")]
    if item.due_on and item.state != "done":
        said.append(f"due {item.due_on.isoformat()}")
    if item.closed_on:
        said.append(f"closed {item.closed_on.isoformat()}")
    said += [escaped(item.owner.name or item.owner.email) if item.owner else "", escaped(item.team)]
    words = ", ".join(word for word in said if word)
    return f"- [{'x' if item.state == 'done' else ' '}] {f'*{words}:* ' if words else ''}"


def image_head(image: ImageFile) -> str:
    """The first line of an image up to its mark: the picture, or the link that there is instead."""
    return f"- ![]({image.file}) " if image.file else f"- {escaped(image.source_url)} "


def _overview(document: ReportDocument) -> Iterator[str]:
    yield f"# {escaped(document.title)}"
    yield ""
    facts = [f"INC-{document.number}", escaped(document.severity.name), document.status]
    length = durations(_by_kind(document)).impact
    if length:
        facts.append(f"customers were affected for {length.in_words}")
    quotes = " Quotes are the wording for customers." if _is_for_customers(document) else ""
    yield f"*{', '.join(fact for fact in facts if fact)}.{quotes}*"
    if document.milestones:
        yield from ("", "| Moment | Time |", "| --- | --- |")
        for fact in document.milestones:
            known = fact.precision if fact.at is None else moment_in_words(fact.at)
            about = "" if fact.at is None or fact.precision == Precision.EXACT else f"{fact.precision} "
            yield f"| {MILESTONE_LABELS[MilestoneKind(fact.kind)]} | {about}{known} |"


def _is_for_customers(document: ReportDocument) -> bool:
    parts: tuple[SectionText | Row | ActionText, ...] = (*document.sections, *document.timeline, *document.action_items)
    return any(part.public_text for part in parts)


def _by_kind(document: ReportDocument) -> dict[MilestoneKind, Milestone]:
    return {
        MilestoneKind(fact.kind): Milestone(MilestoneKind(fact.kind), fact.at, Precision(fact.precision))
        for fact in document.milestones
    }
