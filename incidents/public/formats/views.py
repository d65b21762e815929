"""What programs read. Each answer may be read from other people's pages, too."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt

from incidents.models import Component, PublicEvent
from incidents.models.event import PublicEventQuerySet
from incidents.public.branding import current_site, site_name
from incidents.public.caching import public_answer
from incidents.public.components import current_components
from incidents.public.editions import editions
from incidents.public.events import event_of, going_on
from incidents.public.events import upcoming as planned_ahead
from incidents.public.formats import badge as badges
from incidents.public.formats import feeds, history_json
from incidents.public.formats.calendar import calendar as calendar_of
from incidents.public.formats.calendar import calendar_events
from incidents.public.formats.events import MOST, told
from incidents.public.formats.statuspage import Json, Page
from incidents.public.formats.statuspage_incidents import incidents as incident_objects
from incidents.public.formats.statuspage_incidents import whole_incident
from incidents.public.formats.widget import widget
from incidents.public.reading import moment

JSON = "application/json; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
CALENDAR = "text/calendar; charset=utf-8"
SVG = "image/svg+xml"


def open_answer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A public answer that scripts of any site may read. On a 304 as well: browsers check that one, too."""
    public = public_answer(view)

    @wraps(public)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = public(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


# ── The Statuspage format ───────────────────────────────────────────────────


@open_answer
def summary(_request: HttpRequest) -> HttpResponse:
    page = Page.read()
    under_way = PublicEvent.objects.going_on().newest_first()
    planned = [*editions(under_way.maintenance()), *editions(PublicEvent.objects.upcoming())]
    return _json(
        {
            "page": page.to_json(),
            "components": page.listed(),
            "incidents": incident_objects(page, editions(under_way.incidents())),
            "scheduled_maintenances": incident_objects(page, planned),
            "status": page.status(going_on()),
        }
    )


@open_answer
def status(_request: HttpRequest) -> HttpResponse:
    page = Page.read()
    return _json({"page": page.to_json(), "status": page.status(going_on())})


@open_answer
def components(_request: HttpRequest) -> HttpResponse:
    page = Page.read()
    return _json({"page": page.to_json(), "components": page.listed()})


@open_answer
def incidents(_request: HttpRequest) -> HttpResponse:
    return _events("incidents", PublicEvent.objects.incidents().newest_first()[:MOST])


@open_answer
def unresolved(_request: HttpRequest) -> HttpResponse:
    return _events("incidents", PublicEvent.objects.incidents().going_on().newest_first())


@open_answer
def maintenances(_request: HttpRequest) -> HttpResponse:
    return _events("scheduled_maintenances", PublicEvent.objects.maintenance().newest_first()[:MOST])


@open_answer
def upcoming(_request: HttpRequest) -> HttpResponse:
    return _events("scheduled_maintenances", PublicEvent.objects.upcoming())


@open_answer
def active(_request: HttpRequest) -> HttpResponse:
    return _events("scheduled_maintenances", PublicEvent.objects.maintenance().going_on().newest_first())


@open_answer
def incident(_request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_of(public_id)
    if event is None:
        raise Http404
    return _json(whole_incident(Page.read(), *told([event])))


@open_answer
def history(_request: HttpRequest, number: int = 1) -> HttpResponse:
    today = moment().date()
    if not 1 <= number <= history_json.pages(on=today):
        raise Http404
    return _json(history_json.history_page(number, on=today))


def _component(public_id: str) -> Component:
    """Raises Http404."""
    for component in current_components():
        if component.public_id == public_id:
            return component
    raise Http404


def _events(key: str, events: PublicEventQuerySet) -> HttpResponse:
    page = Page.read()
    return _json({"page": page.to_json(), key: incident_objects(page, editions(events))})


def _json(document: Json) -> HttpResponse:
    return HttpResponse(json.dumps(document, ensure_ascii=False, separators=(",", ":")), content_type=JSON)


# ── Feeds ───────────────────────────────────────────────────────────────────


@open_answer
def history_atom(_request: HttpRequest) -> HttpResponse:
    events = editions(PublicEvent.objects.order_by("-updated_at", "-pk")[:MOST])
    feed = feeds.history_atom(events, current_site(), address=reverse("public:history_feed"))
    return HttpResponse(feed, content_type=ATOM)


@open_answer
def history_rss(_request: HttpRequest) -> HttpResponse:
    events = editions(PublicEvent.objects.order_by("-updated_at", "-pk")[:MOST])
    return HttpResponse(feeds.history_rss(events, current_site()), content_type=RSS)


@open_answer
def updates_atom(_request: HttpRequest) -> HttpResponse:
    feed = feeds.updates_atom(current_site(), address=reverse("public:updates_feed"))
    return HttpResponse(feed, content_type=ATOM)


@open_answer
def component_atom(_request: HttpRequest, component_id: str) -> HttpResponse:
    component = _component(component_id)
    events = editions(PublicEvent.objects.filter(components__component=component).newest_first()[:MOST])
    address = reverse("public:component_feed", args=[component_id])
    return HttpResponse(
        feeds.history_atom(events, current_site(), address=address, about=str(component)), content_type=ATOM
    )


# ── Calendar ────────────────────────────────────────────────────────────────


@open_answer
def calendar(_request: HttpRequest) -> HttpResponse:
    events = calendar_events(PublicEvent.objects.all())
    return HttpResponse(calendar_of(events, current_site()), content_type=CALENDAR)


@open_answer
def component_calendar(_request: HttpRequest, component_id: str) -> HttpResponse:
    component = _component(component_id)
    events = calendar_events(PublicEvent.objects.filter(components__component=component))
    return HttpResponse(calendar_of(events, current_site(), about=str(component)), content_type=CALENDAR)


# ── Badge and widget ────────────────────────────────────────────────────────


@open_answer
def badge(_request: HttpRequest) -> HttpResponse:
    level = badges.worst_level(current_components(), going_on())
    return HttpResponse(badges.badge(level), content_type=SVG)


@open_answer
def component_badge(_request: HttpRequest, component_id: str) -> HttpResponse:
    component = _component(component_id)
    return HttpResponse(badges.badge(component.status, name=component.name), content_type=SVG)


# The only page that others may frame. The rule stands outside the answer, so that a 304 carries it as well: browsers
# take over the headers of that.
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@public_answer
def embed(_request: HttpRequest) -> HttpResponse:
    site = current_site()
    context = {"widget": widget(current_components(), going_on(), planned_ahead()), "name": site_name(site)}
    return HttpResponse(render_to_string("public/formats/embed.html", context))
