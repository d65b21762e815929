"""What the public pages are called and how they look."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from incidents.models import Site
from incidents.models.attachment import EXTENSIONS
from incidents.public.reading import read_once
from incidents.rendering import MAX_MARKDOWN_LENGTH, clean_text, render_markdown

_SCHEMES = ("https://", "http://", "mailto:", "/")


@dataclass(frozen=True)
class Brand:
    """A `Site`, ready for a template. Empty parts are left out of the page."""

    name: str
    logo: str
    links: tuple[tuple[str, str], ...]
    footer_html: SafeString
    is_hidden: bool
    shows_promises: bool


@read_once
def current_site() -> Site:
    """The settings as they are. One query in a block."""
    return Site.get()


@read_once
def current_brand() -> Brand:
    """The same, ready for a template."""
    return brand(current_site())


def brand(site: Site) -> Brand:
    """The settings as a page shows them; an address that is none is no link."""
    links = [(clean_text(str(link["label"])), str(link["url"])) for link in site.links if link.get("label")]
    return Brand(
        name=site_name(site),
        logo=logo_path(site),
        links=tuple((label, url) for label, url in links if url.startswith(_SCHEMES)),
        footer_html=render_markdown(site.footer[:MAX_MARKDOWN_LENGTH], heading_level=2),
        is_hidden=site.hidden_from_search,
        shows_promises=site.shows_promises,
    )


def site_name(site: Site) -> str:
    """What the site is called, in plain text."""
    return clean_text(site.name or settings.ORGANISATION_NAME)


def logo_path(site: Site) -> str:
    """Where the logo is; empty where there is none."""
    extension = EXTENSIONS.get(site.logo_type, "")
    return reverse("public:logo", args=[site.logo_sha256, extension]) if site.logo_sha256 and extension else ""


def stylesheet(site: Site) -> str:
    """The colours of the site as custom properties: inline styles would break the content security policy."""
    light, dark = site.accent, site.accent_dark or site.accent
    rules = []
    if light:
        rules.append(f":root {{ --accent: {light}; }}\n")
    if dark:
        rules.append(f"@media screen and (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}\n")
    return "".join(rules)
