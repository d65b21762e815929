"""The timeline as the editor shows it: light rows, since there may be hundreds of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from django.forms import CharField
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from incidents.authoring.forms.timeline import MARKS, PRECISIONS, EntryForm
from incidents.authoring.operations import entry_values
from incidents.draft_forms import as_cleaned
from incidents.edits import write_seen
from incidents.milestones import MILESTONE_LABELS, MilestoneKind
from incidents.models import Incident, TimelineEntry
from incidents.moments import clock_of
from incidents.parsing import suggest_milestone
from incidents.zones import zone_label


@dataclass(frozen=True, slots=True)
class Note:
    """What is wrong with one input, or what a colleague made of the same field meanwhile."""

    label: str
    input_id: str
    message: str = ""
    stored: str | None = None
    is_text: bool = False


_VARYING = (
    *("id", "key", "address", "seen", "at_iso", "day_iso", "day_label", "clock", "zone"),
    *("text", "public_text", "marks", "precisions"),
)


@dataclass(slots=True)
class Row:
    """A row's inputs, as text. `offer` is the milestone that its words suggest."""

    entry: TimelineEntry
    address: str
    day: date
    clock: str
    zone: str
    precision: str
    mark: str
    text: str
    public_text: str
    seen: str
    offer: MilestoneKind | None = None
    opens_day: bool = False
    is_elsewhere: bool = False  # the zone of its time is not the one above the list
    is_open: bool = False
    is_restored: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def shape(self) -> tuple[bool, ...] | None:
        """What the template asks of a row; None where somebody has to look at it. See `templatetags/rows.py`."""
        if self.offer or self.notes or self.is_elsewhere or self.is_open or self.is_restored:
            return None
        return self.is_public, self.is_same, self.is_marked

    @property
    def varying(self) -> dict[str, str]:
        """The words that the template puts in, by attribute."""
        return {name: getattr(self, name) for name in _VARYING}

    @property
    def is_public(self) -> bool:
        return self.public_text != ""

    @property
    def is_same(self) -> bool:
        """Whether customers read the words for colleagues."""
        return self.public_text == self.text

    @property
    def is_marked(self) -> bool:
        return self.mark != ""

    @property
    def key(self) -> str:
        return self.entry.key

    @property
    def id(self) -> str:
        return f"entry-{self.entry.key}"

    @property
    def at_iso(self) -> str:
        return self.entry.occurred_at.isoformat()

    @property
    def day_iso(self) -> str:
        return self.day.isoformat()

    @property
    def day_label(self) -> str:
        return in_words(self.day)

    @property
    def offer_label(self) -> str:
        return MILESTONE_LABELS[self.offer] if self.offer else ""

    @property
    def zone_label(self) -> str:
        return zone_label(self.zone)

    @property
    def marks(self) -> SafeString:
        return options(tuple(MARKS), self.mark)

    @property
    def precisions(self) -> SafeString:
        return options(tuple(PRECISIONS), self.precision)


@lru_cache(maxsize=64)
def in_words(day: date) -> str:
    """`Monday 6 March 2023`."""
    return date_format(day, "l j F Y")


@lru_cache(maxsize=64)
def options(choices: tuple[tuple[str, str], ...], selected: str) -> SafeString:
    """The `<option>`s of a select. There are few combinations and many rows."""
    plain, chosen = '<option value="{}">{}</option>', '<option value="{}" selected>{}</option>'
    html = SafeString()
    for value, label in choices:
        html += format_html(chosen if value == selected else plain, value, label)
    return html


def rows_of(
    incident: Incident, entries: Iterable[TimelineEntry], sent: Mapping[str, EntryForm], taken: Iterable[str]
) -> list[Row]:
    """Every row, in order; `sent` holds the forms that were refused or restored, `taken` the milestones set."""
    rows = []
    above: date | None = None
    entries = list(entries)
    offers = offers_for(entries, taken)
    for entry in entries:
        form = sent.get(f"entry-{entry.key}")
        row = row_of_form(incident, form) if form else row_of(incident, entry, offer=offers.get(entry.pk))
        row.opens_day = row.day != above
        above = row.day
        rows.append(row)
    return rows


def row_of(incident: Incident, entry: TimelineEntry, *, offer: MilestoneKind | None = None) -> Row:
    """A stored row."""
    stored = entry_values(entry)
    day, clock = local(entry.occurred_at, incident)
    return Row(
        entry=entry,
        address=f"{_address(incident.number)}{entry.pk}/",
        day=day,
        clock=clock,
        zone=incident.time_zone,
        precision=entry.precision,
        mark=stored["milestone"],
        text=entry.text,
        public_text=entry.public_text,
        seen=write_seen(as_cleaned(EntryForm.base_fields, stored)),
        offer=offer,
    )


@lru_cache(maxsize=64)
def _address(number: int) -> str:
    """Where the rows of an incident live: looked up once, not for each of hundreds."""
    return reverse("authoring:add_entry", args=[number])


def row_of_form(incident: Incident, form: EntryForm) -> Row:
    """A row as it was typed, with what is wrong with it."""
    row = row_of(incident, form.entry)
    prefix = form.prefix
    for name, attribute in (
        ("occurred_at_time", "clock"),
        ("occurred_at_zone", "zone"),
        ("precision", "precision"),
        ("milestone", "mark"),
        ("text", "text"),
        ("public_text", "public_text"),
        ("seen", "seen"),
    ):
        typed = form.data.get(f"{prefix}-{name}")
        if typed is not None:
            setattr(row, attribute, typed)
    row.is_elsewhere = row.zone != incident.time_zone
    row.is_open = bool({"precision", "occurred_at"} & form.errors.keys())
    row.is_restored = form.is_restored
    row.notes = notes_of(form)
    return row


def notes_of(form: EntryForm) -> list[Note]:
    """Everything to say under a row, field by field."""
    notes = [Note("", "", str(message)) for message in form.non_field_errors()]
    for bound in form.visible_fields():
        label, input_id = str(bound.label), bound.id_for_label
        notes.extend(Note(label, input_id, str(error)) for error in bound.errors)
        if bound.name in form.conflicts:
            is_text = isinstance(bound.field, CharField)
            notes.append(Note(label, input_id, stored=form.conflicts[bound.name], is_text=is_text))
    return notes


def offers_for(entries: Iterable[TimelineEntry], taken: Iterable[str]) -> dict[int, MilestoneKind]:
    """By row id, the milestone that its words suggest: for the first such row, where nobody has set it yet."""
    free = set(MilestoneKind) - set(map(MilestoneKind, taken))
    offers = {}
    for entry in entries:
        if not free:
            break
        suggested = suggest_milestone(entry.text)
        if suggested in free:
            free.discard(MilestoneKind(suggested))
            offers[entry.pk] = MilestoneKind(suggested)
    return offers


def local(moment: datetime, incident: Incident) -> tuple[date, str]:
    """The day and the clock time of a moment, in the incident's zone."""
    there = moment.astimezone(incident.zone)
    return there.date(), clock_of(there)
