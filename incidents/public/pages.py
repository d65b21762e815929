"""A snapshot as the page that customers read: what the template places, worked out here.

The preview inside calls `report_page` with an unsaved snapshot and no versions, so that it can't differ from
what is published.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.safestring import SafeString

from incidents.milestones import iso_duration
from incidents.models import ComponentStatus
from incidents.public.events import Affected, UpdateRow, askable, share_in_words
from incidents.public.kept import Kept
from incidents.public.labels import Label, cause_label, tag_labels
from incidents.public.phase_bar import PhaseBar, phase_bar
from incidents.public.promises import Measures, measures
from incidents.public.timeline import Row, timeline_rows
from incidents.public.words import Moment, in_short, shortened
from incidents.rendering import RenderedImage, clean_text, plain_text, render_markdown, render_plain
from incidents.snapshot import Image, Section, Snapshot

_DESCRIPTION_LENGTH = 200
_BEFORE_THE_TIMELINE = ("summary", "impact")
_OUTAGES = {ComponentStatus.MAJOR_OUTAGE, ComponentStatus.PARTIAL_OUTAGE}


@dataclass(frozen=True)
class Version:
    """A line of “Changes to this report”. `withdrawn_at` is set for one that can't be read any more.

    `kept` says how its promises went on while it stood, the newest first.
    """

    number: int
    published_at: Moment
    note_html: SafeString
    is_shown: bool
    has_changes: bool
    withdrawn_at: Moment | None = None
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A cell of the strip. `iso` is the machine's form of a length, empty for anything else."""

    label: str
    value: str
    iso: str = ""


@dataclass(frozen=True)
class Chapter:
    """A part of the page with its anchor."""

    id: str
    heading: str
    html: SafeString


