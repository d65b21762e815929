"""The list of components and the state that customers read."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from incidents.models import Activity, Component, PublicChange
from incidents.status.forms import ComponentForm
from incidents.status.operations import tell_customers
from tests.factories import NOW, make_component, make_incident
from tests.public.markup import Page

pytestmark = pytest.mark.django_db

LIST = "/workspace/components/"


def state_address(component: Component) -> str:
    return reverse("status:set_status", args=[component.pk])


def test_a_state_is_public_at_once(engineer_client: Client) -> None:
    component = make_component("API")

    response = engineer_client.post(state_address(component), {"status": "major_outage"})

    assert response["Location"] == LIST
    assert "API is down" in Client().get("/").content.decode()
    change = Activity.objects.get(verb="changed a component")
    assert (change.detail["old"]["status"], change.detail["new"]["status"]) == ("operational", "major_outage")


@pytest.mark.parametrize("sent", [{}, {"status": ""}, {"status": "on_fire"}])
def test_no_such_state_is_said_beside_the_select(engineer_client: Client, sent: dict[str, str]) -> None:
    component = make_component("API", status="partial_outage")
    make_component("Mail")

    response = engineer_client.post(state_address(component), sent)

    page = Page(response.content.decode())
    assert response.status_code == 422
    assert page.faults == []
    (refused,) = [select for select in page.all("select") if "aria-invalid" in select]
    assert refused["id"] == f"status-{component.pk}"
    assert refused["aria-describedby"] in page.values("id")
    assert page.text.count("Choose one of the states.") == 1
    assert "Mail" in page.text
    assert [option["value"] for option in page.all("option") if "selected" in option] == [
        "partial_outage",
        "operational",
    ]
    assert component.windows.get(ended_at=None).level == "partial_outage"


def test_an_engineer_sets_states_and_edits_nothing(engineer_client: Client) -> None:
    component = make_component("API")

    page = Page(engineer_client.get(LIST).content.decode())

    assert page.faults == []
    assert state_address(component) in page.values("action")
    assert "Add a component" not in page.text
    assert reverse("status:component", args=[component.pk]) not in page.values("href")


def test_a_component_is_added_and_renamed(admin_client: Client) -> None:
    sent = {"name": "API", "group": "", "counted_from": "2026-01-01"}
    assert admin_client.post(LIST, sent)["Location"] == LIST
    component = Component.objects.get()

    admin_client.post(reverse("status:component", args=[component.pk]), {**sent, "name": "Public API"})

    component.refresh_from_db()
    assert component.name == "Public API"
    verbs = list(Activity.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["added a component", "changed a component"]


@pytest.mark.parametrize("name", ["", "api", "x" * 81])
def test_a_refused_component_keeps_what_was_typed(admin_client: Client, name: str) -> None:
    make_component("API")

    response = admin_client.post(LIST, {"name": name, "description": "Seven", "counted_from": "2026-01-01"})

    page = Page(response.content.decode())
    assert response.status_code == 422
    assert [field["value"] for field in page.all("input") if field.get("name") == "description"] == ["Seven"]
    assert name in [field.get("value", "") for field in page.all("input") if field.get("name") == "name"]
    assert Component.objects.count() == 1


def test_a_name_is_free_again_in_another_group(admin_client: Client) -> None:
    make_component("Relay", group="Mail")

    admin_client.post(LIST, {"name": "Relay", "group": "Chat", "counted_from": "2026-01-01"})
    taken = admin_client.post(LIST, {"name": "relay", "group": "mail", "counted_from": "2026-01-01"})

    assert Component.objects.count() == 2
    assert "There is a component of this name already." in taken.content.decode()


def test_queries_do_not_grow(admin_client: Client) -> None:
    asked = []
    for count in (1, 2):
        for _ in range(count):
            make_component()
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(LIST)
        asked.append(len(captured))

    assert asked[0] == asked[1]


@pytest.mark.parametrize("existing", [False, True], ids=["added", "renamed"])
def test_a_name_taken_after_the_form_was_checked_is_said_beside_it(admin_client: Client, existing: bool) -> None:
    """Two admins at once: the form saw no such name, the database does."""
    address = reverse("status:component", args=[make_component("Other").pk]) if existing else LIST
    make_component("Websites")

    unchecked = {"clean": lambda form: form.cleaned_data, "_post_clean": lambda _form: None}
    with mock.patch.multiple(ComponentForm, **unchecked):
        response = admin_client.post(address, {"name": "WEBSITES", "counted_from": "2026-01-01"})

    assert response.status_code == 409
    assert "There is a component of this name already." in response.content.decode()
    assert 'value="WEBSITES"' in response.content.decode()


def test_the_order_of_the_page_is_changed(admin_client: Client) -> None:
    first, second, third = (make_component(name, position=1) for name in ("A", "B", "C"))

    admin_client.post(reverse("status:move_component", args=[third.pk]), {"direction": "up"})
    admin_client.post(reverse("status:move_component", args=[first.pk]), {"direction": "up"})

    assert list(Component.objects.in_page_order()) == [first, third, second]
    assert Activity.objects.filter(verb="moved a component").count() == 1
    assert PublicChange.objects.count() == 1


def test_what_an_incident_says_stands_beside_what_is_set_by_hand(engineer_client: Client, by: User) -> None:
    component = make_component("API", status="degraded_performance")
    levels = {component: "major_outage"}
    tell_customers(make_incident(), title="Down", status="investigating", text="A.", levels=levels, by=by, at=NOW)

    page = Page(engineer_client.get(LIST).content.decode())

    assert "Major outage as was told of an incident" in page.text
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["degraded_performance"]
