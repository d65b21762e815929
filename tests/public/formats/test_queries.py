"""The number of queries doesn't grow with events, updates, components or reports."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.models import Component
from tests.factories import make_component, publish
from tests.public.formats.telling import affect, incident, maintenance, say, site

DOCUMENTS = {
    "/api/v2/summary.json": 13,
    "/api/v2/status.json": 4,
    "/api/v2/components.json": 3,
    "/api/v2/incidents.json": 8,
    "/api/v2/incidents/unresolved.json": 7,
    "/api/v2/scheduled-maintenances.json": 7,
    "/api/v2/scheduled-maintenances/upcoming.json": 7,
    "/api/v2/scheduled-maintenances/active.json": 7,
    "/incidents/{incident}.json": 7,
    "/history.json": 6,
    "/history.atom": 6,
    "/history.rss": 6,
    "/updates.atom": 10,
    "/calendar.ics": 5,
    "/badge.svg": 2,
    "/embed/": 4,
    "/components/{component}/history.atom": 7,
    "/components/{component}/calendar.ics": 6,
    "/components/{component}/badge.svg": 1,
}


def tell_more(component: Component) -> str:
    """An open incident, one with a report, and planned work ahead and in progress, each with an update more."""
    reported = publish().incident.public_event
    for event, status in (
        (reported, "resolved"),
        (incident(at=timezone.now()), "identified"),
        (maintenance(), "scheduled"),
        (maintenance(), "in_progress"),
    ):
        affect(event, component)
        affect(event, make_component())
        say(event, status, "Words.")
        say(event, status, "More words.")
    public_id: str = reported.public_id
    return public_id


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "most"), DOCUMENTS.items())
def test_lists(path: str, most: int) -> None:
    site()
    component = make_component()
    address = path.format(incident=tell_more(component), component=component.public_id)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).status_code == 200
        return sum(query["sql"].startswith(("SELECT", "DECLARE")) for query in captured)

    assert queries() == most
    tell_more(component)
    tell_more(component)
    assert queries() == most
