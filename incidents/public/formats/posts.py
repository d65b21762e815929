"""What was said last, one by one: updates, reports, corrections of reports, and withdrawals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, OuterRef, Q, Subquery

from incidents.models import EventStatus, EventUpdate, Publication, PublicEvent, Retraction
from incidents.public.formats.bodies import update_html
from incidents.public.formats.events import MOST
from incidents.public.words import Moment
from incidents.rendering import clean_text, render_plain


@dataclass(frozen=True)
class Post:
    """`key` names it for ever; `label` is what it says of the event in a word, `html` all that it says."""

    key: tuple[str, str]
    public_id: str
    title: str
    label: str
    html: str
    category: str
    display_at: datetime
    posted_at: datetime
    changed_at: datetime


def newest_posts() -> list[Post]:
    """The newest of all kinds, newest first. Of a version that was taken back only the withdrawal is told."""
    posts = [*_updates(), *_reports()]
    return sorted(posts, key=lambda post: (post.posted_at, post.key), reverse=True)[:MOST]


def _updates() -> Iterator[Post]:
    before = Q(display_at__lt=OuterRef("display_at")) | Q(display_at=OuterRef("display_at"), pk__lt=OuterRef("pk"))
    earlier = EventUpdate.objects.newest_first().filter(before, event=OuterRef("event")).values("status")[:1]
    newest = EventUpdate.objects.order_by("-pk").select_related("event").defer("event__search")
    for update in newest.annotate(earlier_status=Subquery(earlier))[:MOST]:
        repeats = update.status == update.earlier_status  # type: ignore[attr-defined]  # the annotation
        yield Post(
            key=("updates", update.public_id),
            public_id=update.event.public_id,
            title=clean_text(update.event.title),
            label="Update" if repeats else EventStatus(update.status).label,
            html=update_html(update.text),
            category=update.event.get_kind_display(),
            display_at=update.display_at,
            posted_at=update.posted_at,
            changed_at=update.edited_at or update.posted_at,
        )


def _reports() -> Iterator[Post]:
    publications = list(Publication.objects.defer("data").order_by("-published_at", "-pk")[:MOST])
    retractions = list(
        Retraction.objects.select_related("publication").defer("publication__data").order_by("-pk")[:MOST]
    )
    named = {each.public_id for each in [*publications, *(each.publication for each in retractions)]}
    events = {event.public_id: event for event in PublicEvent.objects.filter(public_id__in=named)}
    taken = _taken_back(named)
    for publication in publications:
        event = events.get(publication.public_id)
        if event and publication.number > taken.get(publication.public_id, 0):
            yield _report(publication, event, is_first=publication.published_at == event.report_first_published_at)
    for retraction in retractions:
        if event := events.get(retraction.publication.public_id):
            yield _withdrawal(event, retraction)


def _taken_back(public_ids: Iterable[str]) -> dict[str, int]:
    """The highest version of each that was withdrawn; all below it went with it."""
    withdrawn = Retraction.objects.filter(publication__public_id__in=public_ids).order_by()
    return dict(
        withdrawn.values("publication__public_id")
        .annotate(taken=Max("publication__number"))
        .values_list("publication__public_id", "taken")
    )


def _report(publication: Publication, event: PublicEvent, *, is_first: bool) -> Post:
    told = event.description if is_first else publication.change_note
    return _of_publication(
        event,
        key=("reports", f"{publication.public_id}/{publication.number}"),
        label="Report published" if is_first else "Report corrected",
        html=render_plain(told),
        at=publication.published_at,
    )


def _withdrawal(event: PublicEvent, retraction: Retraction) -> Post:
    return _of_publication(
        event,
        key=("withdrawals", f"{event.public_id}/{retraction.publication.number}"),
        label="Report withdrawn",
        html=f"Withdrawn on {Moment(retraction.retracted_at).full}. {render_plain(retraction.reason)}",
        at=retraction.retracted_at,
    )


def _of_publication(event: PublicEvent, *, key: tuple[str, str], label: str, html: str, at: datetime) -> Post:
    return Post(
        key=key,
        public_id=event.public_id,
        title=clean_text(event.title),
        label=label,
        html=html,
        category="Report",
        display_at=at,
        posted_at=at,
        changed_at=at,
    )
