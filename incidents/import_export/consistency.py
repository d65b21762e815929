"""A document that people may have worked on, brought to what a draft can hold. The rest is noted, not dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from incidents.import_export.document import (
    ActionText,
    ImageFile,
    Impact,
    Malformed,
    MilestoneFact,
    ReportDocument,
    SectionText,
)
from incidents.milestones import MILESTONE_LABELS, WITHOUT_TIME, MilestoneKind, Precision
from incidents.models import NOTES
from incidents.models.attachment import EXTENSIONS
from incidents.snapshot import SECTION_HEADINGS
from incidents.tags import BadTags, read_tags

_MOST_SHOWN = 40
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass
class Leftovers:
    """What has no place in the draft: sentences for the person, and lines for the notes."""

    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def say(self, warning: str, *, note: str = "") -> None:
        self.warnings.append(f"{warning} It stands in the notes." if note else warning)
        if note:
            self.notes.append(f"- {note}")


def shortlist(warnings: list[str]) -> list[str]:
    """As many as somebody reads, and how many more there are."""
    more = len(warnings) - _MOST_SHOWN
    return warnings if more <= 1 else [*warnings[:_MOST_SHOWN], f"And {more:,} more like these."]


def image_file(sha256: str, content_type: str) -> str:
    """The name of an image beside its document."""
    return f"images/{sha256}.{EXTENSIONS[content_type]}"


def consistent(document: ReportDocument, leftovers: Leftovers) -> ReportDocument:
    """The same, with what contradicts itself decided. Raises Malformed where only a person can."""
    rows = {row.key for row in document.timeline if row.key}
    return replace(
        document,
        tags=tuple(_tags(document.tags)),
        impacts=tuple(_impacts(document.impacts)),
        milestones=tuple(_milestones(document.milestones, rows, leftovers)),
        sections=tuple(_sections(document.sections, leftovers)),
        action_items=tuple(_action(item, rows) for item in document.action_items),
        images=tuple(_images(document.images, leftovers)),
    )


def with_notes(document: ReportDocument, leftovers: Leftovers) -> ReportDocument:
    """The document with what was left over among its notes."""
    if not leftovers.notes:
        return document
    lines = "\n".join(["### What the import could not place", "", *leftovers.notes])
    notes = next((section.text for section in document.sections if section.key == NOTES), "")
    others = tuple(section for section in document.sections if section.key != NOTES)
    return replace(document, sections=(*others, SectionText(NOTES, _joined((notes, lines)))))


def _milestones(facts: Iterable[MilestoneFact], rows: set[str], leftovers: Leftovers) -> Iterable[MilestoneFact]:
    kinds: set[str] = set()
    marking: set[str] = set()
    for fact in facts:
        words = " ".join(word for word in (fact.at.isoformat() if fact.at else "", fact.precision, fact.note) if word)
        if fact.kind not in set(MilestoneKind) or fact.kind in kinds:
            leftovers.say(f"A second or unknown milestone “{fact.kind}” can’t be kept.", note=f"{fact.kind}: {words}")
            continue
        kinds.add(fact.kind)
        if fact.row and (fact.row not in rows or fact.row in marking):
            leftovers.say(f"The timeline row that marks “{MILESTONE_LABELS[MilestoneKind(fact.kind)]}” is not there.")
            fact = replace(fact, row="")  # noqa: PLW2901  # from here on it has no row
        marking.add(fact.row)
        yield _with_or_without_time(fact, leftovers)


def _with_or_without_time(fact: MilestoneFact, leftovers: Leftovers) -> MilestoneFact:
    if fact.precision in WITHOUT_TIME:
        return replace(fact, at=None)
    if fact.at is None:
        leftovers.say(f"“{MILESTONE_LABELS[MilestoneKind(fact.kind)]}” has no time; it counts as unknown.")
        return replace(fact, precision=Precision.UNKNOWN.value)
    return fact


def _sections(sections: tuple[SectionText, ...], leftovers: Leftovers) -> Iterable[SectionText]:
    """Each section once, in the order of the page; a text under no heading of ours goes to the notes."""
    strange = [section for section in sections if section.key not in {*SECTION_HEADINGS, NOTES}]
    for part in strange:
        leftovers.say(f"“{part.key}” is no section of a report; it is kept in the notes.")
    for key in (*SECTION_HEADINGS, NOTES):
        same = [section for section in sections if section.key == key]
        text = _joined(section.text for section in same)
        public_text = _joined(section.public_text for section in same)
        if key == NOTES:
            others = [_joined((f"### {part.key}", part.text, part.public_text)) for part in strange]
            text, public_text = _joined((text, public_text, *others)), ""
        if text or public_text:
            yield SectionText(key, text, public_text)


def _tags(tags: Iterable[str]) -> list[str]:
    try:
        return read_tags(*tags)
    except BadTags as refusal:
        raise Malformed("tags", str(refusal)) from refusal


def _impacts(impacts: Iterable[Impact]) -> Iterable[Impact]:
    for number, impact in enumerate(impacts, start=1):
        if impact.share is not None and not 1 <= impact.share <= 100:
            raise Malformed(f"impacts[{number}].share", "Give a percentage from 1 to 100.")
        yield impact


def _action(item: ActionText, rows: set[str]) -> ActionText:
    if item.state == "wont_do" and not item.reason:
        raise Malformed(f"“{item.text[:60]}”", "An action item that won’t be done needs a reason.")
    return replace(
        item,
        row=item.row if item.row in rows else "",
        due_rule=item.due_rule if item.due_on else "",
        closed_on=item.closed_on if item.state in {"done", "wont_do"} else None,
    )


def _images(images: tuple[ImageFile, ...], leftovers: Leftovers) -> Iterable[ImageFile]:
    for image in images:
        has_file = bool(image.file and _SHA256.fullmatch(image.sha256) and image.content_type in EXTENSIONS)
        if not has_file and not image.source_url:
            name = image.alt or image.file or image.key
            leftovers.say(f"The image “{name}” has neither a file nor a link.", note=f"Image: {name}")
            continue
        if image.is_public and not (has_file and image.alt):
            leftovers.say(f"The image “{image.alt or image.key}” is internal now: customers need a file and words.")
        yield replace(
            image,
            file=image_file(image.sha256, image.content_type) if has_file else "",
            is_public=image.is_public and has_file and image.alt != "",
        )


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(text for text in texts if text)
