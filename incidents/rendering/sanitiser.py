"""The last net: a short list of elements and attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nh3

from incidents.rendering.characters import DROPPED

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

SAFE_LINK = re.compile(
    r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?"  # no `user@` before the host, no `\` that browsers read as `/`
    r"|mailto:[^\s\\@?]+@[^\s\\@]+",
    re.IGNORECASE,
)
LANGUAGE_CLASS = re.compile(r"language-[a-z0-9+#-]{1,30}")

_ELEMENTS = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "blockquote", "pre", "hr", "br", "ul", "ol", "li"}
_ELEMENTS |= {"table", "thead", "tbody", "tr", "th", "td", "a", "img", "code", "del", "em", "strong"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
}
_ALIGN = {"align": {"left", "center", "right"}}


def sanitise(html: str, image_urls: AbstractSet[str] = frozenset()) -> str:
    def keep(element: str, attribute: str, value: str) -> str | None:
        wanted = {
            ("a", "href"): SAFE_LINK.fullmatch(value),
            ("img", "src"): value in image_urls,
            ("code", "class"): LANGUAGE_CLASS.fullmatch(value),
            ("ol", "start"): value.isdecimal(),
        }
        return value if wanted.get((element, attribute), True) else None

    # `allowed_classes` beside `class` in `attributes` makes nh3 panic: the filter above does its work.
    cleaner = nh3.Cleaner(
        tags=_ELEMENTS,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        tag_attribute_values={"td": _ALIGN, "th": _ALIGN, "img": {"loading": {"lazy"}}},
        set_tag_attribute_values={"th": {"scope": "col"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow ugc",
    )
    # An entity can hold what `clean_text` dropped from the source; and what is clean must stay as it is when it
    # is cleaned again, which nh3 does not promise of malformed input.
    for _ in range(4):
        before, html = html, cleaner.clean(DROPPED.sub("", html))
        if html == before:
            break
    return html
