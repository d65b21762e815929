"""Who gets in, as what, and who no longer does."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.mails import post_invitation, take_back_invitation
from accounts.models import INVITATION_LIFETIME, Invitation, User, normal_email
from accounts.roles import Role

logger = logging.getLogger(__name__)


class AccountExists(Exception):
    """There is an account with this address already."""


class LastAdmin(Exception):
    """Without this account nobody could invite people or change roles any more."""


class InvitationRefused(Exception):
    """The sentence tells the person who followed the link what to do."""


class InvitationUnknown(InvitationRefused):
    pass


class InvitationUsed(InvitationRefused):
    pass


class InvitationExpired(InvitationRefused):
    pass


class NotADemo(Exception):
    """Demo accounts have a password that everybody knows."""


@transaction.atomic
def invite(email: str, role: str, *, by: User | None, at: datetime, name: str = "") -> tuple[Invitation, str]:
    """Mail a link that makes one account. An open invitation for the address is replaced and its link dies.

    `by` is None for the first invitation of a fresh install, which is made on the command line.
    """
    email = normal_email(email)
    account = User.objects.with_email(email).first()
    if account is not None:
        raise AccountExists(
            f"{email} has an account already."
            if account.is_active
            else f"{email} has a deactivated account. Reactivate it instead."
        )
    token = secrets.token_urlsafe(32)
    invitation, _ = Invitation.objects.update_or_create(
        email=email,
        accepted_at=None,
        defaults={
            "name": name,
            "role": Role(role),
            "token_sha256": _sha256(token),
            "invited_by": by,
            "created_at": at,
            "expires_at": at + INVITATION_LIFETIME,
        },
    )
    logger.info("Invited %s as %s", email, role, extra={"by": by and by.email, "occurred_at": at})
    post_invitation(invitation, token, at=at)
    return invitation, token


def open_invitation(token: str, *, at: datetime) -> Invitation:
    """The invitation that a link stands for, without using it up."""
    return _checked(Invitation.objects.filter(token_sha256=_sha256(token)).first(), at)


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: datetime) -> User:
    """Make the account; of two who use one link at once, the second is refused."""
    locked = Invitation.objects.select_for_update().filter(token_sha256=_sha256(token)).first()
    invitation = _checked(locked, at)
    if User.objects.with_email(invitation.email).exists():
        raise InvitationUsed(f"{invitation.email} has an account already. Log in with it.")
    user = User.objects.create_user(invitation.email, password, name=name, role=invitation.role)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    logger.info("%s accepted an invitation as %s", user.email, user.role, extra={"occurred_at": at})
    return user


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """The link stops working. Nothing happens to an account that was made from it."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).delete()
    take_back_invitation(invitation)
    logger.info("Invitation of %s revoked", invitation.email, extra={"by": by.email, "occurred_at": at})


def prune_expired_invitations(*, at: datetime) -> int:
    """Forget the addresses of people who never came; says how many."""
    _, rows = Invitation.objects.expired(at=at).delete()
    return rows.get("accounts.Invitation", 0)


@transaction.atomic
def change_role(user: User, role: str, *, by: User, at: datetime) -> User:
    """Give another role; it holds from the next request on. Who no longer may invite leaves no open invitations."""
    user = _locked(user, keeps_admin=role == Role.ADMIN)
    user.role = Role(role)
    user.save(update_fields=["role"])
    if not user.may_administer:
        _withdraw_invitations_of(user)
    logger.info("%s is now %s", user.email, user.role, extra={"by": by.email, "occurred_at": at})
    return user


@transaction.atomic
def deactivate(user: User, *, by: User, at: datetime) -> User:
    """Keep the person's name on their work, but let nobody in as them; sessions and invitations end at once."""
    user = _locked(user, keeps_admin=False)
    user.is_active = False
    user.session_generation += 1
    user.save(update_fields=["is_active", "session_generation"])
    _withdraw_invitations_of(user)
    logger.info("%s deactivated", user.email, extra={"by": by.email, "occurred_at": at})
    return user


@transaction.atomic
def reactivate(user: User, *, by: User, at: datetime) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = True
    user.save(update_fields=["is_active"])
    logger.info("%s reactivated", user.email, extra={"by": by.email, "occurred_at": at})
    return user


def rename(user: User, name: str) -> None:
    user.name = name
    user.save(update_fields=["name"])


@transaction.atomic
def create_demo_user(email: str, name: str, role: str, password: str) -> User:
    """An account of the demo, the same however often it is asked for."""
    if not settings.DEMO:
        raise NotADemo("Demo accounts have a password that everybody knows: they are made in demo mode only.")
    user: User | None = User.objects.with_email(email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, role=Role(role))
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def _withdraw_invitations_of(user: User) -> None:
    for invitation in Invitation.objects.unused_by(user):
        take_back_invitation(invitation)
        invitation.delete()


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _checked(invitation: Invitation | None, at: datetime) -> Invitation:
    if invitation is None:
        raise InvitationUnknown(
            "This link is not one of ours, or its invitation has long expired, was withdrawn or was replaced."
        )
    if invitation.accepted_at is not None:
        raise InvitationUsed("This invitation was used already. Log in with the account that it made.")
    if invitation.expires_at <= at:
        raise InvitationExpired("This invitation has expired. Ask an admin for a new one.")
    return invitation


def _locked(user: User, *, keeps_admin: bool) -> User:
    """The account as it is now, locked with all admins, so that two of them can't remove each other."""
    admins = set(User.objects.active().admins().order_by("pk").select_for_update().values_list("pk", flat=True))
    user = User.objects.select_for_update().get(pk=user.pk)
    if admins == {user.pk} and not keeps_admin:
        raise LastAdmin(f"{user} is the only active admin. Make somebody else an admin first.")
    return user
