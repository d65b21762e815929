"""Play what customers were told through the operations that people use, at the times when it happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from accounts.models import User
from incidents.authoring.operations import open_incident, revise_facts
from incidents.management.demo_events import EVENTS, READY_WORDS, STILL_GOING_ON, WORK, DemoEvent, DemoPost, DemoWork
from incidents.models import Component, Incident, PublicEvent, Severity, worst
from incidents.status.operations import (
    add_template,
    move_maintenance,
    plan_maintenance,
    post_update,
    start_plan,
    tell_customers,
)
from incidents.status.recurrence import rule_of

Components = dict[str, Component]
_ANNOUNCED = timedelta(days=4)


def moment_of(days_ago: int, clock: str, *, now: datetime) -> datetime:
    """A UTC clock time some days ago."""
    hour, minute = clock.split(":")
    return datetime.combine((now - timedelta(days=days_ago)).date(), time(int(hour), int(minute)), UTC)


def began(demo: DemoEvent, *, now: datetime) -> datetime:
    if demo.days_ago == 0:
        return (now - timedelta(minutes=STILL_GOING_ON)).replace(second=0, microsecond=0)
    return moment_of(demo.days_ago, demo.start, now=now)


def open_and_tell(demo: DemoEvent, components: Components, *, by: User, now: datetime) -> Incident:
    """An incident that has no report yet, with all that was posted."""
    start = began(demo, now=now)
    said = [each for post in demo.posts for each in post.levels]
    touched = {name: worst(level for named, level in said if named == name) for name, _ in said}
    incident = open_incident(
        title=demo.internal,
        severity=Severity.objects.get(tone=demo.severity),
        started_at=start,
        components={components[name]: touched[name] for name in sorted(touched)},
        by=by,
        at=start,
    )
    tell(incident, demo.title, demo.posts, components, start=start, by=by)
    if demo.cause:
        revise_facts(incident, changes={"cause": demo.cause}, by=by, at=start)
    return incident


def tell(
    incident: Incident, title: str, posts: Iterable[DemoPost], components: Components, *, start: datetime, by: User
) -> None:
    """Post one after the other; the levels stay until a post changes them."""
    event: PublicEvent | None = None
    levels: dict[Component, str] = {}
    for post in posts:
        at = start + timedelta(minutes=post.after)
        levels |= {components[name]: level for name, level in post.levels}
        promised = at + timedelta(minutes=post.next_update) if post.next_update else None
        said = {"status": post.status, "text": post.text, "levels": levels, "next_update_by": promised, "by": by}
        if event is None:
            event = tell_customers(incident, title=title, **said, at=at).event  # type: ignore[arg-type]
        else:
            post_update(event, **said, at=at)  # type: ignore[arg-type]


def plan_work(components: Components, *, by: User, now: datetime) -> None:
    """What was done, what is ahead, and what comes every month."""
    for work in WORK:
        _work(work, components, by=by, now=now)
    first = moment_of(-3, "04:00", now=now)
    start_plan(
        title="Updates of the mail servers",
        text="E-mail may pause for some minutes.",
        components=[components["E-mail"]],
        rule=rule_of("monthly_weekday", first.replace(tzinfo=None)),
        starts_at=first,
        minutes=30,
        time_zone="UTC",
        by=by,
        at=now,
    )


def write_ready_words(*, by: User, at: datetime) -> None:
    for name, status, text in READY_WORDS:
        add_template(values={"name": name, "status": status, "text": text}, by=by, at=at)


def events_oldest_first() -> list[DemoEvent]:
    return sorted(EVENTS, key=lambda demo: -demo.days_ago)


def _work(work: DemoWork, components: Components, *, by: User, now: datetime) -> None:
    start = moment_of(work.days_ago, work.start, now=now)
    end = start + timedelta(minutes=work.minutes)
    plan_maintenance(
        title=work.title,
        text=work.text,
        components=[components[name] for name in work.components],
        start=start,
        end=end,
        by=by,
        at=min(now, start - _ANNOUNCED),
    )
    if end <= now:
        move_maintenance(start)
        move_maintenance(end)
