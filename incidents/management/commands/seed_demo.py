"""The content of `make demo`: an imaginary company, its people named by role. Running it again changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.operations import create_demo_user, deactivate
from accounts.roles import Role
from incidents.authoring.operations import (
    MilestoneValue,
    add_action_item,
    add_entry,
    add_impact,
    open_incident,
    record_milestones,
    revise_action_item,
    revise_facts,
    revise_section,
)
from incidents.management.demo_content import COMPONENTS, INCIDENTS, DemoIncident
from incidents.management.demo_events import TOLD
from incidents.management.demo_history import PAST, play
from incidents.management.demo_promises import LEFT, promise
from incidents.management.demo_telling import events_oldest_first, open_and_tell, plan_work, tell, write_ready_words
from incidents.models import Component, Incident, Report, Severity, Team
from incidents.publishing.operations import publish_report, start_correction
from incidents.review.operations import approve_report, submit_for_review
from incidents.status.operations import add_component, revise_site
from incidents.teams.operations import revise_team

PASSWORD = "demo"  # noqa: S105  # demo accounts exist in demo mode only
_NAMES = {
    Role.READER: "Support agent",
    Role.ENGINEER: "On-call engineer",
    Role.PUBLISHER: "Team lead",
    Role.MANAGER: "Engineering manager",
    Role.ADMIN: "Platform admin",
}


class Command(BaseCommand):
    help = "Accounts, components and incidents of the demo. Refused outside demo mode."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        people = {role: create_demo_user(f"{role}@demo.example", name, role, PASSWORD) for role, name in _NAMES.items()}
        if Incident.objects.exists():
            return
        now = timezone.now()
        components = {
            name: add_component(
                values={"name": name, "counted_from": (now - timedelta(days=days)).date()},
                by=people[Role.ADMIN],
                at=now,
            )
            for name, days in COMPONENTS.items()
        }
        left = create_demo_user("former@demo.example", "Former colleague", Role.ENGINEER, PASSWORD)
        promising = {LEFT: left, **{role.value: person for role, person in people.items()}}
        for number, past in enumerate(PAST):
            incident = play(past, components, by=people[Role.ENGINEER], now=now)
            promise(incident, number, promising, happened=incident.opened_at, now=now, only_closed=True)
        written = {demo.days_ago: demo for demo in INCIDENTS}
        told = {demo.days_ago: demo for demo in events_oldest_first()}
        for number, days_ago in enumerate(sorted(written | told, reverse=True)):  # those of incidents follow
            if days_ago in written:
                _tell(written[days_ago], people, components, now=now)
            else:
                incident = open_and_tell(told[days_ago], components, by=people[Role.ENGINEER], now=now)
                promise(incident, number, promising, happened=incident.opened_at, now=now)
        revise_site(changes={"shows_promises": True}, by=people[Role.ADMIN], at=now)
        for team in Team.objects.all():
            lead = people[Role.ENGINEER if team.name == "Infrastructure" else Role.PUBLISHER]
            revise_team(team, name=team.name, lead=lead, by=people[Role.ADMIN], at=now)
        deactivate(promising[LEFT], by=people[Role.ADMIN], at=now)
        plan_work(components, by=people[Role.PUBLISHER], now=now)
        write_ready_words(by=people[Role.PUBLISHER], at=now)


def _tell(demo: DemoIncident, people: dict[Role, User], components: dict[str, Component], *, now: datetime) -> None:
    """Play one incident through the same operations that people use."""
    engineer, publisher = people[Role.ENGINEER], people[Role.PUBLISHER]
    day = (now - timedelta(days=demo.days_ago)).date()
    after = datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1, hours=9)
    title, posts = TOLD.get(demo.title, ("", ()))
    begun = _moment(day, demo.timeline[0][0])
    incident = open_incident(
        title=demo.title,
        severity=Severity.objects.get(tone=demo.severity),
        by=engineer,
        at=begun + timedelta(minutes=posts[0].after) if posts else after,
    )
    tell(incident, title, posts, components, start=begun, by=engineer)
    for name in demo.components:
        add_impact(incident, components[name], level=demo.level, by=engineer, at=after)
    revise_facts(
        incident,
        changes={
            "public_title": demo.headline,
            "byline": demo.byline,
            "status": demo.status,
            "cause": demo.cause,
            "tags": list(demo.tags),
        },
        by=engineer,
        at=after,
    )
    record_milestones(
        incident,
        {kind: MilestoneValue(_moment(day, clock), precision) for kind, clock, precision in demo.milestones},
        by=engineer,
        at=after,
    )
    for clock, text, public_text, milestone in demo.timeline:
        add_entry(
            incident,
            occurred_at=_moment(day, clock),
            text=text,
            public_text=public_text,
            milestone=milestone,
            by=engineer,
            at=after,
        )
    for key, text, public_text in demo.sections:
        revise_section(incident, key, changes={"text": text, "public_text": public_text}, by=engineer, at=after)
    for values in demo.actions:
        add_action_item(incident, values=_action(values, day, people), by=engineer, at=after)
    _publish(incident, demo, engineer=engineer, publisher=publisher, at=after)


def _publish(incident: Incident, demo: DemoIncident, *, engineer: User, publisher: User, at: datetime) -> None:
    if not demo.asks_for_review:
        return
    report = submit_for_review(incident.report, by=engineer, at=at)
    for number, note in enumerate(demo.versions):
        moment = at + timedelta(days=1 + number * 15, hours=5)
        if number:
            report = start_correction(report, by=engineer, at=moment)
            _close_first_action(incident, by=engineer, at=moment)
            report = submit_for_review(report, by=engineer, at=moment)
        seen = Report.objects.get(pk=report.pk).to_snapshot().checksum
        report = approve_report(report, seen=seen, by=publisher, at=moment)
        publish_report(report, by=publisher, change_note=note, at=moment)
        report.refresh_from_db()


def _close_first_action(incident: Incident, *, by: User, at: datetime) -> None:
    item = incident.action_items.order_by("id").first()
    if item is not None:
        revise_action_item(item, changes={"state": "done"}, by=by, at=at)


def _action(values: dict[str, Any], day: date, people: dict[Role, User]) -> dict[str, Any]:
    values = dict(values)
    owner, due_days = values.pop("owner", None), values.pop("due_days", None)
    return {
        **values,
        "owner": people[Role(owner)] if owner else None,
        "due_on": day + timedelta(days=due_days) if due_days is not None else None,
    }


def _moment(day: date, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=int(hour), minutes=int(minute))
