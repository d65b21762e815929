"""The list of reports: one entry an incident, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString

from incidents.milestones import iso_duration
from incidents.models import Publication, Retraction
from incidents.public.words import Moment
from incidents.rendering import render_plain

PAGE_SIZE = 20


@dataclass(frozen=True)
class Entry:
    """A line of the list. `lasted` is empty where the length is unknown; `revised` is None without a correction."""

    public_id: str
    title_html: SafeString
    severity_html: SafeString
    tone: str
    day: Moment
    lasted: str
    lasted_iso: str
    number: int
    revised: Moment | None


def published() -> QuerySet[Any]:
    """Standing `Publication`s annotated with `first_published_at`, by which they are ordered, newest first.

    That is `History.first_published_at`: a correction changes the entry and leaves it in its place.
    """
    taken_back = Retraction.objects.filter(
        publication__public_id=OuterRef("public_id"), publication__number__gte=OuterRef("number")
    )
    first = Publication.objects.filter(~Exists(taken_back), public_id=OuterRef("public_id")).order_by("number")
    listed: QuerySet[Any] = (
        Publication.objects.standing()
        .annotate(first_published_at=Subquery(first.values("published_at")[:1]))
        .order_by("-first_published_at", "-pk")
    )
    return listed


def entry(publication: Publication, first_published_at: datetime) -> Entry:
    """What the list tells of a report."""
    snapshot = publication.snapshot
    return Entry(
        public_id=publication.public_id,
        title_html=render_plain(snapshot.title),
        severity_html=render_plain(snapshot.severity.name),
        tone=snapshot.severity.tone,
        day=Moment(snapshot.started_at or publication.published_at),
        lasted=snapshot.impact.short if snapshot.impact else "",
        lasted_iso=iso_duration(snapshot.impact.length) if snapshot.impact else "",
        number=publication.number,
        revised=Moment(publication.published_at) if publication.published_at > first_published_at else None,
    )
