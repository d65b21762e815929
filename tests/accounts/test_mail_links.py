"""Links in mails lead to us, whatever host a request names; and leave with those who sent them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation
from accounts.operations import change_role, deactivate, invite
from accounts.roles import Role
from tests.accounts.conftest import sent_mail
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("email", ["known@example.test", "unknown@example.test"])
def test_a_reset_mail_leads_home(settings: Any, email: str) -> None:
    make_user(email="known@example.test")

    Client().post(reverse("account_reset_password"), {"email": email}, headers={"Host": "localhost:1337"})

    links = re.findall(r"https?://[^\s\"<>]+", sent_mail()[0].body)
    assert bool(links) == (email == "known@example.test")  # a stranger is told what to try, and given no link
    assert all(link.startswith(settings.PUBLIC_BASE_URL + "/") for link in links)


@pytest.mark.parametrize("end", [deactivate, lambda user, **who: change_role(user, Role.ENGINEER, **who)])
def test_who_may_no_longer_invite_leaves_no_way_in(end: Any) -> None:
    boss, gone = make_user(Role.ADMIN), make_user(Role.ADMIN)
    invite("backdoor@example.test", Role.ADMIN, by=gone, at=NOW)
    invite("colleague@example.test", Role.ENGINEER, by=boss, at=NOW)

    end(gone, by=boss, at=NOW)

    assert [invitation.email for invitation in Invitation.objects.all()] == ["colleague@example.test"]


def test_an_address_that_grows_in_lower_case_is_refused_beside_the_field() -> None:
    client = Client()
    client.force_login(make_user(Role.ADMIN))
    address = "a@" + ".".join(["İ" * 30] * 7) + ".ex"
    assert len(address) <= 254 < len(address.lower())

    response = client.post(reverse("accounts:invite"), {"email": address, "role": "reader"})

    assert response.status_code == 422
    assert not Invitation.objects.exists()
