"""Pasted text → timeline rows, without a report around them: a chat log, notes, a table, an ISO log."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from .blocks import Block, read_document, unquoted
from .model import ParsedTimeline
from .moments import Known
from .numeric_dates import numeric_order
from .questions import Answers, once_each
from .sections import exact_key
from .source import ReadingError, to_text
from .timeline import Rows, read_rows
from .zones import ZoneReading, declared_zone, headed_zone, named_zone

_LOOKED_AT: Final = 3000
_LONGEST: Final = 2000
_SENTENCE: Final = re.compile(r"[.;!?(]\s?(?=\S)|\u3002")
_ALL_TIMES: Final = re.compile(r"[\s*_>(\[-]{0,9}(?:all\s|the\s)?(?:times|timestamps|time\s?zone)\b", re.IGNORECASE)


class UnknownZone(ReadingError):
    """The zone that was asked for is no zone this reader knows."""


def parse_timeline(
    text: str, *, date: dt.date | None = None, zone: str | None = None, answers: Mapping[str, str] | None = None
) -> ParsedTimeline:
    """Rows of a pasted text, in the order written.

    Args:
        text: what was pasted; up to one mebibyte.
        date: the day of rows above the first written date. None: such rows get no date.
        zone: the zone of rows without one of their own: "UTC", "CET", "+02:00", "Europe/Berlin". None: no zone.
        answers: question key → value of the chosen reading. Keys and values that fit no question change nothing.

    Raises:
        Unreadable: too large, or binary.
        UnknownZone: `zone` names nothing known.
    """
    said = Answers(answers)
    chosen = said.zone(_zone(zone))
    clean = unquoted(to_text(text))
    document = read_document(clean)
    known = Known(date=date, year=date.year if date else None, zone=chosen, answers=said)
    order = said.order(numeric_order(clean[:50_000]))
    definitions = dict(document.definitions)
    rows = read_rows(document.blocks, known, order=order, definitions=definitions)
    declared = said.zone(_declared_elsewhere(rows, document.blocks)) if chosen is None else None
    if declared is not None:
        known = replace(known, zone=declared, zone_source="the text")
        rows = read_rows(document.blocks, known, order=order, definitions=definitions)
        rows.zone = rows.zone or declared
    rows.zone = said.zone(rows.zone)
    remarks = _remarks(rows, date)
    return ParsedTimeline(
        entries=tuple(rows.entries),
        time_zone=_written(rows, chosen),
        utc_offset_minutes=_offset(rows, chosen, date),
        left_over=(*_paragraphs(document.front_raw), *_paragraphs("\n".join(block.raw for block in rows.left_over))),
        remarks=tuple(remarks),
        warnings=(*remarks, *_zone_warnings(rows, chosen)),
        questions=once_each(rows.questions),
        structure=tuple(line for line in rows.structure if line.strip()),
    )


def _declared_elsewhere(rows: Rows, blocks: Sequence[Block]) -> ZoneReading | None:
    """The zone that the text declares for all rows, where some still have none: below them, or in a paragraph."""
    if all(moment.zone is not None or moment.clock is None for moment in rows.moments):
        return None
    for block in blocks[:_LOOKED_AT]:
        if block.kind not in ("line", "item", "quote", "heading") or "time" not in block.text.lower():
            continue
        if exact_key(block.text) == "timeline" and (zone := headed_zone(block.text)):
            return zone
        for sentence in _SENTENCE.split(block.text[:_LONGEST]):
            zone = declared_zone(sentence) if _ALL_TIMES.match(sentence) else None
            if zone is not None:
                return zone
    return None


def _zone(zone: str | None) -> ZoneReading | None:
    if zone is None or not zone.strip():
        return None
    found = named_zone(zone)
    if found is None:
        raise UnknownZone(f"\u201c{zone}\u201d is no time zone we know. Try UTC, +02:00 or Europe/Berlin.")
    return found


def _written(rows: Rows, chosen: ZoneReading | None) -> str | None:
    found = rows.zone or next((moment.zone for moment in rows.moments if moment.zone), None) or chosen
    return found.written if found else None


def _offset(rows: Rows, chosen: ZoneReading | None, date: dt.date | None) -> int | None:
    for moment in rows.moments:
        offset = moment.occurred_at.utcoffset() if moment.occurred_at else None
        if offset is not None:
            return int(offset.total_seconds() // 60)
    zone = rows.zone or chosen
    return zone.minutes_at(dt.datetime.combine(date, dt.time(12)) if date else None) if zone else None


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(paragraph.strip("\n") for paragraph in text.split("\n\n") if paragraph.strip())


def _remarks(rows: Rows, date: dt.date | None) -> list[str]:
    if not rows.entries:
        return [*rows.warnings, "No line begins with a time; nothing became a row."]
    undated = date is None and any(moment.date is None for moment in rows.moments)
    return [*rows.warnings, *(["Some rows have no date."] if undated else [])]


def _zone_warnings(rows: Rows, chosen: ZoneReading | None) -> list[str]:
    told = []
    if rows.entries and chosen is None and all(moment.zone is None for moment in rows.moments):
        told.append("No time zone is written.")
    doubted: set[str] = set()
    for moment in rows.moments:
        doubts = moment.zone.doubts_at(moment.local) if moment.zone else ()
        if moment.zone and doubts and moment.zone.written not in doubted:
            doubted.add(moment.zone.written)
            told.extend(doubts)
    return told
