"""Store what the updates of an event add up to. Every operation on an event ends here."""

from __future__ import annotations

from datetime import datetime

from incidents.models import (
    OVER,
    Component,
    EventComponent,
    EventKind,
    EventUpdate,
    ImpactWindow,
    Incident,
    PublicChange,
    PublicEvent,
    refresh_search,
)
from incidents.models.course import Course, course_of


def retell(event: PublicEvent, *, at: datetime) -> PublicEvent:
    """Write step, times, components, windows and search of a locked event from its updates, and queue the change.

    While a report stands, its title, start, impact and windows are what readers see, and are left alone; only what
    is posted after the report says that it is not over, counts again.
    """
    updates = list(event.updates.all())
    course = course_of(updates)
    _correct_affected(updates, course)
    if updates:
        _take_over(event, course)
    event.updated_at = at
    event.save()
    _rewrite_components(event, course)
    _rewrite_windows(event, course)
    if event.incident_id is not None and updates:
        Incident.objects.filter(pk=event.incident_id).update(status=event.status)
    refresh_search(event)
    PublicChange.note(PublicChange.Kind.EVENT, event.public_id, at=at)
    return event


def _take_over(event: PublicEvent, course: Course) -> None:
    reopened = event.is_over and course.status not in OVER
    event.status, event.monitoring_at = course.status, course.monitoring_at
    if reopened and event.has_report_windows:
        event.has_report_windows = False  # they end with the report: a component that is down again would look fine
        event.windows.filter(from_report=False).update(is_superseded=False)
    if not event.report_number:
        if event.kind == EventKind.MAINTENANCE:
            event.started_at = course.work_began_at or event.scheduled_for or event.started_at
        else:
            event.started_at, event.impact = course.first_told_at or event.started_at, course.impact
    over_at = course.over_at
    if over_at and event.report_number and event.resolved_at:
        over_at = event.resolved_at  # the report knows better than the post
    if over_at and event.kind == EventKind.MAINTENANCE and course.work_began_at is None:
        over_at = None  # called off before it began
    event.resolved_at = max(event.started_at, over_at) if over_at else None
    if event.is_over:
        event.next_update_by = None
    else:
        event.report_expected_on = None


def _correct_affected(updates: list[EventUpdate], course: Course) -> None:
    """The old levels of later updates change when one is put before them."""
    names = {entry["component"]: entry["name"] for update in updates for entry in update.affected}
    for update in updates:
        affected = [
            entry | {"name": entry["name"] or names[entry["component"]]} for entry in course.affected[update.pk]
        ]
        if affected != update.affected:
            update.affected = affected
            update.save(update_fields=["affected"])


def _rewrite_components(event: PublicEvent, course: Course) -> None:
    components = Component.objects.in_bulk(list(course.levels), field_name="public_id")
    EventComponent.objects.bulk_create(
        [EventComponent(event=event, component=components[key], level=level) for key, level in course.levels.items()],
        update_conflicts=True,
        unique_fields=["event", "component"],
        update_fields=["level"],
    )
    event.components.exclude(component__public_id__in=list(course.levels)).delete()


def _rewrite_windows(event: PublicEvent, course: Course) -> None:
    mine = event.windows.filter(from_report=False)
    stored = {
        (row.component.public_id, row.level, row.started_at, row.ended_at) for row in mine.select_related("component")
    }
    wanted = {(spell.component, spell.level, spell.started_at, spell.ended_at) for spell in course.spells}
    if stored == wanted:
        return
    mine.delete()
    components = Component.objects.in_bulk([key for key, *_ in wanted], field_name="public_id")
    ImpactWindow.objects.bulk_create(
        ImpactWindow(
            component=components[spell.component],
            event=event,
            level=spell.level,
            started_at=spell.started_at,
            ended_at=spell.ended_at,
            is_superseded=event.has_report_windows,
        )
        for spell in course.spells
    )
