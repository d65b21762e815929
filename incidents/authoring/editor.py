"""The editor's page, put together: every form of one incident, and what is still missing.

Views replace single forms by the ones that were sent and refused, so that nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from accounts.models import User
from accounts.roles import Capability
from incidents import checks
from incidents.authoring.forms import (
    ActionItemForm,
    EntryForm,
    FactsForm,
    ImageForm,
    ImpactFormSet,
    MilestonesForm,
    SectionForm,
    UploadForm,
)
from incidents.authoring.zones import zone_names
from incidents.milestones import durations
from incidents.models import NOTES, Component, Incident, Publication, Report
from incidents.models.report import SECTION_CHOICES
from incidents.snapshot import Snapshot


def editor_context(
    incident: Incident, user: User, *, at: datetime, sent: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Everything that the editor's templates show. `sent` maps a form's prefix to the refused form."""
    sent = sent or {}
    report = Report.objects.select_related("owner").get(incident=incident)
    report.incident = incident
    can_edit = user.may(Capability.WRITE)
    snapshot = report.to_snapshot()
    publication = Publication.objects.standing().of(incident).first()
    found = checks.findings(snapshot, at=at)
    if publication is not None:
        found = [*checks.stale_promises(publication.snapshot, snapshot, on=at.date()), *found]
    return {
        "incident": incident,
        "report": report,
        "can_edit": can_edit and report.is_editable,
        "can_change_action_items": user.may(Capability.WRITE) or user.may(Capability.MANAGE_ACTIONS),
        "can_publish": user.may(Capability.PUBLISH),
        "can_start_correction": can_edit and not report.is_editable,
        "publication": publication,
        "steps": _steps(report, snapshot, found),
        "zones": zone_names(),
        "facts": _or(sent, "facts", lambda: FactsForm(incident=incident, report=report)),
        "impacts": _or(sent, "impacts", lambda: impact_formset(incident)),
        "milestones": _or(sent, "milestones", lambda: MilestonesForm(incident=incident)),
        "proposals": [row for row in incident.milestones.all() if not row.is_confirmed],
        "durations": durations({milestone.kind: milestone for milestone in snapshot.milestones}),
        "entries": _entry_forms(incident, sent),
        "new_entry": _or(sent, "entry-new", lambda: blank_entry(incident)),
        "sections": _section_forms(report, sent),
        "actions": _action_forms(incident, sent),
        "new_action": _or(sent, "action-new", ActionItemForm),
        "images": _image_forms(incident, sent),
        "new_image": _or(sent, "upload-new", UploadForm),
        "blocking": [finding for finding in found if finding.blocks],
        "unsure": [finding for finding in found if not finding.blocks],
    }


def _steps(report: Report, snapshot: Snapshot, found: list[checks.Finding]) -> list[dict[str, str]]:
    """The parts of the form with a mark each: doubt (something to mend), done (public), internal or empty."""
    written = {section.key for section in report.sections.all() if section.text or section.public_text}
    public = {section.key for section in snapshot.sections}
    doubtful = {finding.place for finding in found if finding.blocks}
    has = {
        "facts": bool(snapshot.title),
        "milestones": bool(snapshot.milestones),
        "timeline": bool(snapshot.timeline),
        "actions": bool(snapshot.promises),
        "images": bool(snapshot.images),
        **{f"section-{key}": key in public for key, _ in SECTION_CHOICES},
    }
    labels = [
        ("facts", "Facts"),
        ("milestones", "Milestones"),
        ("timeline", "Timeline"),
        *((f"section-{key}", heading) for key, heading in SECTION_CHOICES if key != NOTES or key in written),
        ("actions", "What we will do"),
        ("images", "Images"),
    ]
    return [
        {
            "place": place,
            "label": label,
            "mark": "doubt"
            if place in doubtful
            else "done"
            if has[place]
            else "internal"
            if place.removeprefix("section-") in written
            else "empty",
        }
        for place, label in labels
    ]


def _or(sent: Mapping[str, Any], prefix: str, make: Any) -> Any:
    return sent[prefix] if prefix in sent else make()


def impact_formset(incident: Incident, data: Any = None) -> Any:
    """The affected components, one form each and an empty one."""
    shared = {"zone_of": incident, "components": list(Component.objects.in_page_order())}
    initial = [
        {
            "component": impact.component_id,
            "level": impact.level,
            "started_at": impact.started_at,
            "ended_at": impact.ended_at,
        }
        for impact in incident.impacts.order_by("component__position", "component__name", "id")
    ]
    return ImpactFormSet(data, prefix="impacts", initial=initial, form_kwargs=shared)


def blank_entry(incident: Incident) -> EntryForm:
    """The empty row: its day is the day of the last row."""
    last = incident.entries.in_order().last()
    form = EntryForm(incident=incident)
    if last is not None:
        form.fields["occurred_at"].widget.day = last.occurred_at.astimezone(incident.zone).date()
    return form


def _entry_forms(incident: Incident, sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    day = None
    for entry in incident.entries.select_related("milestone").in_order():
        form = sent.get(f"entry-{entry.pk}") or EntryForm(incident=incident, entry=entry)
        local = _local_day(entry.occurred_at, incident.zone)
        rows.append({"form": form, "entry": entry, "day": local if local != day else None})
        day = local
    return rows


def _local_day(moment: datetime, zone: tzinfo) -> Any:
    return moment.astimezone(zone).date()


def _section_forms(report: Report, sent: Mapping[str, Any]) -> list[SectionForm]:
    stored = {section.key: section for section in report.sections.all()}
    return [
        sent.get(f"section-{key}") or SectionForm(key=key, heading=heading, section=stored.get(key))
        for key, heading in SECTION_CHOICES
        if key != NOTES or key in stored
    ]


def _action_forms(incident: Incident, sent: Mapping[str, Any]) -> list[ActionItemForm]:
    owners = list(User.objects.filter(is_active=True).order_by("name", "id"))
    items = incident.action_items.select_related("owner").order_by("id")
    return [sent.get(f"action-{item.pk}") or ActionItemForm(item=item, owners=owners) for item in items]


def _image_forms(incident: Incident, sent: Mapping[str, Any]) -> list[ImageForm]:
    forms = []
    for attachment in incident.attachments.order_by("id"):
        form = sent.get(f"image-{attachment.pk}") or ImageForm(attachment=attachment)
        if f"upload-{attachment.pk}" in sent:
            form.upload = sent[f"upload-{attachment.pk}"]
        forms.append(form)
    return forms
