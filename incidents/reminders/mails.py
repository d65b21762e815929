"""What the mails say. Their links lead to pages that ask who one is: no mail lets anybody in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from incidents.reminders.choosing import Digest, Told, Why
from incidents.reminders.week import Week
from outbox.operations import Message

_HEADINGS = {
    Why.LATE: "Late",
    Why.TODAY: "Due today",
    Why.SOON: "Due soon",
    Why.UNOWNED: "Nobody owns it",
    Why.TEAM_LATE: "Late in your team",
}


def digest_mail(digest: Digest) -> Message:
    """The mail of one person’s day."""
    parts = [(_HEADINGS[why], told) for why in Why if (told := digest.of(why))]
    return _message("digest", digest.person, digest.on.isoformat(), digest_subject(digest), {"parts": parts})


def digest_subject(digest: Digest) -> str:
    """`1 promise is late, 2 are due soon`; the title of the only one where there is one."""
    if len(digest.told) == 1:
        return _only(digest.told[0])
    counts = {why: len(digest.of(why)) for why in Why}
    said: list[str] = []
    for count, words in (
        (counts[Why.LATE] + counts[Why.TEAM_LATE], "late"),
        (counts[Why.TODAY], "due today"),
        (counts[Why.SOON], "due soon"),
        (counts[Why.UNOWNED], "without an owner"),
    ):
        if count:
            noun = "" if said else f" promise{'' if count == 1 else 's'}"
            said.append(f"{count}{noun} {'is' if count == 1 else 'are'} {words}")
    return ", ".join(said)


def _only(told: Told) -> str:
    match told.why:
        case Why.LATE:
            start = told.when.capitalize()
        case Why.TEAM_LATE:
            start = f"{told.when.capitalize()} in your team"
        case Why.UNOWNED:
            start = "Nobody owns"
        case _:
            start = f"Due {told.when}"
    return f"{start}: {told.item.text}"


def week_mail(user: User, week: Week) -> Message:
    """The mail of one reader’s week."""
    late = week.figures.late
    share = week.figures.kept.percent
    kept = "Promises of the week" if share is None else f"{share} % of promises kept on time"
    subject = f"{kept}, {late} late" if late else f"{kept}, none late"
    return _message("week", user, week.monday.isoformat(), subject, {"week": week})


def _message(kind: str, user: User, day: str, subject: str, context: dict[str, Any]) -> Message:
    choices = settings.PUBLIC_BASE_URL + reverse("reminders:choices")
    said = {
        **context,
        "person": user,
        "subject": subject,
        "base": settings.PUBLIC_BASE_URL,
        "board": settings.PUBLIC_BASE_URL + reverse("board:board"),
        "choices": choices,
    }
    return Message(
        kind=kind,
        key=f"{kind}:{user.pk}:{day}",
        to=user.email,
        subject=subject,
        text=render_to_string(f"reminders/{kind}.txt", said),
        html=render_to_string(f"reminders/{kind}.html", said),
        headers={"List-Unsubscribe": f"<{choices}>"},
    )
