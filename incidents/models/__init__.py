"""What is stored: one schema, one file per noun."""

from incidents.models.action_item import ActionItem, ActionKind, ActionState
from incidents.models.activity import Activity, Verb
from incidents.models.attachment import Attachment
from incidents.models.component import IMPACT_LEVELS, WORST_FIRST, Component, ComponentStatus, ImpactWindow, worst
from incidents.models.event import (
    INCIDENT_STEPS,
    MAINTENANCE_STEPS,
    OVER,
    EarlierUpdate,
    EventComponent,
    EventImpact,
    EventKind,
    EventStatus,
    EventUpdate,
    MaintenancePlan,
    PublicEvent,
    UpdateTemplate,
    impact_of,
)
from incidents.models.incident import Incident, IncidentComponent, IncidentCounter, IncidentStatus
from incidents.models.judged import JudgedFinding
from incidents.models.milestone import Milestone
from incidents.models.presence import Presence, UnsentText
from incidents.models.public_face import refresh_search, show_publication
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
from incidents.models.site import PublicChange, Site
from incidents.models.timeline import TimelineEntry
from incidents.models.words import IncidentWords

__all__ = [
    "FIRST_PROMPTS",
    "IMPACT_LEVELS",
    "INCIDENT_STEPS",
    "MAINTENANCE_STEPS",
    "MAX_COMMENT_LENGTH",
    "NOTES",
    "OVER",
    "WORST_FIRST",
    "AcceptedFinding",
    "ActionItem",
    "ActionKind",
    "ActionState",
    "Activity",
    "Attachment",
    "Comment",
    "Component",
    "ComponentStatus",
    "EarlierUpdate",
    "EventComponent",
    "EventImpact",
    "EventKind",
    "EventStatus",
    "EventUpdate",
    "ImpactWindow",
    "Incident",
    "IncidentComponent",
    "IncidentCounter",
    "IncidentStatus",
    "IncidentWords",
    "JudgedFinding",
    "MaintenancePlan",
    "Milestone",
    "Presence",
    "PublicChange",
    "PublicEvent",
    "Publication",
    "PublishedIsFinal",
    "Report",
    "ReportSection",
    "ReportStatus",
    "Retraction",
    "ReviewRequest",
    "Severity",
    "SeveritySection",
    "Site",
    "Step",
    "TimelineEntry",
    "Tone",
    "UnsentText",
    "UpdateTemplate",
    "Verb",
    "Verdict",
    "WrongState",
    "impact_of",
    "refresh_search",
    "sections_for",
    "show_publication",
    "suggested_due",
    "waiting_since",
    "worst",
]
