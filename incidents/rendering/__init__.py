"""Markdown → clean HTML: the only module that marks text as safe.

Three nets, one behind the other. Raw HTML is no markup here: `<b>` and `List<String>` show as they were
typed, so nothing that somebody pasted disappears. Links and images are decided on the parsed tree
(`conversion`). What comes out goes through nh3 with a short list of elements and attributes (`sanitiser`).

Python-Markdown is quadratic on hostile input: 15 KB of `![a` took it nine seconds, 20 KB of `[` forty. A time
limit would make the same text look one way on a quiet server and another on a busy one, and can stop a thread
only from outside its process. So the cost is bounded instead: links have patterns of our own that read every
character a bounded number of times, lines are set so that blocks stay small, and text that would still be
costly (`lines.refuse_costly`) is shown as it was typed, in escaped paragraphs. So is text on which a library
fails. Same text, same page, always.

A line break in the text is one on the page: people write here as they do in chat and in issues.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from functools import lru_cache
from html import escape, unescape
from types import MappingProxyType
from typing import TYPE_CHECKING

import nh3
from django.utils.safestring import SafeString, mark_safe  # noqa: TID251  # this is the only place

from incidents.rendering.characters import clean_text, search_words
from incidents.rendering.conversion import RenderedImage, convert
from incidents.rendering.lines import TooCostly
from incidents.rendering.sanitiser import sanitise

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MAX_MARKDOWN_LENGTH",
    "RenderedImage",
    "TooLong",
    "clean_text",
    "json_for_script",
    "plain_text",
    "render_markdown",
    "render_plain",
    "search_words",
]

logger = logging.getLogger(__name__)

MAX_MARKDOWN_LENGTH = 20_000
_MAX_KEPT_LENGTH, _MOST_KEPT = 4_000, 2_000  # texts as people post them; fewer than 20 MB in all

_OUT_OF_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
_NO_IMAGES: Mapping[str, RenderedImage] = MappingProxyType({})


class TooLong(ValueError):
    """Markdown above MAX_MARKDOWN_LENGTH."""


def render_markdown(
    text: str, *, images: Mapping[str, RenderedImage] = _NO_IMAGES, heading_level: int = 3
) -> SafeString:
    """Give the HTML of Markdown; its highest heading becomes `heading_level`."""
    if len(text) > MAX_MARKDOWN_LENGTH:
        raise TooLong(f"Markdown may have {MAX_MARKDOWN_LENGTH:,} characters; this has {len(text):,}.")
    text = clean_text(text)
    try:
        if images or len(text) > _MAX_KEPT_LENGTH:
            html = _converted(text, images, heading_level)
        else:
            html = _converted_before(text, heading_level)
    except TooCostly:
        html = _as_typed(text)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # nh3's PanicException is no Exception; a page must never fail on its text
        logger.exception("Markdown of %d characters is shown as typed: the renderer failed", len(text))
        html = _as_typed(text)
    return mark_safe(html)  # noqa: S308  # sanitised or escaped just above


def _converted(text: str, images: Mapping[str, RenderedImage], heading_level: int) -> str:
    return sanitise(convert(text, images, heading_level), {image.url for image in images.values()})


@lru_cache(maxsize=_MOST_KEPT)
def _converted_before(text: str, heading_level: int) -> str:
    """Same text, same HTML: what was posted once is written into ten pages, at every change of any of them."""
    return _converted(text, _NO_IMAGES, heading_level)


def render_plain(text: str) -> SafeString:
    """Give the HTML of a one-line field, for element content only: not for attributes or `<title>`."""
    line = " ".join(clean_text(text).split())
    html = escape(line)
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in line):
        html = f"<bdi>{html}</bdi>"
    return mark_safe(html)  # noqa: S308  # escaped two lines above


def plain_text(markdown: str) -> str:
    """Give the words of Markdown in one line: for summaries, descriptions, search."""
    return " ".join(unescape(nh3.clean(render_markdown(markdown), tags=set(), link_rel=None)).split())


def json_for_script(value: object) -> SafeString:
    """Give JSON that can stand in a `<script>` of data: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_OUT_OF_SCRIPT))  # noqa: S308  # neither < nor > nor & is left


def _as_typed(text: str) -> str:
    paragraphs = re.split(r"\n(?: *\n)+", text.strip("\n"))
    escaped = (escape(part, quote=False).replace("\xa0", "&nbsp;").replace("\n", "<br>\n") for part in paragraphs)
    return "\n".join(f"<p>{part}</p>" for part in escaped)
