"""Posting, sending again, and what is forgotten when."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from outbox.claiming import claim, mark_dead, mark_sent
from outbox.models import ERASED_AFTER, FORGOTTEN_AFTER, LEASE, MOST_ATTEMPTS, Delivery
from outbox.operations import (
    Message,
    NothingToSend,
    NotRefused,
    discard,
    post_many,
    send_again,
    send_all_again,
    take_back,
    tidy_outbox,
)
from tests.outbox.conftest import MONDAY, letter, posted

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def message(name: str, **fields: Any) -> Message:
    values = letter(name, **fields)
    del values["at"]
    return Message(**values)


def dead(name: str) -> Delivery:
    posted(name)
    (delivery,) = claim(1, at=MONDAY)
    mark_dead(delivery, "550 No", at=MONDAY)
    return Delivery.objects.get(pk=delivery.pk)


# ── Posting ─────────────────────────────────────────────────────────────────
def test_one_key_is_one_message() -> None:
    (first,) = posted("anna", text="The first.")
    (again,) = posted("anna", text="The second.")
    assert (again.pk, again.text, again.message_id) == (first.pk, "The first.", first.message_id)


def test_one_key_is_one_message_also_when_it_has_left() -> None:
    posted("anna")
    mark_sent(claim(1, at=MONDAY), at=MONDAY)
    posted("anna")
    assert Delivery.objects.get().state == "sent"


def test_what_is_rolled_back_never_leaves() -> None:
    with transaction.atomic():
        posted("anna")
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_posting_twice_does_not_end_the_callers_transaction() -> None:
    with transaction.atomic():
        posted("anna")
        posted("anna", "bela")
    assert Delivery.objects.count() == 2


def test_ten_thousand_are_posted_in_seconds(django_assert_max_num_queries: Any) -> None:
    began = time.monotonic()
    with django_assert_max_num_queries(14):
        post_many((message(f"p{number}") for number in range(10_000)), at=MONDAY)
    assert time.monotonic() - began < 20
    assert Delivery.objects.count() == 10_000


@pytest.mark.parametrize(
    "headers",
    [
        {"List-Id": "one\r\nBcc: all@example.test"},
        {"X-One\nBcc": "all@example.test"},
        {"X One": "1"},
        {"X:": "1"},
        {"Ü": "1"},
        {"From": "ceo@example.test"},
        {"message-id": "<mine>"},
        {"Content-Type": "text/html"},
    ],
)
def test_headers_stay_in_their_line_and_replace_none_of_ours(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"header|line"):
        message("anna", headers=headers)


def test_a_subject_is_one_line_that_fits() -> None:
    (delivery,) = posted("anna", subject="Two\nlines " + "x" * 300)
    assert delivery.subject.startswith("Two lines x")
    assert len(delivery.subject) == 250


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost"},
        {"state": "sent"},
        {"state": "sent", "ended_at": MONDAY},
        {"text": ""},
        {"to": ""},
        {"due_at": MONDAY - SECOND},
        {"ended_at": MONDAY},
    ],
)
def test_the_database_refuses_what_can_not_be(wrong: dict[str, Any]) -> None:
    (delivery,) = posted("anna")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**wrong)


# ── Taking back ─────────────────────────────────────────────────────────────
def test_what_waits_is_taken_back_and_what_is_on_its_way_is_not() -> None:
    posted("anna", "bela", "bea")
    claim(1, at=MONDAY)
    assert take_back("greeting:") == 2
    assert [delivery.key for delivery in Delivery.objects.all()] == ["greeting:anna"]


def test_a_key_is_no_pattern() -> None:
    posted("anna")
    assert take_back("greeting%") == 0
    assert take_back("greeting:ann_") == 0


# ── Again ───────────────────────────────────────────────────────────────────
def test_a_dead_one_is_sent_again_with_the_same_id() -> None:
    delivery = dead("anna")
    later = MONDAY + timedelta(days=2)
    send_again(delivery.pk, by="admin@example.test", at=later)
    (claimed,) = claim(1, at=later)
    assert (claimed.message_id, claimed.attempts, claimed.failure) == (delivery.message_id, 1, "")


def test_one_that_waits_is_tried_now() -> None:
    (delivery,) = posted("anna", not_before=MONDAY + timedelta(hours=1))
    send_again(delivery.pk, by="admin@example.test", at=MONDAY)
    assert claim(1, at=MONDAY)


def test_what_left_what_is_on_its_way_and_what_was_erased_is_not_sent_again() -> None:
    posted("sent")
    mark_sent(claim(1, at=MONDAY), at=MONDAY)
    erased = dead("erased")
    tidy_outbox(MONDAY + ERASED_AFTER)
    posted("claimed")
    claim(1, at=MONDAY)
    for delivery in Delivery.objects.all():
        with pytest.raises(NothingToSend):
            send_again(delivery.pk, by="admin@example.test", at=MONDAY + SECOND)
    assert send_all_again(by="admin@example.test", at=MONDAY + SECOND) == 0
    assert Delivery.objects.get(pk=erased.pk).state == "dead"


def test_all_that_failed_are_sent_again_and_what_waits_for_its_time_is_not() -> None:
    dead("anna")
    posted("bela", "cleo", not_before=MONDAY + timedelta(days=1))
    Delivery.objects.filter(key="greeting:bela").update(failure="451 Later")
    assert send_all_again(by="admin@example.test", at=MONDAY) == 2
    assert {delivery.to for delivery in claim(9, at=MONDAY)} == {"anna@example.test", "bela@example.test"}


def test_only_what_is_dead_is_discarded() -> None:
    delivery = dead("anna")
    discard(delivery.pk, by="admin@example.test", at=MONDAY)
    (waiting,) = posted("anna")
    with pytest.raises(NotRefused):
        discard(waiting.pk, by="admin@example.test", at=MONDAY)
    assert Delivery.objects.get().pk == waiting.pk


# ── Forgetting ──────────────────────────────────────────────────────────────
def test_what_the_dead_said_is_erased_after_a_month() -> None:
    delivery = dead("anna")
    Delivery.objects.update(html="<a>secret</a>", headers={"List-Unsubscribe": "<https://secret.test>"})
    tidy_outbox(MONDAY + ERASED_AFTER - SECOND)
    delivery.refresh_from_db()
    assert delivery.text
    tidy_outbox(MONDAY + ERASED_AFTER)
    delivery.refresh_from_db()
    assert (delivery.text, delivery.html, delivery.headers, delivery.failure) == ("", "", {}, "550 No")


def test_what_ended_is_forgotten_after_three_months_and_what_waits_is_not() -> None:
    dead("anna")
    posted("bela")
    mark_sent(claim(1, at=MONDAY), at=MONDAY)
    posted("cleo")
    tidy_outbox(MONDAY + FORGOTTEN_AFTER - SECOND)
    assert Delivery.objects.count() == 3
    tidy_outbox(MONDAY + FORGOTTEN_AFTER)
    assert [delivery.to for delivery in Delivery.objects.all()] == ["cleo@example.test"]


def test_a_message_that_ends_every_sender_is_given_up() -> None:
    posted("anna")
    for attempt in range(MOST_ATTEMPTS):
        assert claim(1, at=MONDAY + attempt * LEASE)
    tidy_outbox(MONDAY + MOST_ATTEMPTS * LEASE)
    delivery = Delivery.objects.get()
    assert delivery.state == "dead"
    assert "ended in the middle" in delivery.failure
