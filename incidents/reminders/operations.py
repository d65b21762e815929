"""Post the mails of a day or a week, in one transaction with the note that they are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from accounts.roles import Capability
from incidents.models import MailChoice, MailRound, Site
from incidents.reminders.choosing import digests
from incidents.reminders.mails import digest_mail, week_mail
from incidents.reminders.week import week_of
from outbox.operations import post_many

if TYPE_CHECKING:
    from outbox.operations import Message


@transaction.atomic
def remind(at: datetime) -> None:
    """One mail to everybody who is to hear of a promise today, where the site is. Once a day, whoever asks."""
    on = _day(at)
    since = MailRound.objects.begin("reminders", on)
    if since is not None:
        post_many((digest_mail(digest) for digest in digests(since=since, on=on)), at=at)


@transaction.atomic
def tell_the_week(at: datetime) -> None:
    """What changed last week, to everybody who wants to know. Once a week, whoever asks."""
    on = _day(at)
    monday = on - timedelta(days=on.weekday())
    if MailRound.objects.begin("week", monday) is not None:
        post_many(_weeks(on), at=at)


def choose_mails(user: User, *, values: Mapping[str, Any]) -> None:
    """Keep what this person chose; `values` by the names of `MailChoice`."""
    MailChoice.objects.update_or_create(user=user, defaults=dict(values))


def _weeks(on: date) -> Iterator[Message]:
    """Those who see everything read the same figures."""
    choices = {choice.user_id: choice for choice in MailChoice.objects.all()}
    seen_by_all = None
    for user in User.objects.who_may(Capability.READ).order_by("pk"):
        if not (choices.get(user.pk) or MailChoice(user=user)).gets_week:
            continue
        if user.may(Capability.PUBLISH):
            week = seen_by_all = seen_by_all or week_of(user, on=on)
        else:
            week = week_of(user, on=on)
        if week.says_something:
            yield week_mail(user, week)


def _day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(Site.get().time_zone)).date()
