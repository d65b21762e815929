"""An action item of a report, as this house keeps it: its owner an account of here, its day a date.

What names nobody here, or no certain day, stays in the text of the item.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.models import User
from incidents.parsing import ParsedAction

_SEVERAL = re.compile(r"[,;/&+]|\band\b")
_LABELS = "owner assignee assigned to due on by date deadline"


class Owners:
    """The people whom an item can be given to, by the names that a report may write."""

    @cached_property
    def people(self) -> dict[str, User]:
        """Everybody who can log in, by primary key as a form sends it."""
        return {str(person.pk): person for person in User.objects.active().by_name()}

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        return [("", "nobody yet"), *((pk, str(person)) for pk, person in self.people.items())]

    @cached_property
    def _by_name(self) -> dict[str, list[User]]:
        """Each person under the whole name, the first name, and the address with and without its domain."""
        found: dict[str, list[User]] = defaultdict(list)
        for person in self.people.values():
            name = person.name.casefold().split()
            local = person.email.partition("@")[0]
            for written in {" ".join(name), *name[:1], local, person.email} - {""}:
                found[written].append(person)
        return dict(found)

    def find(self, written: str | None) -> User | None:
        """The one person whom this names: “Ana”, where two have that name, is nobody."""
        name = " ".join((written or "").casefold().removeprefix("@").split())
        found = self._by_name.get(name, [])
        whole = [person for person in found if person.name.casefold() == name]
        exact = whole or found
        return exact[0] if len(exact) == 1 else None


@dataclass(frozen=True)
class Promise:
    """What an item becomes, and what to tell the person who looks at it."""

    text: str
    owner: User | None
    due_on: date | None
    notes: list[str]

    @property
    def as_note(self) -> str:
        facts = [f"owner: {self.owner}" if self.owner else "", f"due: {self.due_on}" if self.due_on else ""]
        return with_facts(self.text, facts)


def promise_of(action: ParsedAction, owners: Owners) -> Promise:
    owner, notes = owners.find(action.owner), []
    left = []
    if action.owner and owner is None:
        left.append(f"owner: {action.owner}")
        said = "names more than one person" if _SEVERAL.search(action.owner) else "is nobody’s name here"
        notes.append(f"“{action.owner}” {said}, so it stays in the text.")
    elif action.owner and owner is not None and action.owner != str(owner):
        notes.append(f"“{action.owner}” is read as {owner}.")
    if action.due and action.due_on is None:
        left.append(f"due: {action.due}")
        notes.append(f"“{action.due}” is no certain day, so it stays in the text.")
    elif action.due and action.due_on is not None and action.due != action.due_on.isoformat():
        notes.append(f"“{action.due}” is read as {action.due_on}.")
    return Promise(with_facts(action.promise or action.plain_text, left), owner, action.due_on, notes)


def with_facts(text: str, facts: list[str]) -> str:
    """The item with its facts behind it; below it, where a list is nested in it."""
    said = ", ".join(fact for fact in facts if fact)
    if not said:
        return text
    return f"{text}\n({said})" if "\n" in text else f"{text} ({said})"


def words_kept(action: ParsedAction) -> str:
    """What of an item has a place: its text, its owner, its day, and the labels that these stood behind."""
    return " ".join(filter(None, [action.plain_text, action.owner, action.due, _LABELS]))
