"""A draft as one JSON file, for machines and for keeping."""

from __future__ import annotations

import json
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from incidents.import_export.document import NAME, Malformed, ReportDocument
from incidents.milestones import Milestone, MilestoneKind, Precision, durations
from incidents.zones import known_zone


def to_json(document: ReportDocument) -> str:
    return json.dumps(document.to_data(), ensure_ascii=False, indent=2) + "\n"


def is_our_json(text: str) -> bool:
    """Whether this may be one of ours: an object that names the schema among its first fields."""
    head = text[:200].removeprefix("\ufeff").lstrip()
    return head.startswith("{") and f'"{NAME}"' in head


def read_json(text: str) -> tuple[ReportDocument, list[str]]:
    """The draft, and what to tell the person who sent it. Raises Malformed."""
    try:
        data = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise Malformed(f"Line {error.lineno}", f"This is no JSON: {error.msg}.") from error
    except (ValueError, RecursionError) as error:
        raise Malformed("", "This JSON can’t be read.") from error
    document, unknown = ReportDocument.from_data(data)
    return document, [f"“{place}” is no field that we know; it was not read." for place in unknown]


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def as_read(document: ReportDocument, file_name: str, warnings: list[str]) -> dict[str, Any]:
    """The document in the shape that `import_reports --json` prints for every report that was read."""
    zone = ZoneInfo(document.time_zone if known_zone(document.time_zone) else "UTC")
    milestones = {
        MilestoneKind(fact.kind): Milestone(MilestoneKind(fact.kind), fact.at, Precision(fact.precision))
        for fact in document.milestones
        if fact.kind in set(MilestoneKind) and fact.precision in set(Precision)  # nobody has checked them yet
    }
    started = milestones.get(MilestoneKind.IMPACT_STARTED)
    moments = [started.at if started else None, *(row.occurred_at for row in document.timeline), document.opened_at]
    first = next((at.astimezone(zone) for at in moments if at), None)
    offset = first.utcoffset() if first else None
    impact = durations(milestones).impact
    sections = {section.key: section.text for section in document.sections}
    return {
        "file": file_name,
        "title": document.title,
        "author": document.byline or (document.owner.name if document.owner else None),
        "date": first.date().isoformat() if first else None,
        "time_zone": document.time_zone,
        "utc_offset_minutes": int(offset.total_seconds() // 60) if offset is not None else None,
        "severity": document.severity.name or None,
        "duration_minutes": int(impact.length.total_seconds() // 60) if impact else None,
        "summary": sections.get("summary"),
        "root_cause": sections.get("root_cause"),
        "timeline": [
            {
                "time_as_written": row.occurred_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                "occurred_at": row.occurred_at.astimezone(zone).isoformat(),
                "text": row.text,
            }
            for row in document.timeline
        ],
        "action_items": [item.text for item in document.action_items],
        "attachments": [image.file or image.source_url for image in document.images],
        "warnings": warnings,
    }
