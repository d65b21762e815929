"""The Atom feed: one entry an incident, which keeps its id and moves up when a correction is published."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed

from incidents.models import Publication
from incidents.public.addresses import absolute, report_path
from incidents.public.pages import description
from incidents.rendering import clean_text

MOST_ENTRIES = 30  # readers keep what they have seen; the list of all reports is the page


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        # Django would write the present moment into an empty feed: a new body, and ETag, every second.
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


def entry_id(public_id: str) -> str:
    """The same for ever, even when the site moves to another address."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"afterword:incidents/{public_id}").urn


def history_feed(publications: Iterable[tuple[Publication, datetime]], *, address: str) -> str:
    """Publications, each with the date of its first version that stands, as Atom; `address` is the feed's own path."""
    feed = _Feed(
        title=f"{clean_text(settings.ORGANISATION_NAME)}: incident reports",
        link=absolute("/"),
        description="",
        feed_url=absolute(address),
        author_name=clean_text(settings.ORGANISATION_NAME),
        language="en",
    )
    for publication, first_published_at in publications:
        snapshot = publication.snapshot
        feed.add_item(
            title=clean_text(snapshot.title),
            link=absolute(report_path(publication.public_id)),
            description=escape(_summary(publication)),  # an Atom summary is HTML
            unique_id=entry_id(publication.public_id),
            pubdate=first_published_at,
            updateddate=publication.published_at,
            author_name=clean_text(snapshot.byline) or None,
            categories=[clean_text(snapshot.severity.name)],
        )
    return feed.writeString("utf-8")


def _summary(publication: Publication) -> str:
    words = description(publication.snapshot)
    if publication.number == 1:
        return words
    return f"{words} Version {publication.number}: {clean_text(publication.change_note)}".strip()
