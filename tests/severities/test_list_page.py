"""The list of severities: what it says, moving and deleting, without JavaScript."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.models import Severity
from incidents.severities.operations import add_severity
from tests.factories import NOW, make_incident, make_user
from tests.public.markup import Page
from tests.severities.sending import LIST, address, opened

pytestmark = pytest.mark.django_db


def test_the_list_says_what_each_severity_is_and_asks(admin_client: Client, low: Severity) -> None:
    make_incident(severity=low)
    make_incident(severity=low)
    Severity.objects.filter(name="High").update(report_due_days=None)
    Severity.objects.filter(name="Medium").update(report_due_days=1)

    page = opened(admin_client, LIST)

    assert page.faults == []
    for words in (
        "1 Critical Wanted within 5 days 8 questions 0",
        "2 High Wanted, no due day 8 questions 0",
        "3 Medium Wanted within 1 day 8 questions 0",
        "4 Low Not wanted 4 questions 2",
    ):
        assert words in page.text
    assert [name for name in page.values("class") if name.startswith("chip chip-")] == [
        "chip chip-critical",
        "chip chip-high",
        "chip chip-medium",
        "chip chip-low",
    ]


def test_the_list_asks_the_same_number_of_queries_for_any_length(admin_client: Client) -> None:
    Severity.objects.filter(name__in=["High", "Medium", "Low"]).delete()
    make_incident()
    asked = []
    for more in (0, 2):
        for number in range(more):
            add_severity(values={"name": f"More {number}", "tone": "high"}, by=make_user("admin"), at=NOW)
            make_incident(severity=Severity.objects.get(name=f"More {number}"))
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(LIST)
        asked.append(len(captured))

    assert asked[0] == asked[1]


def test_only_admins_find_the_way_there() -> None:
    for role, finds in (("admin", True), ("publisher", False), ("engineer", False)):
        client = Client()
        client.force_login(make_user(role))
        assert (LIST in Page(client.get("/workspace/").content.decode()).values("href")) is finds


@pytest.mark.parametrize(
    ("name", "direction", "order"),
    [
        ("Low", "up", ["Critical", "High", "Low", "Medium"]),
        ("Critical", "down", ["High", "Critical", "Medium", "Low"]),
        ("Critical", "up", ["Critical", "High", "Medium", "Low"]),
    ],
)
def test_buttons_move_a_severity(admin_client: Client, name: str, direction: str, order: list[str]) -> None:
    severity = Severity.objects.get(name=name)

    response = admin_client.post(reverse("severities:move", args=[severity.pk]), {"direction": direction})

    assert response["Location"] == f"{LIST}#severity-{severity.pk}"
    assert f"severity-{severity.pk}" in opened(admin_client, LIST).values("id")
    assert [each.name for each in Severity.objects.worst_first()] == order


@pytest.mark.parametrize("form", [{}, {"direction": "sideways"}])
def test_no_other_direction(admin_client: Client, low: Severity, form: dict[str, str]) -> None:
    response = admin_client.post(reverse("severities:move", args=[low.pk]), form)

    assert response.status_code == 422
    assert "Choose whether it goes up or down." in response.content.decode()
    assert Severity.objects.get(pk=low.pk).rank == 4


def test_the_first_goes_no_higher_and_the_last_no_lower(admin_client: Client) -> None:
    buttons = [each for each in opened(admin_client, LIST).all("button") if each.get("name") == "direction"]

    assert [(each["value"], "disabled" in each) for each in buttons] == [
        ("up", True),
        ("down", False),
        *[("up", False), ("down", False)] * 2,
        ("up", False),
        ("down", True),
    ]


def test_a_severity_is_deleted(admin_client: Client, low: Severity) -> None:
    assert reverse("severities:delete", args=[low.pk]) in opened(admin_client, address(low)).values("action")

    response = admin_client.post(reverse("severities:delete", args=[low.pk]))

    assert response["Location"] == LIST
    assert "Low is deleted." in opened(admin_client, LIST).text
    assert not Severity.objects.filter(pk=low.pk).exists()


def test_what_incidents_have_is_not_deleted(admin_client: Client, low: Severity) -> None:
    make_incident(severity=low)

    response = admin_client.post(reverse("severities:delete", args=[low.pk]))

    page = Page(response.content.decode())
    assert response.status_code == 409
    assert page.faults == []
    assert "1 incident has the severity “Low”, so it can’t be deleted. Give it another one first." in page.text
    assert Severity.objects.filter(pk=low.pk).exists()


def test_the_last_severity_is_not_deleted(admin_client: Client, low: Severity) -> None:
    Severity.objects.exclude(pk=low.pk).delete()

    response = admin_client.post(reverse("severities:delete", args=[low.pk]))

    assert response.status_code == 409
    assert "This is the only severity. Add another one before you delete it." in response.content.decode()
