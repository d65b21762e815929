"""Reads incident reports and timelines as people write them. Plain Python: no Django, no network, no clock.

`read_report` takes a whole report, `parse_timeline` a pasted list of rows, `read_line` one typed row. They keep
what they do not understand as text, say what is doubtful, ask what can be read in two ways, and never fill in what
was not written.
"""

from .milestones import suggest_milestone
from .model import (
    Choice,
    MilestoneKind,
    ParsedAction,
    ParsedEntry,
    ParsedImage,
    ParsedReport,
    ParsedSection,
    ParsedTimeline,
    ProposedMilestone,
    Question,
    with_end,
)
from .paste import UnknownZone, parse_timeline
from .quick import QuickRow, read_line
from .report import read_report
from .source import MAX_BYTES, MAX_ROWS, NotAReport, ReadingError, Unreadable

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "Choice",
    "MilestoneKind",
    "NotAReport",
    "ParsedAction",
    "ParsedEntry",
    "ParsedImage",
    "ParsedReport",
    "ParsedSection",
    "ParsedTimeline",
    "ProposedMilestone",
    "Question",
    "QuickRow",
    "ReadingError",
    "UnknownZone",
    "Unreadable",
    "parse_timeline",
    "read_line",
    "read_report",
    "suggest_milestone",
    "with_end",
]
