"""What a report tells the check beside its customer version."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.authoring.operations import add_action_item, revise_section
from incidents.checks import PromiseFacts
from incidents.models import Report, Severity
from tests.factories import NOW, make_draft, make_incident, make_user

pytestmark = pytest.mark.django_db


def test_names_of_everybody_also_of_those_who_left() -> None:
    report = make_draft(by=make_user(name="Anna Berg"))
    make_user(name="Ben Gone", is_active=False)

    assert {"Anna Berg", "Ben Gone"} <= set(report.check_context().names)


def test_what_the_severity_asks_and_what_was_answered_for_colleagues() -> None:
    low = make_incident(severity=Severity.objects.get(tone="low"))
    revise_section(low, "impact", changes={"text": "A few."}, by=make_user(), at=NOW)
    revise_section(low, "resolution", changes={"text": " \n"}, by=make_user(), at=NOW)
    context = low.report.check_context()

    assert context.asked == {"summary", "impact", "root_cause", "resolution"}
    assert context.answered == {"impact"}
    assert len(make_incident().report.check_context().asked) == 8


def test_promises_that_customers_read() -> None:
    report = make_incident().report
    owner = make_user()
    values: list[dict[str, Any]] = [
        {"text": "a", "public_text": "Nobody’s"},
        {"text": "b", "public_text": "Somebody’s", "owner": owner, "done_when": "The test passes."},
        {"text": "c", "public_text": "A team’s", "team": "Platform"},
        {"text": "d"},
    ]
    items = [add_action_item(report.incident, values=value, by=owner, at=NOW) for value in values]

    assert report.check_context().promises == {
        items[0].key: PromiseFacts(has_owner=False, done_when=""),
        items[1].key: PromiseFacts(has_owner=True, done_when="The test passes."),
        items[2].key: PromiseFacts(has_owner=True, done_when=""),
    }


def test_the_words_are_those_of_the_settings(settings: Any) -> None:
    settings.CHECK_WORDS = object()

    assert make_draft_context().words is settings.CHECK_WORDS


def make_draft_context() -> Any:
    return make_incident().report.check_context()


def test_queries_do_not_grow() -> None:
    asked = []
    for count in (1, 3):
        report = Report.objects.select_related("incident__severity").get(pk=make_draft(rows=count).pk)
        for _ in range(count):
            add_action_item(
                report.incident, values={"text": "x", "public_text": "y", "owner": make_user()}, by=make_user(), at=NOW
            )
        with CaptureQueriesContext(connection) as captured:
            report.check_context()
        asked.append(len(captured))

    assert asked == [4, 4]
