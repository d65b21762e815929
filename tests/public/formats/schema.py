"""The Statuspage format as a strict schema: the keys of every object, in order, and what each may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)")
ID = re.compile(r"[a-z0-9]{12}")
LEVELS = {"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"}
OPEN = {"investigating", "identified", "monitoring"}
INCIDENT_STATUSES = OPEN | {"resolved", "postmortem"}
MAINTENANCE_STATUSES = {"scheduled", "in_progress", "verifying", "completed"}

Check = Callable[[Any], bool]


def one_of(*values: Any) -> Check:
    return lambda value: value in values and type(value) in {type(each) for each in values}


def written(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def many(check: Callable[[Any], None]) -> Check:
    def checked(value: Any) -> bool:
        assert isinstance(value, list), f"a list, never {value!r}"
        for each in value:
            check(each)
        return True

    return checked


def text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def never(value: Any) -> bool:
    return value is None


identifier, moment = written(ID), written(TIME)


def check_id(value: Any) -> None:
    assert identifier(value), value


PAGE = {"id": identifier, "name": text, "url": text, "time_zone": text, "updated_at": moment}
STATUS = {"indicator": one_of("none", "minor", "major", "critical", "maintenance"), "description": text}
COMPONENT = {
    "id": identifier,
    "name": text,
    "status": one_of(*LEVELS),
    "created_at": moment,
    "updated_at": moment,
    "position": lambda value: type(value) is int,
    "description": or_null(text),
    "showcase": one_of(True, False),
    "start_date": or_null(written(re.compile(r"\d{4}-\d\d-\d\d"))),
    "group_id": or_null(identifier),
    "page_id": identifier,
    "group": one_of(False),
    "only_show_if_degraded": one_of(False),
}
GROUP = COMPONENT | {"group": one_of(True), "group_id": never, "components": many(check_id)}
AFFECTED = {"code": identifier, "name": text, "old_status": one_of(*LEVELS), "new_status": one_of(*LEVELS)}
UPDATE = {
    "id": identifier,
    "status": one_of(*INCIDENT_STATUSES, *MAINTENANCE_STATUSES),
    "body": text,
    "incident_id": identifier,
    "created_at": moment,
    "updated_at": moment,
    "display_at": moment,
    "affected_components": or_null(many(lambda each: check_object(each, AFFECTED))),
    "deliver_notifications": one_of(True, False),
    "custom_tweet": never,
    "tweet_id": never,
}
INCIDENT = {
    "id": identifier,
    "name": text,
    "status": one_of(*INCIDENT_STATUSES),
    "created_at": moment,
    "updated_at": moment,
    "monitoring_at": or_null(moment),
    "resolved_at": or_null(moment),
    "impact": one_of("none", "minor", "major", "critical", "maintenance"),
    "shortlink": text,
    "started_at": moment,
    "page_id": identifier,
    "incident_updates": many(lambda each: check_object(each, UPDATE)),
    "components": many(lambda each: check_object(each, COMPONENT)),
    "reminder_intervals": never,
}
MAINTENANCE = INCIDENT | {
    "status": one_of(*MAINTENANCE_STATUSES),
    "impact": one_of("maintenance"),
    "scheduled_for": moment,
    "scheduled_until": moment,
}
WHOLE_INCIDENT = INCIDENT | {
    "code": identifier,
    "postmortem_body": or_null(text),
    "postmortem_body_last_updated_at": or_null(moment),
    "postmortem_published_at": or_null(moment),
}

_PAGE = {"page": lambda value: check_object(value, PAGE) is None}
_COMPONENTS = {"components": many(lambda each: check_object(each, GROUP if each["group"] else COMPONENT))}
_INCIDENTS = {"incidents": many(lambda each: check_object(each, INCIDENT))}
_MAINTENANCES = {"scheduled_maintenances": many(lambda each: check_object(each, MAINTENANCE))}
_STATUS = {"status": lambda value: check_object(value, STATUS) is None}

DOCUMENTS: dict[str, dict[str, Check]] = {
    "summary.json": _PAGE | _COMPONENTS | _INCIDENTS | _MAINTENANCES | _STATUS,
    "status.json": _PAGE | _STATUS,
    "components.json": _PAGE | _COMPONENTS,
    "incidents.json": _PAGE | _INCIDENTS,
    "incidents/unresolved.json": _PAGE | _INCIDENTS,
    "scheduled-maintenances.json": _PAGE | _MAINTENANCES,
    "scheduled-maintenances/upcoming.json": _PAGE | _MAINTENANCES,
    "scheduled-maintenances/active.json": _PAGE | _MAINTENANCES,
}


def check_object(value: Any, schema: dict[str, Check]) -> None:
    """All keys, no other, in this order; and each value as it must be."""
    assert list(value) == list(schema)
    for key, check in schema.items():
        assert check(value[key]), f"{key}: {value[key]!r}"
