"""What a document names, found here: people by address, severities and components by name, keys where they are free."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from accounts.models import User, normal_email
from incidents.import_export.consistency import Leftovers
from incidents.import_export.document import Impact, Person, ReportDocument, SeverityName
from incidents.models import ActionItem, Attachment, Component, Incident, Publication, Severity, TimelineEntry
from incidents.models.public_ids import new_public_id

if TYPE_CHECKING:
    from django.db import models

_KEY = re.compile(r"[a-z0-9]{1,12}")
_PUBLIC_ID = re.compile(r"[a-z0-9]{12}")


class People:
    """The accounts that a document names. An import makes none: who is not here becomes nobody.

    Whoever may write can say who leads and who owns what, but not what somebody did: with a `doer`, it was they.
    """

    def __init__(self, document: ReportDocument, leftovers: Leftovers, *, doer: User | None = None) -> None:
        self._doer, self._leftovers = doer, leftovers
        self._parts: dict[str, Counter[str]] = defaultdict(Counter)
        self._names: dict[str, str] = {}
        for person, part in _named(document):
            self._parts[normal_email(person.email)][part] += 1
            self._names[normal_email(person.email)] = person.name or self._names.get(normal_email(person.email), "")
        self._users = {user.email: user for user in User.objects.filter(email__in=self._parts)}
        for email in sorted(self._parts.keys() - self._users.keys()):
            parts = _in_words(self._parts[email])
            leftovers.say(f"Nobody here has the address {email} ({parts}).", note=f"{self._full_name(email)}: {parts}")
        if doer is not None:
            self._put_in_place_of_others(doer)

    def _put_in_place_of_others(self, doer: User) -> None:
        for email in sorted(self._users.keys() - {doer.email}):
            acts = Counter({part: n for part, n in self._parts[email].items() if part in _ACTS})
            if acts:
                parts = _in_words(acts)
                self._leftovers.say(
                    f"You stand for {email} ({parts}): only an admin brings in what others did.",
                    note=f"{self._full_name(email)}: {parts}",
                )

    def _full_name(self, email: str) -> str:
        return f"{self._names[email]}, {email}" if self._names[email] else email

    def get(self, person: Person | str | None) -> User | None:
        email = person.email if isinstance(person, Person) else person
        return self._users.get(normal_email(email)) if email else None

    def who_did(self, person: Person | str | None) -> User | None:
        """Who counts as having done what the document says that this person did."""
        email = person.email if isinstance(person, Person) else person
        return self._doer if self._doer is not None and email else self.get(person)

    def when(self, opened_at: datetime | None) -> datetime | None:
        """Likewise when: None is now."""
        if opened_at is None or self._doer is None:
            return opened_at
        words = f"{opened_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        self._leftovers.say(f"It counts as opened now, not {words}.", note=f"Opened {words}")
        return None


_OPENED, _WROTE, _UPLOADED = "opened it", "wrote {} timeline row{}", "uploaded {} image{}"
_ACTS = {_OPENED, _WROTE, _UPLOADED}


def _in_words(parts: Counter[str]) -> str:
    return ", ".join(part.format(n, "" if n == 1 else "s") for part, n in parts.items())


def _named(document: ReportDocument) -> Iterable[tuple[Person, str]]:
    """Everybody that a document names, as often as it does, and the part that they have in it."""
    named: list[tuple[Person | None, str]] = [
        (document.lead, "leads it"),
        (document.opened_by, _OPENED),
        (document.owner, "writes the report"),
        *((item.owner, "owns {} action item{}") for item in document.action_items),
        *((Person(row.author), _WROTE) for row in document.timeline),
        *((Person(image.uploaded_by), _UPLOADED) for image in document.images),
    ]
    return ((person, part) for person, part in named if person is not None and person.email)


def severity_for(wanted: SeverityName, leftovers: Leftovers) -> Severity | None:
    """The severity of that name, else the nearest: of that colour, else the lowest that needs a report."""
    severities = list(Severity.objects.order_by("rank"))
    for severity in severities:
        if severity.name.lower() == wanted.name.lower():
            return severity
    same_tone = [severity for severity in severities if severity.tone == wanted.tone]
    asking = [severity for severity in reversed(severities) if severity.needs_report]
    found = next(iter([*same_tone, *asking, *severities]), None)
    if found is not None:
        missing = f"There is no severity “{wanted.name}” here" if wanted.name else "The report names no severity"
        leftovers.say(f"{missing}; it was given “{found.name}”.")
    return found


def components_for(impacts: Iterable[Impact], leftovers: Leftovers, *, create: bool) -> list[tuple[Impact, Component]]:
    """Each impact with its component, which is not saved yet where it is to be created."""
    known = {(row.name.lower(), row.group.lower()): row for row in Component.objects.order_by("id")}
    place = max((row.position for row in known.values()), default=0)
    found: list[tuple[Impact, Component]] = []
    taken = set()
    for impact in impacts:
        name = f"{impact.group}: {impact.component}" if impact.group else impact.component
        component = known.get((impact.component.lower(), impact.group.lower()))
        if component is None and create:
            place += 1
            component = Component(name=impact.component, group=impact.group, position=place)
            known[impact.component.lower(), impact.group.lower()] = component
            leftovers.say(f"The component “{name}” is new here, and public.")
        if component is None:
            leftovers.say(f"There is no component “{name}” here.", note=_as_line(name, impact))
        elif (name.lower(), impact.started_at) in taken:
            leftovers.say(f"“{name}” is affected twice from the same time.", note=_as_line(name, impact))
        elif impact.started_at and impact.ended_at and impact.ended_at <= impact.started_at:
            leftovers.say(f"“{name}” recovers before it is affected.", note=_as_line(name, impact))
        else:
            taken.add((name.lower(), impact.started_at))
            found.append((impact, component))
    return found


def _as_line(name: str, impact: Impact) -> str:
    times = [f"{word} {at.isoformat()}" for word, at in (("from", impact.started_at), ("until", impact.ended_at)) if at]
    share = [f"{impact.share} %"] if impact.share else []
    return f"Affected: {name}, {' '.join([impact.level, *share, *times])}"


def under_free_names(document: ReportDocument, leftovers: Leftovers, *, by: User) -> ReportDocument:
    """The same draft under keys and a public id that nobody else has; its own where they are free."""
    document = _all_keyed(document)
    keys: dict[type[models.Model], list[str]] = {
        TimelineEntry: [row.key for row in document.timeline],
        ActionItem: [item.key for item in document.action_items],
        Attachment: [image.key for image in document.images],
    }
    taken = [key for model, wanted in keys.items() for key in _taken(model, wanted)]
    return replace(
        document.renamed({key: new_public_id() for key in taken}),
        public_id=_free_public_id(document.public_id, leftovers, by=by),
    )


def _all_keyed(document: ReportDocument) -> ReportDocument:
    """Every part under a key that can be one, and each key once."""
    seen: set[str] = set()

    def keyed(part: Any) -> Any:
        key = part.key if _KEY.fullmatch(part.key) and part.key not in seen else new_public_id()
        seen.add(key)
        return replace(part, key=key)

    return replace(
        document,
        timeline=tuple(keyed(row) for row in document.timeline),
        action_items=tuple(keyed(item) for item in document.action_items),
        images=tuple(keyed(image) for image in document.images),
    )


def _taken(model: Any, keys: list[str]) -> list[str]:
    return list(model.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else []


def _free_public_id(wanted: str, leftovers: Leftovers, *, by: User) -> str:
    if not _PUBLIC_ID.fullmatch(wanted):
        return new_public_id()
    here = Incident.objects.filter(public_id=wanted)
    if (seen := here.visible_to(by).first()) is not None:
        leftovers.say(f"This report is here already, as {seen.code}: it becomes a second one, with another public id.")
    elif here.exists() or Publication.objects.filter(public_id=wanted).exists():
        leftovers.say("This report’s public id is taken: it gets another one.")
    else:
        return wanted
    return new_public_id()
