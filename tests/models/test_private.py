"""What is visible and what is hidden are all incidents between them, and none is both."""

from __future__ import annotations

import pytest

from accounts.roles import Role
from incidents.models import ActionItem, Incident, Report
from tests.factories import make_incident, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize("way", ["lead", "opened_by", "owner", "none"])
def test_every_incident_is_visible_or_hidden(role: str, is_private: bool, way: str) -> None:
    person, other = make_user(role), make_user()
    incident = make_incident(by=person if way == "opened_by" else other, is_private=is_private)
    Incident.objects.update(lead=person if way == "lead" else None)
    Report.objects.update(owner=person if way == "owner" else None)
    ActionItem.objects.create(incident=incident, text="Test the fuse")
    may = not is_private or way != "none" or role in {Role.PUBLISHER, Role.ADMIN}

    assert Incident.objects.visible_to(person).exists() is may
    assert Incident.objects.hidden_from(person).exists() is not may
    assert ActionItem.objects.visible_to(person).exists() is may
    assert Report.objects.visible_to(person).exists() is may
    assert Incident.objects.select_related("report").get().is_readable_by(person) is may


def test_nobody_who_left_sees_anything() -> None:
    gone = make_user(Role.ADMIN, is_active=False)
    ActionItem.objects.create(incident=make_incident(by=gone), text="Test the fuse")

    assert not Incident.objects.visible_to(gone).exists()
    assert Incident.objects.hidden_from(gone).exists()
    assert not ActionItem.objects.visible_to(gone).exists()
