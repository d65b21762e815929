"""The life of an invitation: made, mailed, replaced, withdrawn, expired, used once."""

from __future__ import annotations

import base64
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.urls import reverse

from accounts import operations
from accounts.models import INVITATION_LIFETIME, Invitation, User
from accounts.roles import Role
from tests.accounts.conftest import PASSWORD, MakeUser, sent_mail

pytestmark = pytest.mark.django_db


def accept(token: str, at: datetime, name: str = "New Person") -> User:
    return operations.accept_invitation(token, name=name, password=PASSWORD, at=at)


def test_it_makes_an_account_that_can_log_in(admin: User, at: datetime) -> None:
    _, token = operations.invite("New@Example.com", Role.PUBLISHER, by=admin, at=at)
    user = accept(token, at + timedelta(hours=1))
    assert (user.email, user.name, user.role, user.is_active) == ("new@example.com", "New Person", "publisher", True)
    assert user.check_password(PASSWORD)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("new@example.com", True, True)


def test_it_works_once(admin: User, at: datetime) -> None:
    _, token = operations.invite("new@example.com", Role.READER, by=admin, at=at)
    accept(token, at)
    with pytest.raises(operations.InvitationUsed):
        accept(token, at)
    with pytest.raises(operations.InvitationUsed):
        operations.open_invitation(token, at=at)
    assert User.objects.with_email("new@example.com").count() == 1


def test_looking_at_it_does_not_use_it_up(admin: User, at: datetime) -> None:
    invitation, token = operations.invite("new@example.com", Role.READER, by=admin, at=at)
    assert operations.open_invitation(token, at=at) == invitation
    assert operations.open_invitation(token, at=at).accepted_at is None


def test_it_expires_at_the_second(admin: User, at: datetime) -> None:
    _, token = operations.invite("new@example.com", Role.READER, by=admin, at=at)
    end = at + INVITATION_LIFETIME
    assert operations.open_invitation(token, at=end - timedelta(microseconds=1))
    with pytest.raises(operations.InvitationExpired):
        operations.open_invitation(token, at=end)
    with pytest.raises(operations.InvitationExpired):
        accept(token, end)
    assert accept(token, end - timedelta(microseconds=1))


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "ü" * 50, "'; --"])
def test_other_tokens_are_unknown(token: str, at: datetime) -> None:
    with pytest.raises(operations.InvitationUnknown):
        operations.open_invitation(token, at=at)
    with pytest.raises(operations.InvitationUnknown):
        accept(token, at)


def test_only_the_hash_of_the_token_is_stored(admin: User, at: datetime) -> None:
    invitation, token = operations.invite("new@example.com", Role.READER, by=admin, at=at)
    assert len(base64.urlsafe_b64decode(token + "=")) * 8 >= 128
    row = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token not in repr(row)
    with pytest.raises(operations.InvitationUnknown):
        operations.open_invitation(row["token_sha256"], at=at)


def test_inviting_again_replaces_the_open_invitation(admin: User, at: datetime) -> None:
    _, first = operations.invite("new@example.com", Role.READER, by=admin, at=at)
    _, second = operations.invite("NEW@example.com", Role.ENGINEER, by=admin, at=at + timedelta(days=1))
    with pytest.raises(operations.InvitationUnknown):
        accept(first, at)
    assert accept(second, at + INVITATION_LIFETIME).role == Role.ENGINEER


def test_an_expired_invitation_is_replaced_too(admin: User, at: datetime) -> None:
    operations.invite("new@example.com", Role.READER, by=admin, at=at)
    later = at + 2 * INVITATION_LIFETIME
    _, token = operations.invite("new@example.com", Role.READER, by=admin, at=later)
    assert accept(token, later)


@pytest.mark.parametrize(("is_active", "sentence"), [(True, "has an account already"), (False, "Reactivate it")])
def test_who_has_an_account_is_not_invited(
    is_active: bool, sentence: str, admin: User, make_user: MakeUser, at: datetime
) -> None:
    make_user(email="here@example.com", is_active=is_active)
    with pytest.raises(operations.AccountExists, match=sentence):
        operations.invite("Here@example.com", Role.READER, by=admin, at=at)
    assert not Invitation.objects.exists()


def test_an_account_that_came_first_makes_the_invitation_void(admin: User, make_user: MakeUser, at: datetime) -> None:
    _, token = operations.invite("new@example.com", Role.ADMIN, by=admin, at=at)
    made_meanwhile = make_user(email="new@example.com", role=Role.READER)
    with pytest.raises(operations.InvitationUsed, match="has an account already"):
        accept(token, at)
    made_meanwhile.refresh_from_db()
    assert made_meanwhile.role == Role.READER