@dataclass(frozen=True)
class ReportPage:
    """Everything the template needs. Empty parts are empty tuples or None, and are left out of the page.

    `published_at` is when customers could first read a version that still stands; None in a preview.
    `title` and `description` are plain text, for the head of the document; the rest that people wrote is HTML.
    """

    public_id: str
    title: str
    title_html: SafeString
    byline_html: SafeString
    description: str
    severity_html: SafeString
    tone: str
    day: Moment | None
    facts: tuple[Fact, ...]
    bar: PhaseBar | None
    opening: tuple[Chapter, ...]
    timeline: tuple[Row, ...]
    chapters: tuple[Chapter, ...]
    measures: Measures
    no_action_html: SafeString
    versions: tuple[Version, ...]
    published_at: Moment | None
    affected: tuple[Affected, ...] = ()
    updates: tuple[UpdateRow, ...] = ()
    tags: tuple[Label, ...] = ()
    cause: Label | None = None

    @property
    def names(self) -> list[str]:
        """The components of which a reader can ask."""
        return askable(self.affected)

    @property
    def shown(self) -> Version | None:
        """The version on the page; None in the preview of an unpublished one."""
        return next((version for version in self.versions if version.is_shown), None)

    @property
    def newest(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Anchor and heading of each part, in the order of the page."""
        parts = [(chapter.id, chapter.heading) for chapter in self.opening]
        if self.affected:
            parts.append(("affected", "Was I affected?"))
        if self.timeline:
            parts.append(("timeline", "Timeline"))
        parts.extend((chapter.id, chapter.heading) for chapter in self.chapters)
        if self.measures.items or self.no_action_html:
            parts.append(("measures", "What we are doing about it"))
        if self.updates:
            parts.append(("as-posted", "As it was posted"))
        if self.versions:
            parts.append(("changes", "Changes to this report"))
        return parts


def report_page(
    snapshot: Snapshot,
    *,
    on: date,
    image_url: Callable[[Image], str],
    versions: Sequence[Version] = (),
    published_at: Moment | None = None,
    updates: Sequence[UpdateRow] = (),
    windows: tuple[Affected, ...] = (),
    known_tags: Collection[str] = (),
    known_cause: str = "",
) -> ReportPage:
    """The page of a snapshot as it stands on a day. Renders Markdown; asks no database.

    `updates` are the posts, oldest first; `windows` the times known from them, for a report that names none.
    `known_tags` and `known_cause` have pages of their own; those of a preview, or of an old version, may have none.
    """
    images = {
        image.key: RenderedImage(image_url(image), image.width, image.height, image.alt) for image in snapshot.images
    }
    chapters = [_chapter(section, images) for section in snapshot.sections]
    promised = measures(snapshot.promises, on=on)
    return ReportPage(
        public_id=snapshot.public_id,
        title=clean_text(snapshot.title),
        title_html=render_plain(snapshot.title),
        byline_html=render_plain(snapshot.byline),
        description=description(snapshot),
        severity_html=render_plain(snapshot.severity.name),
        tone=snapshot.severity.tone,
        day=Moment(snapshot.started_at) if snapshot.started_at else None,
        facts=tuple(_facts(snapshot, promised)),
        bar=phase_bar(snapshot.milestones, first_event=_first_event(snapshot)),
        opening=tuple(chapter for chapter in chapters if chapter.id in _BEFORE_THE_TIMELINE),
        timeline=timeline_rows(snapshot),
        chapters=tuple(chapter for chapter in chapters if chapter.id not in _BEFORE_THE_TIMELINE),
        measures=promised,
        no_action_html=render_plain(snapshot.no_action),
        versions=tuple(versions),
        published_at=published_at,
        affected=_affected(snapshot) or windows,
        updates=tuple(updates),
        tags=tag_labels(snapshot.tags, known=known_tags),
        cause=cause_label(snapshot.cause, known=known_cause),
    )


def description(snapshot: Snapshot) -> str:
    """The first sentences of the summary as plain text, for search results and feeds."""
    summary = snapshot.section("summary")
    return shortened(plain_text(summary.markdown), _DESCRIPTION_LENGTH) if summary else ""


def _first_event(snapshot: Snapshot) -> datetime | None:
    return snapshot.timeline[0].occurred_at if snapshot.timeline else None


def _chapter(section: Section, images: Mapping[str, RenderedImage]) -> Chapter:
    html = render_markdown(section.markdown, images=images, heading_level=3)
    return Chapter(section.key.replace("_", "-"), section.heading, html)


def _affected(snapshot: Snapshot) -> tuple[Affected, ...]:
    """The table, where there is a time to tell: a component without its own has the incident's."""
    if not any(row.started_at or snapshot.started_at for row in snapshot.components):
        return ()
    return tuple(
        Affected(
            render_plain(row.name),
            clean_text(row.name),
            ComponentStatus(row.level).label,
            _moment(row.started_at or snapshot.started_at),
            _moment(row.ended_at or snapshot.ended_at),
            share_in_words(row.share),
        )
        for row in snapshot.components
    )


def _moment(at: datetime | None) -> Moment | None:
    return Moment(at) if at else None


def _facts(snapshot: Snapshot, promised: Measures) -> list[Fact]:
    facts = []
    lengths = snapshot.durations
    if lengths.impact:
        facts.append(Fact(_impact_label(snapshot), lengths.impact.short, iso_duration(lengths.impact.length)))
    if snapshot.components:
        names = list(dict.fromkeys(clean_text(row.name) for row in snapshot.components))
        facts.append(Fact("Affected", in_short(names, most=2)))
    if lengths.to_detect:
        facts.append(Fact("Detected after", lengths.to_detect.short, iso_duration(lengths.to_detect.length)))
    if promised.items:
        facts.append(Fact("Measures done", promised.done_of_total))
    return facts


def _impact_label(snapshot: Snapshot) -> str:
    levels = {row.level for row in snapshot.components}
    return "Customers saw errors for" if not levels or levels & _OUTAGES else "Customers were affected for"
