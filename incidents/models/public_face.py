"""What the public face of an incident takes over from its report, so that a list of events reads no document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from incidents.models.component import Component, ComponentStatus, ImpactWindow
from incidents.models.course import course_of
from incidents.models.event import EventKind, EventStatus, EventUpdate, PublicEvent, impact_of
from incidents.models.incident import Incident
from incidents.models.public_promise import PublicPromise
from incidents.models.publication import Publication
from incidents.models.site import PublicChange
from incidents.rendering import plain_text
from incidents.snapshot import Snapshot

_WITHDRAWN = "Withdrawn report"
_DESCRIPTION_LENGTH = 300
_SEARCHED = 60_000  # characters of one part; Postgres refuses vectors over 1 MB


def show_publication(incident: Incident, *, at: datetime) -> PublicEvent:
    """Make the public face say what was just published or withdrawn, and queue the change.

    Belongs to the transaction that appends the publication or the retraction, with the report locked.
    """
    publications = list(Publication.objects.of(incident).select_related("retraction").order_by("number"))
    newest = publications[-1]
    taken = max((each.number for each in publications if hasattr(each, "retraction")), default=0)
    event = PublicEvent.objects.select_for_update().filter(incident=incident).first()
    if event is None:
        event = PublicEvent(
            kind=EventKind.INCIDENT,
            public_id=incident.public_id,
            incident=incident,
            status=EventStatus.RESOLVED,
            created_at=at,
        )
    event.updated_at, event.first_publication = at, publications[0].pk
    if newest.number > taken:
        first = next(each for each in publications if each.number > taken)
        event.report_first_published_at, event.report_withdrawn_at = first.published_at, None
        event.report_number = newest.number
        _take_over(event, newest.snapshot, published_at=newest.published_at)
    else:
        event.report_first_published_at, event.report_withdrawn_at = None, newest.retraction.retracted_at
        event.report_number, event.has_report_windows = 0, False
        event.title, event.description, event.tags, event.cause = event.posted_title or _WITHDRAWN, "", [], ""
        _give_back(event)
    event.save()
    _rewrite_windows(event, newest.snapshot if event.report_number else None)
    PublicPromise.objects.show(
        newest if event.report_number else None,
        public_id=event.public_id,
        promised_at=event.report_first_published_at,
    )
    refresh_search(event)
    PublicChange.note(PublicChange.Kind.EVENT, event.public_id, at=at)
    return event


def refresh_search(event: PublicEvent) -> None:
    """Index what readers can read of an event: its title, the standing report and the updates."""
    newest = Publication.objects.filter(public_id=event.public_id, number=event.report_number).first()
    texts = EventUpdate.objects.filter(event=event).order_by("pk").values_list("text", flat=True)
    parts = {
        "A": event.title,
        "B": " ".join(_chapters(newest.snapshot)) if newest else "",
        "C": " ".join(row.text for row in newest.snapshot.timeline) if newest else "",
        "D": " ".join(texts),
    }
    weighed = [SearchVector(Value(text[:_SEARCHED]), weight=weight, config="english") for weight, text in parts.items()]
    vector = weighed[0] + weighed[1] + weighed[2] + weighed[3]
    PublicEvent.objects.filter(pk=event.pk).update(search=vector)


def _take_over(event: PublicEvent, snapshot: Snapshot, *, published_at: datetime) -> None:
    started = snapshot.started_at or event.started_at or published_at
    summary = snapshot.section("summary")
    event.title, event.started_at = snapshot.title, started
    event.description = plain_text(summary.markdown)[:_DESCRIPTION_LENGTH] if summary else ""
    event.tags, event.cause = list(snapshot.tags), snapshot.cause
    if snapshot.components:
        event.impact = impact_of(component.level for component in snapshot.components)
    if event.is_over:
        event.resolved_at = max(started, snapshot.ended_at or event.resolved_at or started)


def _give_back(event: PublicEvent) -> None:
    """What the report had said better is again as it was posted, where anything was."""
    course = course_of(event.updates.all()) if event.pk else None
    if course is None or course.first_told_at is None:
        return
    event.started_at, event.impact, event.resolved_at = course.first_told_at, course.impact, course.over_at


def _rewrite_windows(event: PublicEvent, snapshot: Snapshot | None) -> None:
    """The times of a report replace those of the updates while it stands."""
    event.windows.filter(from_report=True).delete()
    windows = list(_windows(event, snapshot)) if snapshot else []
    ImpactWindow.objects.bulk_create(windows)
    event.windows.filter(from_report=False).update(is_superseded=bool(windows))
    event.has_report_windows = bool(windows)
    PublicEvent.objects.filter(pk=event.pk).update(has_report_windows=bool(windows))


def _windows(event: PublicEvent, snapshot: Snapshot) -> Iterator[ImpactWindow]:
    known = Component.objects.in_bulk([row.key for row in snapshot.components if row.key], field_name="public_id")
    still_open = set()
    for row in snapshot.components:
        component, started = known.get(row.key), row.started_at or snapshot.started_at
        ended = row.ended_at or snapshot.ended_at
        if component is None or started is None or row.level == ComponentStatus.OPERATIONAL:
            continue
        if (ended is None and (event.is_over or row.key in still_open)) or (ended is not None and ended <= started):
            continue  # nothing can be counted from it
        if ended is None:
            still_open.add(row.key)
        yield ImpactWindow(
            component=component,
            event=event,
            level=row.level,
            share=row.share,
            started_at=started,
            ended_at=ended,
            from_report=True,
        )


def _chapters(snapshot: Snapshot) -> Iterator[str]:
    for section in snapshot.sections:
        yield plain_text(section.markdown)
    yield from (promise.text for promise in snapshot.promises)
