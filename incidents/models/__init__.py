"""What is stored: one schema, one file per noun."""

from incidents.models.action_change import ActionChange
from incidents.models.action_item import CLOSED, UNDERWAY, ActionItem, ActionKind, ActionState, Priority
from incidents.models.activity import Activity, Verb
from incidents.models.attachment import Attachment
from incidents.models.component import IMPACT_LEVELS, WORST_FIRST, Component, ComponentStatus, ImpactWindow, worst
from incidents.models.due_rule import DueRule, rules_for
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
from incidents.models.mail_choice import MailChoice, MailRound, Rhythm
from incidents.models.milestone import Milestone
from incidents.models.presence import Presence, UnsentText
from incidents.models.promise_update import PromiseUpdate
from incidents.models.public_face import refresh_search, show_publication
from incidents.models.public_promise import PublicPromise
from incidents.models.publication import Publication, PublishedIsFinal, Retraction
from incidents.models.report import NOTES, Report, ReportSection, ReportStatus, Step, Verdict, WrongState, waiting_since
from incidents.models.review import MAX_COMMENT_LENGTH, AcceptedFinding, Comment, ReviewRequest
from incidents.models.saved_view import SavedView
from incidents.models.severity import (
    FIRST_PROMPTS,
    Severity,
    SeveritySection,
    Tone,
    sections_for,
    suggested_due,
)
from incidents.models.site import PublicChange, Site
from incidents.models.team import Team
from incidents.models.timeline import TimelineEntry
from incidents.models.words import IncidentWords

__all__ = [
    "CLOSED",
    "FIRST_PROMPTS",
    "IMPACT_LEVELS",
    "INCIDENT_STEPS",
    "MAINTENANCE_STEPS",
    "MAX_COMMENT_LENGTH",
    "NOTES",
    "OVER",
    "UNDERWAY",
    "WORST_FIRST",
    "AcceptedFinding",
    "ActionChange",
    "ActionItem",
    "ActionKind",
    "ActionState",
    "Activity",
    "Attachment",
    "Comment",
    "Component",
    "ComponentStatus",
    "DueRule",
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
    "MailChoice",
    "MailRound",
    "MaintenancePlan",
    "Milestone",
    "Presence",
    "Priority",
    "PromiseUpdate",
    "PublicChange",
    "PublicEvent",
    "PublicPromise",
    "Publication",
    "PublishedIsFinal",
    "Report",
    "ReportSection",
    "ReportStatus",
    "Retraction",
    "ReviewRequest",
    "Rhythm",
    "SavedView",
    "Severity",
    "SeveritySection",
    "Site",
    "Step",
    "Team",
    "TimelineEntry",
    "Tone",
    "UnsentText",
    "UpdateTemplate",
    "Verb",
    "Verdict",
    "WrongState",
    "impact_of",
    "refresh_search",
    "rules_for",
    "sections_for",
    "show_publication",
    "suggested_due",
    "waiting_since",
    "worst",
]
