"""Our own documents back in: a draft as it was exported, as a new incident."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from accounts.roles import Capability
from incidents.authoring.operations.images import hold_files, store_picture
from incidents.imaging import ImageRefused, Picture
from incidents.import_export.consistency import Leftovers, consistent, with_notes
from incidents.import_export.document import ImageFile, Impact, Malformed, ReportDocument
from incidents.import_export.matching import People, components_for, severity_for, under_free_names
from incidents.import_export.operations import check_not_imported
from incidents.import_export.pictures import Pictures, ReadImage
from incidents.models import (
    NOTES,
    ActionItem,
    Activity,
    Attachment,
    Component,
    Incident,
    IncidentComponent,
    IncidentCounter,
    Milestone,
    Report,
    ReportSection,
    Team,
    TimelineEntry,
    Verb,
)
from incidents.models.report import MAX_NOTES_LENGTH
from incidents.models.timeline import MAX_ROW_TEXT
from incidents.parsing import MAX_ROWS
from incidents.rendering import MAX_MARKDOWN_LENGTH
from incidents.status.operations import NameTaken, add_component
from incidents.zones import known_zone

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import User


class NotRestorable(Exception):
    """The document can't become a draft here. The message says what to change in it."""


@dataclass(frozen=True)
class Restored:
    """`incident` is None after a rehearsal."""

    document: ReportDocument
    warnings: list[str]
    incident: Incident | None = None


def rehearse(
    document: ReportDocument,
    *,
    read_image: ReadImage,
    by: User,
    at: datetime,
    create_components: bool = False,
    is_believed: bool | None = None,
    pictures: Pictures | None = None,
) -> Restored:
    """What `restore_report` would do and say, without doing it. Raises NotRestorable, AllRefused."""
    draft = _Draft(
        document,
        read_image=read_image,
        by=by,
        at=at,
        create_components=create_components,
        is_believed=by.may(Capability.ADMINISTER) if is_believed is None else is_believed,
        pictures=pictures or Pictures(person=by.pk),
    )
    return Restored(draft.document, draft.leftovers.warnings)


def restore_report(
    document: ReportDocument,
    *,
    read_image: ReadImage,
    source_name: str,
    by: User,
    at: datetime,
    create_components: bool = False,
    token: str = "",
    is_believed: bool | None = None,
    pictures: Pictures | None = None,
) -> Restored:
    """Open an incident that says what the document says, with the next number.

    Raises NotRestorable, ImportedAlready, AllRefused.

    People are found by their address, severities and components by name. Nobody and nothing is made up: what is
    not here stands in the notes and in the warnings; components are public, so only who asks gets new ones. Who
    did what, and when it was opened, is believed where an admin brings it in; for others it was they, and now.
    """
    draft = _Draft(
        document,
        read_image=read_image,
        by=by,
        at=at,
        create_components=create_components,
        is_believed=by.may(Capability.ADMINISTER) if is_believed is None else is_believed,
        pictures=pictures or Pictures(person=by.pk),
    )
    try:
        with transaction.atomic():
            incident = draft.save(by=by, at=at, token=token)
            Activity.objects.record(
                incident,
                Verb.IMPORTED,
                by=by,
                at=at,
                source=source_name,
                was=f"INC-{document.number}",
                rows=len(draft.document.timeline),
                actions=len(draft.document.action_items),
                token=token,
            )
    except (IntegrityError, DataError, NameTaken) as error:
        raise NotRestorable(f"The database refuses this report: {str(error).splitlines()[0]}.") from error
    return Restored(draft.document, draft.leftovers.warnings, incident)


