"""Two at once, in real threads and transactions, as tests/publishing runs them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from incidents.models import EventUpdate, MaintenancePlan, PublicEvent
from incidents.publishing.operations import publish_report
from incidents.status.operations import (
    ToldMeanwhile,
    announce_recurring,
    last_told,
    move_maintenance,
    plan_maintenance,
    post_update,
    tell_customers,
)
from tests.factories import NOW, approve, make_component, make_draft, make_incident, make_user

# Two at once are run as tests/publishing runs them.
from tests.publishing.test_races import race

__all__ = ["race"]

pytestmark = pytest.mark.usefixtures("transactional_db")

HOUR = timedelta(hours=1)


def test_two_post_at_once_and_both_are_kept(race: Any) -> None:
    by, api = make_user(), make_component()
    event = tell_customers(
        make_incident(),
        title="Down",
        status="investigating",
        text="We look.",
        levels={api: "major_outage"},
        by=by,
        at=NOW,
    ).event

    def posting(status: str, level: str) -> Any:
        return lambda: post_update(event, status=status, text=status, levels={api: level}, by=by, at=NOW + HOUR)

    race(posting("identified", "partial_outage"), posting("monitoring", "degraded_performance"))

    assert [row.status for row in event.updates.order_by("pk")] == ["investigating", "identified", "monitoring"]
    assert event.updates.get(status="monitoring").affected[0]["old"] == "partial_outage"
    assert event.windows.get(ended_at=None).level == "degraded_performance"


def test_the_second_of_two_who_saw_the_same_is_told(race: Any) -> None:
    by = make_user()
    event = tell_customers(make_incident(), title="Down", status="investigating", text="We look.", by=by, at=NOW).event
    seen = last_told(event)

    def posting() -> Any:
        return post_update(event, status="identified", text="Found.", seen=seen, by=by, at=NOW + HOUR)

    posted, refused = race(posting, posting)

    assert isinstance(posted, EventUpdate)
    assert isinstance(refused, ToldMeanwhile)


def test_two_first_posts_make_one_event(race: Any) -> None:
    incident, by = make_incident(), make_user()

    def telling() -> Any:
        return tell_customers(incident, title="Down", status="investigating", text="We look.", by=by, at=NOW)

    posted, refused = race(telling, telling)

    assert isinstance(posted, EventUpdate)
    assert isinstance(refused, ToldMeanwhile)
    assert PublicEvent.objects.count() == 1


def test_a_first_post_while_the_report_is_published(race: Any) -> None:
    publisher = make_user("publisher")
    report = approve(make_draft(by=publisher), by=publisher)

    race(
        lambda: tell_customers(report.incident, title="Down", status="resolved", text="Over.", by=publisher, at=NOW),
        lambda: publish_report(report, by=publisher, change_note="", at=NOW),
    )

    event = PublicEvent.objects.get()
    assert (event.title, event.posted_title, event.report_number) == ("Our servers were down", "Down", 1)


def test_two_workers_move_once(race: Any) -> None:
    plan_maintenance(
        title="Move",
        text="Soon.",
        components=[make_component()],
        start=NOW,
        end=NOW + HOUR,
        by=make_user(),
        at=NOW - HOUR,
    )

    one, other = race(lambda: move_maintenance(NOW), lambda: move_maintenance(NOW))

    assert (len(one), len(other)) == (1, 0)
    assert EventUpdate.objects.count() == 2


def test_two_workers_announce_once(race: Any) -> None:
    plan = MaintenancePlan.objects.create(
        title="Move", text="Soon.", rule="FREQ=WEEKLY", starts_at=NOW, minutes=30, created_at=NOW
    )
    plan.components.set([make_component()])

    one, other = race(lambda: announce_recurring(NOW), lambda: announce_recurring(NOW))

    assert (len(one), len(other)) == (4, 0)
