"""Reads incident reports and timelines as people write them. Plain Python: no Django, no network, no clock.

`read_report` takes a whole report, `parse_timeline` a pasted list of rows. Both keep what they do not
understand as text, say what is doubtful, and never fill in what was not written.
"""

from .model import (
    ParsedAction,
    ParsedEntry,
    ParsedImage,
    ParsedReport,
    ParsedSection,
    ParsedTimeline,
    ProposedMilestone,
)
from .paste import UnknownZone, parse_timeline
from .report import read_report
from .source import MAX_BYTES, NotAReport, ReadingError, Unreadable

__all__ = [
    "MAX_BYTES",
    "NotAReport",
    "ParsedAction",
    "ParsedEntry",
    "ParsedImage",
    "ParsedReport",
    "ParsedSection",
    "ParsedTimeline",
    "ProposedMilestone",
    "ReadingError",
    "UnknownZone",
    "Unreadable",
    "parse_timeline",
    "read_report",
]
