"""What was promised, and how it stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from incidents.models import ActionKind, ActionState, PublicPromise
from incidents.public.addresses import report_path
from incidents.public.words import day_in_words
from incidents.rendering import clean_text, render_plain
from incidents.snapshot import PROMISE_WORDS, Promise


@dataclass(frozen=True)
class Measure:
    """A promise on the page. `tone` is done, late, underway, open or dropped; `day` is None when there is none."""

    html: SafeString
    state: str
    tone: str
    kind: str
    day_label: str
    day: date | None

    @property
    def day_words(self) -> str:
        return day_in_words(self.day) if self.day else ""


@dataclass(frozen=True)
class Measures:
    """All promises of a report. Dropped ones count as not done."""

    items: tuple[Measure, ...]
    done: int

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def done_of_total(self) -> str:
        return f"{self.done} of {self.total}"


def measures(promises: tuple[Promise, ...], *, on: date) -> Measures:
    """How the promises stand on a day, in the report's order."""
    items = tuple(_measure(promise, on) for promise in promises)
    return Measures(items, sum(item.tone == "done" for item in items))


def _measure(promise: Promise, on: date) -> Measure:
    late = promise.days_late(on)
    state = f"Late by {late} day{'' if late == 1 else 's'}" if late else PROMISE_WORDS[promise.state]
    label, day = ("due", promise.due_on)
    if promise.state == ActionState.DONE:
        label, day = ("done", promise.closed_on)
    elif promise.state == ActionState.WONT_DO:
        label, day = ("dropped", promise.closed_on)
    return Measure(
        html=render_plain(promise.text),
        state=state,
        tone="late" if late else _TONES[ActionState(promise.state)],
        kind=ActionKind(promise.kind).label if promise.kind else "",
        day_label=label,
        day=day,
    )


@dataclass(frozen=True)
class PromiseRow:
    """A promise in the list of all, with the report that made it."""

    measure: Measure
    address: str
    title: str


def promise_row(promise: PublicPromise, title: str, *, on: date) -> PromiseRow:
    told = Promise(promise.key, promise.text, "", promise.state, promise.due_on, promise.closed_on)
    return PromiseRow(_measure(told, on), f"{report_path(promise.public_id)}#measures", clean_text(title))


_TONES = {
    ActionState.OPEN: "open",
    ActionState.IN_PROGRESS: "underway",
    ActionState.DONE: "done",
    ActionState.WONT_DO: "dropped",
}
