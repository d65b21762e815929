"""Who hears of which promise, on which morning."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from incidents.authoring.operations import revise_facts
from incidents.models import DueRule, Incident, MailChoice, MailRound, Site
from incidents.reminders.choosing import digests
from incidents.reminders.operations import remind
from outbox.models import Delivery
from tests.factories import NOW, make_incident, make_user
from tests.reminders.promised import MONDAY, at, mails_of, mornings, promise, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return make_user(email="anna@example.test", name="Anna")


@pytest.fixture
def lea() -> User:
    return make_user("publisher", email="lea@example.test", name="Lea")


@pytest.fixture
def incident(lea: User) -> Incident:
    return make_incident(by=make_user())


def choose(user: User, **values: Any) -> None:
    MailChoice.objects.update_or_create(user=user, defaults=values)


# ── The owner ───────────────────────────────────────────────────────────────
def test_before_on_the_day_and_each_week_while_it_is_late(incident: Incident, anna: User) -> None:
    promise(incident, owner=anna, due=MONDAY + timedelta(days=5))

    assert mornings(MONDAY, 22) == {
        2: ["anna: Due in 3 days: Test the fuse"],
        5: ["anna: Due today: Test the fuse"],
        12: ["anna: 7 days late: Test the fuse"],
        19: ["anna: 14 days late: Test the fuse"],
    }


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({"days_before": 1}, {4: "tomorrow", 5: "today"}),
        ({"days_before": 0}, {5: "today"}),
        ({"reminders": "never"}, {}),
        ({"reminders": "weekly"}, {0: "in 5 days", 7: "2 days late"}),
    ],
)
def test_each_person_chooses(incident: Incident, anna: User, choice: dict[str, Any], told: dict[int, str]) -> None:
    choose(anna, **choice)
    promise(incident, owner=anna, due=MONDAY + timedelta(days=5))

    found = mornings(MONDAY, 8)

    assert found.keys() == told.keys()
    assert all(told[day] in found[day][0].lower() for day in told)


def test_one_mail_whatever_there_is_to_say(incident: Incident, anna: User) -> None:
    promise(incident, owner=anna, due=MONDAY - timedelta(days=7), text="Late one")
    promise(incident, owner=anna, due=MONDAY, text="One of today")
    promise(incident, owner=anna, due=MONDAY + timedelta(days=3), text="Soon one")
    promise(incident, owner=anna, due=MONDAY + timedelta(days=3), text="Soon two")

    (mail,) = mails_of(MONDAY)

    assert mail.subject == "1 promise is late, 1 is due today, 2 are due soon"
    assert mail.text.count("Late one") == 1
    assert [mail.text.index(words) for words in ("Late\n", "Late one", "Due today", "One of", "Due soon", "Soon")] == (
        sorted(mail.text.index(words) for words in ("Late\n", "Late one", "Due today", "One of", "Due soon", "Soon"))
    )


@pytest.mark.parametrize("state", ["candidate", "done", "wont_do"])
def test_what_is_no_open_promise_is_left_out(incident: Incident, anna: User, state: str) -> None:
    promise(incident, owner=anna, due=MONDAY, state=state)

    assert mails_of(MONDAY) == []


def test_who_left_hears_nothing(incident: Incident) -> None:
    """Who led the incident hears instead."""
    gone = make_user(is_active=False)
    promise(incident, owner=gone, due=MONDAY)

    assert [mail.to for mail in mails_of(MONDAY)] == [incident.opened_by.email]


# ── The lead ────────────────────────────────────────────────────────────────
def test_the_lead_hears_when_it_is_late_by_the_days_of_the_rule(incident: Incident, anna: User, lea: User) -> None:
    DueRule.objects.filter(severity=incident.severity, priority="high").update(lead_after_days=2)
    choose(anna, reminders="never")
    promise(incident, owner=anna, due=MONDAY, team=team("Power", lea), priority="high")

    assert mornings(MONDAY, 12) == {
        2: ["lea: 2 days late in your team: Test the fuse"],
        9: ["lea: 9 days late in your team: Test the fuse"],
    }


def test_without_days_in_the_rule_the_lead_is_left_alone(incident: Incident, anna: User, lea: User) -> None:
    DueRule.objects.all().update(lead_after_days=None)
    choose(anna, reminders="never")
    promise(incident, owner=anna, due=MONDAY, team=team("Power", lea))

    assert mornings(MONDAY, 12) == {}


def test_a_lead_who_owns_it_hears_once(incident: Incident, lea: User) -> None:
    DueRule.objects.all().update(lead_after_days=7)
    promise(incident, owner=lea, due=MONDAY - timedelta(days=7), team=team("Power", lea))

    (mail,) = mails_of(MONDAY)
    assert mail.subject == "7 days late: Test the fuse"


@pytest.mark.parametrize("owner_left", [False, True])
def test_the_lead_hears_when_nobody_owns_it_in_time(incident: Incident, lea: User, owner_left: bool) -> None:
    owner = make_user(is_active=False) if owner_left else None
    promise(incident, owner=owner, assign_by=MONDAY + timedelta(days=1), team=team("Power", lea))

    assert mornings(MONDAY, 9) == {1: ["lea: Nobody owns: Test the fuse"], 8: ["lea: Nobody owns: Test the fuse"]}

    choose(lea, as_lead=False)
    assert mornings(MONDAY + timedelta(days=9), 7) == {}


def test_without_a_team_the_lead_of_the_incident_hears(incident: Incident, anna: User) -> None:
    revise_facts(incident, changes={"lead": anna}, by=anna, at=NOW)
    promise(incident, due=MONDAY)

    assert mornings(MONDAY, 1) == {0: ["anna: Nobody owns: Test the fuse"]}


# ── Who may not read it ─────────────────────────────────────────────────────
@pytest.mark.parametrize("role", ["engineer", "reader", "manager", "publisher", "admin"])
def test_a_private_incident_is_told_to_those_who_may_read_it(role: str) -> None:
    someone = make_user(role)
    secret = make_incident(by=make_user(), title="zebra-secret", is_private=True)
    promise(secret, owner=someone, due=MONDAY, text="zebra-item")
    promise(secret, due=MONDAY, text="zebra-item", team=team("Power", someone))
    may = Incident.objects.visible_to(someone).exists()

    mails = mails_of(MONDAY)

    assert secret.is_readable_by(someone) == may
    assert [mail.to for mail in mails] == ([someone.email] if may else [])
    assert may == (role in {"publisher", "admin"})


@pytest.mark.parametrize("way", ["lead", "opened_by", "report"])
def test_one_incident_and_a_list_agree_on_who_may_read(way: str) -> None:
    someone = make_user()
    secret = make_incident(by=someone if way == "opened_by" else make_user(), is_private=True)
    if way == "lead":
        revise_facts(secret, changes={"lead": someone}, by=someone, at=NOW)
    if way == "report":
        secret.report.owner = someone
        secret.report.save()
    loaded = Incident.objects.get(pk=secret.pk)

    assert loaded.is_readable_by(someone)
    assert Incident.objects.visible_to(someone).exists()


# ── Once, and never left out ────────────────────────────────────────────────
def test_a_second_run_of_a_day_says_nothing(incident: Incident, anna: User) -> None:
    promise(incident, owner=anna, due=MONDAY)

    for hour in (8, 9, 23):
        remind(at(MONDAY, hour))

    assert Delivery.objects.count() == 1


def test_days_without_a_worker_are_told_afterwards(incident: Incident, anna: User) -> None:
    mails_of(MONDAY)
    promise(incident, owner=anna, due=MONDAY + timedelta(days=2), text="Of Wednesday")
    promise(incident, owner=anna, due=MONDAY + timedelta(days=6), text="Of Sunday")

    (mail,) = mails_of(MONDAY + timedelta(days=4))

    assert mail.subject == "1 promise is late, 1 is due soon"
    assert "2 days late, 11 March" in mail.text


def test_a_long_silence_does_not_tell_of_years(incident: Incident, anna: User) -> None:
    MailRound.objects.create(name="reminders", day=date(2020, 1, 1))

    assert MailRound.objects.begin("reminders", MONDAY) == MONDAY - timedelta(days=14)


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_it_once() -> None:
    incident, anna = make_incident(by=make_user()), make_user(email="anna@example.test")
    for _ in range(20):
        promise(incident, owner=anna, due=MONDAY)
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        try:
            remind(at(MONDAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [delivery.to for delivery in Delivery.objects.all()] == ["anna@example.test"]


def test_what_fails_in_the_middle_told_nothing(incident: Incident, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    promise(incident, owner=anna, due=MONDAY)
    with monkeypatch.context() as patched:
        patched.setattr("incidents.reminders.operations.digest_mail", lambda _digest: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            remind(at(MONDAY))

    assert len(mails_of(MONDAY)) == 1


# ── Days where the site is ──────────────────────────────────────────────────
def test_a_day_is_one_of_the_site(incident: Incident, anna: User) -> None:
    Site.objects.update_or_create(id=1, defaults={"time_zone": "Pacific/Auckland"})
    promise(incident, owner=anna, due=date(2026, 4, 5))  # the day on which clocks go back there

    remind(datetime.fromisoformat("2026-04-04T19:30:00+00:00"))  # the 5th, 8:30 in Auckland, at +13

    assert Delivery.objects.get().subject == "Due today: Test the fuse"


# ── Many ────────────────────────────────────────────────────────────────────
def test_the_number_of_questions_does_not_grow(incident: Incident) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert digests(since=MONDAY - timedelta(days=1), on=MONDAY)
        return len(queries)

    promise(incident, owner=make_user(), due=MONDAY)
    few = asked()
    for _ in range(30):
        other = make_incident(by=make_user())
        promise(other, owner=make_user(), due=MONDAY, team=team(f"Team {other.number}", make_user()))

    assert asked() == few <= 3
