"""Every line that became no field of its own, kept as text in a section: nothing is dropped."""

import re
from collections.abc import Callable, Sequence

from . import marks
from .blocks import Block, Document
from .model import SECTION_KEYS, ParsedSection, SectionKey
from .sections import Part

_IN_FIELDS = frozenset({"title", "author", "date"})


class Keeper:
    """Writes sections. `structure` gets the headings and label lines whose meaning is in other fields."""

    def __init__(self, title: str | None, consumed: Sequence[Block], resolve: Callable[[str], str]) -> None:
        self.sections: list[ParsedSection] = []
        self.structure: list[str] = []
        self._title = title
        self._consumed = {id(block) for block in consumed}
        self._resolve = resolve

    def front_matter(self, document: Document) -> None:
        """Front matter that says more than title, author and date stays as it is, in a note."""
        names = {name for name, _ in document.front}
        if names <= _IN_FIELDS:
            self.structure.append(document.front_raw)
        else:
            self._add("notes", "Front matter", f"```yaml\n{document.front_raw}\n```")

    def parts(self, parts: Sequence[Part]) -> None:
        """One section for each part that has a key of its own; the others stay inside the section above them."""
        keys = self._keys(parts)
        for part in parts:
            key = keys[id(part)]
            if part.heading and part.heading == self._title:
                self.structure.append(part.raw)
                self.blocks(key, "", part.blocks)
            elif self._joins(part, keys):
                self._join(part)
            elif self._is_summary_label(part) and part.key != key and part.parent is not None:
                self._add(key, part.parent.heading, self._with_label(part))
            else:
                self.structure.append(part.raw)
                self.blocks(key, part.heading, part.blocks)

    def blocks(self, key: SectionKey, heading: str, blocks: Sequence[Block]) -> None:
        """A section from these blocks, unless nothing is in them."""
        text = self._text(blocks)
        if text:
            self._add(key, marks.one_line(self._resolve(heading)), text)

    def _add(self, key: SectionKey, heading: str, text: str) -> None:
        self.sections.append(ParsedSection(key, heading, text))

    def _keys(self, parts: Sequence[Part]) -> dict[int, SectionKey]:
        """The section of each part: its own, else that of the heading above it, else notes."""
        keys: dict[int, SectionKey] = {}
        named = {part.key for part in parts if not self._is_summary_label(part)}
        for part in parts:
            above = part.parent if part.parent is not None and part.parent.heading != self._title else None
            own = part.key if part.key in SECTION_KEYS else None
            if self._is_summary_label(part) and own in named:
                own = None  # the report has a section of its own for this: here it is part of the summary
            inherited = keys.get(id(above)) if above is not None else None
            keys[id(part)] = own or inherited or "notes"
        if "summary" not in keys.values():
            self._introduction_is_summary(parts, keys)
        return keys

    def _is_summary_label(self, part: Part) -> bool:
        return part.style == "label" and part.parent is not None and part.parent.key == "summary"

    def _introduction_is_summary(self, parts: Sequence[Part], keys: dict[int, SectionKey]) -> None:
        for part in parts:
            introduces = part.style == "start" or part.heading == self._title
            if introduces and any(block.kind == "line" and id(block) not in self._consumed for block in part.blocks):
                keys[id(part)] = "summary"

    def _joins(self, part: Part, keys: dict[int, SectionKey]) -> bool:
        """Whether a sub-heading stays inside the section that was written last."""
        above, key = part.parent, keys[id(part)]
        if above is None or above.heading == self._title or part.key == key or not self.sections:
            return False
        return keys.get(id(above)) == key and self.sections[-1].key == key

    def _join(self, part: Part) -> None:
        last = self.sections[-1]
        text = f"{last.markdown}\n\n{self._with_label(part)}".strip()
        self.sections[-1] = ParsedSection(last.key, last.heading, text)

    def _with_label(self, part: Part) -> str:
        """The text of a part under its own heading or label, as it was written."""
        body = part.blocks[1:] if part.inline is not None else part.blocks
        gap = "\n" if part.style == "label" else "\n\n"
        return gap.join(piece for piece in (part.raw.strip("\n"), self._text(body)) if piece)

    def _text(self, blocks: Sequence[Block]) -> str:
        kept = []
        for block in blocks:
            if id(block) in self._consumed:
                self.structure.append(block.raw)
            else:
                kept.append(block.raw)
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n").rstrip()
        if marks.is_bare(text) and "|" not in text:
            self.structure.append(text)  # a comment or a rule shows nothing
            return ""
        return self._resolve(text)
