"""Answers that several public addresses give: a rendered page, and the tombstone of a withdrawn report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from incidents.models import Retraction
from incidents.public import documents
from incidents.public.addresses import absolute
from incidents.public.branding import current_brand, current_site
from incidents.public.cards import card_of_event, card_of_site
from incidents.public.events import EventRow, UpdateRow
from incidents.public.words import Moment
from incidents.rendering import render_plain

MARKDOWN = "text/markdown; charset=utf-8"
JSON = "application/json; charset=utf-8"


def page(
    template: str, context: dict[str, Any], *, canonical: str, about: EventRow | None = None, status: int = 200
) -> HttpResponse:
    """A template of `public/`, rendered without the request, so that no reader can change a byte of it.

    `about` is the event that it tells of: a link to the page shows its card, else that of the site.
    """
    whole = {"canonical": absolute(canonical), **context}
    if "brand" not in whole:
        whole["brand"], site = current_brand(), current_site()
        whole["card"] = card_of_event(about, site) if about else card_of_site(site)
    return HttpResponse(render_to_string(f"public/{template}", whole), status=status)


def tombstone(
    public_id: str, retraction: Retraction, *, kind: str = "", updates: Sequence[UpdateRow] = ()
) -> HttpResponse:
    """410 with the date and the reason, and nothing of the report; `kind` is the media type that was asked for.

    `updates` are what was posted while it happened, which nobody took back.
    """
    if kind == JSON:
        return HttpResponse(documents.tombstone_json(public_id, retraction), content_type=JSON, status=410)
    if kind:
        return HttpResponse(documents.tombstone_text(retraction), content_type=kind, status=410)
    context = {
        "reason_html": render_plain(retraction.reason),
        "at": Moment(retraction.retracted_at),
        "updates": updates,
    }
    return page("withdrawn.html", context, canonical=f"/incidents/{public_id}/", status=410)
