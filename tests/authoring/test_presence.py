"""Who else is here, and what they changed: said, never locked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from incidents.authoring.operations import revise_section
from incidents.models import Incident, Presence, Severity
from tests.authoring.sending import url
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def colleague(name: str = "Petra") -> Client:
    client = Client()
    client.force_login(make_user(Role.ENGINEER, name=name))
    return client


def pulse(client: Client, incident: Incident, **data: str) -> str:
    return client.post(url("pulse", incident.number), data).content.decode()


def test_a_colleague_and_their_part_are_named(client: Client, incident: Incident) -> None:
    pulse(colleague(), incident, place="section-impact")

    assert "Petra is editing Impact" in pulse(client, incident)


def test_somebody_who_only_reads_is_reading(client: Client, incident: Incident) -> None:
    pulse(colleague(), incident)

    assert "Petra is reading" in pulse(client, incident)


def test_nobody_is_told_of_themselves(client: Client, incident: Incident) -> None:
    pulse(client, incident, place="section-impact")

    assert "is editing" not in pulse(client, incident)


def test_who_types_in_a_folded_chapter_is_editing(client: Client, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(severity=Severity.objects.get(tone="low"))
    assert 'href="#section-detection"' not in pulse(client, incident)  # a low severity doesn’t ask for it

    pulse(colleague(), incident, place="section-detection")

    assert "Petra is editing Detection" in pulse(client, incident)


def test_who_left_is_not_named(client: Client, incident: Incident) -> None:
    pulse(colleague(), incident, place="section-impact")
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=1))

    assert "Petra" not in pulse(client, incident)


def test_an_odd_place_is_no_part(client: Client, incident: Incident) -> None:
    pulse(colleague(), incident, place="<b>" * 40)

    assert "Petra is reading" in pulse(client, incident)


def test_a_place_with_characters_that_no_text_can_hold_is_no_500(client: Client, incident: Incident) -> None:
    assert client.post(url("pulse", incident.number), {"place": "section\0-impact"}).status_code == 200


def test_news_are_told_since_the_page_was_made(client: Client, incident: Incident) -> None:
    since = timezone.now()
    petra = make_user(Role.ENGINEER, name="Petra")
    before = pulse(client, incident, since=since.isoformat())
    revise_section(incident, "impact", changes={"text": "x"}, by=petra, at=since + timedelta(seconds=5))
    mine = make_user(Role.ENGINEER, name="Me")
    client.force_login(mine)
    revise_section(incident, "impact", changes={"text": "y"}, by=mine, at=since + timedelta(seconds=9))

    after = pulse(client, incident, since=since.isoformat())
    later = pulse(client, incident, since=(since + timedelta(seconds=6)).isoformat())

    assert '<div id="news" class="news" role="status"></div>' in before
    assert "Petra wrote a section at" in after
    assert "Petra" not in later


@pytest.mark.parametrize(
    "since",
    [
        "",
        "yesterday",
        "2026-13-45",
        "9" * 400,
        "2026-03-06T05:00",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_a_moment_that_is_none_is_no_500(client: Client, incident: Incident, since: str) -> None:
    assert client.post(url("pulse", incident.number), {"since": since}).status_code == 200


def test_what_is_missing_by_now_comes_along(client: Client, incident: Incident) -> None:
    answer = pulse(client, incident)

    assert 'id="editor-nav"' in answer
    assert 'id="milestone-facts"' in answer
    assert "Ask for review" in answer


def test_nothing_is_worked_out_again_while_nothing_happens(
    client: Client, incident: Incident, django_assert_max_num_queries: Any
) -> None:
    petra = make_user(Role.ENGINEER, name="Petra")
    now = timezone.now()
    revise_section(incident, "impact", changes={"text": "x"}, by=petra, at=now)
    known = known_in(pulse(client, incident))
    pulse(colleague("Theo"), incident, place="section-impact")

    with django_assert_max_num_queries(10):
        quiet = pulse(client, incident, known=known)
    revise_section(incident, "impact", changes={"text": "xy"}, by=petra, at=now + timedelta(seconds=5))
    after = pulse(client, incident, known=known)

    assert "Theo is editing Impact" in quiet
    assert known_in(quiet) == known
    assert 'id="editor-nav"' not in quiet
    assert 'id="editor-nav"' in after  # the edit went on in the same line of the log
    assert known_in(after) != known


def known_in(answer: str) -> str:
    """What a browser sends with its next beat."""
    return answer.split('data-known="')[1].split('"', maxsplit=1)[0]
