"""What became of promises after a version was published. A version stays as it is; how its promises stand goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.safestring import SafeString

from incidents.models import PromiseUpdate, Publication
from incidents.public.reading import read_once
from incidents.public.words import Moment, day_in_words
from incidents.rendering import render_plain
from incidents.snapshot import PROMISE_WORDS, Promise, Snapshot

_SLIP = timedelta(minutes=10)  # what is put right within it was never meant


@dataclass(frozen=True)
class Kept:
    """A line between two versions: from that moment on a promise stood another way. `told` says how."""

    at: Moment
    text: str
    told: str

    @property
    def html(self) -> SafeString:
        return render_plain(self.text)


@read_once
def updates_of(public_id: str) -> tuple[PromiseUpdate, ...]:
    """Every one of an incident, the oldest first. One query."""
    return tuple(PromiseUpdate.objects.of(public_id))


def as_it_stands(publication: Publication, *, until: datetime | None = None) -> Snapshot:
    """The published document with its promises as they stand now, or as they stood when it was replaced."""
    snapshot = publication.snapshot
    if not snapshot.promises:
        return snapshot
    newest = {update.key: update for update in _between(publication, until)}
    promises = (replace(each, **newest[each.key].stands) if each.key in newest else each for each in snapshot.promises)
    return replace(snapshot, promises=tuple(promises))


def kept_since(publication: Publication, *, until: datetime | None = None) -> tuple[Kept, ...]:
    """How the promises of a version changed while it stood, the newest first; a slip that was put right is left out."""
    updates = _without_slips(list(_between(publication, until)))
    if not updates:
        return ()
    before = {promise.key: promise for promise in publication.snapshot.promises}
    lines = []
    for update in updates:
        promise = before.get(update.key)
        if promise is None:
            continue
        now = replace(promise, **update.stands)
        if told := _told(promise, now):
            lines.append(Kept(Moment(update.at), promise.text, told))
        before[update.key] = now
    return tuple(reversed(lines))


def _between(publication: Publication, until: datetime | None) -> Iterator[PromiseUpdate]:
    for update in updates_of(publication.public_id):
        if update.at >= publication.published_at and (until is None or update.at < until):
            yield update


def _without_slips(updates: Sequence[PromiseUpdate]) -> list[PromiseUpdate]:
    later: dict[str, datetime] = {}
    meant = []
    for update in reversed(updates):
        if update.key not in later or later[update.key] - update.at > _SLIP:
            meant.append(update)
        later[update.key] = update.at
    return meant[::-1]


def _told(before: Promise, now: Promise) -> str:
    if now.state != before.state:
        return PROMISE_WORDS[now.state]
    if now.due_on != before.due_on:
        return f"Due {_day(now.due_on)} instead of {_day(before.due_on)}"
    return ""


def _day(day: date | None) -> str:
    return day_in_words(day) if day else "on no day"
