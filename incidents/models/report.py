from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, DateTimeField, F, Func, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.roles import Capability, roles_with
from incidents import milestones as rules
from incidents.checks import CheckContext, PromiseFacts, findings
from incidents.models.action_item import ActionState
from incidents.models.activity import Activity, Verb
from incidents.models.incident import Incident
from incidents.models.judged import JudgedFinding
from incidents.snapshot import (
    CAUSES,
    SCHEMA,
    SECTION_HEADINGS,
    ComponentImpact,
    Image,
    Promise,
    Section,
    SeverityFact,
    Snapshot,
    TimelineRow,
)
from incidents.tags import MAX_TAG_LENGTH, MAX_TAGS

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from incidents.models.timeline import TimelineEntry

# What a report can say; the last one is for what an import could not place, and is never public.
NOTES = "notes"
MAX_NOTES_LENGTH = 100_000  # a whole imported report may land here; never rendered
SECTION_CHOICES = [*SECTION_HEADINGS.items(), (NOTES, "Notes")]


class ReportStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Verdict(models.TextChoices):
    """What became of a request to read the report."""

    WAITING = "waiting", "Waiting"
    APPROVED = "approved", "Approved"
    SENT_BACK = "sent_back", "Sent back"


class WrongState(Exception):
    """The report can't do this from the state it is in. The message is for people."""


_STATE_IN_WORDS = {
    ReportStatus.DRAFT: "a draft",
    ReportStatus.IN_REVIEW: "in review",
    ReportStatus.APPROVED: "approved",
    ReportStatus.PUBLISHED: "published",
    ReportStatus.WITHDRAWN: "withdrawn",
}


class Step(Enum):
    """The whole state machine: each step with the states that it starts from and the one that it ends in."""

    ASK_FOR_REVIEW = ("sent to review", {ReportStatus.DRAFT}, ReportStatus.IN_REVIEW)
    APPROVE = ("approved", {ReportStatus.IN_REVIEW}, ReportStatus.APPROVED)
    SEND_BACK = ("sent back", {ReportStatus.IN_REVIEW, ReportStatus.APPROVED}, ReportStatus.DRAFT)
    EDIT_APPROVED = ("sent to review again", {ReportStatus.APPROVED}, ReportStatus.IN_REVIEW)
    PUBLISH = ("published", {ReportStatus.APPROVED}, ReportStatus.PUBLISHED)
    CORRECT = ("corrected", {ReportStatus.PUBLISHED, ReportStatus.WITHDRAWN}, ReportStatus.DRAFT)
    WITHDRAW = ("withdrawn", {ReportStatus.PUBLISHED}, ReportStatus.WITHDRAWN)

    def __init__(self, done: str, before: set[ReportStatus], after: ReportStatus) -> None:
        self.done = done
        self.before = before
        self.after = after


def waiting_since(incident: str) -> Subquery:
    """When a report began to wait for its review, as a column: NULL where it is not in review.

    `incident` names the column of the outer query that holds the incident's id.
    """
    began = Activity.objects.filter(
        incident=OuterRef(incident),
        incident__report__status=ReportStatus.IN_REVIEW,
        verb__in=[Verb.ASKED_FOR_REVIEW, Verb.APPROVAL_TAKEN_BACK],
    )
    return Subquery(began.order_by("-at", "-id").values("at")[:1], output_field=DateTimeField(null=True))


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        return self.filter(incident__in=Incident.objects.visible_to(user))

    def locked(self, report: Report) -> Report:
        """The same report, read again and locked until the transaction ends, with its incident."""
        return self.select_for_update(of=("self",)).select_related("incident__severity").get(pk=report.pk)

    def with_waiting_since(self) -> ReportQuerySet:
        """Adds `waiting_since`, which is None for a report that is not in review."""
        return self.annotate(waiting_since=waiting_since("incident_id"))

    def waiting_for(self, user: User) -> ReportQuerySet:
        """Those that this person was asked to read, and those that wait for any publisher. The oldest comes first.

        Adds `asked_me_at`, None where nobody in particular was asked, and `waits_since`, by which they are sorted.
        Who can't approve any more is not waited for.
        """
        asked = Q(review_requests__verdict=Verdict.WAITING)
        able = Q(review_requests__reviewer__is_active=True)
        able &= Q(review_requests__reviewer__role__in=roles_with(Capability.PUBLISH))
        return (
            self.filter(status=ReportStatus.IN_REVIEW)
            .with_waiting_since()
            .annotate(
                asked_me_at=Min("review_requests__asked_at", filter=asked & Q(review_requests__reviewer=user)),
                people_asked=Count("review_requests", filter=asked & able),
            )
            .filter(Q(asked_me_at__isnull=False) | Q(people_asked=0))
            .annotate(waits_since=Coalesce("asked_me_at", "waiting_since"))
            .order_by("waits_since", "pk")
        )

    def due(self, at: datetime) -> ReportQuerySet:
        """Those whose appointment to publish has come."""
        return self.filter(publish_at__lte=at).order_by("publish_at", "pk")

    def tags_by_use(self) -> models.QuerySet[Report, str]:
        """Every tag of these reports, the usual ones first."""
        tags = self.order_by().annotate(tag=Func(F("tags"), function="unnest")).values("tag")
        return tags.annotate(uses=Count("pk")).order_by("-uses", "tag").values_list("tag", flat=True)


