"""What the editor asks of a severity: headings with their prompts, and the day on which a report is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import FIRST_PROMPTS, Report, Severity, SeveritySection, sections_for, suggested_due
from incidents.snapshot import SECTION_HEADINGS
from tests.factories import NOW, make_incident
from tests.severities.sending import asked_by

pytestmark = pytest.mark.django_db


def test_a_low_severity_asks_four_questions_and_a_high_one_everything(low: Severity) -> None:
    assert [key for key, _ in asked_by(low)] == ["summary", "impact", "root_cause", "resolution"]
    for severity in Severity.objects.exclude(pk=low.pk):
        assert asked_by(severity) == list(FIRST_PROMPTS.items())


def test_sections_come_in_the_order_of_the_page(low: Severity) -> None:
    """In whatever order they lie in the table."""
    SeveritySection.objects.filter(severity=low, key="summary").delete()
    SeveritySection.objects.create(severity=low, key="summary", prompt="Written last")

    assert list(sections_for(low)) == list(SECTION_HEADINGS)


def test_a_heading_without_a_row_is_asked_in_the_first_words(low: Severity) -> None:
    SeveritySection.objects.filter(severity=low, key__in=["impact", "went_well"]).delete()

    sections = sections_for(low)

    for key in ("impact", "went_well"):
        assert (sections[key].is_asked, sections[key].prompt) == (True, FIRST_PROMPTS[key])
        assert sections[key].pk is None
    assert not sections["detection"].is_asked
    assert [key for key, _ in asked_by(low)] == ["summary", "impact", "root_cause", "resolution", "went_well"]


def test_a_severity_that_is_not_stored_yet_asks_everything() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert asked_by(Severity()) == list(FIRST_PROMPTS.items())
    assert len(captured) == 0


def test_sections_cost_one_query_and_none_after_a_prefetch(low: Severity) -> None:
    with CaptureQueriesContext(connection) as alone:
        sections_for(low)
    prefetched = list(Severity.objects.prefetch_related("sections"))
    with CaptureQueriesContext(connection) as together:
        for severity in prefetched:
            asked_by(severity)

    assert (len(alone), len(together)) == (1, 0)


@pytest.mark.parametrize(
    ("needs_report", "days", "due"),
    [(True, 5, "2026-03-14"), (True, 1, "2026-03-10"), (True, None, None), (False, 5, None), (False, None, None)],
)
def test_a_report_is_due_so_many_days_after_it_was_opened(
    needs_report: bool, days: int | None, due: str | None
) -> None:
    severity = Severity(needs_report=needs_report, report_due_days=days)
    found = severity.report_due_on(NOW)

    assert (found and found.isoformat()) == due


def test_due_days_are_days_in_utc() -> None:
    evening = datetime(2026, 3, 9, 22, 0, tzinfo=timezone(timedelta(hours=-5)))
    severity = Severity(needs_report=True, report_due_days=1)

    assert severity.report_due_on(evening) == datetime(2026, 3, 11, tzinfo=UTC).date()


@pytest.mark.parametrize("name", ["Critical", "High", "Medium", "Low"])
def test_the_day_at_opening_is_the_one_that_the_severity_asks_for(name: str) -> None:
    incident = make_incident(severity=Severity.objects.get(name=name))

    assert Report.objects.get(incident=incident).due_on == suggested_due(incident)


def test_a_later_rule_is_offered_and_changes_nothing(low: Severity) -> None:
    incident = make_incident(severity=Severity.objects.get(name="Critical"))
    incident.severity = Severity.objects.get(name="High")
    incident.save()

    assert str(suggested_due(incident)) == "2026-03-19"
    assert str(Report.objects.get(incident=incident).due_on) == "2026-03-14"
    incident.severity = low
    assert suggested_due(incident) is None
