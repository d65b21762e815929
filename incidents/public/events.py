"""Events and their updates, ready for a template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from incidents.milestones import iso_duration, long_duration
from incidents.models import (
    ComponentStatus,
    EventComponent,
    EventKind,
    EventStatus,
    EventUpdate,
    ImpactWindow,
    PublicEvent,
)
from incidents.public.editions import kept_by_edition
from incidents.public.labels import Label, cause_label, tag_labels
from incidents.public.reading import read_each_once, read_once
from incidents.public.words import Moment, day_in_words, in_short
from incidents.rendering import MAX_MARKDOWN_LENGTH, clean_text, render_markdown, render_plain

_TONES = {
    EventStatus.RESOLVED: "done",
    EventStatus.COMPLETED: "done",
    EventStatus.MONITORING: "underway",
    EventStatus.IN_PROGRESS: "under_maintenance",
    EventStatus.VERIFYING: "under_maintenance",
    EventStatus.INVESTIGATING: "critical",
    EventStatus.IDENTIFIED: "high",
}


@dataclass(frozen=True)
class UpdateRow:
    """A post. `changed` names the components that it moved to another level."""

    id: str
    state: str
    html: SafeString
    moment: Moment
    edited: Moment | None
    changed: tuple[tuple[str, str], ...]

    @property
    def line(self) -> SafeString:
        """What a list of posts shows of it."""
        return _rendered(self, is_of_today=False)

    @property
    def line_of_today(self) -> SafeString:
        """The same on a page of the day on which it was posted."""
        return _rendered(self, is_of_today=True)


@lru_cache(maxsize=1_000)  # each post repeats all that were posted before
def _rendered(update: UpdateRow, *, is_of_today: bool) -> SafeString:
    return render_to_string("public/_update.html", {"update": update, "is_of_today": is_of_today})


@dataclass(frozen=True)
class EventRow:
    """A line of a list, and the head of an event's page."""

    event: PublicEvent
    title_html: SafeString
    title: str
    state: str
    tone: str
    start: Moment
    end: Moment | None
    lasted: str
    lasted_iso: str
    components: str = ""
    updates: tuple[UpdateRow, ...] = ()
    more_updates: int = 0

    @property
    def public_id(self) -> str:
        return self.event.public_id

    @property
    def is_maintenance(self) -> bool:
        return self.event.kind == EventKind.MAINTENANCE

    @property
    def is_planned(self) -> bool:
        return self.event.status == EventStatus.SCHEDULED

    @property
    def is_over(self) -> bool:
        return self.event.is_over

    @property
    def has_report(self) -> bool:
        return self.event.report_number > 0

    @property
    def is_withdrawn(self) -> bool:
        return self.event.report_number == 0 and self.event.report_withdrawn_at is not None

    @property
    def version(self) -> int:
        """The number of the report's version where it was corrected, else 0."""
        return self.event.report_number if self.event.report_number > 1 else 0

    @property
    def report_expected(self) -> str:
        """The day by which it was promised, while it is."""
        waits = self.event.report_expected_on if not self.has_report and not self.is_withdrawn else None
        return day_in_words(waits) if waits else ""

    @property
    def cause(self) -> Label | None:
        return cause_label(self.event.cause)

    @property
    def tags(self) -> tuple[Label, ...]:
        return tag_labels(self.event.tags)

    @property
    def next_update(self) -> Moment | None:
        return Moment(self.event.next_update_by) if self.event.next_update_by and not self.is_over else None

    @property
    def planned_until(self) -> Moment | None:
        return Moment(self.event.scheduled_until) if self.event.scheduled_until else None

    @cached_property
    def line(self) -> SafeString:
        """What a list of entries shows of it: rendered once for as long as the row is kept."""
        return render_to_string("public/_entry.html", {"entry": self})

    @cached_property
    def past_line(self) -> SafeString:
        """What the status page shows of it once it is over."""
        return render_to_string("public/_past.html", {"entry": self})


@dataclass(frozen=True)
class Affected:
    """A line of the table of components. The times are None where nobody knows them, `share` empty likewise."""

    component: SafeString
    name: str
    level: str
    start: Moment | None
    end: Moment | None
    share: str = ""
    is_over: bool = True


@read_once
def going_on() -> tuple[PublicEvent, ...]:
    """What is not over and has begun, newest first. One query in a block."""
    return tuple(PublicEvent.objects.going_on().newest_first())


@read_once
def upcoming() -> tuple[PublicEvent, ...]:
    """Planned work that has not begun, soonest first. One query in a block."""
    return tuple(PublicEvent.objects.upcoming())


@read_once
def event_of(public_id: str) -> PublicEvent | None:
    """One query in a block."""
    return PublicEvent.objects.filter(public_id=public_id).first()


@read_each_once
def events_of(keys: list[int]) -> dict[int, PublicEvent]:
    """By their keys."""
    return PublicEvent.objects.in_bulk(keys)


