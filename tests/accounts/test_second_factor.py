"""What is stored of a second factor."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import InvalidToken
from django.test import Client
from django.urls import reverse

from accounts.adapter import MFAAdapter
from accounts.models import User
from tests.accounts.conftest import PASSWORD


def test_it_is_encrypted_with_a_key_that_is_not_in_the_database(settings: Any) -> None:
    stored = MFAAdapter().encrypt("seed")
    assert "seed" not in stored
    assert MFAAdapter().decrypt(stored) == "seed"
    settings.SECRET_KEY = "another-" + "0123456789" * 5
    with pytest.raises(InvalidToken):
        MFAAdapter().decrypt(stored)


def test_it_survives_a_new_secret_key_with_the_old_one_as_fallback(settings: Any) -> None:
    stored = MFAAdapter().encrypt("seed")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "0123456789" * 5
    assert MFAAdapter().decrypt(stored) == "seed"


@pytest.mark.django_db
def test_the_seed_of_an_app_is_stored_encrypted(engineer: User) -> None:
    assert isinstance(get_adapter(), MFAAdapter)
    seed = generate_totp_secret()
    TOTP.activate(engineer, seed)
    assert seed not in repr(list(Authenticator.objects.values()))


def log_in(email: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert is_inside(client)
    return client


def is_inside(client: Client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def switch_on(client: Client) -> None:
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post(reverse("mfa_activate_totp"), {"code": code})


@pytest.mark.usefixtures("fresh_limits")  # with real commits, on which allauth waits
def test_switching_it_on_or_off_ends_the_other_sessions(engineer: User, admin: User) -> None:
    here, elsewhere, somebody_else = log_in(engineer.email), log_in(engineer.email), log_in(admin.email)

    switch_on(here)

    assert Authenticator.objects.filter(user=engineer, type="totp").exists()
    assert (is_inside(here), is_inside(elsewhere), is_inside(somebody_else)) == (True, False, True)

    elsewhere = Client()
    elsewhere.force_login(User.objects.get(pk=engineer.pk))
    here.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=engineer).exists()
    assert (is_inside(here), is_inside(elsewhere), is_inside(somebody_else)) == (True, False, True)


@pytest.mark.django_db
def test_a_refused_code_ends_no_session(engineer: User) -> None:
    here, elsewhere = log_in(engineer.email), log_in(engineer.email)

    here.post(reverse("mfa_activate_totp"), {"code": "000000x"})

    assert (is_inside(here), is_inside(elsewhere)) == (True, True)
