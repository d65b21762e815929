from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms

from incidents.models import Site
from incidents.status.contrast import DARK, ENOUGH, LIGHT, least_contrast
from incidents.status.forms.base import SeenForm
from incidents.status.operations import site_values
from incidents.zones import known_zone

MOST_LINKS = 5
_COLOUR = re.compile(r"#?([0-9a-f]{6})", re.IGNORECASE)


class ColourField(forms.CharField):
    """`#1a2b3c`, or nothing for the page's own."""

    def __init__(self, *, papers: tuple[str, ...], **kwargs: Any) -> None:
        self.papers = papers
        attrs = {"autocomplete": "off", "spellcheck": "false", "placeholder": "#21518f", "size": 9}
        super().__init__(required=False, max_length=7, widget=forms.TextInput(attrs), **kwargs)

    def clean(self, value: Any) -> str:
        given: str = super().clean(value)
        if not given:
            return ""
        found = _COLOUR.fullmatch(given.strip())
        if found is None:
            raise forms.ValidationError("Write a colour as #1a2b3c.", code="invalid")
        colour = f"#{found[1].lower()}"
        figure = least_contrast(colour, self.papers)
        if figure < ENOUGH:
            low = int(figure * 100) / 100  # 4.496 must not be told as 4.5
            raise forms.ValidationError(
                f"This colour has a contrast of {low:.2f} to 1 with the page. Readers need {ENOUGH} to 1 at least.",
                code="contrast",
            )
        return colour


class SiteForm(SeenForm):
    """How the public pages look and what they are called."""

    name = forms.CharField(max_length=80, required=False, help_text="Empty for the name of the installation.")
    logo = forms.FileField(
        required=False,
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP, 100 KB at most. It stands before the name.",
    )
    without_logo = forms.BooleanField(label="Take the logo away", required=False)
    accent = ColourField(label="Colour on light paper", papers=LIGHT)
    accent_dark = ColourField(label="Colour on dark paper", papers=DARK)
    footer = forms.CharField(
        max_length=2_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="At the end of every page, as it is typed.",
    )
    time_zone = forms.CharField(
        max_length=60,
        widget=forms.TextInput({"list": "zones", "autocomplete": "off"}),
        help_text="Days of the uptime bars begin here. UTC is always printed.",
        error_messages={"required": "Choose a time zone, such as Europe/Berlin."},
    )
    shows_promises = forms.BooleanField(
        label="Show a page of all public promises, and how many were kept", required=False
    )
    hidden_from_search = forms.BooleanField(label="Ask search engines to leave the pages out", required=False)

    def __init__(self, data: Any = None, files: Any = None, *, site: Site) -> None:
        self.site = site
        super().__init__(data, files, stored=site_values(site))
        for place in range(MOST_LINKS):
            link = site.links[place] if place < len(site.links) else {"label": "", "url": ""}
            self.fields[f"label_{place}"] = forms.CharField(
                label=f"Text of link {place + 1}", max_length=40, required=False, initial=link["label"]
            )
            self.fields[f"url_{place}"] = forms.URLField(
                label=f"Address of link {place + 1}",
                required=False,
                max_length=500,
                assume_scheme="https",
                initial=link["url"],
                widget=forms.TextInput({"inputmode": "url", "placeholder": "https://example.com"}),
                error_messages={"invalid": "Write an address as https://example.com."},
            )
        self.dress()

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if not known_zone(zone):
            raise forms.ValidationError("Choose a time zone from the list, such as Europe/Berlin.", code="unknown")
        return zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        links = []
        for place in range(MOST_LINKS):
            label, url = cleaned.get(f"label_{place}", ""), cleaned.get(f"url_{place}", "")
            if label and url and not url.startswith(("https://", "http://")):
                self.add_error(f"url_{place}", "Write an address as https://example.com.")
            elif bool(label) != bool(url) and f"url_{place}" not in self.errors:
                self.add_error(f"url_{place}" if label else f"label_{place}", "A link needs a text and an address.")
            elif label:
                links.append({"label": label, "url": url})
        return cleaned | {"links": links}

    def link_rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for place in range(MOST_LINKS):
            yield self[f"label_{place}"], self[f"url_{place}"]
