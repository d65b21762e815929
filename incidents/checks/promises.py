"""Promises that customers read in a state which is no longer true inside."""

from __future__ import annotations

from collections import Counter
from datetime import date

from incidents.checks.finding import Finding
from incidents.snapshot import Promise, Snapshot

# The states of a promise as customers read them, by the model's values.
PROMISE_WORDS = {"open": "Planned", "in_progress": "In progress", "done": "Done", "wont_do": "Dropped"}


def stale_promises(published: Snapshot, current: Snapshot, *, on: date) -> list[Finding]:
    """Promises whose public state is old, told together where they are alike."""
    now = {promise.key: promise for promise in current.promises}
    alike = Counter(
        (_told(promise, on), _inside(now[promise.key]))
        for promise in published.promises
        if promise.key in now and promise.state != now[promise.key].state
    )
    return [
        Finding(
            "stale-promise",
            f"Customers still read “{told}” for {count} promise{'' if count == 1 else 's'} "
            f"that {'is' if count == 1 else 'are'} {inside} inside: start a correction.",
            "actions",
        )
        for (told, inside), count in alike.items()
    ]


def _told(promise: Promise, on: date) -> str:
    return "Late" if promise.days_late(on) else PROMISE_WORDS[promise.state]


def _inside(promise: Promise) -> str:
    return PROMISE_WORDS[promise.state].lower()
