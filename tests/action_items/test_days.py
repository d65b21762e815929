"""The days that rules set: when, for which items, and what they leave alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from incidents.action_items import add_action_item, revise_action_item
from incidents.authoring.operations import MilestoneValue, add_entry, record_milestones
from incidents.milestones import MilestoneKind
from incidents.models import ActionItem, DueRule, Incident, PromiseUpdate, Severity
from tests.factories import NOW, make_draft, make_incident, make_user, publish

pytestmark = pytest.mark.django_db
RESOLVED = datetime(2026, 3, 6, 23, 30, tzinfo=UTC)


@pytest.fixture
def by() -> User:
    return make_user()


@pytest.fixture
def incident(by: User) -> Incident:
    return make_incident(by=by)


def resolve(incident: Incident, by: User, at: datetime = RESOLVED) -> None:
    record_milestones(incident, {MilestoneKind.RESOLVED: MilestoneValue(at)}, by=by, at=NOW)


def promise(incident: Incident, by: User, **values: Any) -> ActionItem:
    return add_action_item(incident, values={"text": "Test the fuse", **values}, by=by, at=NOW)


def rules(incident: Incident, **values: Any) -> None:
    DueRule.objects.filter(severity=incident.severity).update(**values)


def test_every_severity_has_a_rule_for_every_priority() -> None:
    assert DueRule.objects.count() == 3 * Severity.objects.count()


def test_a_rule_sets_the_day_and_says_so(incident: Incident, by: User) -> None:
    resolve(incident, by)

    item = promise(incident, by, priority="high")

    assert item.due_on == date(2026, 3, 20)
    assert item.due_rule == "Critical, high priority: 14 days after the incident was resolved"
    assert item.assign_by == date(2026, 3, 8)


def test_a_rule_waits_for_its_clock(incident: Incident, by: User) -> None:
    item = promise(incident, by)
    assert (item.due_on, item.due_rule) == (None, "")

    resolve(incident, by)

    item.refresh_from_db()
    assert item.due_on == date(2026, 4, 5)
    [change] = item.changes.all()
    assert (change.field, change.old, change.new, change.by) == ("due_on", "", "2026-04-05", None)


def test_a_row_of_the_timeline_starts_the_clock_too(incident: Incident, by: User) -> None:
    item = promise(incident, by)

    add_entry(incident, occurred_at=RESOLVED, text="all well", milestone=MilestoneKind.RESOLVED, by=by, at=NOW)

    item.refresh_from_db()
    assert item.due_on == date(2026, 4, 5)


def test_the_clock_may_start_when_the_incident_is_opened(incident: Incident, by: User) -> None:
    rules(incident, clock="opened", skips_weekends=True, days=5)

    assert promise(incident, by).due_on == date(2026, 3, 16)  # opened on Monday the 9th


def test_what_a_person_chose_stays(incident: Incident, by: User) -> None:
    chosen = promise(incident, by, due_on=date(2026, 5, 1))
    refused = promise(incident, by)
    revise_action_item(refused, changes={"due_on": date(2026, 5, 2)}, by=by, at=NOW)
    revise_action_item(refused, changes={"due_on": None}, by=by, at=NOW)

    resolve(incident, by)
    revise_action_item(chosen, changes={"priority": "high"}, by=by, at=NOW)

    chosen.refresh_from_db()
    refused.refresh_from_db()
    assert (chosen.due_on, chosen.due_rule) == (date(2026, 5, 1), "")
    assert refused.due_on is None


def test_the_day_can_be_given_back_to_the_rule(incident: Incident, by: User) -> None:
    resolve(incident, by)
    item = promise(incident, by, due_on=date(2026, 5, 1))

    item = revise_action_item(item, changes={"rule_may_set_due": True}, by=by, at=NOW)

    assert item.due_on == date(2026, 4, 5)
    assert item.due_rule


def test_another_priority_has_another_rule(incident: Incident, by: User) -> None:
    resolve(incident, by)
    item = promise(incident, by)

    item = revise_action_item(item, changes={"priority": "high"}, by=by, at=NOW)

    assert item.due_on == date(2026, 3, 20)


def test_a_changed_rule_changes_no_item(incident: Incident, by: User) -> None:
    resolve(incident, by)
    item = promise(incident, by)
    rules(incident, days=1)

    revise_action_item(item, changes={"state": "in_progress"}, by=by, at=NOW)
    resolve(incident, by, at=RESOLVED + timedelta(days=2))

    item.refresh_from_db()
    assert item.due_on == date(2026, 4, 5)
    assert "30 days" in item.due_rule


def test_a_candidate_gets_its_day_when_it_is_promised(incident: Incident, by: User) -> None:
    resolve(incident, by)
    item = promise(incident, by, state="candidate")
    assert item.due_on is None

    item = revise_action_item(item, changes={"state": "open"}, by=by, at=NOW)

    assert item.due_on == date(2026, 4, 5)


def test_the_clock_may_start_when_the_report_is_published_and_customers_read_the_day() -> None:
    DueRule.objects.filter(severity__tone="critical").update(clock="published", days=10)
    report = make_draft()
    item = report.incident.action_items.get()
    revise_action_item(item, changes={"rule_may_set_due": True}, by=report.incident.opened_by, at=NOW)

    publication = publish(report)

    item.refresh_from_db()
    assert publication.snapshot.promises[0].due_on is None
    assert item.due_on == publication.published_at.date() + timedelta(days=10)
    assert [update.due_on for update in PromiseUpdate.objects.of(publication.public_id)] == [item.due_on]
