"""Incidents and maintenance in the Statuspage format, key for key and in order.

Where it leaves room, we chose: a cancelled maintenance is `completed` (its last update says what happened); an incident
with a report is `postmortem` once it is over; `shortlink` is the incident's own address, which is short.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from incidents.models import EventStatus, EventUpdate
from incidents.public.addresses import absolute, report_path
from incidents.public.editions import Edition, kept_by_edition
from incidents.public.formats.bodies import report_html, summary_html, update_html
from incidents.public.formats.events import Told, told_of
from incidents.public.formats.ids import derived_id
from incidents.public.formats.statuspage import Json, Page
from incidents.public.words import Moment
from incidents.rendering import clean_text

POSTMORTEM = "postmortem"


def incidents(page: Page, events: Iterable[Edition]) -> list[Json]:
    """With the components as they are now."""
    objects = {each["id"]: each for each in page.listed()}
    return [
        described | {"components": [objects[each] for each in described["components"] if each in objects]}
        for described in _described(events)
    ]


@kept_by_edition
def _described(keys: list[int]) -> dict[int, Json]:
    """All that is told of events; of their components the ids, since how these are is another matter."""
    page = Page.read()
    return {
        key: _incident(page, told, [row.component.public_id for row in told.about])
        for key, told in told_of(keys).items()
    }


def whole_incident(page: Page, told: Told) -> Json:
    """The document of one incident, with its report.

    Its components are as the incident left them, so that it changes with the incident and not with every later state.
    """
    report = told.report if told.has_postmortem else None
    return {
        **_incident(page, told, _as_it_left_them(page, told)),
        "code": told.event.public_id,
        "postmortem_body": report_html(report) if report else None,
        "postmortem_body_last_updated_at": page.time(report.published_at) if report else None,
        "postmortem_published_at": page.time(told.event.report_first_published_at) if report else None,
    }


def _incident(page: Page, told: Told, components: Sequence[Json | str]) -> Json:
    event = told.event
    described = {
        "id": event.public_id,
        "name": told.title,
        "status": POSTMORTEM if told.has_postmortem else _status(event.status),
        "created_at": page.time(event.created_at),
        "updated_at": page.time(event.updated_at),
        "monitoring_at": page.time(event.monitoring_at),
        "resolved_at": page.time(event.resolved_at),
        "impact": "maintenance" if told.is_maintenance else event.impact,
        "shortlink": absolute(report_path(event.public_id)),
        "started_at": page.time(event.created_at if told.is_maintenance else event.started_at),
        "page_id": page.id,
        "incident_updates": _updates(page, told),
        "components": components,
        "reminder_intervals": None,
    }
    if told.is_maintenance:
        described["scheduled_for"] = page.time(event.scheduled_for)
        described["scheduled_until"] = page.time(event.scheduled_until)
    return described


def _updates(page: Page, told: Told) -> list[Json]:
    event = told.event
    updates = [_posted(page, told, update) for update in told.updates]
    if told.report and told.has_postmortem:
        first, newest = event.report_first_published_at or told.report.published_at, told.report.published_at
        updates.insert(
            0, _derived(page, told, status=POSTMORTEM, body=summary_html(told.report), at=first, changed_at=newest)
        )
    elif not updates and event.report_withdrawn_at:
        # Many clients read the first update without asking whether there is one.
        at = event.report_withdrawn_at
        said = f"The report of this incident was withdrawn on {Moment(at).full}."
        updates = [_derived(page, told, status=_status(event.status), body=said, at=at, changed_at=at)]
    return updates


def _posted(page: Page, told: Told, update: EventUpdate) -> Json:
    return {
        "id": update.public_id,
        "status": _status(update.status),
        "body": update_html(update.text),
        "incident_id": told.event.public_id,
        "created_at": page.time(update.posted_at),
        "updated_at": page.time(update.edited_at or update.posted_at),
        "display_at": page.time(update.display_at),
        "affected_components": [_affected(page, row) for row in update.affected] or None,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _derived(page: Page, told: Told, *, status: str, body: str, at: datetime, changed_at: datetime) -> Json:
    """An update that nobody posted, made of what the report's publication says."""
    return {
        "id": derived_id("update", told.event.public_id, status),
        "status": status,
        "body": body,
        "incident_id": told.event.public_id,
        "created_at": page.time(at),
        "updated_at": page.time(changed_at),
        "display_at": page.time(at),
        "affected_components": None,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _affected(page: Page, row: dict[str, str]) -> Json:
    group, name = page.group_of(row["component"]), clean_text(row["name"])
    return {
        "code": row["component"],
        "name": f"{group} - {name.removeprefix(f'{group}: ')}" if group else name,
        "old_status": row["old"],
        "new_status": row["new"],
    }


def _as_it_left_them(page: Page, told: Told) -> list[Json]:
    return [
        page.component(
            row.component, position=row.component.position, status=row.level, updated_at=told.event.updated_at
        )
        for row in told.about
    ]


def _status(status: str) -> str:
    return EventStatus.COMPLETED.value if status == EventStatus.CANCELLED else status
