"""What is stored: one schema, one file per noun."""

from incidents.models.action_item import ActionItem, ActionKind, ActionState
from incidents.models.activity import Activity, Verb
from incidents.models.attachment import Attachment
from incidents.models.component import Component, ComponentStatus
from incidents.models.incident import Incident, IncidentComponent, IncidentCounter, IncidentStatus
from incidents.models.judged import JudgedFinding
from incidents.models.milestone import Milestone
from incidents.models.presence import Presence, UnsentText
from incidents.models.publication import Publication, PublishedIsFinal, Retraction
from incidents.models.report import NOTES, Report, ReportSection, ReportStatus, Step, Verdict, WrongState, waiting_since
from incidents.models.review import MAX_COMMENT_LENGTH, AcceptedFinding, Comment, ReviewRequest
from incidents.models.severity import (
    FIRST_PROMPTS,
    Severity,
    SeveritySection,
    Tone,
    sections_for,
    suggested_due,
)
from incidents.models.timeline import TimelineEntry

__all__ = [
    "FIRST_PROMPTS",
    "MAX_COMMENT_LENGTH",
    "NOTES",
    "AcceptedFinding",
    "ActionItem",
    "ActionKind",
    "ActionState",
    "Activity",
    "Attachment",
    "Comment",
    "Component",
    "ComponentStatus",
    "Incident",
    "IncidentComponent",
    "IncidentCounter",
    "IncidentStatus",
    "JudgedFinding",
    "Milestone",
    "Presence",
    "Publication",
    "PublishedIsFinal",
    "Report",
    "ReportSection",
    "ReportStatus",
    "Retraction",
    "ReviewRequest",
    "Severity",
    "SeveritySection",
    "Step",
    "TimelineEntry",
    "Tone",
    "UnsentText",
    "Verb",
    "Verdict",
    "WrongState",
    "sections_for",
    "suggested_due",
    "waiting_since",
]
