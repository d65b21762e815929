"""The windows of generated updates, against a slow and obvious look at every minute; and which of them count."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.roles import Role
from incidents.authoring.operations import add_impact
from incidents.models import Component, EventUpdate, ImpactWindow, PublicEvent, Report
from incidents.publishing.operations import withdraw_report
from incidents.status.operations import edit_update, post_update, tell_customers
from tests.factories import NOW, correct, make_component, make_draft, make_incident, make_user, publish

MINUTES = 12
MINUTE = timedelta(minutes=1)
STEPS = ("investigating", "identified", "monitoring", "resolved")
LEVELS = ("operational", "degraded_performance", "partial_outage", "major_outage")

minutes = st.integers(0, MINUTES - 1)
posts = st.tuples(
    st.just("post"), minutes, st.sampled_from(STEPS), st.dictionaries(st.integers(0, 1), st.sampled_from(LEVELS))
)
edits = st.tuples(st.just("edit"), minutes, st.integers(0, 9))


def level_at(component: Component, minute: int, updates: list[EventUpdate]) -> str:
    """The last word on a component up to that minute: a post that names it, or that says all is over."""
    level = "operational"
    for update in sorted(updates, key=lambda each: (each.display_at, each.pk)):
        if update.display_at > NOW + minute * MINUTE:
            break
        if update.status == "resolved":
            level = "operational"
            continue
        for entry in update.affected:
            if entry["component"] == component.public_id:
                level = entry["new"]
    return level


def windows_at(component: Component, minute: int, event: PublicEvent) -> list[str]:
    at = NOW + minute * MINUTE
    rows = event.windows.filter(component=component)
    return [row.level for row in rows if row.started_at <= at and (row.ended_at is None or row.ended_at > at)]


class WindowsOfUpdates(TestCase):
    @settings(max_examples=60)
    @given(st.lists(posts, min_size=1, max_size=6), st.lists(edits, max_size=3))
    def test_windows_are_what_the_updates_say(self, told: list[Any], edited: list[Any]) -> None:
        by, components = make_user(), [make_component(), make_component()]
        late = NOW + MINUTES * MINUTE
        event = None
        for _, minute, status, levels in told:
            fields: dict[str, Any] = {
                "status": status,
                "text": "Words.",
                "levels": {components[place]: level for place, level in levels.items()},
                "display_at": NOW + minute * MINUTE,
                "by": by,
                "at": late,
            }
            if event is None:
                event = tell_customers(make_incident(), title="Down", **fields).event
            else:
                post_update(event, **fields)
        assert event is not None
        for _, minute, place in edited:
            update = event.updates.order_by("pk")[place % event.updates.count()]
            edit_update(update, changes={"display_at": NOW + minute * MINUTE}, by=by, at=late)

        event, updates = PublicEvent.objects.get(pk=event.pk), list(event.updates.all())
        for component in components:
            for minute in range(MINUTES):
                wanted = level_at(component, minute, updates)
                assert windows_at(component, minute, event) == ([] if wanted == "operational" else [wanted])
            rows = list(event.windows.filter(component=component).order_by("started_at"))
            for one, other in itertools.pairwise(rows):
                assert one.ended_at is not None
                assert one.ended_at < other.started_at or one.level != other.level  # told once, not in pieces
        last = max(updates, key=lambda each: (each.display_at, each.pk))
        assert (event.status, event.resolved_at is None) == (last.status, last.status != "resolved")


_MOVES = ("broken", "watched", "over", "moved", "published", "withdrawn")


class WindowsThatCount(TestCase):
    @settings(max_examples=40)
    @example(["over", "published", "watched"])
    @given(st.lists(st.sampled_from(_MOVES), min_size=2, max_size=7))
    def test_those_of_updates_count_unless_a_report_has_its_own(self, happened: list[str]) -> None:
        """Said by the event, and by its windows so that nobody has to look at the event. Both must say the same."""
        by, component = make_user(Role.PUBLISHER), make_component()
        report = make_draft(by=by)
        add_impact(report.incident, component, by=by, at=NOW)
        words: dict[str, Any] = {"text": "Words.", "by": by}
        levels = {component: "major_outage"}
        event = tell_customers(
            report.incident, title="Down", status="investigating", levels=levels, at=NOW, **words
        ).event
        for place, what in enumerate(happened, start=1):
            at = NOW + place * timedelta(hours=1)
            report = Report.objects.get(pk=report.pk)
            newest = report.incident.publications.order_by("number").last()
            if what == "broken":
                post_update(event, status="identified", levels=levels, at=at, **words)
            elif what == "watched":
                post_update(event, status="monitoring", at=at, **words)
            elif what == "over":
                post_update(event, status="resolved", at=at, **words)
            elif what == "moved":
                update = event.updates.latest("pk")
                edit_update(update, changes={"display_at": update.display_at - MINUTE}, by=by, at=at)
            elif what == "published":
                _ = correct(newest, at=at) if newest else publish(report, by=by, at=at)
            elif newest and not hasattr(newest, "retraction"):
                withdraw_report(report, reason="Wrong.", by=by, at=at)

            event = PublicEvent.objects.get(pk=event.pk)
            rows = event.windows.all()
            wanted = {row.pk for row in rows if row.from_report or not event.has_report_windows}
            assert {row.pk for row in ImpactWindow.objects.counted()} == wanted, (happened, place)
