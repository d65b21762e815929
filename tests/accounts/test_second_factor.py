"""What is stored of a second factor."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import InvalidToken

from accounts.adapter import MFAAdapter
from accounts.models import User


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
