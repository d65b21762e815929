"""Reports that were read and not kept yet, for a tab that is closed and a session that ends.

Each waits in two texts of the person who sent it: what was read, and as JSON what they answered and corrected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from incidents.authoring.operations import forget_unsent, keep_unsent
from incidents.edits import digest
from incidents.models import UnsentText

if TYPE_CHECKING:
    from accounts.models import User

MOST_WAITING = 5  # of one person
PREFIX = "import-"
_FORM = re.compile(rf"{PREFIX}(?P<key>[0-9a-f]{{10}})-form")


class NotWaiting(Exception):
    """It was kept or thrown away, perhaps in another tab."""

    def __init__(self) -> None:
        super().__init__("This report was kept or thrown away already.")


@dataclass(frozen=True)
class Waiting:
    """A report that waits. `name` is its file's, `typed` what was corrected, by the names of the inputs."""

    key: str
    title: str = ""
    name: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    typed_at: datetime | None = None

    def as_json(self) -> str:
        said = {"title": self.title, "name": self.name, "answers": self.answers, "typed": self.typed}
        return json.dumps(said, ensure_ascii=False)


@transaction.atomic
def set_aside(text: str, waiting: Waiting, *, by: User, at: datetime) -> Waiting:
    """Keep what was read until somebody says yes or no. Corrections of an earlier look at the same reading stay.

    Raises UnsentTooMuch.
    """
    before = next((each for each in waiting_for(by) if each.key == waiting.key), None)
    if before is not None and before.answers == waiting.answers:
        waiting = replace(waiting, typed=before.typed)
    keep_unsent(None, {_name(waiting.key, "text"): text, _name(waiting.key, "form"): waiting.as_json()}, by=by, at=at)
    for old in waiting_for(by)[MOST_WAITING:]:
        throw_away(old.key, by=by)
    return waiting


@transaction.atomic
def keep_corrections(key: str, typed: Mapping[str, str], *, by: User, at: datetime, is_all: bool = False) -> None:
    """Keep what was corrected, beside what was before unless it `is_all`. Raises NotWaiting, UnsentTooMuch."""
    row = _mine(by).select_for_update().filter(name=_name(key, "form")).first()
    if row is None:
        raise NotWaiting
    before = _read(row)
    after = replace(before, typed={**({} if is_all else before.typed), **typed})
    keep_unsent(None, {row.name: after.as_json()}, by=by, at=at)


def waiting_for(user: User) -> list[Waiting]:
    """What waits for this person's word, the newest first; without the texts."""
    rows = _mine(user).filter(name__endswith="-form").order_by("-typed_at", "-id")
    return [_read(row) for row in rows if _FORM.fullmatch(row.name)]


def take_up(key: str, *, by: User) -> tuple[str, Waiting]:
    """The text that was read, and what was corrected. Raises NotWaiting."""
    rows = {row.name: row for row in _mine(by).filter(name__in=[_name(key, "text"), _name(key, "form")])}
    if len(rows) < 2:  # the two of them
        raise NotWaiting
    return rows[_name(key, "text")].text, _read(rows[_name(key, "form")])


def throw_away(key: str, *, by: User) -> None:
    forget_unsent(None, _name(key, ""), by=by)


def key_of(text: str) -> str:
    """The same text, the same key."""
    return digest(text)


def _name(key: str, part: str) -> str:
    return f"{PREFIX}{key}-{part}"


def _mine(user: User) -> QuerySet[UnsentText]:
    return UnsentText.objects.filter(user=user, incident=None, name__startswith=PREFIX)


def _read(row: UnsentText) -> Waiting:
    """What was written by `as_json`; of anything else, nothing."""
    try:
        said = json.loads(row.text)
    except (ValueError, RecursionError):
        said = {}
    said = said if isinstance(said, dict) else {}

    def texts(name: str) -> dict[str, str]:
        found = said.get(name)
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}

    match = _FORM.fullmatch(row.name)
    return Waiting(
        match["key"] if match else "",
        str(said.get("title") or ""),
        str(said.get("name") or ""),
        texts("answers"),
        texts("typed"),
        row.typed_at,
    )
