"""The rows of the public timeline: milestones named, long gaps said in words, days set apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.safestring import SafeString

from incidents.milestones import (
    MILESTONE_LABELS,
    MilestoneKind,
    Precision,
    between,
    long_duration,
)
from incidents.public.words import Moment, precisely
from incidents.rendering import render_plain
from incidents.snapshot import Snapshot, TimelineRow

# A gap is worth words when it is long in itself and beside the whole incident.
_GAP_AT_LEAST = timedelta(minutes=15)
_GAP_SHARE = 10


@dataclass(frozen=True)
class Row:
    """A line of the page. `gap` stands before it, and so does `day` where a new one begins."""

    id: str
    moment: Moment
    precision: str
    html: SafeString
    milestone: str
    note: str
    gap: str
    day: str


def timeline_rows(snapshot: Snapshot) -> tuple[Row, ...]:
    """The rows in the snapshot's order. A first day is named only where there is a second one."""
    rows = snapshot.timeline
    if not rows:
        return ()
    several_days = Moment(rows[0].occurred_at).date != Moment(rows[-1].occurred_at).date
    worth_words = max(_GAP_AT_LEAST, (rows[-1].occurred_at - rows[0].occurred_at) / _GAP_SHARE)
    return tuple(_rows(snapshot, several_days=several_days, worth_words=worth_words))


def _rows(snapshot: Snapshot, *, several_days: bool, worth_words: timedelta) -> Iterator[Row]:
    before: TimelineRow | None = None
    for row in snapshot.timeline:
        moment = Moment(row.occurred_at)
        new_day = several_days and (before is None or Moment(before.occurred_at).date != moment.date)
        yield Row(
            id=f"t-{row.key}",
            moment=moment,
            precision=precisely(row.precision).strip(),
            html=render_plain(row.text),
            milestone=row.milestone or "",
            note=milestone_note(snapshot, row.milestone) if row.milestone else "",
            gap=_gap(before, row, worth_words),
            day=moment.weekday if new_day else "",
        )
        before = row


def _gap(before: TimelineRow | None, row: TimelineRow, worth_words: timedelta) -> str:
    if before is None or row.occurred_at - before.occurred_at < worth_words:
        return ""
    exact = {before.precision, row.precision} == {Precision.EXACT}
    return f"{'' if exact else 'about '}{long_duration(row.occurred_at - before.occurred_at)} later"


def milestone_note(snapshot: Snapshot, kind: MilestoneKind) -> str:
    """`Detected, 2 min after impact`; the label alone where there is no length to tell."""
    label = MILESTONE_LABELS[kind]
    if kind == MilestoneKind.ACKNOWLEDGED:
        start, since = MilestoneKind.DETECTED, "detection"
    else:
        start, since = MilestoneKind.IMPACT_STARTED, "impact"
    length = between(snapshot.milestone(start), snapshot.milestone(kind))
    return f"{label}, {length.short} after {since}" if length and length.length else label
