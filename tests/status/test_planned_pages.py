"""The pages of planned work and of ready words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from incidents.models import Component, EventStatus, MaintenancePlan, PublicEvent, Site, UpdateTemplate
from incidents.status.operations import plan_maintenance, post_update, revise_maintenance
from tests.public.markup import Page
from tests.severities.sending import Form, opened, sent

pytestmark = pytest.mark.django_db

NEW = "/workspace/status/maintenance/"
WORDS = "/workspace/status/templates/"
TIMES = {
    "start_date": "2999-03-10",
    "start_time": "02:00",
    "end_date": "2999-03-10",
    "end_time": "03:30",
}


@pytest.fixture
def work(by: User, api: Component) -> PublicEvent:
    start = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    return plan_maintenance(
        title="Move",
        text="Short.",
        components=[api],
        start=start,
        end=start + timedelta(hours=1),
        by=by,
        at=timezone.now(),
    )


def filled(page: Form, **changes: Any) -> dict[str, Any]:
    return sent(page, **{"title": "Move", "text": "Short breaks."} | TIMES | changes)


def test_work_is_planned_once(engineer_client: Client, api: Component) -> None:
    Site.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Berlin"})
    page = opened(engineer_client, NEW)
    assert page.faults == []

    response = engineer_client.post(NEW, filled(page, components=api.public_id))

    event = PublicEvent.objects.get()
    assert response["Location"] == f"/workspace/status/{event.public_id}/"
    assert event.scheduled_for is not None
    assert event.scheduled_until is not None
    assert f"{event.scheduled_for:%m-%d %H:%M} {event.scheduled_until:%H:%M}" == "03-10 01:00 02:30"
    assert [row.component for row in event.components.all()] == [api]
    assert "Move" in Page(engineer_client.get("/workspace/status/").content.decode()).text


def test_work_comes_again(engineer_client: Client, api: Component) -> None:
    page = opened(engineer_client, NEW)

    response = engineer_client.post(NEW, filled(page, components=api.public_id, rhythm="weekly", until="2999-06-30"))

    plan = MaintenancePlan.objects.get()
    assert response["Location"] == "/workspace/status/"
    assert (plan.rule, plan.minutes, plan.time_zone) == ("FREQ=WEEKLY;UNTIL=29990630T235959", 90, "UTC")
    assert PublicEvent.objects.get().plan == plan
    listed = Page(engineer_client.get("/workspace/status/").content.decode()).text
    assert "Every week on Sunday at 02:00, UTC" in listed
    engineer_client.post(f"/workspace/status/plans/{plan.pk}/stop/")
    assert PublicEvent.objects.get().status == EventStatus.CANCELLED


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "Say in a few words what will be done."),
        ({"text": ""}, "Say in a sentence what customers should know."),
        ({"start_time": ""}, "Give the time as well"),
        ({"start_date": "", "start_time": ""}, "Give the day and the time."),
        ({"end_time": "01:00"}, "This ends before it begins."),
        ({"end_date": "2999-03-20"}, "This is longer than a week."),
        ({"start_date": "2020-01-01", "end_date": "2020-01-01"}, "This is over already."),
        (
            {"rhythm": "monthly_date", "start_date": "2999-03-31", "end_date": "2999-03-31"},
            "Not every month has a day 31.",
        ),
        ({"rhythm": "weekly", "until": "2998-01-01"}, "No time to come follows from this."),
        ({"rhythm": "weekly", "until": "soon"}, "Give the day as 2023-03-06"),
        ({"components": "nothing"}, "Choose from the components."),
    ],
)
def test_what_can_not_be_is_said_and_all_is_kept(engineer_client: Client, changed: dict[str, Any], said: str) -> None:
    page = opened(engineer_client, NEW)

    response = engineer_client.post(NEW, filled(page, **changed))

    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert Page(html).faults == []
    if "text" not in changed:
        assert Form(html).textareas()["text"] == "Short breaks."
    assert not PublicEvent.objects.exists()
    assert not MaintenancePlan.objects.exists()


def test_one_is_changed_and_two_who_do_it_meet(engineer_client: Client, by: User, work: PublicEvent) -> None:
    where = f"/workspace/status/{work.public_id}/maintenance/"
    page = opened(engineer_client, where)
    same = engineer_client.post(where, sent(page))
    assert same.status_code == 302
    work.refresh_from_db()
    assert work.updated_at == work.created_at  # nothing was changed
    revise_maintenance(work, changes={"title": "Theirs"}, by=by, at=timezone.now())

    conflict = engineer_client.post(where, sent(page, title="Mine"))

    assert conflict.status_code == 409
    assert "It says now: “Theirs”" in conflict.content.decode()
    assert engineer_client.post(where, sent(Form(conflict.content.decode()))).status_code == 302
    work.refresh_from_db()
    assert work.title == "Mine"


def test_work_that_goes_on_gets_more_time_only(
    engineer_client: Client, by: User, work: PublicEvent, api: Component
) -> None:
    start = work.scheduled_for
    post_update(work, status="in_progress", text="Begun.", by=by, at=timezone.now())
    where = f"/workspace/status/{work.public_id}/maintenance/"

    engineer_client.post(where, sent(opened(engineer_client, where), end_date="2999-01-01", start_date="2998-12-31"))
    assert PublicEvent.objects.get().scheduled_for == start
    response = engineer_client.post(where, sent(opened(engineer_client, where), title="Longer"))

    assert response.status_code == 302
    assert PublicEvent.objects.get().components.get().component == api


def test_work_that_is_begun_by_hand_takes_its_components_along(
    engineer_client: Client, work: PublicEvent, api: Component
) -> None:
    where = f"/workspace/status/{work.public_id}/"

    engineer_client.post(where, sent(opened(engineer_client, where), status="in_progress", text="We begin."))

    assert work.windows.get().level == "under_maintenance"


def test_work_is_called_off_once(engineer_client: Client, work: PublicEvent) -> None:
    where = f"/workspace/status/{work.public_id}/cancel/"
    engineer_client.post(where, {"text": " "})
    assert PublicEvent.objects.get().status == "scheduled"

    engineer_client.post(where, {"text": "Another day."})
    again = engineer_client.post(where, {"text": "Another day."}, follow=True)

    assert "This work is over already." in again.content.decode()
    assert "This work was called off." in again.content.decode()
    assert work.updates.count() == 2
    assert engineer_client.get(f"/workspace/status/{work.public_id}/maintenance/").status_code == 200


def test_ready_words_are_added_changed_and_deleted(engineer_client: Client) -> None:
    values = {"name": "Found", "status": "in_progress", "text": "We know."}
    assert engineer_client.post(WORDS, values).status_code == 302
    refused = engineer_client.post(WORDS, values | {"text": "Other."})
    assert refused.status_code == 422
    assert "There are ready words of this name already." in refused.content.decode()
    template = UpdateTemplate.objects.get()
    assert template.kind == "maintenance"
    where = f"{WORDS}{template.pk}/"
    engineer_client.post(where, values | {"status": "identified", "text": "We know it."})
    template.refresh_from_db()
    assert (template.kind, template.text) == ("incident", "We know it.")
    assert engineer_client.post(where, values | {"text": ""}).status_code == 422
    engineer_client.post(f"{where}delete/")
    assert not UpdateTemplate.objects.exists()
