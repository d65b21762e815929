"""Planned work moves by itself at its times, once, however late the worker is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from incidents.edits import EditConflict, digest
from incidents.models import Component, ComponentStatus, EventUpdate, ImpactWindow, PublicEvent
from incidents.status.operations import (
    BEGUN,
    DONE,
    WrongStep,
    WrongTimes,
    cancel_maintenance,
    maintenance_values,
    move_maintenance,
    plan_maintenance,
    post_update,
    revise_maintenance,
)
from tests.factories import NOW, make_component

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def planned(by: User, *components: Component, **fields: Any) -> PublicEvent:
    values = {"title": "Move of the database", "text": "The API may be slow.", "start": NOW + HOUR, "at": NOW}
    return plan_maintenance(**values | {"end": NOW + 2 * HOUR, "components": components} | fields, by=by)


def fresh(event: PublicEvent) -> PublicEvent:
    return PublicEvent.objects.get(pk=event.pk)


def level_at(component: Component, after: timedelta) -> ComponentStatus:
    return Component.objects.with_status(NOW + after).get(pk=component.pk).status


def steps(event: PublicEvent) -> list[tuple[str, float]]:
    """Each post's step, and when readers see it, in hours after NOW."""
    return [(row.status, (row.display_at - NOW) / HOUR) for row in event.updates.order_by("display_at", "pk")]


def test_planned_work_is_public_and_hurts_nobody_yet(by: User, api: Component) -> None:
    event = planned(by, api)

    assert (event.kind, event.status, event.impact, event.started_at) == (
        "maintenance",
        "scheduled",
        "maintenance",
        NOW + HOUR,
    )
    assert [row.component for row in event.components.all()] == [api]
    assert not ImpactWindow.objects.exists()
    assert PublicEvent.objects.upcoming().get() == event


def test_it_begins_and_ends_by_itself(by: User, api: Component) -> None:
    event = planned(by, api)
    assert move_maintenance(NOW + HOUR - timedelta(seconds=1)) == []

    (begun,) = move_maintenance(NOW + HOUR + timedelta(seconds=14))
    assert (begun.text, begun.posted_by, begun.display_at) == (BEGUN, None, NOW + HOUR)
    assert level_at(api, HOUR * 1.5) == "under_maintenance"
    assert move_maintenance(NOW + 1.5 * HOUR) == []

    (done,) = move_maintenance(NOW + 2 * HOUR)
    assert done.text == DONE
    event = fresh(event)
    assert (event.status, event.started_at, event.resolved_at) == ("completed", NOW + HOUR, NOW + 2 * HOUR)
    window = ImpactWindow.objects.get()
    assert (window.level, window.started_at, window.ended_at) == ("under_maintenance", NOW + HOUR, NOW + 2 * HOUR)
    assert move_maintenance(NOW + 9 * HOUR) == []


def test_a_late_worker_tells_the_planned_times(by: User, api: Component) -> None:
    event = planned(by, api)

    move_maintenance(NOW + 50 * HOUR)

    assert steps(event) == [("scheduled", 0), ("in_progress", 1), ("completed", 2)]
    assert fresh(event).updates.filter(posted_at=NOW + 50 * HOUR).count() == 2


def test_what_was_said_after_the_planned_time_does_not_stop_it(by: User, api: Component) -> None:
    event = planned(by, api)
    post_update(event, status="scheduled", text="We begin soon.", by=by, at=NOW + 1.1 * HOUR)

    assert len(move_maintenance(NOW + 1.2 * HOUR)) == 1
    assert move_maintenance(NOW + 1.2 * HOUR) == []
    assert fresh(event).status == "in_progress"


def test_work_that_is_moved_by_hand_stays(by: User, api: Component) -> None:
    event = planned(by, api, moves_by_itself=False)

    assert move_maintenance(NOW + 9 * HOUR) == []
    assert fresh(event).status == "scheduled"


def test_who_verifies_completes_by_hand(by: User, api: Component) -> None:
    event = planned(by, api)
    move_maintenance(NOW + HOUR)
    post_update(event, status="verifying", text="We look whether it holds.", by=by, at=NOW + 1.5 * HOUR)

    assert move_maintenance(NOW + 9 * HOUR) == []
    assert level_at(api, 9 * HOUR) == "under_maintenance"


