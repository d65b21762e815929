"""Every public address, by what it depends on: the files are written from these lists. A new address gets a line here.

All of them read as the public role, so the callers are inside `as_public_reader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.core.paginator import Paginator
from django.urls import reverse

from incidents.models import Publication, PublicEvent
from incidents.public.addresses import image_path, index_path, report_path
from incidents.public.formats import addresses as formats
from incidents.public.listing import PAGE_SIZE, published


def of_event(public_id: str) -> Iterator[str]:
    """What belongs to one event alone: `/incidents/<id>/` and all below it."""
    yield report_path(public_id)
    publications = list(Publication.objects.filter(public_id=public_id).order_by("number"))
    if publications:
        yield reverse("public:report_markdown", args=[public_id])
        yield reverse("public:report_json", args=[public_id])
    images = set()
    for publication in publications:
        yield reverse("public:version", args=[public_id, publication.number])
        if publication.number > 1:
            yield reverse("public:changes", args=[public_id, publication.number])
        for older in range(1, publication.number):
            yield reverse("public:changes_since", args=[public_id, publication.number, older])
        images |= {image_path(public_id, image) for image in publication.snapshot.images}
    yield from sorted(images)
    yield from formats.of_event(public_id)


def of_lists(event: PublicEvent | None = None) -> Iterator[str]:
    """The pages and feeds that tell of many events; with an event only those that tell of it, or of what is new."""
    for number in range(1, Paginator(published(), PAGE_SIZE).num_pages + 1):
        yield index_path(number)
    yield from formats.of_lists(event)


def of_components() -> Iterator[str]:
    """What shows the states of components, without an event."""
    yield from of_lists()


def of_day() -> Iterator[str]:
    """What says something else tomorrow although nothing happens: the lists, and reports with promises to keep."""
    yield from of_lists()
    for publication in Publication.objects.standing().filter(data__promises__0__isnull=False).iterator():
        if any(promise.days_late(date.max) for promise in publication.snapshot.promises):
            yield report_path(publication.public_id)
            yield reverse("public:report_markdown", args=[publication.public_id])


def of_site() -> Iterator[str]:
    """What depends on settings alone."""
    yield reverse("public:robots")
