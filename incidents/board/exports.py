"""What is seen on the board, for spreadsheets, calendars and dashboards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from incidents.board.rows import Row
from incidents.models import ActionItem
from incidents.spreadsheets import csv_lines

COLUMNS = (
    *("key", "what", "customers_read", "incident", "incident_title", "severity", "kind", "priority", "state", "reason"),
    *("owner", "team", "due_on", "due_rule", "days_late", "done_when", "opened_on", "closed_on", "evidence", "ticket"),
    "address",
)


def as_data(item: ActionItem, *, on: date) -> dict[str, Any]:
    """One item by the names of COLUMNS: days as dates, what is not there as None or an empty text."""
    row = Row(item, on, may_change=False)
    return {
        "key": item.key,
        "what": item.text,
        "customers_read": item.public_text,
        "incident": item.incident.code,
        "incident_title": item.incident.title,
        "severity": item.incident.severity.name,
        "kind": item.kind,
        "priority": item.priority,
        "state": item.state,
        "reason": item.reason,
        "owner": item.owner.name if item.owner else "",
        "team": item.team.name if item.team else "",
        "due_on": item.due_on,
        "due_rule": item.due_rule,
        "days_late": row.days_late,
        "done_when": item.done_when,
        "opened_on": item.opened_at.date(),
        "closed_on": item.closed_on,
        "evidence": item.evidence,
        "ticket": item.tracker_url,
        "address": _address(item),
    }


def csv_of(items: Iterable[ActionItem], *, on: date) -> Iterator[str]:
    return csv_lines(COLUMNS, (tuple(as_data(item, on=on).values()) for item in items))


def calendar_of(items: Iterable[ActionItem], *, on: date, at: datetime) -> bytes:
    """Each item that has a day, as an event of that day."""
    document = Calendar()
    document.add("prodid", "-//Afterword//Promises//EN")
    document.add("version", "2.0")
    document.add("x-wr-calname", f"{settings.ORGANISATION_NAME}: promises")
    for item in items:
        if item.due_on is None:
            continue
        row, entry = Row(item, on, may_change=False), Event()
        entry.add("uid", f"{item.key}@promises.afterword")
        entry.add("dtstamp", at)
        entry.add("dtstart", item.due_on)
        entry.add("dtend", item.due_on + timedelta(days=1))
        entry.add("summary", item.text)
        who = item.owner.name if item.owner else "nobody yet"
        entry.add("description", f"{row.state}. {item.incident.code} · {item.incident.title}. Owner: {who}.")
        entry.add("url", _address(item))
        document.add_component(entry)
    content: bytes = document.to_ical()
    return content


def _address(item: ActionItem) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('board:item', args=[item.key])}"