class Report(models.Model):
    """The one current draft of an incident. What was published lives in `Publication`."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="report")
    status = models.CharField(max_length=20, choices=ReportStatus.choices, default=ReportStatus.DRAFT)
    public_title = models.CharField(max_length=200, blank=True)
    byline = models.CharField(max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    due_on = models.DateField(null=True, blank=True)
    no_action_reason = models.CharField(max_length=300, blank=True, db_default="")  # customers read it
    tags = ArrayField(models.CharField(max_length=MAX_TAG_LENGTH), default=list, blank=True)
    cause = models.CharField(max_length=20, choices=list(CAUSES.items()), blank=True)
    approved_checksum = models.CharField(max_length=64, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    publish_note = models.CharField(max_length=500, blank=True, db_default="")
    publish_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    # What `take` changes; whoever saves a step saves these.
    STATE_FIELDS = ("status", "approved_checksum", "publish_at", "publish_note", "publish_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ReportStatus.values), name="report_status_known"),
            models.CheckConstraint(condition=Q(cause__in=["", *CAUSES]), name="report_cause_known"),
            models.CheckConstraint(condition=Q(tags__len__lte=MAX_TAGS), name="report_has_few_tags"),
            models.CheckConstraint(
                condition=Q(publish_at=None, publish_by=None, publish_note="")
                | Q(publish_at__isnull=False, publish_by__isnull=False, status=ReportStatus.APPROVED),
                name="report_waits_for_its_hour_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"Report on {self.incident_id}"

    @property
    def is_editable(self) -> bool:
        """Published and withdrawn reports change by a correction, which a person starts on purpose."""
        return self.status in {ReportStatus.DRAFT, ReportStatus.IN_REVIEW, ReportStatus.APPROVED}

    @property
    def state_in_words(self) -> str:
        """As it follows “This report is”."""
        return _STATE_IN_WORDS[ReportStatus(self.status)]

    def take(self, step: Step) -> datetime | None:
        """Change the state in memory, or raise WrongState with a sentence. The caller saves `STATE_FIELDS`.

        Only an approved report carries the checksum of what was approved, and a published one what it was.
        Only an approved report waits for its hour: whatever happens to it, the appointment is over. Returns
        when it would have been, if there was one.
        """
        if self.status not in step.before:
            raise WrongState(f"This report is {self.state_in_words}, so it can’t be {step.done}.")
        self.status = step.after
        if step.after in {ReportStatus.DRAFT, ReportStatus.IN_REVIEW}:
            self.approved_checksum = ""
        return self.end_appointment()

    def end_appointment(self) -> datetime | None:
        """Stop waiting for the hour, in memory; returns when it would have been, if there was one."""
        publish_at = self.publish_at
        self.publish_at, self.publish_by, self.publish_note = None, None, ""
        return publish_at

    def to_snapshot(self) -> Snapshot:
        """The customer version of the draft: only what somebody made public, and confirmed facts."""
        incident = self.incident
        sections = {section.key: section.public_text.strip() for section in self.sections.all()}
        return Snapshot(
            schema=SCHEMA,
            public_id=incident.public_id,
            title=self.public_title,
            byline=self.byline,
            severity=SeverityFact(incident.severity.name, incident.severity.tone),
            time_zone=incident.time_zone,
            milestones=self._milestone_facts(),
            components=tuple(
                ComponentImpact(
                    impact.component.name,
                    impact.level,
                    impact.started_at,
                    impact.ended_at,
                    impact.share,
                    impact.component.public_id,
                )
                for impact in incident.impacts.select_related("component").order_by(
                    "component__position", "component__name", "started_at", "id"
                )
            ),
            sections=tuple(Section(key, sections[key]) for key in SECTION_HEADINGS if sections.get(key)),
            timeline=tuple(
                TimelineRow(
                    row.key,
                    row.occurred_at,
                    rules.Precision(row.precision),
                    row.public_text,
                    _confirmed_kind(row),
                )
                for row in incident.entries.select_related("milestone").exclude(public_text="").in_order()
            ),
            promises=tuple(
                Promise(item.key, item.public_text, item.kind, item.state, item.due_on, item.closed_on)
                for item in incident.action_items.exclude(public_text="")
                .exclude(state=ActionState.CANDIDATE)
                .order_by("id")
            ),
            images=tuple(
                Image(image.key, image.sha256, image.content_type, image.width, image.height, image.alt)
                for image in incident.attachments.filter(is_public=True).order_by("id")
            ),
            tags=tuple(self.tags),
            cause=self.cause,
            no_action=self.no_action_reason.strip(),
        )

    def check_context(self) -> CheckContext:
        """What the check wants to know beside the customer version."""
        incident = self.incident
        sections = {section.key: section.text for section in self.sections.all()}
        return CheckContext(
            names=tuple(get_user_model().objects.order_by("pk").values_list("name", flat=True)),
            asked=frozenset(incident.severity.sections.filter(is_asked=True).values_list("key", flat=True)),
            answered=frozenset(key for key, text in sections.items() if text.strip()),
            promises={
                item.key: PromiseFacts(
                    has_owner=item.owner_id is not None or item.team_id is not None, done_when=item.done_when
                )
                for item in incident.action_items.exclude(public_text="")
            },
            words=settings.CHECK_WORDS,
        )

    def judged_findings(self, *, at: datetime, snapshot: Snapshot | None = None) -> list[JudgedFinding]:
        """What the check finds in the customer version, and what people said of it; what stands comes first."""
        found = findings(snapshot or self.to_snapshot(), at=at, context=self.check_context())
        accepted = {row.fingerprint: row for row in self.accepted_findings.select_related("accepted_by")}
        judged = [
            JudgedFinding(finding, None if finding.blocks else accepted.get(finding.fingerprint)) for finding in found
        ]
        return sorted(judged, key=lambda one: not one.stands)

    def _milestone_facts(self) -> tuple[rules.Milestone, ...]:
        confirmed = {
            milestone.kind: milestone.as_fact() for milestone in self.incident.milestones.filter(is_confirmed=True)
        }
        return tuple(confirmed[kind] for kind in rules.MilestoneKind if kind in confirmed)


def _confirmed_kind(row: TimelineEntry) -> rules.MilestoneKind | None:
    milestone = getattr(row, "milestone", None)
    return rules.MilestoneKind(milestone.kind) if milestone is not None and milestone.is_confirmed else None


class ReportSection(models.Model):
    """A chapter in two wordings. Customers see `public_text`, and nothing where it is empty."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=20, choices=SECTION_CHOICES)
    text = models.TextField(blank=True)
    public_text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "key"], name="section_once_per_report"),
            models.CheckConstraint(condition=Q(key__in=[key for key, _ in SECTION_CHOICES]), name="section_key_known"),
            models.CheckConstraint(condition=~Q(key=NOTES) | Q(public_text=""), name="section_notes_stay_internal"),
        ]

    def __str__(self) -> str:
        return self.get_key_display()
