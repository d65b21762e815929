"""How two people edit the same thing: what each saw, and the ways an edit can be refused for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Model

from incidents.tags import in_one_line

Seen = Mapping[str, str]  # the name of a field → the digest of what the person saw in it


class EditConflict(Exception):
    """Somebody changed the same fields after the form was opened. `stored` holds what they say now, by name."""

    def __init__(self, stored: Mapping[Any, Any]) -> None:
        super().__init__("Somebody changed this while you were writing. Nothing of yours was saved yet.")
        self.stored = dict(stored)


class Gone(Exception):
    """Somebody deleted this part after the form was opened."""

    def __init__(self) -> None:
        super().__init__("Somebody deleted this while you were writing. What you typed is still here to copy.")


def digest(value: Any) -> str:
    """Ten hex digits that stand for a field's value in a form: equal values, equal digits."""
    return hashlib.blake2s(as_sent(value).encode(), digest_size=5).hexdigest()


def as_sent(value: Any) -> str:
    """One spelling for a value that was typed and one that is stored."""
    if value is None or value is False:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0).isoformat()  # no form shows less than a second
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return in_one_line(value)
    return str(value).replace("\r\n", "\n")


def write_seen(shown: Mapping[str, Any]) -> str:
    """What a form carries of the values that it shows: `text:0123456789 precision:…`."""
    return join_seen({name: digest(value) for name, value in shown.items()})


def join_seen(seen: Seen) -> str:
    """The inverse of `read_seen`."""
    return " ".join(f"{name}:{value}" for name, value in seen.items())


def read_seen(value: str | None) -> dict[str, str]:
    """The digests that `write_seen` wrote, of whatever was sent."""
    return dict(pair.split(":", 1) for pair in (value or "").split() if ":" in pair)


def check_unchanged(stored: Mapping[str, Any], changes: Mapping[str, Any], seen: Seen | None) -> None:
    """Raise EditConflict where somebody else changed what is to be changed, unless both made the same of it.

    Fields that `changes` doesn't name are nobody's business: two people change different fields in peace.
    None for `seen`, from callers that showed no form, asks for no check.
    """
    if met := met_in(stored, changes, seen):
        raise EditConflict(met)


def met_in(stored: Mapping[str, Any], changes: Mapping[str, Any], seen: Seen | None) -> dict[str, Any]:
    """The stored values that neither this person saw nor wants."""
    if seen is None:
        return {}
    return {
        name: stored[name]
        for name, value in changes.items()
        if digest(stored[name]) not in {seen.get(name, digest(None)), digest(value)}
    }


def check_as_seen(stored: Mapping[str, Any], seen: Seen | None) -> None:
    """Raise EditConflict where a row says anything else than the person saw who wants it gone.

    Names that the row doesn't have are nobody's business.
    """
    met = {name: stored[name] for name, old in (seen or {}).items() if name in stored and digest(stored[name]) != old}
    if met:
        raise EditConflict(met)


def stored_values(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """The fields of a row by name."""
    return {name: getattr(row, name) for name in names}
