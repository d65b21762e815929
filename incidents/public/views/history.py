"""What was: all events, those of a component, and the reports, by month."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from incidents.models import Component
from incidents.public import archive
from incidents.public.addresses import component_path
from incidents.public.answers import page
from incidents.public.archive import Archive, Month
from incidents.public.caching import public_answer
from incidents.public.events import event_row
from incidents.public.reading import moment


@public_answer
def history(_request: HttpRequest) -> HttpResponse:
    return _newest(archive.history(), title="History", back=reverse("public:history"))


@public_answer
def history_month(_request: HttpRequest, year: int, month: int, number: int | None = None) -> HttpResponse:
    return _month(archive.history(), year, month, number, title="History", back=reverse("public:history"))


@public_answer
def reports(_request: HttpRequest) -> HttpResponse:
    return _newest(archive.reports(), title="Incident reports", back=reverse("public:reports"))


@public_answer
def reports_month(_request: HttpRequest, year: int, month: int, number: int | None = None) -> HttpResponse:
    return _month(archive.reports(), year, month, number, title="Incident reports", back=reverse("public:reports"))


@public_answer
def component_month(
    _request: HttpRequest, public_id: str, year: int, month: int, number: int | None = None
) -> HttpResponse:
    component = Component.objects.filter(public_id=public_id).first()
    if component is None:
        raise Http404
    past = archive.of_component(component)
    return _month(past, year, month, number, title=component.name, back=component_path(public_id))


def _newest(past: Archive, *, title: str, back: str) -> HttpResponse:
    """The last month that has something, and the way to all others."""
    newest = past.newest(moment())
    shown = past.page(newest, past.last_number(newest)) if newest else None
    context = {
        "title": title,
        "back": back,
        "is_newest": True,
        "shown": shown,
        "entries": [event_row(event) for event in shown.events] if shown else [],
        "years": archive.months_by_year(past),
    }
    return page("history.html", context, canonical=back)


def _month(past: Archive, year: int, month: int, number: int | None, *, title: str, back: str) -> HttpResponse:
    """A page of a month. The first has no number in its address."""
    if number == 1:
        raise Http404
    shown = past.page(Month.numbered(year, month), 1 if number is None else number)
    context = {
        "title": title,
        "back": back,
        "is_newest": False,
        "shown": shown,
        "entries": [event_row(event) for event in shown.events],
        "years": [],
    }
    return page("history.html", context, canonical=past.path(shown.month, shown.number))
