"""A published report for machines and for other editors: JSON and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from incidents.models import ComponentStatus, EventUpdate, Publication, Retraction
from incidents.public.addresses import absolute, image_path, report_path
from incidents.public.history import History
from incidents.public.promises import Measures, measures
from incidents.public.timeline import milestone_note
from incidents.public.words import Moment, precisely
from incidents.rendering import clean_text
from incidents.rendering.attachments import replace_attachments
from incidents.snapshot import CAUSES, Promise, Snapshot, TimelineRow, canonical_json
from incidents.tags import in_one_line

_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def report_json(publication: Publication, history: History, updates: Sequence[EventUpdate]) -> bytes:
    """The published document and what is known of its publication, as canonical JSON.

    Keys: `id`, `url`, `version` (counts from 1), `published_at` and `first_published_at` (UTC; the first that
    still stands), `change_note` (empty for the first version), `checksum` (SHA-256 of the canonical JSON of
    `report`), `withdrawn` (false), `image_urls` (by the key that Markdown names), `updates` (what was posted while it
    happened, oldest first, `text` in Markdown), `promises` (how each stands now: `key`, `state`, `due_on`,
    `closed_on`), and `report`: the document as it was published, see `snapshot.py`.
    """
    snapshot = publication.snapshot
    return canonical_json(
        {
            "id": publication.public_id,
            "url": absolute(report_path(publication.public_id)),
            "version": publication.number,
            "published_at": Moment(publication.published_at).iso,
            "first_published_at": Moment(history.first_published_at).iso,
            "change_note": publication.change_note,
            "checksum": publication.checksum,
            "withdrawn": False,
            "image_urls": {image.key: absolute(image_path(publication.public_id, image)) for image in snapshot.images},
            "updates": [_update(update) for update in updates],
            "promises": [_standing(promise) for promise in history.standing(publication.number).promises],
            "report": snapshot.to_data(),
        }
    )


def tombstone_json(public_id: str, retraction: Retraction) -> bytes:
    """`id`, `withdrawn` (true), `withdrawn_at` and `reason`: nothing of what was withdrawn."""
    return canonical_json(
        {
            "id": public_id,
            "withdrawn": True,
            "withdrawn_at": Moment(retraction.retracted_at).iso,
            "reason": retraction.reason,
        }
    )


def tombstone_text(retraction: Retraction) -> str:
    return f"This report was withdrawn on {Moment(retraction.retracted_at).full}.\n\n{escaped(retraction.reason)}\n"


def report_markdown(publication: Publication, history: History, updates: Sequence[EventUpdate], *, on: date) -> str:
    """The whole report as it stands on a day: facts, chapters, timeline, promises, posts (oldest first), versions."""
    snapshot = history.standing(publication.number)
    parts = [f"# {escaped(snapshot.title)}", *_facts(snapshot, publication)]
    chapters = {
        section.key: f"## {section.heading}\n\n{_linked(section.markdown, snapshot)}" for section in snapshot.sections
    }
    parts.extend(chapters.pop(key) for key in ("summary", "impact") if key in chapters)
    if snapshot.timeline:
        parts.append("\n".join(["## Timeline\n", *_timeline(snapshot)]))
    parts.extend(chapters.values())
    promised = measures(snapshot.promises, on=on)
    if promised.items:
        parts.append("\n".join(["## What we are doing about it\n", *_measures(snapshot, promised)]))
    elif snapshot.no_action:
        parts.append(f"## What we are doing about it\n\nNo action is needed: {escaped(snapshot.no_action)}")
    if updates:
        parts += ["## As it was posted", *map(_quoted, updates)]
    parts.append("\n".join(["## Changes to this report\n", *_versions(history)]))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Plain text in one line, so that no character of it is read as Markdown or as HTML."""
    return _SPECIAL.sub(r"\\\1", " ".join(clean_text(text).split()))


def _update(update: EventUpdate) -> dict[str, Any]:
    return {
        "id": update.public_id,
        "status": update.status,
        "text": update.text,
        "at": Moment(update.display_at).iso,
        "edited_at": Moment(update.edited_at).iso if update.edited_at else None,
        "components": [
            {"id": row["component"], "name": row["name"], "old": row["old"], "new": row["new"]}
            for row in update.changed
        ],
    }


def _standing(promise: Promise) -> dict[str, Any]:
    return {
        "key": promise.key,
        "state": promise.state,
        "due_on": promise.due_on.isoformat() if promise.due_on else None,
        "closed_on": promise.closed_on.isoformat() if promise.closed_on else None,
    }


def _quoted(update: EventUpdate) -> str:
    """What a quote leaves open ends with it."""
    edited = f", edited {Moment(update.edited_at).full}" if update.edited_at else ""
    head = f"{update.get_status_display()}, {Moment(update.display_at).full}{edited}."
    changed = (f"{escaped(row['name'])}: {ComponentStatus(row['new']).label}." for row in update.changed)
    lines = (f"> {line}".rstrip() for line in clean_text(update.text).strip().split("\n"))
    return "\n".join([" ".join([head, *changed]), "", *lines])


def _facts(snapshot: Snapshot, publication: Publication) -> Iterator[str]:
    by = f"By {escaped(snapshot.byline)}. " if snapshot.byline else ""
    yield f"{by}Published {Moment(publication.published_at).full}, version {publication.number}."
    rows = [f"- Severity: {escaped(snapshot.severity.name)}"]
    if snapshot.impact:
        rows.append(f"- Customers affected for: {snapshot.impact.in_words}")
    if snapshot.components:
        rows.append(f"- Affected: {', '.join(dict.fromkeys(escaped(row.name) for row in snapshot.components))}")
    if cause := CAUSES.get(snapshot.cause):
        rows.append(f"- Cause: {cause}")
    if snapshot.tags:
        rows.append(f"- Tags: {in_one_line(map(escaped, snapshot.tags))}")
    yield "\n".join(rows)


def _timeline(snapshot: Snapshot) -> Iterator[str]:
    yield "| Time (UTC) | What happened |"
    yield "| --- | --- |"
    for row in snapshot.timeline:
        yield f"| {_time(row)} | {escaped(row.text)}{_note(snapshot, row)} |"


def _time(row: TimelineRow) -> str:
    moment = Moment(row.occurred_at)
    return f"{precisely(row.precision)}{moment.date.isoformat()} {moment.clock}"


def _note(snapshot: Snapshot, row: TimelineRow) -> str:
    return f" *{milestone_note(snapshot, row.milestone)}.*" if row.milestone else ""


def _measures(snapshot: Snapshot, promised: Measures) -> Iterator[str]:
    for promise, measure in zip(snapshot.promises, promised.items, strict=True):
        label = ", due" if measure.day_label == "due" else ""
        day = f"{label} {measure.day_words}" if measure.day else ""
        yield f"- [{'x' if measure.tone == 'done' else ' '}] {escaped(promise.text)} ({measure.state}{day})"


def _versions(history: History) -> Iterator[str]:
    notes = {publication.number: publication.change_note for publication in history.publications}
    for version in history.versions(shown=history.newest.number):
        said = "withdrawn" if version.withdrawn_at else escaped(notes[version.number]) or "first published"
        for kept in version.kept:
            yield f"- {kept.at.full}: {escaped(kept.text)}: {kept.told}"
        yield f"- Version {version.number}, {version.published_at.full}: {said}"


def _linked(markdown: str, snapshot: Snapshot) -> str:
    """Images under addresses that work outside, too."""
    addresses = {image.key: absolute(image_path(snapshot.public_id, image)) for image in snapshot.images}
    return replace_attachments(markdown, addresses)
