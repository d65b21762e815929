"""What was typed and is not part of a draft yet is kept for the person who typed it, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Func, IntegerField, Q, Sum

from accounts.models import User
from incidents.models import Incident, UnsentText

MAX_UNSENT_LENGTH = 1_000_000  # a pasted report
MAX_UNSENT_INPUTS = 200  # a person, an incident
MAX_UNSENT_BYTES = 5_000_000  # a person
_LENGTH = Func(F("text"), function="octet_length", output_field=IntegerField())  # Postgres need not read the text
_BYTES = Sum(_LENGTH)
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,79}")


class UnsentTooMuch(Exception):
    """More than is kept for a person: nothing of it was kept."""


@transaction.atomic
def keep_unsent(incident: Incident | None, texts: Mapping[str, str], *, by: User, at: datetime) -> None:
    """Keep the texts by the names of their inputs; an empty text is forgotten, and a name that no input has ignored.

    Where a person left too many, those go that were typed longest ago; where they are too long together, nothing goes,
    and what came last is not kept. Raises UnsentTooMuch.
    """
    mine = UnsentText.objects.filter(user=by, incident=incident)
    known = {name: text.replace("\0", "") for name, text in texts.items() if _NAME.fullmatch(name)}
    if len(known) > MAX_UNSENT_INPUTS:
        raise UnsentTooMuch("These are too many inputs to keep at once. Nothing of them was kept.")
    if any(len(text) > MAX_UNSENT_LENGTH for text in known.values()):
        raise UnsentTooMuch("This is longer than a million characters, so it was not kept. Send it in parts.")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # what two tabs send at once is counted together
    same = Q(incident=incident, name__in=known)
    sizes = UnsentText.objects.filter(user=by).aggregate(all=_BYTES, before=Sum(_LENGTH, filter=same))
    grows = sum(len(text.encode()) for text in known.values()) - (sizes["before"] or 0)
    if grows > 0 and (sizes["all"] or 0) + grows > MAX_UNSENT_BYTES:
        raise UnsentTooMuch(_full(by))
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


def _full(user: User) -> str:
    """Where a person left what fills their room."""
    mine = UnsentText.objects.filter(user=user).values("incident__number").annotate(bytes=_BYTES).order_by("-bytes")
    numbers = [heap["incident__number"] for heap in mine[:2]]
    most = " and ".join("reports that you read for import" if number is None else f"INC-{number}" for number in numbers)
    return (
        f"This was not kept: {MAX_UNSENT_BYTES // 1_000_000} MB of texts that you have not sent are kept already, "
        f"most of them in {most}. Send or empty some of them."
    )


def forget_unsent(incident: Incident | None, prefix: str, *, by: User) -> None:
    """The inputs whose names begin like this have arrived."""
    UnsentText.objects.filter(user=by, incident=incident, name__startswith=prefix).delete()


def forget_unsent_inputs(incident: Incident | None, names: Iterable[str], *, by: User) -> None:
    """These inputs have arrived."""
    UnsentText.objects.filter(user=by, incident=incident, name__in=list(names)).delete()


def forget_old_unsent(at: datetime) -> None:
    """What nobody came back to for three months."""
    UnsentText.objects.filter(typed_at__lt=at - timedelta(days=90)).delete()


def unsent_by(user: User, incident: Incident | None, names: Iterable[str] | None = None) -> dict[str, str]:
    """What this person typed here and could not save, by the names of the inputs; of those in `names` if given."""
    mine = UnsentText.objects.filter(user=user, incident=incident)
    if names is not None:
        mine = mine.filter(name__in=list(names))
    return dict(mine.values_list("name", "text"))
