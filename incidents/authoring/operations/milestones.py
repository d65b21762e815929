from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.authoring.operations.drafts import begin_edit
from incidents.milestones import MilestoneKind, Precision
from incidents.models import Activity, Incident, Milestone, TimelineEntry

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class MilestoneValue:
    """What a person says of one moment. `at` is None exactly when the precision is unknown."""

    at: datetime | None
    precision: Precision = Precision.EXACT
    note: str = ""


@transaction.atomic
def record_milestones(
    incident: Incident,
    values: Mapping[MilestoneKind, MilestoneValue | None],
    *,
    by: User,
    at: datetime,
) -> None:
    """Set, change or (with None) clear the milestones named; what isn't named stays.

    A milestone given another time than the row that marks it lets go of that row.
    """
    begin_edit(incident, by=by, at=at)
    stored = {row.kind: row for row in incident.milestones.select_related("entry")}
    for kind, value in values.items():
        milestone = stored.get(kind)
        if value is None:
            if milestone is not None:
                milestone.delete()
            continue
        milestone = milestone or Milestone(incident=incident, kind=kind)
        milestone.at, milestone.precision, milestone.note = value.at, value.precision, value.note
        milestone.is_confirmed = True
        if milestone.entry is not None and milestone.entry.occurred_at != value.at:
            milestone.entry = None
        milestone.save()
    Activity.objects.record(
        incident,
        "recorded milestones",
        by=by,
        at=at,
        new={kind: value.at.isoformat() if value and value.at else None for kind, value in values.items()},
    )


def mark_milestone(entry: TimelineEntry, kind: str | None) -> None:
    """Let a row mark a milestone, or none: the row's time becomes the milestone's.

    Called by the timeline's operations, inside their transaction.
    """
    Milestone.objects.filter(entry=entry).exclude(kind=kind or "").update(entry=None)
    if kind:
        Milestone.objects.update_or_create(
            incident=entry.incident,
            kind=kind,
            defaults={
                "at": entry.occurred_at,
                "precision": entry.precision,
                "entry": entry,
                "is_confirmed": True,
            },
        )
