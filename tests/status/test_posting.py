"""Posting an update: one page, three fields and a button."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from incidents.models import Component, EventUpdate, Incident, PublicEvent, Site, UpdateTemplate
from incidents.status.operations import last_told, post_update, set_next_update, tell_customers
from tests.factories import make_component, make_incident, make_user
from tests.public.markup import Page
from tests.severities.sending import Form, opened, sent

pytestmark = pytest.mark.django_db

SECRET = "db-7 ran full"


@pytest.fixture
def incident(by: User) -> Incident:
    return make_incident(by=by, title=SECRET)


@pytest.fixture
def event(by: User, incident: Incident, api: Component) -> PublicEvent:
    at = timezone.now() - timedelta(hours=1)
    values = {
        "title": "The API is down",
        "status": "investigating",
        "text": "We look.",
        "levels": {api: "major_outage"},
    }
    return tell_customers(incident, **values, by=by, at=at).event  # type: ignore[arg-type]


def address(name: Any) -> str:
    return f"/workspace/status/{name}/"


def level(component: Component) -> str:
    return f"level_{component.public_id}"


def selected(html: str) -> dict[str, str]:
    """What stands in each select."""
    found, name = {}, ""
    for tag, values in Page(html).elements:
        if tag == "select":
            name = values.get("name", "")
        if tag == "option" and "selected" in values:
            found[name] = values["value"]
    return found


def test_the_first_post_is_made_from_the_incident(engineer_client: Client, incident: Incident, api: Component) -> None:
    page = opened(engineer_client, address(incident.number))
    assert page.faults == []
    assert SECRET not in str([page.values("value"), page.textareas()])
    title = [field.get("value", "") for field in page.all("input") if field.get("name") == "title"]
    assert title == [""]

    fields = sent(page, title="The API is down", text="We look.", **{level(api): "major_outage"})
    response = engineer_client.post(address(incident.number), fields)

    assert response["Location"] == address(incident.public_id)
    event = PublicEvent.objects.get()
    assert (event.title, event.status, event.windows.get().level) == (
        "The API is down",
        "investigating",
        "major_outage",
    )
    assert event.next_update_by is not None
    assert timedelta(minutes=29) < event.next_update_by - timezone.now() < timedelta(minutes=31)


def test_what_was_noted_inside_is_offered(engineer_client: Client, by: User, api: Component) -> None:
    incident = make_incident(by=by, components=[api])
    Incident.objects.update(status="identified")

    html = engineer_client.get(address(incident.number)).content.decode()

    assert selected(html)[level(api)] == "major_outage"
    steps = [
        field["value"] for field in Page(html).all("input") if field.get("name") == "status" and "checked" in field
    ]
    assert steps == ["identified"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "This field is required."),
        ({"text": " "}, "Say in a sentence what customers should know."),
        ({"status": "completed"}, "Choose one of the steps."),
        ({"status": None}, "Choose one of the steps."),
        ({"display_at_date": "2999-01-01", "display_at_time": "05:00"}, "This time is still to come."),
        ({"display_at_date": "2026-03-01", "display_at_time": "soon"}, "Write the time as 05:10"),
    ],
)
def test_what_is_missing_is_said_and_all_is_kept(
    engineer_client: Client, incident: Incident, api: Component, changed: dict[str, Any], said: str
) -> None:
    page = opened(engineer_client, address(incident.number))
    fields = {"title": "The API is down", "text": "We look.", level(api): "partial_outage"}

    response = engineer_client.post(address(incident.number), sent(page, **fields | changed))

    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert selected(html)[level(api)] == "partial_outage"
    assert Page(html).faults == []
    if "text" not in changed:
        assert Form(html).textareas()["text"] == "We look."
    assert not EventUpdate.objects.exists()


def test_an_earlier_time_is_read_in_the_zone_of_the_page(engineer_client: Client, incident: Incident) -> None:
    Site.objects.update_or_create(id=1, defaults={"time_zone": "Europe/Berlin"})
    page = opened(engineer_client, address(incident.number))
    earlier = {"display_at_date": "2026-07-01", "display_at_time": "05:00", "title": "Down", "text": "We look."}

    engineer_client.post(address(incident.number), sent(page, **earlier))

    assert EventUpdate.objects.get().display_at.isoformat() == "2026-07-01T03:00:00+00:00"


def test_the_next_post_is_prefilled_with_what_stands(
    engineer_client: Client, event: PublicEvent, api: Component
) -> None:
    page = opened(engineer_client, address(event.public_id))
    html = engineer_client.get(address(event.public_id)).content.decode()
    assert selected(html)[level(api)] == "major_outage"
    assert [field["value"] for field in page.all("input") if field.get("name") == "status" and "checked" in field] == [
        "investigating"
    ]

    engineer_client.post(
        address(event.public_id), sent(page, status="monitoring", text="Back.", **{level(api): "operational"})
    )

    event.refresh_from_db()
    assert event.status == "monitoring"
    assert event.windows.get().ended_at is not None


def test_who_is_second_reads_the_first_and_loses_nothing(
    engineer_client: Client, event: PublicEvent, api: Component
) -> None:
    mail = make_component("Mail")
    page = opened(engineer_client, address(event.public_id))
    fields = sent(page, text="Mine.", **{level(api): "major_outage", level(mail): "partial_outage"})
    theirs = {"status": "monitoring", "text": "Theirs.", "levels": {api: "degraded_performance"}}
    post_update(event, **theirs, by=make_user(), at=timezone.now())  # type: ignore[arg-type]

    response = engineer_client.post(address(event.public_id), fields)

    html = response.content.decode()
    assert response.status_code == 409
    assert "Somebody posted an update while you were writing." in html
    assert "Theirs." in html
    assert Form(html).textareas()["text"] == "Mine."
    steps = [
        field["value"] for field in Page(html).all("input") if field.get("name") == "status" and "checked" in field
    ]
    assert steps == ["monitoring"]  # nobody meant to go a step back
    assert selected(html)[level(mail)] == "partial_outage"  # what the person chose
    assert selected(html)[level(api)] == "degraded_performance"  # what they left as it was
    assert EventUpdate.objects.count() == 2
    again = engineer_client.post(
        address(event.public_id),
        sent(Form(html)) | {"text": "Mine.", level(mail): "partial_outage", level(api): "degraded_performance"},
    )
    assert again.status_code == 302
    assert EventUpdate.objects.count() == 3


def test_the_same_words_sent_twice_are_posted_once(engineer_client: Client, event: PublicEvent) -> None:
    fields = sent(opened(engineer_client, address(event.public_id)), text="More.")

    answers = [engineer_client.post(address(event.public_id), fields).status_code for _ in range(2)]

    assert answers == [302, 409]
    assert EventUpdate.objects.count() == 2


def test_ready_words_fill_the_form_and_post_nothing(
    engineer_client: Client, event: PublicEvent, api: Component
) -> None:
    words = UpdateTemplate.objects.create(name="Found", status="identified", text="We know the cause.")
    page = opened(engineer_client, address(event.public_id))
    fields = sent(page, fill="1", template=str(words.pk), **{level(api): "partial_outage"})

    response = engineer_client.post(address(event.public_id), fields)

    html = response.content.decode()
    assert response.status_code == 200
    assert Form(html).textareas()["text"] == "We know the cause."
    checked = [
        field["value"] for field in Page(html).all("input") if field.get("name") == "status" and "checked" in field
    ]
    assert checked == ["identified"]
    assert selected(html)[level(api)] == "partial_outage"
    assert EventUpdate.objects.count() == 1


def test_the_sentence_that_customers_will_read_is_shown(
    engineer_client: Client, event: PublicEvent, api: Component
) -> None:
    make_component("Mail")
    page = opened(engineer_client, address(event.public_id))

    def sentence(**changes: str) -> str:
        answer = engineer_client.post(f"{address(event.public_id)}preview/", sent(page, **changes))
        return Page(answer.content.decode()).text

    assert "API is partly down. Mail works." in sentence(**{level(api): "partial_outage"})
    assert "All systems operational." in sentence(status="resolved")
    assert EventUpdate.objects.count() == 1


def test_an_update_is_edited_beside_its_earlier_words(engineer_client: Client, event: PublicEvent) -> None:
    update = EventUpdate.objects.get()
    where = f"{address(event.public_id)}updates/{update.pk}/"
    page = opened(engineer_client, where)

    assert engineer_client.post(where, sent(page, text="We search.")).status_code == 302
    conflict = engineer_client.post(where, sent(page, text="We hunt."))

    assert conflict.status_code == 409
    assert "It says now: “We search.”" in conflict.content.decode()
    assert Form(conflict.content.decode()).textareas()["text"] == "We hunt."
    shown = engineer_client.get(address(event.public_id)).content.decode()
    assert "We search." in shown
    assert "We look." in shown
    update.refresh_from_db()
    assert update.display_at == event.started_at  # not touched, to the second


def test_an_update_of_another_event_is_not_there(engineer_client: Client, event: PublicEvent) -> None:
    update = EventUpdate.objects.get()
    other = make_incident()

    assert engineer_client.get(f"{address(other.number)}updates/{update.pk}/").status_code == 404


def test_title_and_promise_are_changed_beside_it(engineer_client: Client, event: PublicEvent) -> None:
    assert engineer_client.post(f"{address(event.public_id)}title/", {"title": "Calls fail"}).status_code == 302
    assert engineer_client.post(f"{address(event.public_id)}title/", {"title": " "}).status_code == 422
    assert engineer_client.post(f"{address(event.public_id)}promise/", {"next_update": "60"}).status_code == 302
    assert engineer_client.post(f"{address(event.public_id)}promise/", {"next_update": "7"}).status_code == 422

    event.refresh_from_db()
    assert event.title == "Calls fail"
    assert event.next_update_by is not None


def test_what_was_told_of_a_private_incident_is_told_on_by_those_who_see_it(client: Client, by: User) -> None:
    incident = make_incident(by=by, is_private=True)
    event = tell_customers(
        incident, title="Down", status="investigating", text="We look.", by=by, at=timezone.now()
    ).event
    client.force_login(make_user("engineer"))

    for name in (event.public_id, incident.number):
        assert client.get(address(name)).status_code == 404
        assert client.post(address(name), {"text": "Mine", "status": "resolved"}).status_code == 404
    assert "Down" not in Page(client.get("/workspace/status/").content.decode()).text
    client.force_login(by)
    assert client.get(address(event.public_id)).status_code == 200


@pytest.mark.parametrize("name", ["999", "aaaaaaaaaaaa", "222222222222", "9" * 30])
def test_what_is_not_there_is_404(engineer_client: Client, name: str) -> None:
    assert engineer_client.get(address(name)).status_code == 404


def test_a_promise_that_is_due_is_told_inside(engineer_client: Client, by: User, event: PublicEvent) -> None:
    at = timezone.now()
    set_next_update(event, at - timedelta(minutes=20), by=by, at=at - timedelta(minutes=50))

    for where in ("/workspace/", "/workspace/status/"):
        text = Page(engineer_client.get(where).content.decode()).text
        assert "Customers wait for an update, overdue by 20 minutes" in text
    assert "Status 1 due" in text
    assert "overdue by 20 minutes" in engineer_client.get(address(event.public_id)).content.decode()

    set_next_update(event, timezone.now() + timedelta(minutes=20), by=by, at=timezone.now())
    assert "Customers wait" not in engineer_client.get("/workspace/").content.decode()


def test_a_promise_is_not_told_to_those_who_can_not_keep_it(client: Client, by: User, event: PublicEvent) -> None:
    at = timezone.now()
    set_next_update(event, at - timedelta(minutes=20), by=by, at=at - timedelta(minutes=50))
    client.force_login(make_user("reader"))

    assert "Customers wait" not in client.get("/workspace/").content.decode()


def test_queries_do_not_grow_with_components_updates_or_events(engineer_client: Client, by: User) -> None:
    asked: dict[str, list[int]] = {"list": [], "event": []}
    for count in (1, 2):
        for _ in range(count):
            levels = {make_component(): "major_outage"}
            event = tell_customers(
                make_incident(),
                title="Down",
                status="investigating",
                text="A.",
                levels=levels,
                by=by,
                at=timezone.now(),
            ).event
            make_incident()
        post_update(event, status="identified", text="B.", by=by, at=timezone.now(), seen=last_told(event))
        for name, where in (("list", "/workspace/status/"), ("event", address(event.public_id))):
            with CaptureQueriesContext(connection) as captured:
                assert engineer_client.get(where).status_code == 200
            asked[name].append(len(captured))

    assert asked["list"][0] == asked["list"][1]
    assert asked["event"][0] == asked["event"][1]
