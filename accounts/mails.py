"""Mails of accounts. All of them leave through the outbox, in the transaction that has something to say."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Invitation
from outbox.operations import post, take_back


def invitation_link(token: str) -> str:
    path = reverse("accounts:accept_invitation", kwargs={"token": token})
    return f"{settings.PUBLIC_BASE_URL}{path}"


def post_invitation(invitation: Invitation, token: str, *, at: datetime) -> None:
    """An earlier mail of this invitation that still waits is taken back: its link is no longer good."""
    take_back(f"{_key(invitation)}:")
    context = {"invitation": invitation, "link": invitation_link(token)}
    post(
        kind="invitation",
        key=f"{_key(invitation)}:{invitation.token_sha256}",
        to=invitation.email,
        subject=render_to_string("accounts/mail/invitation_subject.txt", context),
        text=render_to_string("accounts/mail/invitation.txt", context),
        html=render_to_string("accounts/mail/invitation.html", context),
        at=at,
    )


def take_back_invitation(invitation: Invitation) -> None:
    take_back(f"{_key(invitation)}:")


def post_notice(email: str, template_prefix: str, *, subject: str, text: str, at: datetime) -> None:
    """A mail that allauth has put into words, such as a link to a new password."""
    post(
        kind=template_prefix.rpartition("/")[2].replace("_", " "),
        key=f"{template_prefix}:{uuid.uuid4().hex}",
        to=email,
        subject=subject,
        text=text,
        html=render_to_string("accounts/mail/notice.html", {"subject": subject, "text": text}),
        at=at,
    )


def _key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}"
