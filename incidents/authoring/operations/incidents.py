from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from incidents.drafts import Refused, begin_edit
from incidents.edits import Seen, as_sent, check_unchanged, digest, stored_values
from incidents.milestones import MilestoneKind, Precision
from incidents.models import (
    Activity,
    Component,
    Incident,
    IncidentComponent,
    IncidentCounter,
    Milestone,
    Report,
    Severity,
    Verb,
)
from incidents.snapshot import CAUSES
from incidents.tags import in_one_line

if TYPE_CHECKING:
    from accounts.models import User


class OpenedAlready(Exception):
    """The same page was sent before and opened `incident`; `is_same` where it said the same."""

    def __init__(self, incident: Incident, *, is_same: bool) -> None:
        super().__init__(f"{incident.code} was opened with this page already.")
        self.incident, self.is_same = incident, is_same


@transaction.atomic
def open_incident(
    *,
    title: str,
    severity: Severity,
    by: User,
    at: datetime,
    started_at: datetime | None = None,
    time_zone: str = "UTC",
    components: Mapping[Component, str] | None = None,
    is_private: bool = False,
    token: str = "",
) -> Incident:
    """Open an incident with its draft report. The number is the next one, without gaps.

    `components` says of each that was affected how badly. A token opens one incident. Raises OpenedAlready.
    """
    severity = Severity.objects.select_for_update().get(pk=severity.pk)  # nobody deletes it meanwhile
    number = IncidentCounter.take()  # locked from here on: nobody spends the same token meanwhile
    levels = sorted((component.pk, level) for component, level in (components or {}).items())
    answers = digest([title, as_sent(severity), as_sent(started_at), time_zone, str(levels), as_sent(is_private)])
    _check_not_opened(token, answers, by=by)
    incident = Incident.objects.create(
        number=number,
        title=title,
        severity=severity,
        time_zone=time_zone,
        lead=by,
        is_private=is_private,
        opened_by=by,
        opened_at=at,
    )
    Report.objects.create(incident=incident, owner=by, due_on=severity.report_due_on(at))
    IncidentComponent.objects.bulk_create(
        IncidentComponent(incident=incident, component=component, level=level)
        for component, level in (components or {}).items()
    )
    if started_at is not None:
        Milestone.objects.create(
            incident=incident, kind=MilestoneKind.IMPACT_STARTED, at=started_at, precision=Precision.EXACT
        )
    once = {"token": token, "answers": answers} if token else {}
    Activity.objects.record(incident, Verb.OPENED, by=by, at=at, title=title, severity=severity.name, **once)
    return incident


def _check_not_opened(token: str, answers: str, *, by: User) -> None:
    opened = Activity.objects.filter(actor=by, verb=Verb.OPENED, detail__token=token).select_related("incident")
    before = opened.first() if token else None
    if before is not None and before.incident is not None:
        raise OpenedAlready(before.incident, is_same=before.detail["answers"] == answers)


class SeverityGone(Refused):
    """An admin deleted the severity while somebody chose it."""

    field = "severity"

    def __init__(self) -> None:
        super().__init__("This severity was just deleted. Choose another one.")


_INCIDENT_FACTS = ("title", "severity", "status", "time_zone", "lead", "team", "is_private")
_REPORT_FACTS = ("public_title", "byline", "owner", "due_on", "cause", "tags", "no_action_reason")


@transaction.atomic
def revise_facts(
    incident: Incident, *, changes: Mapping[str, Any], by: User, at: datetime, seen: Seen | None = None
) -> Incident:
    """Change the facts of the incident and of its report that `changes` names.

    Raises ReportLocked, SeverityGone, or EditConflict when the same facts were changed by somebody else meanwhile.
    """
    report = begin_edit(incident, by=by, at=at)
    if "severity" in changes and not Severity.objects.select_for_update().filter(pk=changes["severity"].pk).exists():
        raise SeverityGone
    incident = (
        Incident.objects.select_for_update(of=("self",)).select_related("severity", "lead", "team").get(pk=incident.pk)
    )
    stored = fact_values(incident, report)
    check_unchanged(stored, changes, seen)
    old = {name: _said(name, stored[name]) for name, value in changes.items() if stored[name] != value}
    for row, names in ((incident, _INCIDENT_FACTS), (report, _REPORT_FACTS)):
        for name in names:
            setattr(row, name, changes.get(name, stored[name]))
        row.save()
    if old:
        new = {name: _said(name, changes[name]) for name in old}
        Activity.objects.record_edit(incident, "changed facts", of="facts", by=by, at=at, old=old, new=new)
    return incident


def fact_values(incident: Incident, report: Report) -> dict[str, Any]:
    """The facts as their form shows them, by the names of the fields."""
    return {**stored_values(incident, _INCIDENT_FACTS), **stored_values(report, _REPORT_FACTS)}


def _said(name: str, value: Any) -> str:
    """A fact as the history tells it."""
    if name == "cause":
        return CAUSES.get(value, "")
    return in_one_line(value) if name == "tags" else str(value)
