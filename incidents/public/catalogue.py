"""Every public address, by what it depends on: the files are written from these lists. A new address gets a line here.

All of them read as the public role, so the callers are inside `as_public_reader`. `/search/` is no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db.models import F, Func
from django.urls import reverse

from incidents.models import Component, ImpactWindow, Publication, PublicEvent, PublicPromise
from incidents.public import archive, sitemaps
from incidents.public.addresses import component_path, event_card_path, image_path, report_path
from incidents.public.branding import current_site, logo_path
from incidents.public.events import components_of
from incidents.public.formats import addresses as formats
from incidents.public.history import retraction_of

_IN_NO_LIST = {"updated_at", "next_update_by", "search"}  # of the columns of an event


def of_event(public_id: str) -> Iterator[str]:
    """What belongs to one event alone: `/incidents/<id>/` and all below it."""
    yield report_path(public_id)
    yield event_card_path(public_id)
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
    """The pages and feeds that tell of many events; with an event only those that tell of it, or of what is new.

    Of the latter some may be gone, such as the page of a month that the event has left: they answer 404.
    """
    yield reverse("public:history")
    yield reverse("public:reports")
    yield from _of_all_promises()
    yield from dict.fromkeys(_told_of(event) if event else _all_lists())
    yield reverse("public:sitemap_pages")
    yield reverse("public:sitemap")
    yield reverse("public:index")
    yield from of_posts(event) if event else formats.of_lists()


def of_posts(event: PublicEvent) -> Iterator[str]:
    """Those of them that change with every word about an event; the others do when `listed_as` says something else."""
    yield reverse("public:index")
    for about in components_of([event.pk])[event.pk]:
        yield component_path(about.component.public_id)
    if event.is_over:
        yield reverse("public:sitemap_part", args=[sitemaps.number_of(event)])
    yield from formats.of_lists(event)


def listed_as(event: PublicEvent) -> str:
    """A digest of all that the lists of what was show of an event, and of what decides in which of them it stands."""
    columns = [field.attname for field in event._meta.concrete_fields]  # noqa: SLF001  # Django's documented API
    shown = {name: getattr(event, name) for name in columns if name not in _IN_NO_LIST}
    about = sorted(row.component_id for row in components_of([event.pk])[event.pk])
    windows = ImpactWindow.objects.filter(event=event).order_by("pk").values_list()
    return hashlib.sha256(repr((shown, about, list(windows))).encode()).hexdigest()


def of_now() -> Iterator[str]:
    """What says as of when it is."""
    yield reverse("public:index")
    for component in Component.objects.in_page_order():
        yield component_path(component.public_id)


def of_components() -> Iterator[str]:
    """What shows how components are, without an event."""
    yield from of_now()
    yield from formats.of_state()
    yield from formats.of_components()


def of_day() -> Iterator[str]:
    """What says something else tomorrow although nothing happens: bars, pages by month, promises to keep."""
    yield from of_components()
    yield reverse("public:history")
    yield reverse("public:reports")
    yield from formats.of_day()
    open_until = PublicPromise.objects.underway().filter(due_on__isnull=False)
    for public_id in open_until.order_by("public_id").values_list("public_id", flat=True).distinct():
        yield from _of_promises(public_id)
    yield from _of_all_promises()


def of_promises(public_id: str) -> Iterator[str]:
    """What says how the promises of a report stand."""
    yield from _of_promises(public_id)
    yield reverse("public:report_json", args=[public_id])
    yield from _of_all_promises()


def _of_all_promises() -> Iterator[str]:
    """Turning it on or off makes every file anew."""
    if current_site().shows_promises:
        yield reverse("public:promises")


def _of_promises(public_id: str) -> Iterator[str]:
    yield report_path(public_id)
    yield reverse("public:report_markdown", args=[public_id])


def of_site() -> Iterator[str]:
    """What depends on settings alone."""
    yield reverse("public:robots")
    yield reverse("public:styles")
    yield reverse("public:card")
    if logo := logo_path(current_site()):
        yield logo


def of_component(component: Component) -> Iterator[str]:
    """What shows the name or the bar of a component, beside the status page."""
    yield component_path(component.public_id)
    yield from archive.of_component(component).all_paths()


def _all_lists() -> Iterator[str]:
    yield from archive.history().all_paths()
    yield from archive.reports().all_paths()
    events = PublicEvent.objects.order_by()
    tags = events.annotate(tag=Func(F("tags"), function="unnest")).values_list("tag", flat=True)
    for past in archive.by_label(tags.distinct(), events.values_list("cause", flat=True).distinct()):
        yield past.home
        yield from past.all_paths()
    for component in Component.objects.in_page_order():
        yield from of_component(component)
    for number in range(1, sitemaps.last_number() + 1):
        yield reverse("public:sitemap_part", args=[number])


def _told_of(event: PublicEvent) -> Iterator[str]:
    publications = list(Publication.objects.filter(public_id=event.public_id).select_related("retraction"))
    months = sorted(archive.months_of(event, publications), key=lambda month: month.first)
    was_withdrawn = any(retraction_of(each) for each in publications)
    for month in months:
        yield from archive.history().paths_told_of(event, month)
        if publications:
            yield from archive.reports().paths_told_of(event, month, came_back=was_withdrawn)
    tags = [*event.tags, *(tag for each in publications for tag in each.snapshot.tags)]
    for past in archive.by_label(tags, [event.cause, *(each.snapshot.cause for each in publications)]):
        yield past.home
        for month in months:
            yield from past.paths_told_of(event, month, came_back=True)
    for component, its_months in archive.component_months(event, publications).items():
        yield component_path(component.public_id)
        for month in sorted(its_months, key=lambda month: month.first):
            yield from archive.of_component(component).paths_told_of(event, month)
    yield reverse("public:sitemap_part", args=[sitemaps.number_of(event)])
