"""How allauth behaves here: by invitation only, telling nobody who has an account, and keeping secrets secret."""

from __future__ import annotations

import base64
import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.mails import post_notice
from accounts.models import User

logger = logging.getLogger(__name__)

DEMO_DOMAIN = "@demo.example"
# The mails by which allauth tells people that a second factor was switched on or off.
_FACTOR_CHANGED = {
    f"mfa/email/{name}" for name in ("totp_activated", "totp_deactivated", "webauthn_added", "webauthn_removed")
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the outbox, so that the answer is the same whoever is asked about and whatever mail does.

        Links begin with our own address, whatever host the request named.
        """
        context = {
            name: _at_home(value) if name.endswith("_url") and isinstance(value, str) else value
            for name, value in context.items()
        }
        mail = self.render_mail(template_prefix, email, {"request": self.request, "email": email} | context)
        post_notice(email, template_prefix, subject=mail.subject, text=mail.body, at=timezone.now())

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """The hook that allauth calls after each change of an account's second factor, with the current request.

        Other sessions end: whoever holds one did not show the new factor, or may have removed the old one.
        """
        if template_prefix in _FACTOR_CHANGED:
            User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
            user.refresh_from_db(fields=["session_generation"])
            update_session_auth_hash(self.request, user)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """A demo's database that went into production must not bring its well-known passwords along."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is None and user.get_username().endswith(DEMO_DOMAIN) and not settings.DEMO:
            logger.warning("%s was refused: this is not a demo", user.get_username())
            response = self.respond_user_inactive(request, user)
        return response


def _at_home(link: str) -> str:
    return f"{settings.PUBLIC_BASE_URL}{urlsplit(link)._replace(scheme='', netloc='').geturl()}"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of codes are encrypted, so that a copy of the database alone makes no valid code."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> MultiFernet:
    """SECRET_KEY writes; SECRET_KEY_FALLBACKS can still be read."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("accounts.MFAAdapter", "", secret=key, algorithm="sha256") for key in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest.digest())) for digest in digests])