def test_an_unknown_role_invites_nobody(admin: User, at: datetime) -> None:
    with pytest.raises(ValueError, match="owner"):
        operations.invite("new@example.com", "owner", by=admin, at=at)


def test_a_withdrawn_invitation_is_unknown(admin: User, at: datetime) -> None:
    invitation, token = operations.invite("new@example.com", Role.READER, by=admin, at=at)
    operations.revoke_invitation(invitation, by=admin, at=at)
    with pytest.raises(operations.InvitationUnknown):
        accept(token, at)


def test_withdrawing_does_not_touch_what_was_accepted(admin: User, at: datetime) -> None:
    invitation, token = operations.invite("new@example.com", Role.READER, by=admin, at=at)
    accept(token, at)
    operations.revoke_invitation(invitation, by=admin, at=at)
    assert Invitation.objects.get(pk=invitation.pk).accepted_at == at


def test_pruning_forgets_only_what_expired_unused(admin: User, at: datetime) -> None:
    _, used = operations.invite("used@example.com", Role.READER, by=admin, at=at)
    accept(used, at)
    operations.invite("late@example.com", Role.READER, by=admin, at=at)
    operations.invite("open@example.com", Role.READER, by=admin, at=at + timedelta(seconds=1))
    assert operations.prune_expired_invitations(at=at + INVITATION_LIFETIME) == 1
    assert set(Invitation.objects.values_list("email", flat=True)) == {"used@example.com", "open@example.com"}


def test_the_mail_leaves_with_the_invitation(admin: User, at: datetime, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "https://reports.example.com"
    _, token = operations.invite("new@example.com", Role.MANAGER, by=admin, at=at)
    (sent,) = sent_mail()
    path = reverse("accounts:accept_invitation", args=[token])
    assert sent.to == ["new@example.com"]
    assert "\n" not in sent.subject
    html = sent.alternatives[0][0]
    for body in (sent.body, html):
        assert f"https://reports.example.com{path}" in body
        assert "The admin invites you" in body
        assert "manager" in body
        assert "13 March 2026, 09:00 UTC" in body


def test_no_mail_for_an_invitation_that_was_rolled_back(admin: User, at: datetime) -> None:
    with transaction.atomic():
        operations.invite("new@example.com", Role.READER, by=admin, at=at)
        transaction.set_rollback(True)
    assert sent_mail() == []


def test_names_in_the_mail_are_text(make_user: MakeUser, at: datetime) -> None:
    hostile = make_user(Role.ADMIN, name='<b>Boss</b> "&')
    operations.invite("new@example.com", Role.READER, by=hostile, at=at)
    (sent,) = sent_mail()
    assert '<b>Boss</b> "&' in sent.body
    assert "<b>Boss</b>" not in sent.alternatives[0][0]


def test_a_second_invitation_takes_back_the_mail_of_the_first(admin: User, at: datetime) -> None:
    operations.invite("new@example.com", Role.READER, by=admin, at=at)
    _, token = operations.invite("new@example.com", Role.READER, by=admin, at=at)
    (sent,) = sent_mail()
    assert token in sent.body


@pytest.mark.parametrize("end", ["revoke", "deactivate"])
def test_a_withdrawn_invitation_sends_no_mail(admin: User, make_user: MakeUser, at: datetime, end: str) -> None:
    boss = make_user(Role.ADMIN, email="boss@example.com")
    invitation, _ = operations.invite("new@example.com", Role.READER, by=boss, at=at)
    if end == "revoke":
        operations.revoke_invitation(invitation, by=admin, at=at)
    else:
        operations.deactivate(boss, by=admin, at=at)
    assert sent_mail() == []


@pytest.fixture
def committed_token(transactional_db: Any, at: datetime) -> str:
    return operations.invite("new@example.com", Role.READER, by=None, at=at)[1]


def test_of_two_who_use_one_link_at_once_one_gets_in(committed_token: str, at: datetime) -> None:
    start = threading.Barrier(2)
    outcomes: list[object] = []

    def one(name: str) -> None:
        try:
            start.wait(timeout=10)
            outcomes.append(accept(committed_token, at, name).name)
        except operations.InvitationUsed:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(name,)) for name in ("First", "Second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert len(outcomes) == 2
    assert outcomes.count("refused") == 1
    assert User.objects.get(email="new@example.com").name in outcomes
