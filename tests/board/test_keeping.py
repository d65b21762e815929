"""What is kept of a long history is never what somebody may not see, and never of another day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from incidents.board import keeping
from incidents.board.keeping import kept_overview
from incidents.board.overview import overview_of
from incidents.models import ActionItem, Incident, Team
from tests.factories import make_incident, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 20, 23, 55, tzinfo=UTC)


def promise() -> ActionItem:
    return ActionItem.objects.create(
        incident=make_incident(title="zebra-secret"),
        text="Test the fuse",
        team=Team.objects.named("Power"),
        opened_at=NOW - timedelta(days=3),
    )


def test_many_are_counted_once_in_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_user("reader")
    promise()
    first = kept_overview(person, at=NOW)
    promise()
    assert kept_overview(person, at=NOW).teams[0].underway == 2  # of few, nothing is kept
    monkeypatch.setattr(keeping, "MANY", 1)
    second = kept_overview(person, at=NOW)
    promise()

    kept = kept_overview(person, at=NOW + timedelta(minutes=4))
    tomorrow = kept_overview(person, at=NOW + timedelta(minutes=6))

    assert first.teams[0].underway == 1
    assert kept == second != overview_of(person, on=NOW.date(), at=NOW)
    assert tomorrow == overview_of(person, on=tomorrow.made_at.date(), at=tomorrow.made_at)
    assert tomorrow.teams[0].underway == 3


def test_what_becomes_private_is_gone_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """For others; who works on it goes on seeing it."""
    monkeypatch.setattr(keeping, "MANY", 0)
    item, own = promise(), make_user()
    ActionItem.objects.create(incident=make_incident(title="zebra-secret"), text="Another")
    Incident.objects.filter(pk=item.incident_id).update(lead=own, opened_at=timezone.now() - timedelta(days=2))
    readers = {"reader": make_user("reader"), "own": own}
    shown = {}
    for moment in ("before", "after"):
        for name, person in readers.items():
            client.force_login(person)
            shown[name, moment] = client.get("/actions/overview/").content.decode().count("zebra-secret")
        Incident.objects.update(is_private=True)

    assert shown["reader", "before"] == shown["own", "before"] > shown["own", "after"] > 0
    assert shown["reader", "after"] == 0
