"""The pictures that stand beside links to these pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from incidents.public.answers import tombstone
from incidents.public.branding import current_site
from incidents.public.caching import public_answer
from incidents.public.cards import card_of_event, card_of_site
from incidents.public.cards.drawing import draw_card
from incidents.public.events import event_of, event_row
from incidents.public.history import history_of


@public_answer
def site_card(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(draw_card(card_of_site(current_site())), content_type="image/png")


@public_answer
def event_card(_request: HttpRequest, public_id: str) -> HttpResponse:
    event = event_of(public_id)
    if event is None:
        raise Http404
    if event.report_withdrawn_at and (taken := history_of(public_id).retraction):
        return tombstone(public_id, taken, kind="text/plain; charset=utf-8")
    return HttpResponse(draw_card(card_of_event(event_row(event), current_site())), content_type="image/png")
