"""Who keeps promises, what is missing, what is stuck, and what comes again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import add_impact, revise_facts
from incidents.board.figures import Share
from incidents.board.overview import Overview, overview_of
from incidents.models import ActionItem, Incident, Report, Severity, Team
from tests.factories import make_component, make_incident, make_user, publish

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def manager() -> User:
    return make_user(Role.MANAGER, name="Mara")


def item(incident: Incident, opened: date, *, closed: int | None = None, **fields: Any) -> ActionItem:
    """Opened on a day at 23:30 in UTC, and done so many days later."""
    at = datetime(opened.year, opened.month, opened.day, 23, 30, tzinfo=UTC)
    if closed is not None:
        fields = {"state": "done", "closed_on": opened + timedelta(days=closed), **fields}
    fields.setdefault("text", "Test the fuse")
    return ActionItem.objects.create(incident=incident, opened_at=at, **fields)


def seen(user: User) -> Overview:
    return overview_of(user, on=TODAY, at=NOW)


def opened(incident: Incident, at: datetime) -> Incident:
    Incident.objects.filter(pk=incident.pk).update(opened_at=at)
    return Incident.objects.get(pk=incident.pk)


# ── Promises ────────────────────────────────────────────────────────────────
def test_a_cohort_counts_what_was_done_in_time(manager: User) -> None:
    incident = make_incident()
    january = date(2026, 1, 31)
    for closed in (0, 30, 31, 60, 61, 90, 91):
        item(incident, january, closed=closed)
    item(incident, january)
    item(incident, january, closed=5, state="wont_do", reason="Too dear")
    item(incident, january, state="candidate")

    (cohort,) = [each for each in seen(manager).cohorts if each.opened]

    assert (cohort.first, cohort.opened) == (date(2026, 1, 1), 9)
    assert cohort.done == (Share(2, 9), Share(4, 9), Share(6, 9))


@pytest.mark.parametrize(("first", "told"), [(3, 2), (4, 1), (5, 0), (6, 0)])
def test_a_share_is_told_when_the_last_promise_is_that_old(manager: User, first: int, told: int) -> None:
    item(make_incident(), date(2026, first, 1), closed=1)

    cohort = next(each for each in seen(manager).cohorts if each.opened)

    assert [share is not None for share in cohort.done] == [place < told for place in range(3)]


def test_twelve_months_are_there_also_without_promises(manager: User) -> None:
    firsts = [cohort.first for cohort in seen(manager).cohorts]
    assert (len(firsts), firsts[0], firsts[-1]) == (12, date(2025, 7, 1), date(2026, 6, 1))


def test_teams_and_kinds(manager: User) -> None:
    incident = make_incident()
    power = Team.objects.create(name="Power")
    Team.objects.create(name="Idle")
    item(incident, date(2026, 5, 1), closed=10, due_on=date(2026, 5, 20), team=power, kind="prevent")
    item(incident, date(2026, 5, 1), closed=30, due_on=date(2026, 5, 20), team=power, kind="detect")
    item(incident, date(2026, 5, 1), due_on=date(2026, 6, 1), team=power, kind="detect")
    item(incident, date(2026, 5, 1), due_on=date(2026, 7, 1), team=power)

    found = seen(manager)

    (team,) = found.teams
    assert (team.name, team.kept, team.underway, team.late) == ("Power", Share(1, 3), 2, 1)
    kinds = {kind.name: (kind.kept, kind.underway, kind.late) for kind in found.kinds}
    assert kinds == {"Prevents a repeat": (Share(1, 1), 0, 0), "Detects it sooner": (Share(0, 2), 1, 1)}


@pytest.mark.parametrize("age", [0, 14, 15, 30, 31, 60, 61, 90, 91, 400])
def test_each_age_is_what_its_filter_shows(client: Client, manager: User, age: int, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client.force_login(manager)
    item(make_incident(), TODAY - timedelta(days=age))

    buckets = seen(manager).ages

    assert sum(bucket.count for bucket in buckets) == 1
    for bucket in buckets:
        rows = client.get(f"/actions/?{bucket.query}").context["rows"]
        assert len(rows) == bucket.count, bucket


# ── Incidents and reports ───────────────────────────────────────────────────
def test_what_incidents_lack(manager: User) -> None:
    bare = make_incident(title="Bare")
    Report.objects.filter(incident=bare).update(owner=None)
    unasked = make_incident(title="Unasked", severity=Severity.objects.get(tone="low"))
    Severity.objects.filter(pk=unasked.severity_id).update(needs_report=False)
    nothing_to_do = make_incident(title="Nothing to do")
    Report.objects.filter(incident=nothing_to_do).update(no_action_reason="It was a drill.")
    out = publish()
    Incident.objects.update(opened_at=NOW - timedelta(days=10))
    opened(make_incident(title="Long ago"), NOW - timedelta(days=500))

    missing = {each.heading: [one.title for one in each.first] for each in seen(manager).missing}

    assert sorted(missing["without a published report"]) == ["Bare", "Nothing to do"]
    assert missing["without an action item"] == ["Bare"]
    assert missing["without anybody who writes the report"] == ["Bare"]
    assert out.incident.title not in missing["without a published report"]


def test_reports_that_are_stuck(manager: User) -> None:
    incident = opened(make_incident(), NOW - timedelta(days=30))
    Report.objects.filter(incident=incident).update(due_on=TODAY - timedelta(days=9))
    Report.objects.filter(incident=make_incident()).update(due_on=TODAY)
    corrected = publish()
    Report.objects.filter(incident=corrected.incident).update(due_on=TODAY - timedelta(days=40), status="draft")

    found = seen(manager)

    (stuck,) = found.stuck
    assert (stuck.report.incident, stuck.days, stuck.days_over) == (incident, 30, 9)
    assert found.stuck_count == 1


# ── It happened again ───────────────────────────────────────────────────────
def again(
    manager: User, *, cause: str = "change", same_component: bool = True, state: str = "open", later: int = 20
) -> Overview:
    web, api = make_component("Web"), make_component("API")
    first = opened(make_incident(components=[web]), NOW - timedelta(days=60))
    second = opened(make_incident(components=[web if same_component else api]), NOW - timedelta(days=60 - later))
    causes = {first.pk: "change", second.pk: cause}
    for incident in (first, second):
        Report.objects.filter(incident=incident).update(cause=causes[incident.pk])
    closed = {"closed_on": TODAY, "reason": "Too dear" if state == "wont_do" else ""} if state != "open" else {}
    item(first, date(2026, 5, 1), text="Roll out to one host first", state=state, **closed)
    return seen(manager)


def test_a_repeat_is_told_with_the_promise_that_was_open(manager: User) -> None:
    (repeat,) = again(manager).repeats

    assert (repeat.incident.number, repeat.component, repeat.earlier.text) == (2, "Web", "Roll out to one host first")
    assert repeat.cause_label != "change"


@pytest.mark.parametrize(
    "other", [{"cause": ""}, {"cause": "hardware"}, {"same_component": False}, {"state": "wont_do"}, {"later": -20}]
)
def test_what_is_no_repeat(manager: User, other: dict[str, Any]) -> None:
    assert again(manager, **other).repeats == ()


# ── Who sees it ─────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("role", "may"), [("reader", False), ("manager", False), ("publisher", True)])
def test_private_incidents_are_shown_to_those_who_may_read_them(client: Client, role: str, may: bool) -> None:
    by, person, web = make_user(), make_user(role), make_component("Web")
    for number in range(2):
        secret = make_incident(by=by, is_private=True, title="zebra-secret")
        add_impact(secret, web, by=by, at=NOW)
        revise_facts(secret, changes={"cause": "change"}, by=by, at=NOW)
        opened(secret, NOW - timedelta(days=40 - number))
        item(secret, date(2026, 5, 1), text="zebra-item", team=Team.objects.named("Power"), due_on=date(2026, 5, 9))
        Report.objects.filter(incident=secret).update(due_on=TODAY - timedelta(days=9), owner=None)
    client.force_login(person)

    page = client.get("/actions/overview/").content.decode()
    found = seen(person)

    assert ("zebra" in page) == may
    counted = [found.stuck, found.repeats, found.teams, [each for each in found.missing if each.count]]
    counted += [[each for each in found.ages if each.count], [each for each in found.cohorts if each.opened]]
    assert [bool(each) for each in counted] == [may] * 6


@pytest.mark.parametrize("count", [1, 3, 20])
def test_the_number_of_questions_does_not_grow(
    client: Client, manager: User, django_assert_num_queries: Any, count: int
) -> None:
    client.force_login(manager)
    web = make_component("Web")
    for number in range(count + 1):
        incident = opened(make_incident(components=[web]), timezone.now() - timedelta(days=60 - number))
        Report.objects.filter(incident=incident).update(cause="change", due_on=date(2020, 1, 1))
        item(incident, date(2026, 5, 1), team=Team.objects.named(f"Team {number}"))
    client.get("/actions/overview/")

    with django_assert_num_queries(23):
        client.get("/actions/overview/")
