"""What was typed and is not part of a draft yet is kept for the person who typed it, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from incidents.models import Incident, UnsentText

if TYPE_CHECKING:
    from accounts.models import User

MAX_UNSENT_LENGTH = 1_000_000  # a pasted report
MAX_UNSENT_INPUTS = 200  # a person, an incident
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,79}")


class UnsentTooMuch(Exception):
    """More than is kept for a person: nothing of it was kept."""


@transaction.atomic
def keep_unsent(incident: Incident | None, texts: Mapping[str, str], *, by: User, at: datetime) -> None:
    """Keep the texts by the names of their inputs; an empty text is forgotten, and a name that no input has ignored.

    Where a person left too many, those go that were typed longest ago. Raises UnsentTooMuch.
    """
    mine = UnsentText.objects.filter(user=by, incident=incident)
    known = {name: text.replace("\0", "") for name, text in texts.items() if _NAME.fullmatch(name)}
    if len(known) > MAX_UNSENT_INPUTS:
        raise UnsentTooMuch("These are too many inputs to keep at once. Nothing of them was kept.")
    if any(len(text) > MAX_UNSENT_LENGTH for text in known.values()):
        raise UnsentTooMuch("This is longer than a million characters, so it was not kept. Send it in parts.")
    mine.filter(name__in=[name for name, text in known.items() if not text]).delete()
    UnsentText.objects.bulk_create(
        [
            UnsentText(user=by, incident=incident, name=name, text=text, typed_at=at)
            for name, text in known.items()
            if text
        ],
        update_conflicts=True,
        unique_fields=["user", "incident", "name"],
        update_fields=["text", "typed_at"],
    )
    excess = mine.order_by("-typed_at", "-id").values("pk")[MAX_UNSENT_INPUTS:]
    mine.filter(pk__in=excess).delete()


def forget_unsent(incident: Incident | None, prefix: str, *, by: User) -> None:
    """The inputs whose names begin like this have arrived."""
    UnsentText.objects.filter(user=by, incident=incident, name__startswith=prefix).delete()


def forget_old_unsent(at: datetime) -> None:
    """What nobody came back to for three months."""
    UnsentText.objects.filter(typed_at__lt=at - timedelta(days=90)).delete()


def unsent_by(user: User, incident: Incident | None) -> dict[str, str]:
    """What this person typed here and could not save, by the names of the inputs."""
    return dict(UnsentText.objects.filter(user=user, incident=incident).values_list("name", "text"))
