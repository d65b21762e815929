"""Mails that accounts send on their own; allauth sends those for resets and notices."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Invitation


def invitation_link(token: str) -> str:
    path = reverse("accounts:accept_invitation", kwargs={"token": token})
    return f"{settings.PUBLIC_BASE_URL}{path}"


def send_invitation(invitation: Invitation, token: str) -> None:
    context = {"invitation": invitation, "link": invitation_link(token)}
    mail = EmailMultiAlternatives(
        subject=render_to_string("accounts/mail/invitation_subject.txt", context).strip(),
        body=render_to_string("accounts/mail/invitation.txt", context),
        to=[invitation.email],
    )
    mail.attach_alternative(render_to_string("accounts/mail/invitation.html", context), "text/html")
    mail.send()
