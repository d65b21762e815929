"""Words for customers are no longer than what is shown as Markdown; who writes more is told, and keeps all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from incidents.models import EventUpdate, MaintenancePlan, PublicEvent, UpdateTemplate
from incidents.rendering import MAX_MARKDOWN_LENGTH
from incidents.status.operations import plan_maintenance, tell_customers
from tests.factories import make_incident
from tests.public.markup import Page
from tests.severities.sending import Form, opened, sent

pytestmark = pytest.mark.django_db

LONGEST = "**bold** ".ljust(MAX_MARKDOWN_LENGTH, "é")
REFUSED = "Customers can be shown 20,000 characters; this has 20001."
TIMES = {"start_date": "2999-03-10", "start_time": "02:00", "end_date": "2999-03-10", "end_time": "03:30"}


@pytest.fixture
def update(by: User) -> EventUpdate:
    at = timezone.now() - timedelta(hours=1)
    incident = make_incident(by=by)
    return tell_customers(incident, title="Down", status="investigating", text="We look.", levels={}, by=by, at=at)


@pytest.fixture
def work(by: User) -> PublicEvent:
    start = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    soon = {"title": "Move", "text": "Short.", "components": [], "start": start, "end": start + timedelta(hours=1)}
    return plan_maintenance(**soon, by=by, at=timezone.now())


PLACES: dict[str, tuple[Callable[[EventUpdate, PublicEvent], str], dict[str, str]]] = {
    "post": (lambda update, _work: f"{update.event.public_id}/", {}),
    "edit": (lambda update, _work: f"{update.event.public_id}/updates/{update.pk}/", {}),
    "plan": (lambda _update, _work: "maintenance/", {"title": "Other", **TIMES}),
    "call off": (lambda _update, work: f"{work.public_id}/cancel/", {}),
    "ready words": (lambda _update, _work: "templates/", {"name": "Found", "status": "identified"}),
}


@pytest.fixture(params=PLACES)
def place(request: Any, update: EventUpdate, work: PublicEvent) -> tuple[str, dict[str, str]]:
    """Where words are sent to, and what must be sent beside them."""
    address, values = PLACES[request.param]
    return f"/workspace/status/{address(update, work)}", values


def send(client: Client, place: tuple[str, dict[str, str]], text: str) -> Any:
    where, values = place
    page: Any = opened(client, where.removesuffix("cancel/"))
    data = sent(page, **values, text=text)
    if where.endswith("cancel/"):  # the other form of that page
        data = {"text": text, "seen": next(each["value"] for each in page.all("input") if each["name"] == "seen")}
    return client.post(where, data)


def stored_words() -> set[str]:
    kept = (EventUpdate.objects, UpdateTemplate.objects, MaintenancePlan.objects)
    return {text for rows in kept for text in rows.values_list("text", flat=True)}


def test_one_character_more_is_refused_beside_the_field(
    engineer_client: Client, place: tuple[str, dict[str, str]]
) -> None:
    before = stored_words()
    answer = send(engineer_client, place, f"{LONGEST}!")
    assert answer.status_code == 422
    page = Page(answer.content.decode())
    assert page.faults == []
    assert REFUSED in page.text
    (field,) = (each for each in page.all("textarea") if each.get("aria-invalid") == "true")
    assert field["aria-describedby"] in page.values("id")
    assert f"{LONGEST}!" in page.text, "what was typed is still there"
    assert stored_words() == before


def test_as_much_as_can_be_shown_is_taken(engineer_client: Client, place: tuple[str, dict[str, str]]) -> None:
    assert send(engineer_client, place, LONGEST).status_code == 302
    assert LONGEST in stored_words()


def test_customers_see_all_of_it_as_markdown(client: Client, engineer_client: Client, update: EventUpdate) -> None:
    place = (f"/workspace/status/{update.event.public_id}/", {})
    assert send(engineer_client, place, LONGEST).status_code == 302
    assert "<strong>bold</strong> ééé" in client.get(f"/incidents/{update.event.public_id}/").text
    assert "<strong>bold</strong> ééé" in client.get("/").text


def test_the_end_of_a_line_is_one_character(engineer_client: Client, place: tuple[str, dict[str, str]]) -> None:
    """Browsers send two, and people count what they see."""
    lines = ("x\r\n" * (MAX_MARKDOWN_LENGTH // 2)) + "y"
    assert send(engineer_client, place, lines[2:]).status_code == 302
    assert lines[2:].replace("\r\n", "\n").strip() in stored_words()


def test_no_field_cuts_a_paste_without_a_word(engineer_client: Client, place: tuple[str, dict[str, str]]) -> None:
    page: Form = opened(engineer_client, place[0].removesuffix("cancel/"))
    fields = [each for each in page.all("textarea") if each["name"] == "text"]
    assert fields
    assert not any("maxlength" in each for each in fields)
