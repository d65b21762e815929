"""A whole report: outline, facts, timeline, action items, and every line that is left, as text in a section."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from . import facts, marks
from .actions import Actions, is_ticked_off, read_actions
from .blocks import Block, Document, read_document
from .candidates import candidate, is_update_head
from .dates import find_dates
from .evidence import refuse_what_is_no_report
from .facts import (
    FRONT_MATTER,
    MOST_PROSE,
    TEXT,
    DateFound,
    Facts,
    dates_by_place,
    find_facts,
    find_title,
    zone_in_prose,
)
from .keeping import Keeper
from .lengths import Length, find_length, stated_ends
from .milestones import propose_milestones
from .model import ParsedImage, ParsedReport, Question
from .moments import Known
from .numeric_dates import numeric_order
from .questions import Answers, date_question, once_each, zone_question
from .sections import Part, outline
from .shapes import has_rows
from .source import to_text
from .timeline import Rows, read_rows
from .zones import ZoneReading, declared_zone, headed_zone

_QUOTED: Final = re.compile("\u201c[^\u201d]*\u201d|\\d+")
_FEWEST_LOOSE_ROWS: Final = 3
_FEWEST_UPDATES: Final = 2
# What stands below a list of actions under such a name is no group of actions.
_NO_GROUPS: Final = ("notes", "went_well", "went_badly", "got_lucky", "summary", "timeline")
_LOOKED_AT: Final = 3000
_MOST_DATES: Final = 200


def read_report(
    source: str | bytes, *, file_name: str | None = None, answers: Mapping[str, str] | None = None
) -> ParsedReport:
    """Read a report that a person wrote, in Markdown or close to it.

    Args:
        source: the file's bytes (UTF-8) or its text; up to one mebibyte.
        file_name: carried into the result, never used to guess.
        answers: question key → value of the chosen reading. Keys and values that fit no question change nothing.

    Raises:
        Unreadable: too large, binary, or not UTF-8; the message says which.
        NotAReport: empty, a template, or about something else; the message says why.
    """
    text = to_text(source)
    return _ReportReader(text, file_name, Answers(answers)).read()


class _ReportReader:
    """The steps of one reading; each leaves its part of the result here."""

    def __init__(self, text: str, file_name: str | None, answers: Answers) -> None:
        self.file_name = file_name
        self.answers = answers
        self.document: Document = read_document(text)
        self.warnings: dict[str, None] = {}  # ordered, each once
        self.images: dict[ParsedImage, None] = {}
        blocks = self._without_images(self.document.blocks)
        self.definitions = dict(self.document.definitions)
        self.title = find_title(self.document)
        self.parts = outline(blocks, title=self.title)
        self.order = answers.order(numeric_order(text[:MOST_PROSE]))
        self.rows = Rows()
        self.actions = Actions()
        self.facts = Facts()
        self.dates: list[DateFound] = []
        self.zone: ZoneReading | None = None
        self.date: dt.date | None = None
        self.date_written: str | None = None
        self.date_source: str | None = None
        self.known = Known()

    def read(self) -> ParsedReport:
        timeline = self._timeline_parts()
        inside = {id(part) for part in timeline}
        prose = [block for part in self.parts if id(part) not in inside for block in self._with_heading(part)]
        prose = prose[:_LOOKED_AT]
        promised = {
            id(block) for part in self.parts if part.container not in (None, "timeline") for block in part.blocks
        }
        self.facts = find_facts(self.document, prose, promised)
        self.dates = list(islice(dates_by_place(self.facts, prose, self.document, self.order), _MOST_DATES))
        self.known = self._known(timeline, prose)
        self._read_timeline(timeline, self.known, prose)
        self._settle_date()
        actions = self._read_actions()
        dated = self.date is not None or any(found.reading.readings for found in self.dates)
        refuse_what_is_no_report(self.facts, self.parts, self.rows, dated=dated)
        used = inside | {id(part) for part in actions}
        keeper = Keeper(self.title, self.facts.consumed, self._resolve)
        keeper.front_matter(self.document)
        keeper.parts([part for part in self.parts if id(part) not in used])
        for part in timeline[:1]:
            keeper.structure.append(part.raw or part.heading)
            keeper.blocks("notes", part.heading, self.rows.left_over)
        for heading, blocks in self.actions.left_over:
            keeper.blocks("notes", heading, blocks)
        keeper.structure.extend([*self.rows.structure, *self.actions.structure])
        duration = find_length(self.facts, prose, self._warn)
        return self._report(keeper, duration)

    # ── images ─────────────────────────────────────────────────────────────

    def _resolve(self, text: str) -> str:
        return marks.resolve_references(text, self.definitions)

    def _with_heading(self, part: Part) -> list[Block]:
        """The blocks of a part under its heading; a label and the value on its line stay one line apart."""
        if not part.heading:
            return part.blocks
        if part.style == "label":
            return [Block("line", f"{part.heading}:", part.raw), *part.blocks]
        return [Block("heading", part.heading, part.raw), *part.blocks]

    def _without_images(self, blocks: Sequence[Block]) -> list[Block]:
        """Blocks that are nothing but images become attachments; other images are noted and stay in the text."""
        kept = []
        for block in blocks:
            if block.kind in ("line", "item", "row", "quote", "heading") and (
                "![" in block.text or "<img" in block.text
            ):
                found = [ParsedImage(image.url, image.alt) for image in marks.images(block.text)]
                self.images.update(dict.fromkeys(found))
                if found and block.kind == "line" and marks.is_bare(marks.without_images(block.text)):
                    kept.append(Block("blank", "", ""))
                    continue
            kept.append(block)
        return kept

    # ── timeline ───────────────────────────────────────────────────────────

    def _timeline_parts(self) -> list[Part]:
        """The parts of the first timeline section that has rows; without one, the part with a run of timed lines."""
        named = [part for part in self.parts if part.key == "timeline"]
        best: list[Part] = []
        for part in named:
            region = self._region(part)
            blocks = [block for inner in region for block in inner.blocks]
            if has_rows(blocks, self.order):
                if part.heading or not best:
                    best = region
                if part.heading:
                    break
        if best:
            self._warn_of_other_timelines(named, best)
            return best
        for part, blocks in self._loose_blocks():
            if sum(1 for block in blocks if self._is_timed(block)) >= _FEWEST_LOOSE_ROWS:
                return [part]
        return self._update_log()

    def _warn_of_other_timelines(self, named: Sequence[Part], best: Sequence[Part]) -> None:
        read = {id(part) for part in best}
        others = [part for part in named if part.heading and id(part) not in read]
        if any(self._is_timed(block) for part in others for block in part.blocks):
            self._warn("There is more than one timeline; the first was read, the others are kept as notes.")

    def _loose_blocks(self) -> Iterator[tuple[Part, list[Block]]]:
        """The parts outside timelines and action lists, each with its blocks, up to a number of blocks in all."""
        left = _LOOKED_AT
        for part in self.parts:
            if part.container is None and left > 0:
                yield part, part.blocks[:left]
                left -= len(part.blocks)

    def _update_log(self) -> list[Part]:
        """The part that is a log of dated updates ("**2024-05-02 Update 2**:", "2024-05-03:"), if there is one."""
        for part, blocks in self._loose_blocks():
            if sum(1 for block in blocks if is_update_head(block, self.order)) >= _FEWEST_UPDATES:
                return [part]
        return []

    def _is_timed(self, block: Block) -> bool:
        found = candidate(block, order=self.order)
        return found is not None and found.stamp.clock is not None and not found.label

    def _region(self, part: Part) -> list[Part]:
        """A part and all parts below it."""
        region = [part]
        inside = {id(part)}
        for other in self.parts[self.parts.index(part) + 1 :]:
            if other.parent is None or id(other.parent) not in inside:
                break
            region.append(other)
            inside.add(id(other))
        return region

    def _warn(self, *sentences: str) -> None:
        self.warnings.update(dict.fromkeys(sentences))

    def _known(self, timeline: Sequence[Part], prose: Sequence[Block]) -> Known:
        zone, zone_source = self._declared(timeline, prose)
        zone = self.answers.zone(zone)
        for part in timeline:
            for date in find_dates(part.heading, order=self.order):
                if date.value is not None:
                    source = "the heading"
                    return Known(date.value, source, date.value.year, source, zone, zone_source, self.answers)
        for found in self.dates:
            value = found.reading.value
            if value is not None:
                return Known(value, found.source, value.year, found.source, zone, zone_source, self.answers)
        return Known(zone=zone, zone_source=zone_source, answers=self.answers)

    def _declared(self, timeline: Sequence[Part], prose: Sequence[Block]) -> tuple[ZoneReading | None, str]:
        """The zone that the timeline's heading declares, else a line such as "All times PDT." anywhere."""
        for part in timeline:
            zone = headed_zone(part.heading)
            if zone:
                return zone, "the heading"
        for block in prose:
            if block.kind in ("line", "quote", "item") and len(block.text) < 100 and "time" in block.text.lower():
                zone = declared_zone(block.text)
                if zone and re.match(r"\W*(?:all\s|the\s)?times?\b|\W*time\s?zone", block.text.lower()):
                    return zone, "the text"
        return None, ""

    def _read_timeline(self, timeline: Sequence[Part], known: Known, prose: Sequence[Block]) -> None:
        blocks: list[Block] = []
        for number, part in enumerate(timeline):
            if number:
                blocks.append(Block("line", part.heading, part.raw))
            blocks.extend(part.blocks)
        heading = " ".join(part.heading for part in timeline[:1])
        self.rows = self._rows(blocks, known, heading)
        self._warn(*self.rows.warnings)
        row_zone = next((moment.zone for moment in self.rows.moments if moment.zone), None)
        self.zone = self.answers.zone(known.zone or self.rows.zone or row_zone)
        if self.zone is None:
            found = zone_in_prose(prose, self.document)
            if found is not None:
                self._take_zone_from_prose(found, blocks, known, heading)

    def _rows(self, blocks: Sequence[Block], known: Known, heading: str) -> Rows:
        return read_rows(blocks, known, order=self.order, definitions=self.definitions, heading=heading)

    def _take_zone_from_prose(
        self, found: tuple[ZoneReading, str], blocks: Sequence[Block], known: Known, heading: str
    ) -> None:
        zone, source = found
        self.zone = self.answers.zone(zone) or zone
        self.known = known = replace(known, zone=self.zone, zone_source=source)
        self.rows = self._rows(blocks, known, heading)
        self._warn(f"The timeline names no time zone; {self.zone.written} is taken from {source}.")

    # ── date ───────────────────────────────────────────────────────────────

    def _settle_date(self) -> None:
        """A date label or the title first; then the first day of the timeline; then the text."""
        year = next((found.reading.value.year for found in self.dates if found.reading.value), None)
        own = min((moment.date for moment in self.rows.moments if moment.date and not moment.borrowed), default=None)
        if self._take_date(year, lambda source: source not in (TEXT, FRONT_MATTER)):
            pass
        elif own is not None:
            self.date, self.date_source = own, "the first day of the timeline"
        elif not self._take_date(year, lambda source: source == TEXT):
            self._take_date(year, lambda source: source == FRONT_MATTER)
        for found in self.dates:
            self._warn(*found.reading.doubts)
        if self.date is None:
            self._warn("No date was found that can be read one way only.")
            return
        for found in self.dates:
            value = found.reading.value
            if found.source == FRONT_MATTER and value and value != self.date:
                self._warn(
                    f"The front matter says {value.isoformat()}; the report itself says {self.date.isoformat()}."
                )

    def _take_date(self, year: int | None, wanted: Callable[[str], bool]) -> bool:
        """Take the first date of these sources, if there is one."""
        for found in self.dates:
            date = found.reading.with_year(year) if wanted(found.source) else None
            if date is not None:
                self.date, self.date_source, self.date_written = date, found.source, found.reading.written.strip()
                return True
        return False

    # ── actions ────────────────────────────────────────────────────────────

    def _read_actions(self) -> list[Part]:
        """Read every action section; those with a weaker heading only when no other has items. Returns their parts."""
        named = any(part.key == "actions" for part in self.parts)
        for key in ("actions", "actions_weak"):
            regions = [region for region in self._action_regions(key) if not (named and self._is_about_report(region))]
            self._collect(regions, inline=False)
            if self.actions.items:
                # Beside a list of items, "Improvements: rotate the logs" is one more.
                self._collect(regions, inline=True)
                return [part for region in regions for part in region]
        self.actions = Actions()
        return []

    def _action_regions(self, key: str) -> list[list[Part]]:
        roots = (part for part in self.parts if part.key == key)
        regions = [self._region(root) for root in roots if root.parent is None or root.parent.container is None]
        return [[part for part in region if part.key not in _NO_GROUPS] for region in regions]

    def _is_about_report(self, region: list[Part]) -> bool:
        return region[0].key == "actions_weak" and is_ticked_off(region)

    def _collect(self, regions: Sequence[list[Part]], *, inline: bool) -> None:
        self.actions = Actions()
        for region in regions:
            found = read_actions(region, self._resolve, inline=inline, order=self.order)
            self.actions.items.extend(found.items)
            self.actions.left_over.extend(found.left_over)
            self.actions.structure.extend([*(part.raw or part.heading for part in region), *found.structure])

    # ── result ─────────────────────────────────────────────────────────────

    def _warn_of_rows(self) -> None:
        """Each kind of doubt once, with the first row that has it and the number of others."""
        rows: dict[str, list[str]] = {}
        for entry in self.rows.entries:
            for doubt in entry.doubts:
                kind = _QUOTED.sub("", doubt)
                if doubt not in self.warnings:
                    rows.setdefault(kind, []).append(f"{entry.time_as_written}: {doubt}")
        for first, *others in rows.values():
            self._warn(first + (f" ({len(others)} more rows like this.)" if others else ""))
        if facts.words_in(self.rows.left_over):
            self._warn("Text in the timeline that is no row is kept as a note.")

    def _report(self, keeper: Keeper, duration: Length | None) -> ParsedReport:
        first = next((moment.local for moment in self.rows.moments if moment.local), None)
        noon = dt.datetime.combine(self.date, dt.time(12)) if self.date else first
        if self.zone is not None:
            self._warn(*self.zone.doubts_at(first or noon))
        self._warn_of_rows()
        return ParsedReport(
            title=self.title,
            author=self.facts.author,
            date=self.date,
            time_zone=self.zone.written if self.zone else None,
            utc_offset_minutes=self.zone.minutes_at(noon) if self.zone else None,
            severity=self.facts.severity,
            duration_minutes=duration.minutes if duration else None,
            sections=tuple(keeper.sections),
            timeline=tuple(self.rows.entries),
            action_items=tuple(self.actions.items),
            attachments=tuple(self.images),
            milestones=propose_milestones(self.rows.entries),
            warnings=tuple(self.warnings),
            structure=tuple(line for line in keeper.structure if line.strip()),
            file_name=self.file_name,
            questions=self._questions(),
            date_written=self.date_written,
            date_source=self.date_source,
            duration_written=duration.written if duration else None,
            stated=tuple(stated_ends(self.facts, self.known, self.order)),
        )

    def _questions(self) -> tuple[Question, ...]:
        asked = [date_question(found.reading) for found in self.dates]
        return once_each([*asked, *self.rows.questions, zone_question(self.zone)])
