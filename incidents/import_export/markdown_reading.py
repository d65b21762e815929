"""Reads what `markdown_format` wrote, also after a person has worked on it.

Texts may be changed between their marks, facts in the front matter and in the marks, boxes ticked, times corrected,
items copied or removed. What stands elsewhere is kept in the notes; what can't be read is named with its line.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

from incidents.import_export.document import (
    NAME,
    ActionText,
    ImageFile,
    Malformed,
    MilestoneFact,
    ReportDocument,
    Row,
    SectionText,
    check_schema,
    from_data,
)
from incidents.import_export.markdown_format import (
    BODY,
    HEADINGS,
    LISTS,
    action_head,
    image_head,
    read_back,
    row_head,
)
from incidents.models import NOTES
from incidents.parsing import MAX_ROWS

_FACT = re.compile(r"(?P<name>[a-z_]+):(?:[ \t]+(?P<value>.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.*)")
_MOMENT = re.compile(
    r"-[ ]\*\*(?:(?P<precision>about|before|after)[ ])?(?P<day>\d{4}-\d\d-\d\d)[ T]+(?P<clock>\d\d:\d\d[0-9:.]*)[ ]*"
    r"(?P<zone>UTC|Z|[+-]\d\d:\d\d)\*\*.*"
)
_BOX = re.compile(r"-[ ]\[(?P<box>[ xX])\].*")
_SAID = re.compile(r"(?P<name>[a-z ]*[a-z])(?: (?P<facts>\{.*\}))? -->")
_OUR_HEADINGS = frozenset(f"## {heading}" for heading in HEADINGS.values())


def is_our_markdown(text: str) -> bool:
    """Whether the front matter names our schema."""
    head = text[:20_000].removeprefix("\ufeff").replace("\r\n", "\n")
    if not head.startswith("---\n"):
        return False
    front = head[4:].partition("\n---")[0]
    return re.search(rf"^{NAME}:", front, re.MULTILINE) is not None


def read_markdown(text: str) -> tuple[ReportDocument, list[str]]:
    """The draft, and what to tell the person who sent it. Raises Malformed with the line."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    front = _FrontMatter(lines)
    document = front.document()
    body = _Body(lines, front.end, front.mark, document)
    return body.document(), [*front.warnings, *body.warnings]


# ── Front matter ────────────────────────────────────────────────────────────


class _FrontMatter:
    def __init__(self, lines: list[str]) -> None:
        self.values: dict[str, Any] = {}
        self.places: dict[str, int] = {}
        self.warnings: list[str] = []
        self.end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), 0)
        if not self.end:
            raise Malformed("Line 1", "The facts that begin here have no end: a line “---” is missing.")
        name = ""
        for n, line in enumerate(lines[1 : self.end], start=2):
            fact, item = _FACT.fullmatch(line), _ITEM.fullmatch(line)
            if fact:
                name = fact["name"]
                self._take(name, fact["value"] or "", n)
            elif item and isinstance(self.values.get(name), list):
                self.places[f"{name}[{len(self.values[name]) + 1}]"] = n
                self.values[name].append(_json(item["value"], n))
            elif line.strip() and not line.lstrip().startswith("#"):
                raise Malformed(f"Line {n}", "This is no fact. Write it as “name: value”.")
            if len(self.places) > MAX_ROWS:
                raise Malformed(f"Line {n}", f"These are more than {MAX_ROWS:,} facts; a report has fewer.")
        check_schema(self.values.pop(NAME, None))
        self.mark = str(self.values.pop("mark", NAME))

    def _take(self, name: str, value: str, n: int) -> None:
        if name in self.places:
            raise Malformed(f"Line {n}", f"“{name}” is said twice.")
        self.places[name] = n
        if name in LISTS and not value.strip():
            self.values[name] = []
        elif value.strip():
            self.values[name] = _plain_or_json(value.strip(), n)

    def document(self) -> ReportDocument:
        unknown: list[str] = []
        facts = {name: value for name, value in self.values.items() if name not in BODY}
        try:
            document: ReportDocument = from_data(ReportDocument, facts, "", unknown)
        except Malformed as error:
            raise Malformed(self._line(error.where), error.message) from error
        self.warnings = [f"{self._line(place)}: This is no fact that we know; it was not read." for place in unknown]
        return document

    def _line(self, place: str) -> str:
        """Where a fact stands, by the longest part of its name that has a line of its own."""
        own = max((name for name in self.places if place.startswith(name)), key=len, default="")
        return f"Line {self.places[own]} ({place})" if own else f"“{place}”"


