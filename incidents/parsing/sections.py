"""Which section a heading opens, and the outline of a document: headings of every kind, and what is under them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from . import marks
from .blocks import Block
from .candidates import candidate, day_heading
from .words import HEADINGS, LABELS, contains_phrase

Key = str
"""A section key of `ParsedSection`, or "timeline", "actions", "actions_weak"."""
Style = Literal["heading", "bare", "label", "start"]

_PHRASES: Final = {phrase: key for key, phrases in HEADINGS.items() for phrase in phrases}
_LABELS: Final = {phrase: kind for kind, phrases in LABELS.items() for phrase in phrases}
_NUMBERING: Final = re.compile(
    r"^(?:(?:section|part|step)\s)?(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[ivx]{1,4}[.)]|[a-h][.)])\s+", re.IGNORECASE
)
_BRACKETS: Final = re.compile(r"[(\[\uff08{<][^()\[\]\uff08\uff09]{0,200}[)\]\uff09}>]?")
_JOINTS: Final = re.compile(r"\s*(?:/|,|&|\+|\band\b|\bund\b|\bet\b|\by\b|\be\b|\u3001|\u3068|\u548c|\u4e0e|\u53ca)\s*")
_BOLD_LABEL: Final = re.compile(
    r"^(?:\*\*|__)(?P<inside>[^*_]{1,80}?)(?:\*\*|__)\s*(?P<mark>[:\uff1a;]?)\s*(?P<rest>.*)$"
)
_PLAIN_LABEL: Final = re.compile(r"^(?P<name>[^\W\d_][^:\uff1a|.!?\n]{0,50}?)\s*[:\uff1a](?!//)\s*(?P<rest>.*)$")
_ORNAMENTS: Final = "\u25a0\u25c6\u25cf\u25bc\u25b6\u25c7\u25a1\u25cb\u2b1b"
_LABEL_LEVEL: Final = 8
_BARE_LEVEL: Final = 2
_LONGEST_BARE: Final = 70
_MOST_PARTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Label:
    """A line "Name: value": what the name means (a section key, or a label kind of `words.toml`), and the value."""

    name: str
    key: Key | None
    kind: str | None
    rest: str


@dataclass(slots=True, eq=False)
class Part:
    """A heading and the blocks under it, down to the next heading of any kind.

    `opener` is the block of a label; `inline` what stood on its line ("Impact: none"), which is also the first
    of `blocks`.
    """

    heading: str
    level: int
    style: Style
    key: Key | None
    raw: str = ""
    parent: "Part | None" = None
    opener: Block | None = None
    inline: Block | None = None
    blocks: list[Block] = field(default_factory=list)

    @property
    def container(self) -> Key | None:
        """The timeline or action list that this part stands in (or is), if any."""
        part: Part | None = self
        while part is not None:
            if part.key in ("timeline", "actions", "actions_weak"):
                return part.key
            part = part.parent
        return None


@lru_cache(maxsize=4096)
def exact_key(heading: str) -> Key | None:
    """The section that these words name: all of them, whatever is in brackets."""
    name = _bare_name(heading)
    if not name:
        return None
    found = _PHRASES.get(name)
    if found:
        return found
    parts = [part for part in _JOINTS.split(name) if part]
    keys = [_PHRASES.get(part.strip()) for part in parts]
    return keys[0] if len(parts) > 1 and all(keys) else None


@lru_cache(maxsize=4096)
def heading_key(heading: str) -> Key | None:
    """The section that a heading opens: its words, else the first known phrase in it."""
    found = exact_key(heading)
    if found:
        return found
    name = _bare_name(heading)
    best: tuple[bool, int, int] | None = None
    for phrase, key in _PHRASES.items():
        position = name.find(phrase)
        if key == "actions_weak" or position < 0 or not contains_phrase(name, phrase):
            continue
        rank = (key == "notes", position, -len(phrase))
        if best is None or rank < best:
            best, found = rank, key
    return found


def label_of(block: Block) -> Label | None:
    """The label that a line or list item begins with, when its name is a known one (or it is bold and alone)."""
    if block.kind not in ("line", "item", "quote"):
        return None
    bold = _BOLD_LABEL.match(block.text) if block.text.startswith(("**", "__")) else None
    if bold:
        return _bold_label(bold)
    plain = _PLAIN_LABEL.match(block.text)
    name, rest = (plain["name"], plain["rest"]) if plain else (block.text, "")
    if plain is None and (len(name) > _LONGEST_BARE or block.kind != "quote"):
        return None
    return _known_label(name.strip("*_ "), rest, strict=True)


def _bold_label(match: re.Match[str]) -> Label | None:
    inside, rest = match["inside"].strip(), match["rest"]
    name, colon, value = inside.partition(":") if ":" in inside else inside.partition("\uff1a")
    if colon and value.strip():  # "**Duration: 30 mins** (13:20 to 13:50)"
        return _known_label(name, f"{value.strip()} {rest}".strip(), strict=True)
    marked = bool(colon or match["mark"])
    if not (marked or not rest) or len(name) > _LONGEST_BARE:
        return None
    return _known_label(name, rest, strict=True) or Label(marks.heading_words(name), None, None, rest.strip())


def _known_label(name: str, rest: str, *, strict: bool) -> Label | None:
    words = marks.heading_words(name)
    kind = _LABELS.get(_bare_name(words))
    key = exact_key(words) if strict else heading_key(words)
    return Label(words, key, kind, rest.strip()) if key or kind else None


def outline(blocks: Sequence[Block], *, title: str | None) -> list[Part]:
    """Blocks → parts in order; the first part holds what stands before any heading."""
    return _Outline(blocks, title).read()


class _Outline:
    def __init__(self, blocks: Sequence[Block], title: str | None) -> None:
        self.blocks = blocks
        self.title = title
        self.marked = any(block.kind == "heading" for block in blocks)
        self.parts = [Part("", 0, "start", None)]
        self.title_seen = False

    def read(self) -> list[Part]:
        for index, block in enumerate(self.blocks):
            opened = self._opened(index, block) if len(self.parts) < _MOST_PARTS else None
            if opened is None:
                self.parts[-1].blocks.append(block)
                continue
            part, rest = opened
            part.parent = self._parent_of(part)
            self.parts.append(part)
            if rest is not None:
                part.inline = rest
                part.blocks.append(rest)
        return self.parts

    def _opened(self, index: int, block: Block) -> tuple[Part, Block | None] | None:
        if block.kind == "heading":
            return self._heading(block)
        if block.kind in ("line", "item"):
            return self._bare(index, block) or self._label(block)
        return None

    def _heading(self, block: Block) -> tuple[Part, Block | None] | None:
        words = marks.heading_words(block.text)
        if self._is_title(words):
            self.title_seen = True
            return Part(words, 1, "heading", None, block.raw), None
        current = self.parts[-1]
        if self._belongs_to_timeline(block, words):
            if current.container == "timeline":
                return None
            part = Part("", block.level, "heading", "timeline")
            part.blocks.append(block)
            return part, None
        return Part(words, block.level, "heading", heading_key(words), block.raw), None

    def _is_title(self, words: str) -> bool:
        return not self.title_seen and self.title is not None and words == self.title

    def _belongs_to_timeline(self, block: Block, words: str) -> bool:
        """A heading that is a row ("### 13:35") or, inside a timeline, a day ("## July 22")."""
        found = candidate(block)
        if found is not None and (found.stamp.clock or found.stamp.date is None):
            return True
        inside = self.parts[-1].container == "timeline"
        return inside and (found is not None or day_heading(block, None) is not None)

    def _bare(self, index: int, block: Block) -> tuple[Part, Block | None] | None:
        """A line that is the name of a section and nothing else, without a mark: "Timeline"."""
        text = block.text
        ornamented = bool(block.marker) and block.marker in _ORNAMENTS
        if not (block.kind == "line" or ornamented) or not _may_be_name(text, block.indent):
            return None
        asks = text.rstrip().endswith(("?", "\uff1f")) and block.after_blank
        key = (heading_key if asks else exact_key)(marks.heading_words(text))
        if key is None:
            return None
        colon = text.rstrip().endswith((":", "\uff1a"))
        alone = block.after_blank and (index + 1 >= len(self.blocks) or self.blocks[index + 1].kind == "blank")
        if self.marked and not colon and not alone:
            return None
        if colon or self.marked:
            return Part(marks.heading_words(text), _LABEL_LEVEL, "label", key, block.raw, opener=block), None
        return Part(marks.heading_words(text), _BARE_LEVEL, "bare", key, block.raw), None

    def _label(self, block: Block) -> tuple[Part, Block | None] | None:
        label = label_of(block)
        if label is None:
            return None
        if self._ends_labelled_part(label, block) or self._opens_section(label, block):
            rest = Block("line", label.rest, label.rest) if label.rest else None
            return Part(label.name, _LABEL_LEVEL, "label", label.key, block.raw, opener=block), rest
        return None

    def _opens_section(self, label: Label, block: Block) -> bool:
        """Whether a label names a section, and does not stand inside an action list or a row of the timeline."""
        inside = self.parts[-1].container
        if label.key is None or label.kind is not None:
            return False
        if inside is not None and self.parts[-1].style != "label":
            return False
        bold = block.text.startswith(("**", "__"))
        if block.kind == "item":
            return bold and block.indent <= 1
        return bold or label.key != "notes"

    def _ends_labelled_part(self, label: Label, block: Block) -> bool:
        """Whether a bold label stands beside the one that opened the part we are in.

        "- **Impact**: ..." is over where "- **Time to repair**: 38m" begins. Between paragraphs only a known
        label ends a part: "**Note:** ..." does not.
        """
        opener = self.parts[-1].opener
        if opener is None or not block.text.startswith(("**", "__")):
            return False
        if (block.kind, block.indent) != (opener.kind, opener.indent) or candidate(block) is not None:
            return False
        return block.kind == "item" or label.key is not None or label.kind is not None

    def _parent_of(self, part: Part) -> Part | None:
        above: Part | None = self.parts[-1]
        while above is not None and above.level >= part.level:
            above = above.parent
        return above


def _may_be_name(text: str, indent: int) -> bool:
    """Whether a bare line is short and unmarked enough to name a section."""
    short = len(text) <= _LONGEST_BARE and indent <= 3
    return short and not text.endswith((".", ",")) and not text.startswith(("*", "_", "|", "<", "`"))


def without_number(heading: str) -> str:
    """A heading without the number or letter that it may begin with: "1. Summary"."""
    return _NUMBERING.sub("", heading)


def _bare_name(heading: str) -> str:
    name = _BRACKETS.sub(" ", heading.lower().replace("\u2019", "'"))
    name = _NUMBERING.sub("", " ".join(name.split()))
    return name.strip(" *_\u3010\u3011\u25a0\u25c6\u25cf:;.,!?\uff1a\uff1f#-\u2013\u2014")
