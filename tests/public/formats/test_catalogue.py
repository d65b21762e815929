"""Which addresses a change reaches: those that differ afterwards must be listed, and the list must not grow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from incidents.models import Component, PublicEvent
from incidents.public import catalogue
from incidents.public.formats import addresses
from incidents.public.reading import as_public_reader
from incidents.publishing.operations import withdraw_report
from tests.factories import NOW, correct, make_component, make_user, publish
from tests.public.formats.telling import HOUR, affect, incident, maintenance, say, site

STEPS = ("identified", "monitoring", "resolved")


def listed(event: PublicEvent | None = None) -> set[str]:
    with as_public_reader():
        found = list(addresses.of_lists(event))
        for each in [event] if event else PublicEvent.objects.all():
            found += addresses.of_event(each.public_id)
    assert len(found) == len(set(found))
    return set(found)


def answers(paths: set[str]) -> dict[str, tuple[int, bytes]]:
    client = Client()
    return {path: (answer.status_code, answer.content) for path in paths for answer in [client.get(path)]}


def test_the_catalogue_lists_all_of_them(db: None) -> None:
    site()
    publication = publish()
    make_component()
    with as_public_reader():
        found = [*catalogue.of_event(publication.public_id), *catalogue.of_lists()]
    assert listed() <= set(found)
    assert {status for status, _ in answers(listed()).values()} == {200}


class EveryChangeIsListed(TestCase):
    """Any history, any next change: what is not in the lists of the event has the same bytes as before."""

    @settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
    @given(
        begun=st.lists(st.integers(1, 1500), min_size=1, max_size=3),
        which=st.integers(0, 2),
        change=st.sampled_from(["post", "report", "correct", "withdraw", "plan", "begin anew"]),
    )
    def test_it(self, begun: list[int], which: int, change: str) -> None:
        site()
        for number, days in enumerate(begun):
            event = incident(f"Number {number}", at=timezone.now() - timedelta(days=days))
            affect(event, make_component(f"Component {number}"))
            say(event, "investigating", "We look.")
        reported = publish()
        before = answers(listed())
        event = list(PublicEvent.objects.order_by("pk"))[which % len(begun)]

        changes: dict[str, Callable[[], PublicEvent]] = {
            "post": lambda: say(event, "resolved", "It is over.").event,
            "report": lambda: publish().incident.public_event,
            "correct": lambda: correct(reported).incident.public_event,
            "withdraw": lambda: (
                withdraw_report(reported.incident.report, reason="Wrong.", by=make_user("publisher"), at=NOW + HOUR)
                and reported.incident.public_event
            ),
            "plan": lambda: say(maintenance(at=timezone.now() + timedelta(days=3)), "scheduled", "Soon.").event,
            "begin anew": lambda: incident("Another", at=timezone.now() - timedelta(days=1600)),
        }
        changed = PublicEvent.objects.get(pk=changes[change]().pk)

        after = answers(listed())
        differs = {path for path in after if after[path] != before.get(path)}
        assert differs
        assert differs <= listed(changed)


def test_an_event_of_one_component_touches_no_feed_of_another(db: None) -> None:
    component, other = make_component(), make_component()
    event = incident(at=timezone.now())
    affect(event, component)
    assert f"/components/{component.public_id}/calendar.ics" in listed(event)
    assert f"/components/{other.public_id}/calendar.ics" not in listed(event)


@pytest.mark.parametrize("count", [1, 20])
def test_a_change_costs_the_same_however_much_was_before(db: None, count: int) -> None:
    for number in range(count):
        say(incident(at=timezone.now() - timedelta(days=60 * number)), "resolved", "Over.")
    event = incident(at=timezone.now())
    numbered = [path for path in listed(event) if path.startswith("/history/")]
    assert numbered == ["/history/page-1.json"]
    assert Component.objects.count() == 0