def _plain_or_json(value: str, n: int) -> Any:
    """A value is JSON; words that somebody wrote without quotes are words."""
    if value[:1] in {'"', "{", "["}:
        return _json(value, n)
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _json(value: str, n: int) -> Any:
    def refuse(name: str) -> NoReturn:
        raise ValueError(name)

    try:
        return json.loads(value, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise Malformed(f"Line {n}", f"This can’t be read: {error.msg}, at “{value[error.pos :][:20]}”.") from error
    except (ValueError, RecursionError) as error:
        raise Malformed(f"Line {n}", "This can’t be read.") from error


# ── Body ────────────────────────────────────────────────────────────────────


class _Mark(NamedTuple):
    """A comment that begins or ends something, and what stands before it in its line."""

    head: str
    name: str
    facts: str


def _mark_in(line: str, beginning: str) -> _Mark | None:
    """The mark that ends this line. What is written in one never holds the beginning of another."""
    head, found, rest = line.rstrip().rpartition(beginning)
    match = _SAID.fullmatch(rest) if found else None
    return _Mark(head, match["name"], match["facts"] or "{}") if match else None


@dataclass
class _Block:
    """What stands between a mark and its end; `line` is where it begins."""

    line: int
    head: str
    name: str
    facts: Any
    colleagues: list[str] = field(default_factory=list)
    customers: list[str] | None = None
    customers_facts: Any = None

    def __post_init__(self) -> None:
        if not isinstance(self.facts, dict):
            raise Malformed(f"Line {self.line}", "The facts in this mark must have names.")

    def take(self, line: str) -> None:
        (self.colleagues if self.customers is None else self.customers).append(line)

    def take_rest(self, head: str) -> None:
        """What somebody wrote before a mark, in its line."""
        if head.strip():
            self.take(head.rstrip())

    def begin_customers(self, facts: Any) -> None:
        self.customers, self.customers_facts = [], facts

    def texts(self, *, indent: str = "") -> dict[str, str]:
        """Both wordings, as fields of the part."""
        colleagues = "\n".join(line.removeprefix(indent) for line in self.colleagues)
        customers = "\n".join(_unquoted(line.removeprefix(indent)) for line in self.customers or [])
        return {
            "text": read_back(colleagues, self.facts.get("written", "")),
            "public_text": read_back(customers, (self.customers_facts or {}).get("written", "")),
        }


def _unquoted(line: str) -> str:
    return line[2:] if line.startswith("> ") else line.removeprefix(">")


class _Body:
    def __init__(self, lines: list[str], start: int, mark: str, facts: ReportDocument) -> None:
        self.lines, self.facts = lines, facts
        self.said: list[tuple[int, str]] = []
        self.elsewhere: list[str] = []
        self.keys: set[tuple[str, str]] = set()
        self.mark = f"<!-- {mark}: "
        self.sections: list[SectionText] = []
        self.rows: list[tuple[_Block, Row]] = []
        self.actions: list[tuple[_Block, ActionText]] = []
        self.images: list[tuple[_Block, ImageFile]] = []
        readers = {"section": self._section, "row": self._row, "action": self._action, "image": self._image}
        found: Counter[str] = Counter()
        for block in self._blocks(start + 1):
            found[block.name] += 1
            if found[block.name] > MAX_ROWS:
                raise Malformed(
                    f"Line {block.line}", f"There are more than {MAX_ROWS:,} of these; a report holds fewer."
                )
            if block.name in readers:
                readers[block.name](block)
            elif block.name != "for reading":
                raise Malformed(f"Line {block.line}", f"There is no mark “{block.name}”.")

    def document(self) -> ReportDocument:
        rows = {row.key: row for _, row in self.rows if row.key}
        if self.elsewhere:
            self.sections.append(SectionText(NOTES, "\n".join(["### Between the marks", "", *self.elsewhere])))
        document = replace(
            self.facts,
            milestones=tuple(_timed(fact, rows.get(fact.row)) for fact in self.facts.milestones),
            sections=tuple(self.sections),
            timeline=tuple(row for _, row in self.rows),
            action_items=tuple(item for _, item in self.actions),
            images=tuple(image for _, image in self.images),
        )
        self._compare_heads(document)
        return document

    @property
    def warnings(self) -> list[str]:
        return [f"Line {n}: {words}" for n, words in sorted(self.said)]

    def _blocks(self, start: int) -> Iterator[_Block]:
        block: _Block | None = None
        for n, line in enumerate(self.lines[start:], start=start + 1):
            mark = _mark_in(line, self.mark)
            if block is None:
                block = self._begin(n, line, mark)
            elif mark is None:
                block.take(line)
            elif mark.name == "end":
                block.take_rest(mark.head)
                yield block
                block = None
            elif mark.name == "for customers" and block.customers is None:
                block.take_rest(mark.head)
                block.begin_customers(_json(mark.facts, n))
            else:
                raise Malformed(f"Line {n}", f"What begins in line {block.line} has no end before this mark.")
        if block is not None:
            raise Malformed(f"Line {block.line}", "What begins here has no end: a mark “end” is missing.")

    def _begin(self, n: int, line: str, mark: _Mark | None) -> _Block | None:
        if len(self.said) > MAX_ROWS:
            raise Malformed(f"Line {n}", f"More than {MAX_ROWS:,} lines stand between the marks or end nothing.")
        if mark is not None and mark.name not in {"end", "for customers"}:
            return _Block(n, mark.head, mark.name, _json(mark.facts, n))
        if mark is not None:
            self.said.append((n, "This mark ends nothing."))
        elif line.strip() and line.rstrip() not in _OUR_HEADINGS:
            self.said.append((n, "This stands between the marks; it is kept in the notes."))
            self.elsewhere.append(line)
        return None

    def _read(self, kind: Any, block: _Block, facts: dict[str, Any]) -> Any:
        """The part that the block says, under a key of its own."""
        unknown: list[str] = []
        facts = {**block.facts, **facts}
        facts.pop("written", None)
        if block.name != "section" and (block.name, str(facts.get("key"))) in self.keys:
            del facts["key"]  # somebody copied it: another item
        try:
            part = from_data(kind, facts, "", unknown)
        except Malformed as error:
            place = f" ({error.where})" if error.where else ""
            raise Malformed(f"Line {block.line}{place}", error.message) from error
        self.said += [(block.line, f"“{place}” is no fact that we know; it was not read.") for place in unknown]
        self.keys.add((block.name, part.key))
        return part

    def _section(self, block: _Block) -> None:
        if block.head.strip():
            self.elsewhere.append(block.head)
        self.sections.append(self._read(SectionText, block, block.texts()))

    def _row(self, block: _Block) -> None:
        written = _MOMENT.fullmatch(block.head.strip())
        moment = None
        if written:
            zone = "+00:00" if written["zone"] in {"UTC", "Z"} else written["zone"]
            moment = f"{written['day']}T{written['clock']}{zone}"
        try:
            datetime.fromisoformat(moment or "").astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Malformed(f"Line {block.line}", "Write the time as “**2023-03-06 05:00 UTC**”.") from error
        precision = (written and written["precision"]) or "exact"
        facts = {"occurred_at": moment, "precision": precision, **block.texts(indent="  ")}
        self.rows.append((block, self._read(Row, block, facts)))

    def _action(self, block: _Block) -> None:
        box = _BOX.fullmatch(block.head.strip())
        if box is None:
            raise Malformed(f"Line {block.line}", "Begin an action item with “- [ ]”, or “- [x]” when it is done.")
        item: ActionText = self._read(ActionText, block, block.texts(indent="  "))
        said = replace(item, state=block.facts.get("state") or ("done" if item.closed_on else "open"))
        if box["box"] != " ":
            item = replace(item, state="done")
        elif item.state in {"open", "done"}:
            item = replace(item, state="open", closed_on=None)
        self.actions.append((block, item))
        self._compare(block, action_head(said)[len("- [ ]") :], block.head.strip()[len("- [ ]") :])

    def _image(self, block: _Block) -> None:
        image: ImageFile = self._read(ImageFile, block, {"alt": block.texts(indent="  ")["text"]})
        self.images.append((block, image))
        self._compare(block, image_head(image)[len("- ") :], block.head.strip()[len("- ") :])

    def _compare_heads(self, document: ReportDocument) -> None:
        """Words beside a time look as if they counted."""
        for block, row in self.rows:
            self._compare(block, _beside_time(row_head(row, document)), _beside_time(block.head))

    def _compare(self, block: _Block, expected: str, found: str) -> None:
        if expected.strip() != found.strip():
            self.said.append((block.line, f"“{found.strip()[:100]}” is not read; what counts stands in the facts."))


def _beside_time(head: str) -> str:
    return head.partition("**")[2].partition("**")[2]


def _timed(fact: MilestoneFact, row: Row | None) -> MilestoneFact:
    """A milestone that a row marks and that has no time of its own has the row's."""
    if row is None or fact.at is not None or fact.precision != MilestoneFact(fact.kind).precision:
        return fact
    return replace(fact, at=row.occurred_at, precision=row.precision)