def test_work_that_takes_longer_is_not_ended_at_once(by: User, api: Component) -> None:
    event = planned(by, api)
    move_maintenance(NOW + 2 * HOUR)
    post_update(
        event, status="in_progress", text="It goes on.", levels={api: "under_maintenance"}, by=by, at=NOW + 3 * HOUR
    )

    assert move_maintenance(NOW + 3 * HOUR) == []
    assert level_at(api, 3 * HOUR) == "under_maintenance"


def test_work_that_fails_to_move_does_not_hold_up_the_rest(
    by: User, api: Component, caplog: pytest.LogCaptureFixture
) -> None:
    broken = planned(by, api, start=NOW + HOUR / 2)
    EventUpdate.objects.filter(event=broken).update(affected=[{"component": "gone"}])
    event = planned(by, api)

    move_maintenance(NOW + HOUR)

    assert fresh(event).status == "in_progress"
    assert f"Planned work {broken.pk} could not be moved on" in caplog.text


def test_a_component_that_breaks_during_work_is_told_as_broken(by: User, api: Component) -> None:
    event = planned(by, api)
    move_maintenance(NOW + HOUR)
    post_update(event, status="in_progress", text="It broke.", levels={api: "major_outage"}, by=by, at=NOW + 1.5 * HOUR)

    assert level_at(api, HOUR * 1.5) == "major_outage"
    assert fresh(event).impact == "maintenance"


def test_work_is_called_off(by: User, api: Component) -> None:
    event = planned(by, api)

    cancel_maintenance(event, text="We do it another day.", by=by, at=NOW + HOUR / 2)

    event = fresh(event)
    assert (event.status, event.resolved_at) == ("cancelled", None)
    assert move_maintenance(NOW + HOUR) == []
    for again in (
        lambda: cancel_maintenance(event, text="Twice.", by=by, at=NOW + HOUR),
        lambda: post_update(event, status="in_progress", text="After all.", by=by, at=NOW + HOUR),
        lambda: revise_maintenance(event, changes={"title": "New"}, by=by, at=NOW + HOUR),
    ):
        with pytest.raises(WrongStep):
            again()


def test_work_that_is_called_off_midway_closes_its_windows(by: User, api: Component) -> None:
    event = planned(by, api)
    move_maintenance(NOW + HOUR)
    cancel_maintenance(event, text="We stop.", by=by, at=NOW + 1.5 * HOUR)

    assert ImpactWindow.objects.get().ended_at == NOW + 1.5 * HOUR
    assert fresh(event).resolved_at == NOW + 1.5 * HOUR


def test_times_and_components_can_be_changed_before_it_begins(by: User, api: Component) -> None:
    event, mail = planned(by, api), make_component("Mail")
    changes = {"scheduled_for": NOW + 5 * HOUR, "scheduled_until": NOW + 6 * HOUR, "components": (mail.public_id,)}

    revise_maintenance(event, changes=changes, by=by, at=NOW)

    event = fresh(event)
    assert event.started_at == NOW + 5 * HOUR
    assert [row.component for row in event.components.all()] == [mail]
    move_maintenance(NOW + 5 * HOUR)
    assert level_at(mail, 5.5 * HOUR) == "under_maintenance"
    assert level_at(api, 5.5 * HOUR) == "operational"
    revise_maintenance(
        event, changes={"scheduled_for": NOW, "scheduled_until": NOW + 8 * HOUR}, by=by, at=NOW + 5 * HOUR
    )
    assert (fresh(event).scheduled_for, fresh(event).scheduled_until) == (NOW + 5 * HOUR, NOW + 8 * HOUR)


def test_two_who_change_the_same_time_meet(by: User, api: Component) -> None:
    event = planned(by, api)
    seen = {name: digest(value) for name, value in maintenance_values(event).items()}
    revise_maintenance(event, changes={"scheduled_until": NOW + 3 * HOUR}, by=by, at=NOW)

    with pytest.raises(EditConflict):
        revise_maintenance(event, changes={"scheduled_until": NOW + 4 * HOUR}, seen=seen, by=by, at=NOW)
    revise_maintenance(event, changes={"title": "Other"}, seen=seen, by=by, at=NOW)


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-3, -2), (-1, 0)])
def test_times_that_can_not_be_are_refused(by: User, start: int, end: int) -> None:
    with pytest.raises(WrongTimes):
        planned(by, start=NOW + start * HOUR, end=NOW + end * HOUR)
