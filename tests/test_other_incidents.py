"""An incident that is private, and parts of another incident, are not there for who may not see them."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests.factories import make_draft, make_user


def test_private_incidents_are_not_there_for_others(db: None) -> None:
    incident = make_draft(is_private=True).incident
    for role, status in ((Role.READER, 404), (Role.ENGINEER, 404), (Role.MANAGER, 404), (Role.PUBLISHER, 200)):
        client = Client()
        client.force_login(make_user(role))

        assert client.get(reverse("authoring:editor", args=[incident.number])).status_code == status
        assert client.get(reverse("publishing:preview", args=[incident.number])).status_code == status
        listed = client.get(reverse("authoring:incident_list")).content.decode()
        assert (incident.title in listed) == (status == 200)


def test_parts_of_another_incident_are_not_found_here(db: None) -> None:
    """A row, an action item or an image is reached only below its own incident."""
    here, there = make_draft().incident, make_draft().incident
    client = Client()
    client.force_login(make_user(Role.ADMIN))

    for name, pk in (
        ("authoring:entry", there.entries.get().pk),
        ("authoring:delete_entry", there.entries.get().pk),
        ("authoring:action", there.action_items.get().pk),
        ("authoring:delete_action", there.action_items.get().pk),
    ):
        assert client.post(reverse(name, args=[here.number, pk])).status_code == 404
    assert there.entries.count() == there.action_items.count() == 1
