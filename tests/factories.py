"""People and incidents for tests. States are reached by the operations that people use, so none is impossible."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import (
    MilestoneValue,
    add_action_item,
    add_entry,
    open_incident,
    record_milestones,
    revise_facts,
    revise_section,
)
from incidents.milestones import MilestoneKind
from incidents.models import (
    AcceptedFinding,
    Activity,
    Component,
    ComponentStatus,
    ImpactWindow,
    Incident,
    Publication,
    Report,
    Severity,
    Site,
)
from incidents.publishing.operations import publish_report, start_correction
from incidents.review.operations import approve_report, submit_for_review

_count = itertools.count(1)

# A morning in the past; every test passes its own clock on.
NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
START = datetime(2026, 3, 6, 5, 0, tzinfo=UTC)


def make_user(role: str = Role.ENGINEER, **fields: Any) -> User:
    number = next(_count)
    fields.setdefault("email", f"{role}{number}@example.test")
    fields.setdefault("name", f"{role.title()} {number}")
    return User.objects.create_user(password="correct horse battery", role=role, **fields)


def make_component(name: str | None = None, *, status: str = "operational", **fields: Any) -> Component:
    """A component that exists since long ago, and is in a state since `START` that was set by hand."""
    fields.setdefault("counted_from", date(2020, 1, 1))
    component = Component.objects.create(name=name or f"Component {next(_count)}", **fields)
    if status != "operational":
        ImpactWindow.objects.create(component=component, level=status, started_at=START)
    return component


def show_promises() -> None:
    """Turn on the page of all public promises."""
    Site.objects.update_or_create(id=1, defaults={"shows_promises": True})


def make_incident(*, by: User | None = None, title: str = "Servers down", **fields: Any) -> Incident:
    """An incident with its empty draft."""
    fields.setdefault("severity", Severity.objects.get(tone="critical"))
    fields.setdefault("started_at", START)
    if "components" in fields:
        fields["components"] = dict.fromkeys(fields["components"], ComponentStatus.MAJOR_OUTAGE)
    return open_incident(title=title, by=by or make_user(), at=NOW, **fields)


def make_draft(*, by: User | None = None, rows: int = 1, **fields: Any) -> Report:
    """A draft that may go out: headline, summary, milestones, `rows` public rows, a public promise.

    What else the check asks for is accepted, so that tests add the sections and components that they are about.
    """
    by = by or make_user()
    incident = make_incident(by=by, **fields)
    revise_facts(
        incident,
        changes={"public_title": "Our servers were down", "byline": "Infrastructure team"},
        by=by,
        at=NOW,
    )
    record_milestones(
        incident,
        {
            MilestoneKind.IMPACT_STARTED: MilestoneValue(START),
            MilestoneKind.DETECTED: MilestoneValue(START + timedelta(minutes=2)),
            MilestoneKind.RESOLVED: MilestoneValue(START + timedelta(hours=3, minutes=20)),
        },
        by=by,
        at=NOW,
    )
    for number in range(rows):
        add_entry(
            incident,
            occurred_at=START + timedelta(minutes=number),
            text=f"Something happened ({number})",
            public_text=f"We did something ({number})",
            by=by,
            at=NOW,
        )
    revise_section(
        incident,
        "summary",
        changes={"text": "The breaker tripped.", "public_text": "We were down. We are sorry."},
        by=by,
        at=NOW,
    )
    add_action_item(
        incident,
        values={
            "text": "Fix the breaker",
            "public_text": "Review the power supply",
            "kind": "prevent",
            "owner": by,
            "due_on": NOW.date(),
            "done_when": "The report is in.",
        },
        by=by,
        at=NOW,
    )
    report = Report.objects.get(incident=incident)
    accept_findings(report, by=by)
    return report


def accept_findings(report: Report, *, by: User, at: datetime = NOW) -> None:
    """Everything that the check doubts is fine: the rows that `accept_finding` writes, which judges anew for each."""
    reason = "As the test wants it."
    judged = Report.objects.get(pk=report.pk).judged_findings(at=at)
    doubts = {each.fingerprint: each.message for each in judged if each.stands and not each.blocks}
    AcceptedFinding.objects.bulk_create(
        AcceptedFinding(report=report, fingerprint=key, message=message, reason=reason, accepted_by=by, accepted_at=at)
        for key, message in doubts.items()
    )
    Activity.objects.bulk_create(
        Activity(
            incident=report.incident,
            verb="accepted a finding",
            actor=by,
            at=at,
            detail={"key": message, "reason": reason},
        )
        for message in doubts.values()
    )


def approve(report: Report, *, by: User | None = None, at: datetime = NOW) -> Report:
    """Ask for review and approve what stands there; whatever the check doubts is accepted."""
    publisher = by or make_user(Role.PUBLISHER)
    accept_findings(report, by=publisher, at=at)
    report = submit_for_review(report, by=publisher, at=at)
    return approve_report(report, seen=report.to_snapshot().checksum, by=publisher, at=at)


def publish(report: Report | None = None, *, by: User | None = None, at: datetime = NOW) -> Publication:
    """Take a draft to the public by the whole way."""
    publisher = by or make_user(Role.PUBLISHER)
    report = approve(report or make_draft(by=publisher), by=publisher, at=at)
    return publish_report(report, by=publisher, change_note="", at=at)


def correct(publication: Publication, *, note: str = "We mended a mistake.", at: datetime | None = None) -> Publication:
    """Publish the next version, with another headline."""
    publisher = make_user(Role.PUBLISHER)
    at = at or publication.published_at + timedelta(days=1)
    report = start_correction(publication.incident.report, by=publisher, at=at)
    revise_facts(
        report.incident,
        changes={"public_title": f"Our servers were down, corrected {publication.number}"},
        by=publisher,
        at=at,
    )
    report = approve(Report.objects.get(pk=report.pk), by=publisher, at=at)
    return publish_report(report, by=publisher, change_note=note, at=at)
