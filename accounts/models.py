"""People, their role, and the invitations that make them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.roles import Capability, Role, role_allows, roles_with

INVITATION_LIFETIME = timedelta(days=7)


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def who_may(self, capability: Capability) -> UserQuerySet:
        return self.active().filter(role__in=roles_with(capability))

    def admins(self) -> UserQuerySet:
        return self.filter(role=Role.ADMIN)

    def with_email(self, email: str) -> UserQuerySet:
        return self.filter(email=normal_email(email))

    def by_name(self) -> UserQuerySet:
        """Those who can log in first, then by name."""
        return self.order_by("-is_active", Lower("name"), "email")


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account with the address in lower case; without a password nobody can log in by one."""
        user: User = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.READER)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    session_generation = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            # With this, unique means unique whatever the case.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def may(self, capability: Capability) -> bool:
        """Whether this account is active and its role allows it."""
        return self.is_active and role_allows(self.role, capability)

    @property
    def may_administer(self) -> bool:
        return self.may(Capability.ADMINISTER)

    @property
    def may_publish(self) -> bool:
        return self.may(Capability.PUBLISH)

    @property
    def may_follow_up(self) -> bool:
        """Whether this account changes any action items: all, or some of them."""
        return self.may(Capability.WRITE) or self.may(Capability.MANAGE_ACTIONS)

    @property
    def may_write(self) -> bool:
        return self.may(Capability.WRITE)

    # A session holds this value and ends when it changes: with the password, and with the generation, so that
    # the sessions of a deactivated account stay dead after it is reactivated.
    def get_session_auth_hash(self) -> str:
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes) -> str:
        value = f"{self.session_generation}:{self.password}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unused(self) -> InvitationQuerySet:
        return self.filter(accepted_at=None)

    def open(self, *, at: datetime) -> InvitationQuerySet:
        return self.unused().filter(expires_at__gt=at)

    def unused_by(self, user: User) -> InvitationQuerySet:
        """Those that this person sent and nobody followed yet."""
        return self.filter(accepted_at=None, invited_by=user)

    def expired(self, *, at: datetime) -> InvitationQuerySet:
        return self.unused().filter(expires_at__lte=at)

    def newest_first(self) -> InvitationQuerySet:
        return self.order_by("-created_at", "-pk")


class Invitation(models.Model):
    """A way in for one address. The token is mailed; only its SHA-256 is kept."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None),
                name="invitation_one_open_per_address",
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invitation_email_lower_case"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="invitation_expires_later"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"


def normal_email(email: str) -> str:
    """The one way that an address is stored and looked up."""
    return email.strip().lower()
