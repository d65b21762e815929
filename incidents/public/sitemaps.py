"""The sitemap: an index, a file of the lists, and files of a fixed stretch of events each, which never shift."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

from django.db.models import Max
from django.urls import reverse

from incidents.models import Component, PublicEvent
from incidents.public import archive
from incidents.public.addresses import absolute, component_path, report_path
from incidents.public.branding import current_site
from incidents.public.words import Moment

SIZE = 500  # writing one must stay quick, however long the history is
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"


def number_of(event: PublicEvent) -> int:
    """The file that lists an event."""
    return (event.pk - 1) // SIZE + 1


def last_number() -> int:
    """The number of the last file, 0 before the first event."""
    newest = PublicEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return -(-newest // SIZE)


def index() -> str:
    """All the files."""
    numbers = range(1, last_number() + 1)
    paths = [reverse("public:sitemap_pages"), *(reverse("public:sitemap_part", args=[number]) for number in numbers)]
    lines = [f"<sitemap><loc>{escape(absolute(path))}</loc></sitemap>\n" for path in paths]
    return f'{_HEAD}<sitemapindex xmlns="{_SCHEMA}">\n{"".join(lines)}</sitemapindex>\n'


def pages() -> str:
    """The status page and the lists."""
    paths = [reverse("public:index"), reverse("public:history"), reverse("public:reports")]
    if current_site().shows_promises:
        paths.append(reverse("public:promises"))
    paths += [component_path(public_id) for public_id in _in_order()]
    for past in (archive.history(), archive.reports()):
        paths += [past.path(month) for month in past.months()]
    return _urls((path, None) for path in paths)


def part(number: int) -> str | None:
    """The events of one stretch, without those that were withdrawn, and the pages of their tags and causes.

    What goes on changes all the time, and is not said to have changed last at any.
    None behind the last. A tag is in every part that has an event with it: which tags there are, only all events know.
    """
    if not 1 <= number <= last_number():
        return None
    first = (number - 1) * SIZE
    found = PublicEvent.objects.filter(pk__gt=first, pk__lte=first + SIZE, report_withdrawn_at=None).order_by("pk")
    events = list(found.only("public_id", "status", "updated_at", "tags", "cause"))
    labels = archive.by_label((tag for each in events for tag in each.tags), (each.cause for each in events))
    urls: list[tuple[str, datetime | None]] = [
        (report_path(each.public_id), each.updated_at if each.is_over else None) for each in events
    ]
    return _urls([*urls, *((past.home, None) for past in labels)])


def _in_order() -> Iterable[str]:
    return Component.objects.in_page_order().values_list("public_id", flat=True)


def _urls(paths: Iterable[tuple[str, datetime | None]]) -> str:
    lines = []
    for path, changed in paths:
        changed_at = f"<lastmod>{Moment(changed).iso}</lastmod>" if changed else ""
        lines.append(f"<url><loc>{escape(absolute(path))}</loc>{changed_at}</url>\n")
    return f'{_HEAD}<urlset xmlns="{_SCHEMA}">\n{"".join(lines)}</urlset>\n'