class _Draft:
    """The rows of a draft, checked and not saved yet."""

    def __init__(
        self,
        document: ReportDocument,
        *,
        read_image: ReadImage,
        by: User,
        at: datetime,
        create_components: bool,
        is_believed: bool,
        pictures: Pictures,
    ) -> None:
        _check_counts(document)
        self.leftovers = Leftovers()
        self.pictures = pictures
        self.files: list[tuple[Attachment, Picture]] = []
        try:
            document = consistent(document, self.leftovers)
        except Malformed as error:
            raise NotRestorable(str(error)) from error
        document = under_free_names(document, self.leftovers, by=by)
        self.people = People(document, self.leftovers, doer=None if is_believed else by)
        impacts = components_for(document.impacts, self.leftovers, create=create_components)
        self.components = list({id(component): component for _, component in impacts if component.pk is None}.values())
        self.incident = self._incident(document, by=by, at=at)
        self.report = self._report(document, by=by)
        self.impacts = [self._impact(impact, component) for impact, component in impacts]
        self.entries = self._entries(document)
        self.milestones = self._milestones(document)
        self.actions = self._actions(document, at=at)
        self.team = " ".join(document.team.split())
        self.teams = [" ".join(item.team.split()) for item in document.action_items]
        self.sections = list(self._sections(document))
        self._check()
        self.attachments = list(self._attachments(document, read_image))
        self.document = with_notes(document, self.leftovers)
        self.sections = list(self._sections(self.document))

    def save(self, *, by: User, at: datetime, token: str) -> Incident:
        """Write every row, and the files when all but theirs are accepted. Inside a transaction."""
        hold_files(*(hashlib.sha256(picture.content).hexdigest() for _, picture in self.files))
        for component in self.components:
            values = {"name": component.name, "group": component.group, "position": component.position}
            component.pk = add_component(values=values, by=by, at=at).pk
        self.incident.number = IncidentCounter.take()
        check_not_imported(token, by=by)
        self.incident.team = Team.objects.named(self.team)
        self.incident.save()
        self.report.save()
        IncidentComponent.objects.bulk_create(self.impacts)
        ReportSection.objects.bulk_create(self.sections)
        TimelineEntry.objects.bulk_create(self.entries)
        Milestone.objects.bulk_create(self.milestones)
        for item, team in zip(self.actions, self.teams, strict=True):
            item.team = Team.objects.named(team)
        ActionItem.objects.bulk_create(self.actions)
        for attachment, picture in self.files:
            store_picture(attachment, picture)
        Attachment.objects.bulk_create(self.attachments)
        return self.incident

    def _incident(self, document: ReportDocument, *, by: User, at: datetime) -> Incident:
        severity = severity_for(document.severity, self.leftovers)
        if severity is None:
            raise NotRestorable("There is no severity here yet; add one first.")
        zone = document.time_zone
        if not known_zone(zone):
            self.leftovers.say(f"“{zone}” is no zone that we know; times are shown in UTC.")
            zone = "UTC"
        return Incident(
            number=1,
            public_id=document.public_id,
            title=document.title,
            severity=severity,
            status=document.status,
            time_zone=zone,
            lead=self.people.get(document.lead),
            is_private=document.is_private,
            opened_by=self.people.who_did(document.opened_by) or by,
            opened_at=self.people.when(document.opened_at) or at,
        )

    def _report(self, document: ReportDocument, *, by: User) -> Report:
        owner = self.people.get(document.owner)
        involved = {self.incident.lead, self.incident.opened_by, owner}
        if document.is_private and by not in involved and not by.may(Capability.PUBLISH):
            self.leftovers.say("This report is private, and you would not see it: it is yours to write now.")
            owner = by
        return Report(
            incident=self.incident,
            public_title=document.public_title,
            byline=document.byline,
            cause=document.cause,
            tags=list(document.tags),
            owner=owner,
            due_on=document.due_on,
            no_action_reason=document.no_action_reason,
        )

    def _impact(self, impact: Impact, component: Component) -> IncidentComponent:
        return IncidentComponent(
            incident=self.incident,
            component=component,
            level=impact.level,
            started_at=impact.started_at,
            ended_at=impact.ended_at,
            share=impact.share,
        )

    def _sections(self, document: ReportDocument) -> Iterator[ReportSection]:
        for part in document.sections:
            section = ReportSection(report=self.report, key=part.key, text=part.text, public_text=part.public_text)
            longest = MAX_NOTES_LENGTH if part.key == NOTES else MAX_MARKDOWN_LENGTH
            if max(len(part.text), len(part.public_text)) > longest:
                raise NotRestorable(f"“{section}” has more than {longest:,} characters.")
            yield section

    def _entries(self, document: ReportDocument) -> list[TimelineEntry]:
        return [
            TimelineEntry(
                incident=self.incident,
                key=row.key,
                occurred_at=row.occurred_at,
                precision=row.precision,
                text=row.text,
                public_text=row.public_text,
                author=self.people.who_did(row.author),
                source=row.source,
                raw_line=row.raw_line,
            )
            for row in document.timeline
        ]

    def _milestones(self, document: ReportDocument) -> list[Milestone]:
        entries = {entry.key: entry for entry in self.entries}
        return [
            Milestone(
                incident=self.incident,
                kind=fact.kind,
                at=fact.at,
                precision=fact.precision,
                note=fact.note,
                entry=entries.get(fact.row),
                is_confirmed=fact.is_confirmed,
            )
            for fact in document.milestones
        ]

    def _actions(self, document: ReportDocument, *, at: datetime) -> list[ActionItem]:
        entries = {entry.key: entry for entry in self.entries}
        return [
            ActionItem(
                incident=self.incident,
                key=item.key,
                text=item.text,
                public_text=item.public_text,
                kind=item.kind,
                state=item.state,
                reason=item.reason,
                owner=self.people.get(item.owner),
                priority=item.priority,
                due_on=item.due_on,
                due_rule=item.due_rule,
                rule_may_set_due=item.rule_may_set_due,
                assign_by=item.assign_by,
                done_when=item.done_when,
                opened_at=self.people.when(item.opened_at) or at,
                evidence=item.evidence,
                tracker_url=item.tracker_url,
                entry=entries.get(item.row),
                # A box that somebody ticked in the Markdown has no day yet.
                closed_on=item.closed_on or (at.date() if item.state in {"done", "wont_do"} else None),
            )
            for item in document.action_items
        ]

    def _attachments(self, document: ReportDocument, read_image: ReadImage) -> Iterator[Attachment]:
        for number, image in enumerate(document.images, start=1):
            attachment = Attachment(
                incident=self.incident,
                key=image.key,
                alt=image.alt,
                source_url=image.source_url,
                is_public=image.is_public,
                uploaded_by=self.people.who_did(image.uploaded_by),
            )
            _check_fields(f"Image {number}", attachment)
            if image.file and not self._restore_file(attachment, image, read_image):
                if not image.source_url:
                    continue
                attachment.is_public = False
            yield attachment

    def _restore_file(self, attachment: Attachment, image: ImageFile, read_image: ReadImage) -> bool:
        """Give the attachment its file, byte for byte where it was ours before; False when it can't be had."""
        name = image.alt or image.file
        try:
            picture = self.pictures.of(image, read_image)
        except ImageRefused as refusal:
            self.leftovers.say(f"The image “{name}” can’t be kept. {refusal}", note=f"Image: {name}")
            return False
        if hashlib.sha256(picture.content).hexdigest() != image.sha256:
            self.leftovers.say(f"The image “{name}” is not from here; it was encoded again.")
        self.files.append((attachment, picture))
        return True

    def _check(self) -> None:
        """Everything against the limits of its fields, in words. Raises NotRestorable."""
        _check_fields("The incident", self.incident)
        _check_fields("The report", self.report)
        teams = [Team(name=name) for name in dict.fromkeys((self.team, *self.teams)) if name]
        for words, rows in (
            ("Team", teams),
            ("Milestone", self.milestones),
            ("Timeline row", self.entries),
            ("Action item", self.actions),
            ("Affected component", self.impacts),
            ("Component", self.components),
        ):
            for number, row in enumerate(rows, start=1):
                _check_fields(f"{words} {number}", row)
        for number, entry in enumerate(self.entries, start=1):
            if max(len(entry.text), len(entry.public_text)) > MAX_ROW_TEXT:
                raise NotRestorable(f"Timeline row {number} has more than {MAX_ROW_TEXT:,} characters.")


def _check_counts(document: ReportDocument) -> None:
    """Before anything is made of them. Raises NotRestorable."""
    for words, parts in (
        ("timeline rows", document.timeline),
        ("action items", document.action_items),
        ("images", document.images),
        ("affected components", document.impacts),
        ("milestones", document.milestones),
        ("sections", document.sections),
    ):
        if len(parts) > MAX_ROWS:
            raise NotRestorable(f"It has {len(parts):,} {words}; a report holds {MAX_ROWS:,}.")


def _check_fields(words: str, row: Model) -> None:
    columns = row._meta.concrete_fields  # noqa: SLF001  # Django documents it
    unseen = [column.name for column in columns if column.is_relation or column.name == "file"]
    try:
        row.clean_fields(exclude=unseen)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise NotRestorable(f"{words}: {name.replace('_', ' ')}: {messages[0]}") from error
