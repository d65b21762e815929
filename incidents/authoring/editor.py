"""What the editor shows of one incident to one person. Each part is worked out when a template asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Capability
from incidents.action_items.forms import known_teams, possible_owners
from incidents.authoring.forms import (
    ActionItemForm,
    EntryForm,
    FactsForm,
    ImageForm,
    ImpactForm,
    LineForm,
    MilestonesForm,
    NewActionForm,
    NewImpactForm,
    NoActionForm,
    SectionForm,
    UploadForm,
)
from incidents.authoring.forms.sections import PROMPT_OF_NOTES
from incidents.authoring.line import moment_above, time_between
from incidents.authoring.operations import unsent_by
from incidents.authoring.rows import Row, rows_of
from incidents.discussion import Discussion, discussion
from incidents.longest_part import Part, longest_part
from incidents.milestones import Durations, durations
from incidents.models import (
    NOTES,
    Activity,
    Comment,
    Component,
    Incident,
    JudgedFinding,
    Milestone,
    Publication,
    Report,
    SeveritySection,
    Team,
    TimelineEntry,
    Verb,
)
from incidents.models.report import SECTION_CHOICES
from incidents.models.severity import sections_for, suggested_due
from incidents.permissions import may_write_item
from incidents.progress import Progress, progress
from incidents.snapshot import SECTION_HEADINGS, Snapshot
from incidents.zones import zone_label, zone_names

Restorable = TypeVar(
    "Restorable", FactsForm, MilestonesForm, EntryForm, SectionForm, ActionItemForm, NoActionForm, ImageForm, ImpactForm
)
UNDO_WITHIN = timedelta(hours=1)
_MOST_SUGGESTED = 100
PARTS = {
    "facts": "Facts",
    "milestones": "Milestones",
    "timeline": "Timeline",
    **{f"section-{key}": label for key, label in SECTION_CHOICES},
    "actions": "What we will do",
    "images": "Images",
}


class Editor:
    """`sent` maps the prefixes of forms that were just refused to those forms, so that nothing typed is lost."""

    def __init__(
        self,
        incident: Incident,
        user: User,
        *,
        at: datetime,
        sent: Mapping[str, Any] | None = None,
        after: str = "",
    ) -> None:
        self.after = after
        self.incident = incident
        self.user = user
        self.at = at
        self.sent = sent or {}

    # ── Who may do what ─────────────────────────────────────────────────────

    @cached_property
    def report(self) -> Report:
        reports = Report.objects.with_waiting_since().select_related("owner", "publish_by").prefetch_related("sections")
        report: Report = reports.get(incident=self.incident)
        report.incident = self.incident
        return report

    @cached_property
    def can_edit(self) -> bool:
        return self.user.may(Capability.WRITE) and self.report.is_editable

    @cached_property
    def can_start_correction(self) -> bool:
        return self.user.may(Capability.WRITE) and not self.report.is_editable

    @cached_property
    def can_add_action_items(self) -> bool:
        return self.user.may_follow_up

    @cached_property
    def can_publish(self) -> bool:
        return self.user.may(Capability.PUBLISH)

    # ── What customers would see, and what is missing ───────────────────────

    @cached_property
    def snapshot(self) -> Snapshot:
        return self.report.to_snapshot()

    @cached_property
    def publication(self) -> Publication | None:
        return Publication.objects.standing().of(self.incident).first()

    @cached_property
    def findings(self) -> list[JudgedFinding]:
        return self.report.judged_findings(at=self.at, snapshot=self.snapshot)

    @cached_property
    def durations(self) -> Durations:
        return durations({milestone.kind: milestone for milestone in self.snapshot.milestones})

    @cached_property
    def progress(self) -> dict[str, Progress]:
        return progress(self.report, self.findings)

    @property
    def steps(self) -> list[tuple[str, Progress]]:
        """The parts of the form that are in sight, each with its name."""
        folded = {f"section-{key}" for key, _ in SECTION_CHOICES if key not in self.section_keys}
        return [(label, self.progress[place]) for place, label in PARTS.items() if place not in folded]

    # ── Review ──────────────────────────────────────────────────────────────

    @cached_property
    def discussion(self) -> Discussion:
        return discussion(self.report, self.user)

    @cached_property
    def open_comments(self) -> dict[str, int]:
        """How many conversations are open, by the anchor of the part that they are about."""
        counts: dict[str, int] = Comment.objects.open_by_place(self.report)
        return counts

    @property
    def fallen_appointment(self) -> Activity | None:
        return None if self.report.publish_at else self.incident.activities.fallen_appointment()

    # ── The parts ───────────────────────────────────────────────────────────

    @cached_property
    def zones(self) -> tuple[str, ...]:
        return zone_names()

    @property
    def zone_label(self) -> str:
        return zone_label(self.incident.time_zone)

    @cached_property
    def unsent(self) -> dict[str, str]:
        """What this person typed into inputs and could not save."""
        return unsent_by(self.user, self.incident)

    @cached_property
    def facts(self) -> FactsForm:
        return self.sent.get("facts") or self._restored(
            FactsForm(incident=self.incident, report=self.report, user=self.user)
        )

    @property
    def known_tags(self) -> QuerySet[Report, str]:
        """What is suggested: the tags of reports that this person may read."""
        return Report.objects.visible_to(self.user).tags_by_use()[:_MOST_SUGGESTED]

    @cached_property
    def _components(self) -> list[Component]:
        return list(Component.objects.in_page_order())

    @cached_property
    def impacts(self) -> list[ImpactForm]:
        rows = self.incident.impacts.select_related("component").order_by(
            "component__position", "component__name", "started_at", "id"
        )
        return [
            self.sent.get(f"impact-{row.pk}")
            or self._restored(ImpactForm(incident=self.incident, impact=row, components=self._components))
            for row in rows
        ]

    @cached_property
    def new_impact(self) -> NewImpactForm:
        return self.sent.get("impact-new") or NewImpactForm(components=self._components)

    @cached_property
    def milestones(self) -> MilestonesForm:
        return self.sent.get("milestones") or self._restored(MilestonesForm(incident=self.incident))

    @cached_property
    def milestone_rows(self) -> list[Milestone]:
        return list(self.incident.milestones.all())

    @property
    def proposals(self) -> list[Milestone]:
        return [row for row in self.milestone_rows if not row.is_confirmed]

    @cached_property
    def entries(self) -> list[TimelineEntry]:
        return list(self.incident.entries.select_related("milestone").in_order())

    @property
    def internal_rows(self) -> int:
        """How many rows have no words for customers."""
        return sum(not entry.public_text for entry in self.entries)

    @cached_property
    def rows(self) -> list[Row]:
        sent = {prefix: form for prefix, form in self.sent.items() if prefix.startswith("entry-")}
        typed = {name.rsplit("-", 1)[0] for name in self.unsent if name.startswith("entry-")}
        for entry in self.entries:
            prefix = f"entry-{entry.key}"
            if prefix in typed and prefix not in sent:
                sent[prefix] = self._restored(EntryForm(incident=self.incident, entry=entry))
        taken = [milestone.kind for milestone in self.milestone_rows]
        return rows_of(self.incident, self.entries, sent, taken)

    @cached_property
    def line(self) -> LineForm:
        """The quick row; half a line that was typed before is still in it."""
        preset = ""
        if self.insert_after is not None:
            place = self.entries.index(self.insert_after)
            below = self.entries[place + 1] if place + 1 < len(self.entries) else None
            preset = f"{time_between(self.insert_after, below, self.incident)} "
        return self.sent.get("row-new") or LineForm(initial={"line": self.unsent.get("row-new-line") or preset})

    @property
    def line_day(self) -> date:
        """The day that a time alone means in the quick row."""
        return moment_above(self.incident, after=self.after, now=self.at).date()

    @cached_property
    def insert_after(self) -> TimelineEntry | None:
        """The row below which the quick row stands, where that was asked for."""
        return next((entry for entry in self.entries if entry.key == self.after), None)

    @cached_property
    def undoable(self) -> Activity | None:
        """The paste that this person kept last, while its rows can be taken out again in one go."""
        kept = (
            self.incident.activities.filter(actor=self.user, verb=Verb.KEPT_PASTE, at__gt=self.at - UNDO_WITHIN)
            .order_by("-id")
            .first()
        )
        if (
            kept is None
            or not self.can_edit
            or self.incident.activities.filter(verb=Verb.UNDID_PASTE, pk__gt=kept.pk).exists()
        ):
            return None
        keys = set(kept.detail["rows"])
        return kept if any(entry.key in keys for entry in self.entries) else None

    @cached_property
    def _stored_sections(self) -> dict[str, Any]:
        return {section.key: section for section in self.report.sections.all()}

    @cached_property
    def written_keys(self) -> set[str]:
        return {key for key, section in self._stored_sections.items() if section.text or section.public_text}

    @cached_property
    def _asked(self) -> dict[str, SeveritySection]:
        return sections_for(self.incident.severity)

    @cached_property
    def _longest_part(self) -> Part | None:
        return longest_part({milestone.kind: milestone for milestone in self.snapshot.milestones})

    @property
    def suggested_due(self) -> date | None:
        """The day that the severity asks for, where it is another than the one that stands there."""
        day = suggested_due(self.incident)
        return day if day != self.report.due_on else None

    @cached_property
    def section_keys(self) -> list[str]:
        """The chapters in sight: those that the severity asks for, and those that say something or were typed in."""
        typed = {name.split("-")[1] for name in {*self.unsent, *self.sent} if name.startswith("section-")}
        asked = {key for key, section in self._asked.items() if section.is_asked}
        in_sight = asked | self.written_keys | typed
        return [key for key, _ in SECTION_CHOICES if key in in_sight]

    @cached_property
    def sections(self) -> list[SectionForm]:
        return [self._section(key) for key in self.section_keys]

    @cached_property
    def folded_sections(self) -> list[SectionForm]:
        """The chapters that this severity doesn't ask for. They stay writable."""
        return [self._section(key) for key in SECTION_HEADINGS if key not in self.section_keys]

    def _section(self, key: str) -> SectionForm:
        form: SectionForm = self.sent.get(f"section-{key}") or self._restored(
            SectionForm(key=key, heading=dict(SECTION_CHOICES)[key], section=self._stored_sections.get(key))
        )
        form.prompt = PROMPT_OF_NOTES if key == NOTES else self._asked[key].prompt
        part = self._longest_part
        form.question = part.question if part and part.section == key else ""
        return form

    @cached_property
    def actions(self) -> list[ActionItemForm]:
        owners = list(possible_owners())
        items = self.incident.action_items.select_related("owner", "team", "entry").order_by("id")
        forms = []
        for item in items:
            form = self.sent.get(f"action-{item.key}") or self._restored(ActionItemForm(item=item, owners=owners))
            form.can_change = may_write_item(self.user, item, self.report)
            forms.append(form)
        return forms

    @cached_property
    def no_action(self) -> NoActionForm:
        return self.sent.get("no-action") or self._restored(NoActionForm(report=self.report))

    @property
    def known_teams(self) -> QuerySet[Team]:
        return known_teams()

    @cached_property
    def new_action(self) -> NewActionForm:
        return self.sent.get("action-new") or NewActionForm(initial={"text": self.unsent.get("action-new-text", "")})

    @cached_property
    def images(self) -> list[ImageForm]:
        forms = []
        for attachment in self.incident.attachments.order_by("id"):
            form = self.sent.get(f"image-{attachment.pk}") or self._restored(ImageForm(attachment=attachment))
            form.upload = self.sent.get(f"upload-{attachment.pk}", form.upload)
            forms.append(form)
        return forms

    @cached_property
    def new_image(self) -> UploadForm:
        return self.sent.get("upload-new") or UploadForm(initial={"alt": self.unsent.get("upload-new-alt", "")})

    def _restored(self, form: Restorable) -> Restorable:
        """The form, with what was typed into it and is not saved."""
        typed = {name: text for name, text in self.unsent.items() if name.startswith(f"{form.prefix}-")}
        if typed and self.can_edit:
            form.restored(typed)
        return form
