"""The first account of a fresh install: prints a link that makes it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from accounts import operations
from accounts.mails import invitation_link
from accounts.models import INVITATION_LIFETIME
from accounts.roles import Role


class Command(BaseCommand):
    help = "Invite somebody: mail them a link that makes their account, and print it too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--role", choices=Role.values, default=Role.READER, help="default: %(default)s")
        parser.add_argument("--name", default="", help="what the form proposes as their name")

    def handle(self, *, email: str, role: str, name: str, **_options: Any) -> None:
        try:
            validate_email(email)
            _, token = operations.invite(email, role, by=None, at=timezone.now(), name=name)
        except ValidationError as error:
            raise CommandError(f"{email!r} is not an e-mail address.") from error
        except operations.AccountExists as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Open this within {INVITATION_LIFETIME.days} days; it works once:\n")
        self.stdout.write(self.style.SUCCESS(invitation_link(token)))
