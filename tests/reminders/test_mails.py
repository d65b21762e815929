"""What the mails say, where their links lead, and that a real mail server takes them."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import ActionItem, MailChoice, Report
from incidents.reminders.operations import remind, tell_the_week
from outbox.models import Delivery
from outbox.sending import Sender
from tests.factories import make_incident, make_user, publish
from tests.outbox.conftest import server  # noqa: F401 -- a fixture
from tests.outbox.mail_server import MailServer
from tests.reminders.promised import MONDAY, at, mails_of, promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return make_user(email="anna@example.test", name="Anna")


@pytest.fixture
def manager() -> User:
    return make_user("manager", email="mia@example.test", name="Mia")


def week_mails() -> list[Delivery]:
    tell_the_week(at(MONDAY, 8))
    return list(Delivery.objects.order_by("to"))


def links(mail: Delivery) -> set[str]:
    return set(re.findall(r"https?://[^\s\"<>]+", mail.text))


def test_a_mail_server_takes_it(server: MailServer, anna: User) -> None:  # noqa: F811
    promise(make_incident(by=anna, title="Lights & <b>power</b>"), owner=anna, due=MONDAY, text="Test\nthe <fuse>")
    remind(at(MONDAY))
    subject = "Due today: Test the <fuse>"

    assert Sender().attempt(threading.Event())

    (message,) = server.taken
    text, html = message.iter_parts()
    assert (message["To"], message["Subject"]) == ("anna@example.test", subject)
    assert message["List-Unsubscribe"].endswith("/workspace/reminders/>")
    assert "Lights & <b>power</b>" in text.get_content()
    assert "Lights &amp; &lt;b&gt;power&lt;/b&gt;" in html.get_content()
    assert "<fuse>" not in html.get_content()


def test_no_link_lets_anybody_in(client: Client, anna: User, settings: Any) -> None:
    item = promise(make_incident(by=anna), owner=anna, due=MONDAY)
    (mail,) = mails_of(MONDAY)

    found = links(mail)

    base = settings.PUBLIC_BASE_URL
    assert found == {f"{base}/actions/{item.key}/", f"{base}/actions/?owner=me", f"{base}/workspace/reminders/"}
    for link in found:
        path = link.removeprefix(base)
        assert client.get(path).url.startswith("/accounts/login/")
    client.force_login(anna)
    assert all(client.get(link.removeprefix(base)).status_code == 200 for link in found)
    assert all(link in mail.html.replace("&amp;", "&") for link in found)


def test_the_choices_are_saved_and_shown(client: Client, anna: User) -> None:
    client.force_login(anna)
    said = {"reminders": "weekly", "days_before": "7", "gets_week": "on"}

    assert client.post("/workspace/reminders/", said).status_code == 302

    choice = MailChoice.objects.get(user=anna)
    assert (choice.reminders, choice.days_before, choice.as_lead, choice.gets_week) == ("weekly", 7, False, True)
    wrong = client.post("/workspace/reminders/", {**said, "days_before": "99"})
    assert wrong.status_code == 422
    assert 'value="99"' in wrong.content.decode()
    assert "from 0 to 30" in wrong.content.decode()


# ── The week ────────────────────────────────────────────────────────────────
def test_managers_read_what_changed(manager: User, anna: User) -> None:
    incident = make_incident(by=anna)
    last_week = MONDAY - timedelta(days=4)
    promise(incident, owner=anna, due=last_week, text="Became late", opened_at=at(MONDAY - timedelta(days=30)))
    promise(incident, due=last_week, text="Kept one", state="done", closed_on=last_week, opened_at=at(last_week))
    promise(incident, due=last_week, text="Dropped", state="wont_do", reason="Too dear", closed_on=last_week)
    ActionItem.objects.filter(text="Dropped").update(opened_at=at(MONDAY - timedelta(days=30)))
    Report.objects.filter(incident=incident).update(due_on=MONDAY - timedelta(days=1))

    (mail,) = week_mails()

    assert mail.to == manager.email
    assert mail.subject == "33 % of promises kept on time, 1 late"
    assert "33 % kept on time: 1 of 3 in the last 90 days." in mail.text
    assert "Now: 1 late, 1 open, 0 without owner.\nLast week: 1 opened, 1 done, 1 dropped." in mail.text
    for words in ("Became late, 1\n- Became late · Anna", "Done, 1\n- Kept one", "Dropped, 1", "Reports overdue, 1"):
        assert words in mail.text
    assert "2 March to 8 March 2026" in mail.html


def test_it_is_told_once_a_week(manager: User, anna: User) -> None:
    promise(make_incident(by=anna), owner=anna, due=MONDAY)

    for day in range(9):
        tell_the_week(at(MONDAY + timedelta(days=day)))

    assert Delivery.objects.count() == 2


def test_each_link_of_the_week_leads_to_what_it_counts(client: Client, manager: User, anna: User) -> None:
    incident = make_incident(by=anna)
    promise(incident, owner=anna, due=MONDAY - timedelta(days=3))
    Report.objects.filter(incident=incident).update(due_on=MONDAY - timedelta(days=1))
    (mail,) = week_mails()
    client.force_login(manager)

    hrefs = [each.replace("&amp;", "&") for each in re.findall(r'href="([^"]+)"', mail.html)]

    assert len(hrefs) > 8
    for href in hrefs:
        assert client.get("/" + href.split("/", 3)[3]).status_code == 200, href


@pytest.mark.parametrize(("role", "gets"), [("reader", False), ("engineer", False), ("publisher", False)])
def test_others_ask_for_it(role: str, gets: bool, anna: User) -> None:
    other = make_user(role)
    promise(make_incident(by=anna), owner=anna, due=MONDAY)
    assert (other.email in [mail.to for mail in week_mails()]) == gets
    Delivery.objects.all().delete()

    MailChoice.objects.create(user=other, wants_week=True)
    tell_the_week(at(MONDAY + timedelta(days=7)))

    assert other.email in [mail.to for mail in Delivery.objects.all()]


def test_a_private_incident_is_in_no_week_of_who_may_not_read_it(manager: User, anna: User) -> None:
    admin = make_user("admin")
    MailChoice.objects.create(user=admin, wants_week=True)
    secret = make_incident(by=anna, title="zebra-secret", is_private=True)
    for state in ("open", "done", "wont_do"):
        day = MONDAY - timedelta(days=3)
        promise(secret, due=day, text="zebra-item", state=state, **({} if state == "open" else {"closed_on": day}))
    Report.objects.filter(incident=secret).update(due_on=MONDAY - timedelta(days=1))
    promise(make_incident(by=anna), owner=anna, due=MONDAY)

    mails = {mail.to: mail for mail in week_mails()}

    assert "zebra" in mails[admin.email].text
    assert "zebra" not in mails[manager.email].text + mails[manager.email].html + mails[manager.email].subject
    assert "Now: 0 late, 1 open, 0 without owner." in mails[manager.email].text


def test_a_published_report_is_not_overdue(manager: User, anna: User) -> None:
    published = publish()
    Report.objects.filter(incident=published.incident).update(due_on=MONDAY - timedelta(days=30))
    promise(published.incident, owner=anna, due=MONDAY)

    (mail,) = week_mails()
    assert "overdue" not in mail.text
