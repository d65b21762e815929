"""A published report to test with: an imaginary hoster's bad morning, and short ways to publish it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.models import Incident, Publication, Retraction, Severity, show_publication
from incidents.snapshot import ComponentImpact, Promise, Section, SeverityFact, Snapshot, TimelineRow

PUBLIC_ID = "abcdefghjkmn"
PUBLISHED_AT = datetime(2023, 3, 9, 14, 0, tzinfo=UTC)


def at(hour: int, minute: int = 0, *, day: int = 6) -> datetime:
    return datetime(2023, 3, day, hour, minute, tzinfo=UTC)


SEED = Snapshot(
    schema=1,
    public_id=PUBLIC_ID,
    title="A power overload took every server offline",
    byline="the Infrastructure team",
    severity=SeverityFact("Critical", "critical"),
    time_zone="UTC",
    milestones=(
        Milestone(MilestoneKind.IMPACT_STARTED, at(5)),
        Milestone(MilestoneKind.DETECTED, at(5, 2)),
        Milestone(MilestoneKind.ACKNOWLEDGED, at(5, 10)),
        Milestone(MilestoneKind.MITIGATED, at(7, 50)),
        Milestone(MilestoneKind.RESOLVED, at(8, 20)),
    ),
    components=(ComponentImpact("All services", "major_outage", None, None),),
    sections=(
        Section("summary", "Every request failed with an **HTTP 500** error. No data was lost."),
        Section("impact", "Websites and the API answered with errors."),
        Section("root_cause", "The power feed carried more load than it was built for."),
    ),
    timeline=(
        TimelineRow("rowaaa", at(4, 34), Precision.EXACT, "A power overload begins.", None),
        TimelineRow("rowbbb", at(5), Precision.EXACT, "All servers go down.", MilestoneKind.IMPACT_STARTED),
        TimelineRow("rowccc", at(5, 2), Precision.EXACT, "Pagers alert the on-call team.", MilestoneKind.DETECTED),
        TimelineRow("rowddd", at(6, 15), Precision.ABOUT, "Backup systems are being set up.", None),
        TimelineRow("roweee", at(8, 20), Precision.EXACT, "All traffic is back.", MilestoneKind.RESOLVED),
    ),
    promises=(
        Promise("proaaa", "Review the power supply", "prevent", "done", date(2023, 3, 31), date(2023, 3, 24)),
        Promise("probbb", "Build a second feed", "mitigate", "in_progress", date(2023, 6, 30), None),
        Promise("proccc", "Alert on power draw", "detect", "open", date(2023, 3, 20), None),
    ),
    images=(),
)


def incident(public_id: str, *, by: User) -> Incident:
    number = Incident.objects.count() + 1
    severity, _ = Severity.objects.get_or_create(rank=1, defaults={"name": "Critical", "tone": "critical"})
    return Incident.objects.create(
        number=number, public_id=public_id, title="Internal", severity=severity, opened_by=by, opened_at=at(5)
    )


@transaction.atomic
def publish(snapshot: Snapshot = SEED, *, by: User, note: str = "", at: datetime = PUBLISHED_AT) -> Publication:
    """The next version of the incident with the snapshot's public id, which is made where it is missing."""
    found = Incident.objects.filter(public_id=snapshot.public_id).first() or incident(snapshot.public_id, by=by)
    publication = Publication.objects.append(found, snapshot, by=by, change_note=note, at=at)
    show_publication(found, at=at)
    return publication


def publish_many(count: int, *, by: User, **changes: Any) -> list[Publication]:
    """Reports `report000001`…, each a day newer than the one before."""
    return [
        publish(
            replace(SEED, public_id=f"report{number:06d}", title=f"Report number {number}", **changes),
            by=by,
            at=PUBLISHED_AT + timedelta(days=number),
        )
        for number in range(1, count + 1)
    ]


@transaction.atomic
def withdraw(publication: Publication, *, by: User, reason: str = "It named a customer.") -> Retraction:
    at = PUBLISHED_AT + timedelta(days=30)
    retraction: Retraction = Retraction.objects.create(
        publication=publication, reason=reason, retracted_by=by, retracted_at=at
    )
    show_publication(publication.incident, at=at)
    return retraction
