"""A row of the timeline and a comment become action items, which remember where they came from."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from incidents.authoring.operations import add_entry
from incidents.review.operations import comment_on
from tests.factories import NOW, START, make_incident, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(client: Client) -> User:
    user = make_user()
    client.force_login(user)
    return user


@pytest.mark.parametrize("scripted", [True, False])
def test_a_row_becomes_a_candidate(client: Client, engineer: User, scripted: bool) -> None:
    incident = make_incident(by=engineer)
    entry = add_entry(incident, occurred_at=START, text="No alert\n  fired " + "x" * 600, by=engineer, at=NOW)

    headers = {"HX-Request": "true"} if scripted else {}
    answer = client.post(reverse("authoring:propose_row", args=[incident.number, entry.pk]), headers=headers)

    item = incident.action_items.get()
    assert (item.state, item.entry, item.public_text) == ("candidate", entry, "")
    assert item.text.startswith("No alert fired xxx")
    assert len(item.text) <= 500
    assert f"action-{item.key}" in (answer.content.decode() if scripted else answer["Location"])
    assert f'href="#entry-{entry.key}"' in client.get(f"/workspace/{incident.number}/").content.decode()


def test_a_comment_becomes_a_candidate(client: Client, engineer: User) -> None:
    incident = make_incident(by=engineer)
    comment = comment_on(incident.report, place="", text="Alert on power draw", by=engineer, at=NOW)
    page = client.get(reverse("review:comments", args=[incident.number])).content.decode()
    address = reverse("authoring:propose_comment", args=[incident.number, comment.pk])
    assert address in page

    client.post(address)

    item = incident.action_items.get()
    assert (item.state, item.comment, item.text) == ("candidate", comment, "Alert on power draw")


def test_rows_and_comments_of_other_incidents_are_not_there(client: Client, engineer: User) -> None:
    incident, other = make_incident(), make_incident(is_private=True)
    entry = add_entry(other, occurred_at=START, text="secret", by=other.opened_by, at=NOW)
    comment = comment_on(other.report, place="", text="secret", by=other.opened_by, at=NOW)

    for number in (incident.number, other.number):
        for name, pk in (("propose_row", entry.pk), ("propose_comment", comment.pk)):
            assert client.post(reverse(f"authoring:{name}", args=[number, pk])).status_code == 404
