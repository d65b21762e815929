"""Real conversations with a real server: what leaves, what waits, what is given up, and how often."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from outbox.claiming import claim, give_back, mark_sent, pause_after
from outbox.models import LEASE, MOST_ATTEMPTS, Delivery
from outbox.operations import Message, post, post_many
from outbox.sending import Sender, mail_sent_meanwhile
from tests.config.processes import wait_until
from tests.outbox.conftest import MONDAY, Clock, letter, never, posted, until_all_ended
from tests.outbox.mail_server import DRIP, DROP, DROP_IN_DATA, HANG, YES, MailServer

pytestmark = pytest.mark.django_db


def states() -> dict[str, str]:
    return {delivery.to.split("@")[0]: delivery.state for delivery in Delivery.objects.all()}


# ── What arrives ────────────────────────────────────────────────────────────
def test_a_message_arrives_as_it_was_posted(server: MailServer, sender: Sender, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Northwind <status@northwind.example>"
    unsubscribe = {
        "List-Unsubscribe": "<https://status.example/unsubscribe/abc>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    (delivery,) = posted("anna", html="<p>Good morning, <b>anna</b>.</p>", headers=unsubscribe, subject="Grüß\nGott ☀")

    assert sender.attempt(never())

    (message,) = server.taken
    text, html = message.iter_parts()
    assert (message["To"], message["From"]) == ("anna@example.test", "Northwind <status@northwind.example>")
    assert message["Subject"] == "Grüß Gott ☀"
    assert message["Message-ID"] == delivery.message_id
    assert message["Date"].datetime == MONDAY
    assert message["Auto-Submitted"] == "auto-generated"
    assert {name: message[name] for name in unsubscribe} == unsubscribe
    assert (text.get_content_type(), text.get_content().strip()) == ("text/plain", "Good morning, anna.")
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", "<p>Good morning, <b>anna</b>.</p>")


def test_what_was_sent_is_erased(server: MailServer, sender: Sender) -> None:
    (delivery,) = posted("anna", html="<a>secret</a>", headers={"List-Unsubscribe": "<https://secret.test>"})
    sender.attempt(never())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.ended_at, delivery.attempts) == ("sent", MONDAY, 1)
    assert (delivery.text, delivery.html, delivery.headers) == ("", "", {})


def test_one_connection_carries_them_all(server: MailServer, sender: Sender) -> None:
    posted(*(f"p{number}" for number in range(120)))
    before = server.connections
    sender.attempt(never())
    assert len(server.taken) == 120
    assert server.connections - before == 1


def test_it_waits_for_its_time(server: MailServer, sender: Sender, clock: Clock) -> None:
    posted("anna", not_before=MONDAY + timedelta(hours=1))
    sender.attempt(never())
    assert not server.taken
    clock.passes(timedelta(hours=1))
    sender.attempt(never())
    assert server.addresses == ["anna@example.test"]


def test_what_one_person_waits_for_overtakes_news_for_many(server: MailServer, sender: Sender) -> None:
    many = letter("many")
    del many["at"]
    post_many([Message(**many)], at=MONDAY - timedelta(hours=1))
    posted("anna")
    sender.attempt(never())
    assert server.addresses == ["anna@example.test", "many@example.test"]


# ── What goes wrong ─────────────────────────────────────────────────────────
def test_a_refusal_for_good_is_dead_at_once_and_the_others_go_out(server: MailServer, sender: Sender) -> None:
    server.answers = lambda to: "550 No such user here" if to.startswith("bela") else YES
    posted("anna", "bela", "cleo")
    assert sender.attempt(never())
    assert states() == {"anna": "sent", "bela": "dead", "cleo": "sent"}
    dead = Delivery.objects.dead().get()
    assert (dead.failure, dead.attempts, dead.ended_at) == ("550 No such user here", 1, MONDAY)
    assert dead.text


def test_a_message_that_is_refused_after_data_is_dead_too(server: MailServer, sender: Sender) -> None:
    server.answers = lambda to: "DATA 554 Looks like spam" if to.startswith("bela") else YES
    posted("anna", "bela", "cleo")
    sender.attempt(never())
    assert states() == {"anna": "sent", "bela": "dead", "cleo": "sent"}
    assert Delivery.objects.dead().get().failure == "554 Looks like spam"


def test_greylisting_delays_and_loses_nothing(server: MailServer, sender: Sender, clock: Clock) -> None:
    met: set[str] = set()

    def first_time(to: str) -> str:
        if to in met or to.startswith("bela"):
            return YES
        met.add(to)
        return "451 Greylisted, come back later"

    server.answers = first_time
    posted("anna", "bela", "cleo")
    sender.attempt(never())
    assert states() == {"anna": "waiting", "bela": "sent", "cleo": "waiting"}
    waiting = Delivery.objects.get(to="anna@example.test")
    assert waiting.failure == "451 Greylisted, come back later"
    assert timedelta(seconds=20) <= waiting.due_at - MONDAY <= timedelta(seconds=40)
    until_all_ended(sender, clock)
    assert set(states().values()) == {"sent"}
    assert set(server.times_by_id.values()) == {1}


@pytest.mark.parametrize("trouble", [HANG, DROP, DROP_IN_DATA, "421 Too busy", "452 Disk full", "DATA 451 Disk full"])
def test_an_address_that_makes_trouble_holds_up_no_other(
    server: MailServer, sender: Sender, clock: Clock, trouble: str
) -> None:
    server.answers = lambda to: trouble if to.startswith("bela") else YES
    posted("anna", "bela", "cleo", "dora")

    assert sender.attempt(never())
    assert states() == {"anna": "sent", "bela": "waiting", "cleo": "sent", "dora": "sent"}

    server.answers = lambda _to: YES
    until_all_ended(sender, clock)
    assert set(server.times_by_id.values()) == {1}
    assert len(server.taken) == 4


def test_a_server_that_drips_is_left(server: MailServer, sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outbox.sending._LONGEST_CONVERSATION", 1)
    server.answers = lambda to: DRIP if to.startswith("bela") else YES
    posted("bela", "anna")
    began = time.monotonic()
    sender.attempt(never())
    assert time.monotonic() - began < 5
    assert states() == {"anna": "sent", "bela": "waiting"}


def test_a_slow_server_gets_everything(server: MailServer, sender: Sender) -> None:
    server.seconds = 0.1
    posted(*(f"p{number}" for number in range(15)))
    sender.attempt(never())  # longer than a claim is kept
    assert len(server.taken) == 15
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_server_that_is_down_costs_no_attempt(server: MailServer, sender: Sender, clock: Clock) -> None:
    server.stop()
    posted(*(f"p{number}" for number in range(60)))
    assert not sender.attempt(never())
    first = Delivery.objects.order_by("pk")[0]
    assert (first.attempts, first.claimed_until, first.due_at) == (0, None, MONDAY)
    assert "Connection refused" in first.failure
    assert not sender.attempt(never()), "it rests for a moment"

    server.start()
    until_all_ended(sender, clock)
    assert len(server.taken) == 60


@pytest.mark.parametrize("trouble", [HANG, DROP_IN_DATA, "421 Shutting down"])
def test_a_server_that_fails_everybody_is_left_alone_for_a_while(
    server: MailServer, sender: Sender, clock: Clock, trouble: str
) -> None:
    server.answers = lambda _to: trouble
    posted(*(f"p{number}" for number in range(10)))
    assert not sender.attempt(never())
    assert Delivery.objects.filter(attempts=0).count() == 7
    server.answers = lambda _to: YES
    until_all_ended(sender, clock)
    assert set(server.times_by_id.values()) == {1}
    assert len(server.taken) == 10


def test_after_days_it_is_given_up_with_the_last_words(server: MailServer, sender: Sender, clock: Clock) -> None:
    server.answers = lambda _to: "450 Mailbox busy"
    posted("anna")
    attempts = 0
    while Delivery.objects.waiting().exists():
        clock.now = Delivery.objects.get().due_at
        sender.attempt(never())
        attempts += 1
    dead = Delivery.objects.get()
    assert (dead.state, dead.failure) == ("dead", "450 Mailbox busy")
    assert timedelta(days=2) < clock.now - MONDAY < timedelta(days=4)
    assert attempts == MOST_ATTEMPTS


def test_the_pauses_grow_to_four_hours() -> None:
    minutes = [pause_after(attempts).total_seconds() / 60 for attempts in (1, 2, 3, 8, 10, 50)]
    assert minutes == [0.5, 1, 2, 64, 240, 240]


def test_retries_are_spread(server: MailServer, sender: Sender) -> None:
    server.answers = lambda _to: "450 Later"
    posted(*(f"p{number}" for number in range(20)))
    sender.attempt(never())
    assert len(set(Delivery.objects.values_list("due_at", flat=True))) == 20


def test_a_message_nobody_can_write_is_dead(server: MailServer, sender: Sender) -> None:
    posted("anna", "bela")
    Delivery.objects.filter(key="greeting:anna").update(headers={"List-Id": "a\nBcc: all@example.test"})
    sender.attempt(never())
    assert states() == {"anna": "dead", "bela": "sent"}


# ── Leases ──────────────────────────────────────────────────────────────────
def test_what_is_claimed_is_claimed_by_one(clock: Clock) -> None:
    posted("anna", "bela")
    first = claim(1, at=MONDAY)
    second = claim(5, at=MONDAY)
    assert [each.to for each in (*first, *second)] == ["anna@example.test", "bela@example.test"]
    assert claim(5, at=MONDAY + LEASE - timedelta(seconds=1)) == []
    assert len(claim(5, at=MONDAY + LEASE)) == 2, "whoever held them is gone"


def test_who_lost_the_lease_changes_nothing(clock: Clock) -> None:
    posted("anna")
    (late,) = claim(1, at=MONDAY)
    (other,) = claim(1, at=MONDAY + LEASE)
    give_back([late])
    row = Delivery.objects.get()
    assert (row.claimed_until, row.attempts) == (other.claimed_until, 2)
    mark_sent([late], at=MONDAY)
    assert Delivery.objects.get().state == "sent", "but what left has left"


@pytest.mark.django_db(transaction=True)
def test_two_senders_never_send_the_same(server: MailServer) -> None:
    posted(*(f"p{number}" for number in range(300)))

    def send() -> None:
        Sender(clock=lambda: MONDAY).attempt(never())
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.taken) == 300
    assert set(server.times_by_id.values()) == {1}


@pytest.mark.django_db(transaction=True)
def test_what_is_being_claimed_is_passed_over() -> None:
    posted("anna", "bela")
    claimed: list[str] = []

    def claim_elsewhere() -> None:
        claimed.extend(delivery.to for delivery in claim(5, at=MONDAY))
        connection.close()

    with transaction.atomic():
        Delivery.objects.select_for_update().get(to="anna@example.test")
        thread = threading.Thread(target=claim_elsewhere)
        thread.start()
        thread.join(10)
        assert not thread.is_alive(), "it waits for a lock"
    assert claimed == ["bela@example.test"]


@pytest.mark.django_db(transaction=True)
def test_mail_leaves_within_two_seconds_of_the_commit(server: MailServer, settings: Any) -> None:
    taken_at: list[float] = []
    server.when_taken = lambda _to: taken_at.append(time.monotonic())
    with mail_sent_meanwhile():
        for number in range(3):
            time.sleep(0.37)
            posted_at = time.monotonic()
            post(**letter(f"p{number}") | {"at": timezone.now()})
            wait_until(lambda: len(taken_at) == number + 1, 5)  # noqa: B023  # it is waited for within the turn
            assert taken_at[-1] - posted_at < 2
    assert not [thread for thread in threading.enumerate() if "_send_until" in thread.name]