@read_each_once
def updates_of(events: list[int]) -> dict[int, tuple[EventUpdate, ...]]:
    """What was posted of events, by their keys, newest first."""
    found: dict[int, list[EventUpdate]] = {each: [] for each in events}
    for update in EventUpdate.objects.filter(event__in=events).newest_first():
        found[update.event_id].append(update)
    return {key: tuple(updates) for key, updates in found.items()}


def last_words(events: Iterable[int]) -> dict[int, str]:
    """The text that was posted of each last; nothing for those of which nothing was. One query."""
    newest = EventUpdate.objects.filter(event__in=events).order_by("event_id", "-display_at", "-pk")
    return dict(newest.distinct("event_id").values_list("event_id", "text"))


@read_each_once
def components_of(events: list[int]) -> dict[int, tuple[EventComponent, ...]]:
    """What events are about, by their keys, in page order and with the components."""
    found: dict[int, list[EventComponent]] = {each: [] for each in events}
    rows = EventComponent.objects.filter(event__in=events).select_related("component")
    for row in rows.order_by("component__position", "component__name", "pk"):
        found[row.event_id].append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def posts_on(public_id: str) -> tuple[EventUpdate, ...]:
    """What was posted of an event, oldest first; nothing of one that is not there. Two queries."""
    key = PublicEvent.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    return updates_of([key])[key][::-1] if key else ()


def event_row(
    event: PublicEvent,
    updates: Sequence[EventUpdate] = (),
    components: Sequence[str] = (),
    *,
    most: int | None = None,
    heading_level: int = 3,
) -> EventRow:
    """An event with its updates, newest first, no more than `most`, and the names of its components.

    `heading_level` is that of the highest heading in an update, one below what stands over it.
    """
    end = event.resolved_at if event.is_over else None
    length = end - event.started_at if end else None
    shown = updates if most is None else updates[:most]
    return EventRow(
        event=event,
        title_html=render_plain(event.title),
        title=clean_text(event.title),
        state=event.get_status_display(),
        tone=_TONES.get(EventStatus(event.status), ""),
        start=Moment(event.started_at),
        end=Moment(end) if end else None,
        lasted=long_duration(length) if length else "",
        lasted_iso=iso_duration(length) if length else "",
        components=in_short([clean_text(name) for name in components], most=5),
        updates=tuple(update_row(each, heading_level=heading_level) for each in shown),
        more_updates=len(updates) - len(shown),
    )


@kept_by_edition
def listed_rows(keys: list[int]) -> dict[int, EventRow]:
    """Events as lists show them, without updates and components. One query."""
    return {key: event_row(event) for key, event in events_of(keys).items()}


def event_rows(events: Iterable[PublicEvent], *, most: int) -> list[EventRow]:
    """The same for several, each below a heading of its own; in two queries."""
    events = list(events)
    keys = [each.pk for each in events]
    updates, about = updates_of(keys), components_of(keys)
    return [event_row(each, updates[each.pk], _names(about[each.pk]), most=most, heading_level=4) for each in events]


def whole_event(event: PublicEvent) -> EventRow:
    """An event with all its updates, newest first, and its components. Two queries."""
    return event_row(event, updates_of([event.pk])[event.pk], _names(components_of([event.pk])[event.pk]))


def _names(about: Iterable[EventComponent]) -> list[str]:
    return [row.component.name for row in about]


def update_row(update: EventUpdate, *, heading_level: int) -> UpdateRow:
    """One post."""
    return UpdateRow(
        id=f"u-{update.public_id}",
        state=update.get_status_display(),
        html=_html(update.text, heading_level),
        moment=Moment(update.display_at),
        edited=Moment(update.edited_at) if update.edited_at else None,
        changed=tuple((clean_text(each["name"]), ComponentStatus(each["new"]).label) for each in update.changed),
    )


def affected_of(windows: Iterable[ImpactWindow]) -> tuple[Affected, ...]:
    """The table of an event, from its windows with their components."""
    return tuple(
        Affected(
            render_plain(window.component.name),
            clean_text(window.component.name),
            ComponentStatus(window.level).label,
            Moment(window.started_at),
            Moment(window.ended_at) if window.ended_at else None,
            share_in_words(window.share),
            window.ended_at is not None,
        )
        for window in windows
    )


def askable(affected: Iterable[Affected]) -> list[str]:
    """The components of which the table knows when they were affected, each once."""
    return list(dict.fromkeys(row.name for row in affected if row.start))


def share_in_words(share: int | None) -> str:
    return "" if share is None else f"{share} %"


def windows_of(event: PublicEvent) -> list[ImpactWindow]:
    """Those of an event that count, oldest first. One query."""
    counted = ImpactWindow.objects.counted().filter(event=event).select_related("component")
    return list(counted.order_by("started_at", "component__position", "pk"))


@lru_cache(maxsize=1_000)
def _html(text: str, heading_level: int) -> SafeString:
    if len(text) > MAX_MARKDOWN_LENGTH:
        return render_plain(text)
    return render_markdown(text, heading_level=heading_level)
