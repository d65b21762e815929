"""What was said last, one by one: updates, reports, corrections of reports, and withdrawals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from operator import attrgetter

from django.db.models import Q

from incidents.models import EventUpdate, Publication, PublicEvent, Retraction
from incidents.public.editions import Edition, editions
from incidents.public.formats.bodies import update_html
from incidents.public.formats.events import MOST, Told, told_of
from incidents.public.history import retraction_of
from incidents.public.words import Moment
from incidents.rendering import clean_text, render_plain

Key = tuple[str, str]


@dataclass(frozen=True)
class Post:
    """`key` names it for ever; `label` is what it says of the event in a word, `html` all that it says."""

    key: Key
    public_id: str
    title: str
    label: str
    html: str
    category: str
    display_at: datetime
    posted_at: datetime
    changed_at: datetime


def newest_posts() -> tuple[set[Key], Sequence[Edition]]:
    """The keys of the newest of each kind, and the events that have them. Four queries."""
    updates = list(EventUpdate.objects.order_by("-pk").values_list("public_id", "event")[:MOST])
    publications = Publication.objects.order_by("-published_at", "-pk").values_list("public_id", "number")
    retractions = Retraction.objects.order_by("-pk").values_list("publication__public_id", "publication__number")
    reports = {("reports", *each) for each in publications[:MOST]}
    reports |= {("withdrawals", *each) for each in retractions[:MOST]}
    about = Q(pk__in={event for _, event in updates}) | Q(public_id__in={public_id for _, public_id, _ in reports})
    keys = {("updates", public_id) for public_id, _ in updates}
    keys |= {(kind, f"{public_id}/{number}") for kind, public_id, number in reports}
    return keys, editions(PublicEvent.objects.filter(about))


def posts_of(keys: list[int]) -> dict[int, list[Post]]:
    """All of events, by their keys. Of a version that was taken back only the withdrawal is told."""
    told = told_of(keys)
    reports: dict[str, list[Publication]] = {each.event.public_id: [] for each in told.values()}
    for publication in Publication.objects.filter(public_id__in=reports).select_related("retraction").defer("data"):
        reports[publication.public_id].append(publication)
    return {key: [*_updates(each), *_reports(each.event, reports[each.event.public_id])] for key, each in told.items()}


def _updates(told: Told) -> Iterator[Post]:
    """No more than may be among the newest of all."""
    newest = {update.pk for update in nlargest(MOST, told.updates, key=attrgetter("pk"))}
    for update, label in zip(told.updates, told.labels, strict=True):
        if update.pk not in newest:
            continue
        yield Post(
            key=("updates", update.public_id),
            public_id=told.event.public_id,
            title=told.title,
            label=label,
            html=update_html(update.text),
            category=told.event.get_kind_display(),
            display_at=update.display_at,
            posted_at=update.posted_at,
            changed_at=update.edited_at or update.posted_at,
        )


def _reports(event: PublicEvent, publications: list[Publication]) -> Iterator[Post]:
    taken = max((each.number for each in publications if retraction_of(each)), default=0)
    for publication in publications:
        if publication.number > taken:
            yield _report(publication, event, is_first=publication.published_at == event.report_first_published_at)
        if retraction := retraction_of(publication):
            yield _withdrawal(event, publication.number, retraction)


def _report(publication: Publication, event: PublicEvent, *, is_first: bool) -> Post:
    told = event.description if is_first else publication.change_note
    return _of_publication(
        event,
        key=("reports", f"{publication.public_id}/{publication.number}"),
        label="Report published" if is_first else "Report corrected",
        html=render_plain(told),
        at=publication.published_at,
    )


def _withdrawal(event: PublicEvent, number: int, retraction: Retraction) -> Post:
    return _of_publication(
        event,
        key=("withdrawals", f"{event.public_id}/{number}"),
        label="Report withdrawn",
        html=f"Withdrawn on {Moment(retraction.retracted_at).full}. {render_plain(retraction.reason)}",
        at=retraction.retracted_at,
    )


def _of_publication(event: PublicEvent, *, key: Key, label: str, html: str, at: datetime) -> Post:
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
