"""What was: all events, the reports, and those of a component, with a tag or from a cause, by month."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from incidents.models import Component
from incidents.public import archive
from incidents.public.answers import page
from incidents.public.archive import Archive, Month
from incidents.public.caching import public_answer
from incidents.public.events import listed_rows
from incidents.public.labels import cause_label
from incidents.public.reading import moment
from incidents.rendering import clean_text

HISTORY, REPORTS = "History", "Incident reports"


@public_answer
def history(_request: HttpRequest) -> HttpResponse:
    return _newest(archive.history(), title=HISTORY)


@public_answer
def history_month(_request: HttpRequest, year: int, month: int, number: int | None = None) -> HttpResponse:
    return _month(archive.history(), year, month, number, title=HISTORY)


@public_answer
def reports(_request: HttpRequest) -> HttpResponse:
    return _newest(archive.reports(), title=REPORTS)


@public_answer
def reports_month(_request: HttpRequest, year: int, month: int, number: int | None = None) -> HttpResponse:
    return _month(archive.reports(), year, month, number, title=REPORTS)


@public_answer
def component_month(
    _request: HttpRequest, public_id: str, year: int, month: int, number: int | None = None
) -> HttpResponse:
    component = Component.objects.filter(public_id=public_id).first()
    if component is None:
        raise Http404
    return _month(archive.of_component(component), year, month, number, title=component.name)


@public_answer
def tag(_request: HttpRequest, tag: str) -> HttpResponse:
    return _newest(archive.of_tag(tag), title=_tag_title(tag), above=_history())


@public_answer
def tag_month(_request: HttpRequest, tag: str, year: int, month: int, number: int | None = None) -> HttpResponse:
    return _month(archive.of_tag(tag), year, month, number, title=_tag_title(tag))


@public_answer
def cause(_request: HttpRequest, cause: str) -> HttpResponse:
    return _newest(archive.of_cause(cause), title=_cause_title(cause), above=_history())


@public_answer
def cause_month(_request: HttpRequest, cause: str, year: int, month: int, number: int | None = None) -> HttpResponse:
    return _month(archive.of_cause(cause), year, month, number, title=_cause_title(cause))


def _history() -> tuple[str, str]:
    return reverse("public:history"), HISTORY


def _tag_title(tag: str) -> str:
    return f"Tag: {clean_text(tag)}"


def _cause_title(cause: str) -> str:
    return f"Cause: {cause_label(cause) or cause}"


def _newest(past: Archive, *, title: str, above: tuple[str, str] = ("", "")) -> HttpResponse:
    """The last month that has something, and the way to all others. One of a part of history has something `above`."""
    newest = past.newest(moment())
    if above[0] and newest is None:
        raise Http404
    shown = past.page(newest, past.last_number(newest)) if newest else None
    context = {
        "title": title,
        "above": above,
        "is_newest": True,
        "is_reports": title == REPORTS,
        "shown": shown,
        "entries": listed_rows(shown.events) if shown else [],
        "years": archive.months_by_year(past),
    }
    return page("history.html", context, canonical=past.home)


def _month(past: Archive, year: int, month: int, number: int | None, *, title: str) -> HttpResponse:
    """A page of a month. The first has no number in its address."""
    if number == 1:
        raise Http404
    shown = past.page(Month.numbered(year, month), 1 if number is None else number)
    context = {
        "title": title,
        "above": (past.home, title),
        "is_newest": False,
        "is_reports": title == REPORTS,
        "shown": shown,
        "entries": listed_rows(shown.events),
        "years": [],
    }
    return page("history.html", context, canonical=past.path(shown.month, shown.number))
