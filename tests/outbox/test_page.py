"""What admins see of mail that did not leave, and what they can do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from outbox.claiming import claim, mark_dead, mark_sent, postpone
from outbox.models import Delivery
from tests.factories import make_user
from tests.outbox.conftest import posted

pytestmark = pytest.mark.django_db

PAGE = "outbox:undelivered"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(Role.ADMIN))
    return client


def dead(name: str, words: str = "550 No such user here") -> Delivery:
    posted(name, at=timezone.now())
    (delivery,) = claim(1, at=timezone.now())
    mark_dead(delivery, words, at=timezone.now())
    return delivery


def delayed(name: str) -> Delivery:
    posted(name, at=timezone.now())
    (delivery,) = claim(1, at=timezone.now())
    postpone(delivery, "451 Come back later", at=timezone.now())
    return delivery


def text_of(client: Client) -> str:
    return " ".join(client.get(reverse(PAGE)).content.decode().split())


def test_without_trouble_it_says_so(admin: Client) -> None:
    posted("anna", at=timezone.now())
    html = text_of(admin)
    assert "Everything has left" in html
    assert "One more is on the way, or waits for its time." in html
    assert "Try all" not in html


def test_it_shows_who_what_and_why_and_never_the_text(admin: Client) -> None:
    dead("anna", "550 <b>No</b> such user")
    delayed("bela")
    posted("sent", at=timezone.now())
    mark_sent(claim(1, at=timezone.now()), at=timezone.now())
    html = text_of(admin)
    for words in ("anna@example.test", "bela@example.test", "451 Come back later", "Refused, 1", "Waiting, 1"):
        assert words in html
    assert "550 &lt;b&gt;No&lt;/b&gt; such user" in html
    assert "sent@example.test" not in html
    assert "Good morning, anna." not in html, "a text may hold a link that is a secret"


@pytest.mark.parametrize("count", [1, 3])
def test_its_queries_do_not_grow(admin: Client, count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        dead(f"dead{number}")
        delayed(f"delayed{number}")
    with django_assert_num_queries(7):  # session, account, dead, delayed, counts, and two for the bar on top
        admin.get(reverse(PAGE))


def test_long_lists_say_how_long_they_are(admin: Client) -> None:
    at = timezone.now()
    posted(*(f"p{number}" for number in range(103)), at=at - timedelta(hours=1))
    Delivery.objects.update(state="dead", ended_at=at, failure="550 No")
    html = text_of(admin)
    assert "Refused, 103" in html
    assert "The newest 100 are shown" in html
    assert html.count("550 No") == 100


def test_one_is_sent_again(admin: Client) -> None:
    delivery = dead("anna")
    response = admin.post(reverse("outbox:send_again", args=[delivery.pk]), follow=True)
    assert "The mail to anna@example.test is tried again now." in response.content.decode()
    assert [each.pk for each in claim(1, at=timezone.now())] == [delivery.pk]


def test_all_are_sent_again(admin: Client) -> None:
    dead("anna")
    delayed("bela")
    response = admin.post(reverse("outbox:send_all_again"), follow=True)
    assert "2 mails are tried again now." in response.content.decode()
    assert len(claim(9, at=timezone.now())) == 2


@pytest.mark.parametrize(("action", "status"), [("send_again", 409), ("discard", 409)])
def test_one_that_has_left_meanwhile_is_answered_409(admin: Client, action: str, status: int) -> None:
    posted("anna", at=timezone.now())
    mark_sent(claim(1, at=timezone.now()), at=timezone.now())
    response = admin.post(reverse(f"outbox:{action}", args=[Delivery.objects.get().pk]))
    assert response.status_code == status
    assert "This mail" in response.content.decode()


@pytest.mark.parametrize("action", ["send_again", "discard"])
def test_one_that_is_not_there_is_answered_404(admin: Client, action: str) -> None:
    assert admin.post(reverse(f"outbox:{action}", args=[4711])).status_code == 404


def test_one_is_discarded(admin: Client) -> None:
    delivery = dead("anna")
    admin.post(reverse("outbox:discard", args=[delivery.pk]))
    assert not Delivery.objects.exists()


def test_the_people_page_leads_here(admin: Client) -> None:
    assert f'href="{reverse(PAGE)}"' in admin.get(reverse("accounts:people")).content.decode()
