"""The indicator and its seven descriptions, which clients compare letter by letter."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from incidents.models import ComponentStatus, EventImpact
from incidents.public.formats.rollup import rollup
from tests.factories import make_component
from tests.public.formats.telling import incident, maintenance, say

OK, SLOW, PART, DOWN, WORK = (
    "operational",
    "degraded_performance",
    "partial_outage",
    "major_outage",
    "under_maintenance",
)


@pytest.mark.parametrize(
    ("levels", "indicator", "description"),
    [
        ([OK, OK], "none", "All Systems Operational"),
        ([SLOW, OK], "minor", "Partially Degraded Service"),
        ([SLOW, WORK], "minor", "Partially Degraded Service"),
        ([SLOW, SLOW], "minor", "Degraded System Service"),
        ([PART, OK], "minor", "Minor Service Outage"),
        ([PART, SLOW], "minor", "Minor Service Outage"),
        ([PART, PART], "major", "Partial System Outage"),
        ([DOWN, OK], "major", "Partial System Outage"),
        ([DOWN, PART], "major", "Partial System Outage"),
        ([DOWN, DOWN], "critical", "Major System Outage"),
        ([DOWN], "critical", "Major System Outage"),
        ([WORK, OK], "maintenance", "Service Under Maintenance"),
        ([WORK, WORK], "maintenance", "Service Under Maintenance"),
    ],
)
def test_the_components_decide(db: None, levels: list[str], indicator: str, description: str) -> None:
    for level in levels:
        make_component(group="One group", status=level)  # the group itself counts for nothing
    say(incident(impact="critical"), "investigating", "An incident that no component shows.")
    for path in ("summary", "status"):
        document = json.loads(Client().get(f"/api/v2/{path}.json").content)
        assert document["status"] == {"indicator": indicator, "description": description}


@pytest.mark.parametrize(
    ("impact", "indicator", "description"),
    [
        ("none", "none", "All Systems Operational"),
        ("minor", "minor", "Minor Service Outage"),
        ("major", "major", "Partial System Outage"),
        ("critical", "critical", "Major System Outage"),
    ],
)
def test_without_components_open_incidents_decide(db: None, impact: str, indicator: str, description: str) -> None:
    say(incident(impact=impact), "investigating", "We look.")
    say(incident(impact="critical"), "resolved", "It is over.")
    say(maintenance(), "scheduled", "It will be.")
    for path in ("summary", "status"):
        document = json.loads(Client().get(f"/api/v2/{path}.json").content)
        assert document["status"] == {"indicator": indicator, "description": description}


def test_without_components_work_in_progress_shows_too(db: None) -> None:
    say(maintenance(), "in_progress", "We begin.")
    document = json.loads(Client().get("/api/v2/status.json").content)
    assert document["status"] == {"indicator": "maintenance", "description": "Service Under Maintenance"}


INDICATORS = ("none", "maintenance", "minor", "major", "critical")


@given(
    levels=st.lists(st.sampled_from(ComponentStatus.values), min_size=1, max_size=6),
    impacts=st.lists(st.sampled_from(EventImpact.values)),
    data=st.data(),
)
def test_order_and_incidents_change_nothing_and_worse_is_never_better(
    levels: list[str], impacts: list[str], data: st.DataObject
) -> None:
    said = rollup(levels, impacts=impacts)
    assert rollup(data.draw(st.permutations(levels)), impacts=[]) == said
    worse = [*levels[1:], "major_outage"]
    assert INDICATORS.index(rollup(worse, impacts=[])[0]) >= INDICATORS.index(said[0])
