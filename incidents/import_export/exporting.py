"""Drafts out of the database as documents, a few at a time: a thousand cost no more memory than a handful."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db.models import Prefetch

from accounts.models import User
from incidents.import_export.consistency import image_file
from incidents.import_export.document import (
    ActionText,
    ImageFile,
    Impact,
    MilestoneFact,
    Person,
    ReportDocument,
    Row,
    SectionText,
    SeverityName,
)
from incidents.milestones import MilestoneKind
from incidents.models import (
    ActionItem,
    Attachment,
    Incident,
    IncidentComponent,
    Milestone,
    Publication,
    Team,
    TimelineEntry,
)
from incidents.models.attachment import stored_path
from incidents.models.incident import IncidentQuerySet
from incidents.models.report import SECTION_CHOICES

_AT_A_TIME = 25
_KINDS = list(MilestoneKind)
_SECTION_KEYS = [key for key, _ in SECTION_CHOICES]


@dataclass(frozen=True)
class Exported:
    """A draft as a document, and what was published of it, as it stands in the database."""

    document: ReportDocument
    publications: list[Publication]


def export_documents(incidents: IncidentQuerySet) -> Iterator[Exported]:
    """Every incident of the query, by number. Eight queries for each twenty-five."""
    last = 0
    while batch := list(_whole(incidents.filter(number__gt=last).order_by("number")[:_AT_A_TIME])):
        for incident in batch:
            publications: list[Publication] = list(incident.publications.all())
            yield Exported(document_of(incident), publications)
        last = batch[-1].number


def _whole(incidents: IncidentQuerySet) -> IncidentQuerySet:
    return incidents.select_related("severity", "lead", "opened_by", "team", "report__owner").prefetch_related(
        "report__sections",
        Prefetch("milestones", Milestone.objects.select_related("entry")),
        Prefetch("impacts", IncidentComponent.objects.select_related("component").order_by("id")),
        Prefetch("entries", TimelineEntry.objects.select_related("author").in_order()),
        Prefetch("action_items", ActionItem.objects.select_related("owner", "team", "entry").order_by("id")),
        Prefetch("attachments", Attachment.objects.select_related("uploaded_by").order_by("id")),
        Prefetch("publications", Publication.objects.select_related("retraction", "published_by").order_by("number")),
    )


def document_of(incident: Incident) -> ReportDocument:
    """Every field is named here: a field added to a model is in no export until somebody adds it."""
    report = incident.report
    sections = sorted(report.sections.all(), key=lambda section: _SECTION_KEYS.index(section.key))
    milestones = sorted(incident.milestones.all(), key=lambda milestone: _KINDS.index(MilestoneKind(milestone.kind)))
    return ReportDocument(
        title=incident.title,
        number=incident.number,
        public_id=incident.public_id,
        severity=SeverityName(incident.severity.name, incident.severity.tone),
        status=incident.status,
        time_zone=incident.time_zone,
        is_private=incident.is_private,
        team=_name(incident.team),
        lead=_person(incident.lead),
        opened_by=_person(incident.opened_by),
        opened_at=incident.opened_at,
        public_title=report.public_title,
        byline=report.byline,
        cause=report.cause,
        tags=tuple(report.tags),
        owner=_person(report.owner),
        due_on=report.due_on,
        no_action_reason=report.no_action_reason,
        milestones=tuple(
            MilestoneFact(
                kind=fact.kind,
                at=fact.at,
                precision=fact.precision,
                note=fact.note,
                is_confirmed=fact.is_confirmed,
                row=fact.entry.key if fact.entry else "",
            )
            for fact in milestones
        ),
        impacts=tuple(
            Impact(row.component.name, row.component.group, row.level, row.started_at, row.ended_at, row.share)
            for row in incident.impacts.all()
        ),
        sections=tuple(
            SectionText(section.key, section.text, section.public_text)
            for section in sections
            if section.text or section.public_text
        ),
        timeline=tuple(_row(entry) for entry in incident.entries.all()),
        action_items=tuple(_action(item) for item in incident.action_items.all()),
        images=tuple(_image(image) for image in incident.attachments.all()),
    )


def _row(entry: TimelineEntry) -> Row:
    return Row(
        occurred_at=entry.occurred_at,
        key=entry.key,
        precision=entry.precision,
        text=entry.text,
        public_text=entry.public_text,
        author=entry.author.email if entry.author else "",
        source=entry.source,
        raw_line=entry.raw_line,
    )


def _action(item: ActionItem) -> ActionText:
    return ActionText(
        key=item.key,
        text=item.text,
        public_text=item.public_text,
        kind=item.kind,
        state=item.state,
        reason=item.reason,
        owner=_person(item.owner),
        team=_name(item.team),
        priority=item.priority,
        due_on=item.due_on,
        due_rule=item.due_rule,
        rule_may_set_due=item.rule_may_set_due,
        assign_by=item.assign_by,
        done_when=item.done_when,
        opened_at=item.opened_at,
        closed_on=item.closed_on,
        evidence=item.evidence,
        tracker_url=item.tracker_url,
        row=item.entry.key if item.entry else "",
    )


def _name(team: Team | None) -> str:
    return team.name if team else ""


def _image(image: Attachment) -> ImageFile:
    return ImageFile(
        key=image.key,
        alt=image.alt,
        is_public=image.is_public,
        source_url=image.source_url,
        file=image_file(image.sha256, image.content_type) if image.file else "",
        sha256=image.sha256,
        content_type=image.content_type,
        width=image.width,
        height=image.height,
        size=_size(image),
        uploaded_by=image.uploaded_by.email if image.uploaded_by else "",
    )


def read_image(image: ImageFile) -> bytes | None:
    """The bytes of an image of the document, or None where the file is gone."""
    try:
        with default_storage.open(stored_path(image.sha256, image.content_type)) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        return None
    return content


def _person(user: User | None) -> Person | None:
    return Person(user.email, user.name) if user else None


def _size(image: Attachment) -> int:
    try:
        return image.file.size if image.file else 0
    except FileNotFoundError:
        return 0
