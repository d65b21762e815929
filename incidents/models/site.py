from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from incidents.models.public_ids import PUBLIC_ID_LENGTH, new_public_id

if TYPE_CHECKING:
    from datetime import datetime

_COLOUR = RegexValidator(re.compile(r"\A#[0-9a-f]{6}\Z"), "Write a colour as #1a2b3c.")


class Site(models.Model):
    """How the public pages look and what they are called: one row. `page_id` names the page in the Statuspage format.

    `links` is a list of `{"label": text, "url": address}` for the head of the page; `logo_sha256` names a file kept
    like an attachment, empty where there is none.
    """

    page_id = models.CharField(max_length=PUBLIC_ID_LENGTH, default=new_public_id)
    name = models.CharField(max_length=80, blank=True)
    logo_sha256 = models.CharField(max_length=64, blank=True)
    logo_type = models.CharField(max_length=20, blank=True)
    accent = models.CharField(max_length=7, blank=True, validators=[_COLOUR])
    accent_dark = models.CharField(max_length=7, blank=True, validators=[_COLOUR])
    links = models.JSONField(default=list, blank=True)
    footer = models.TextField(max_length=2_000, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    shows_promises = models.BooleanField(default=False, db_default=False)  # the page of all public promises
    hidden_from_search = models.BooleanField(default=False)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="site_is_one_row")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def get(cls) -> Site:
        """The one row. A migration made it; a database whose tables were emptied gets it again unsaved."""
        return cls.objects.filter(id=1).first() or cls(id=1)


class PublicChange(models.Model):
    """Something public changed in this transaction, and its files are not written yet.

    The outbox of `public/`: a row is deleted when files that show the change are what readers get. `what` is one of
    `Kind`; `public_id` names the event or component, and is empty for what concerns all pages.
    """

    class Kind(models.TextChoices):
        EVENT = "event"
        PROMISES = "promises"
        COMPONENTS = "components"
        SITE = "site"

    what = models.CharField(max_length=20, choices=Kind.choices)
    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.what} {self.public_id}".strip()

    @classmethod
    def note(cls, what: str, public_id: str = "", *, at: datetime) -> PublicChange:
        """Queue a change; only in the transaction that makes it."""
        return cls.objects.create(what=what, public_id=public_id, at=at)
