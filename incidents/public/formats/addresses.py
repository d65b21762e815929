"""Which of these addresses change with what."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from incidents.models import Component, PublicEvent
from incidents.public.events import components_of
from incidents.public.formats.history_json import pages, pages_telling_of
from incidents.public.reading import moment

_OF_STATE = (
    "api_summary",
    "api_status",
    "api_components",
    "api_incidents",
    "api_unresolved",
    "api_maintenances",
    "api_upcoming",
    "api_active",
    "badge",
    "embed",
)


def of_event(public_id: str) -> Iterator[str]:
    yield reverse("public:incident_json", args=[public_id])


def of_components() -> Iterator[str]:
    """What bears the name of a component."""
    for component_id in Component.objects.order_by("pk").values_list("public_id", flat=True):
        yield reverse("public:component_feed", args=[component_id])
        yield reverse("public:component_calendar", args=[component_id])


def of_state() -> Iterator[str]:
    """What says how things are: changes with every event, component and setting."""
    for name in _OF_STATE:
        yield reverse(f"public:{name}")
    for component_id in Component.objects.order_by("pk").values_list("public_id", flat=True):
        yield reverse("public:component_badge", args=[component_id])


def of_lists(event: PublicEvent | None = None) -> Iterator[str]:
    """Feeds, calendars and history; with an event only those that tell of it. Page numbers count back from today."""
    today = moment().date()
    yield from of_state()
    for name in ("history_feed", "history_rss", "updates_feed", "calendar"):
        yield reverse(f"public:{name}")
    if event is None:
        yield from of_components()
    for about in components_of([event.pk])[event.pk] if event else ():
        component_id = about.component.public_id
        yield reverse("public:component_feed", args=[component_id])
        yield reverse("public:component_calendar", args=[component_id])
    numbers = pages_telling_of(event, on=today) if event else range(1, pages(on=today) + 1)
    for number in sorted(numbers):
        yield history_page_path(number)
    yield reverse("public:history_json")


def of_day() -> Iterator[str]:
    """Pages of months are counted back from today."""
    for number in range(1, pages(on=moment().date()) + 1):
        yield history_page_path(number)
    yield reverse("public:history_json")


def history_page_path(number: int) -> str:
    return reverse("public:history_json_page", args=[number])
