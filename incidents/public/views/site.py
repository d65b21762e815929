"""What belongs to the site as a whole: colours, logo, and what search engines are told."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from incidents.models.attachment import EXTENSIONS
from incidents.public import sitemaps
from incidents.public.addresses import absolute
from incidents.public.branding import current_site, stylesheet
from incidents.public.caching import public_answer
from incidents.public.images import read_stored

_XML = "application/xml; charset=utf-8"


@public_answer
def robots(_request: HttpRequest) -> HttpResponse:
    # Pages that are hidden say so themselves: what may not be fetched can't say it.
    where = "" if current_site().hidden_from_search else f"Sitemap: {absolute('/sitemap.xml')}\n"
    text = f"User-agent: *\nAllow: /\nDisallow: /search/\n{where}"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@public_answer
def styles(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(stylesheet(current_site()), content_type="text/css; charset=utf-8")


@public_answer
def logo(_request: HttpRequest, sha256: str, extension: str) -> HttpResponse:
    site = current_site()
    if site.logo_sha256 != sha256 or EXTENSIONS.get(site.logo_type) != extension:
        raise Http404
    content = read_stored(sha256, site.logo_type)
    if content is None:
        raise Http404
    sandbox = "default-src 'none'; sandbox"  # an image opened on its own is no document of this site
    return HttpResponse(content, content_type=site.logo_type, headers={"Content-Security-Policy": sandbox})


@public_answer
def sitemap(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemaps.index(), content_type=_XML)


@public_answer
def sitemap_pages(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemaps.pages(), content_type=_XML)


@public_answer
def sitemap_part(_request: HttpRequest, number: int) -> HttpResponse:
    part = sitemaps.part(number)
    if part is None:
        raise Http404
    return HttpResponse(part, content_type=_XML)
