"""“Open the incident” is pressed twice, in two tabs, or after a step back: one page opens one incident."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from incidents.models import Activity, Incident, IncidentCounter, Severity
from tests.authoring.sending import url
from tests.factories import make_component, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER))
    return client


def token_on(client: Client) -> str:
    page = client.get(url("new_incident")).content.decode()
    return page.partition('name="once" value="')[2].partition('"')[0]


def answers(client: Client, **changes: Any) -> dict[str, Any]:
    severity = Severity.objects.get(tone="high").pk
    asked = {
        "title": "Mail",
        "severity": severity,
        "started_on": "2026-03-06",
        "started_time": "05:00",
        "time_zone": "UTC",
    }
    return {"once": token_on(client), **asked, **changes}


def test_the_second_click_leads_to_the_same_incident(client: Client) -> None:
    component = make_component()
    sent = answers(client, components=[component.pk], **{f"level_{component.pk}": "major_outage"})

    first, second = (client.post(url("new_incident"), sent) for _ in range(2))

    incident = Incident.objects.get()
    assert first["Location"] == second["Location"] == url("editor", incident.number)
    assert Activity.objects.get().verb == "opened"
    assert incident.impacts.count() == 1


def test_two_pages_open_two(client: Client) -> None:
    for _ in range(2):
        client.post(url("new_incident"), answers(client))

    assert Incident.objects.count() == 2


def test_who_went_back_and_wrote_something_else_is_asked(client: Client) -> None:
    sent = answers(client)
    client.post(url("new_incident"), sent)

    asked = client.post(url("new_incident"), sent | {"title": "Mail, and the web"})

    page = asked.content.decode()
    assert asked.status_code == 409
    assert f'<a href="{url("editor", Incident.objects.get().number)}">INC-1 · Mail</a>' in page
    assert 'value="Mail, and the web"' in page
    fresh = re.findall(r'name="once" value="([^"]+)"', page)[0]
    assert fresh != sent["once"]
    client.post(url("new_incident"), sent | {"title": "Mail, and the web", "once": fresh})
    assert list(Incident.objects.order_by("number").values_list("title", flat=True)) == ["Mail", "Mail, and the web"]
    assert IncidentCounter.objects.get().next_number == 3


def test_a_token_is_one_persons(client: Client) -> None:
    sent = answers(client)
    client.post(url("new_incident"), sent)
    other = Client()
    other.force_login(make_user(Role.ENGINEER))

    other.post(url("new_incident"), sent)

    assert Incident.objects.count() == 2


@pytest.mark.parametrize("token", ["", "x", "\0" * 22])
def test_a_page_without_a_token_opens_one_too(client: Client, token: str) -> None:
    for _ in range(2):
        client.post(url("new_incident"), answers(client, once=token))

    assert Incident.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_open_one() -> None:
    user = make_user(Role.ENGINEER)
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    sent = answers(clients[0])
    together = Barrier(2)

    def press(client: Client) -> str:
        try:
            together.wait(10)
            return client.post(url("new_incident"), sent)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        went = list(threads.map(press, clients))

    assert went == [url("editor", Incident.objects.get().number)] * 2
    assert Activity.objects.filter(verb="opened").count() == 1
    assert User.objects.get(pk=user.pk).opened.count() == 1
