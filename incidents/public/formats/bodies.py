"""Texts in the HTML that other programs show: sanitised, short of block elements where people used none."""

from __future__ import annotations

import re
from functools import lru_cache

from incidents.models import Publication
from incidents.public.addresses import absolute, image_path, report_path
from incidents.rendering import MAX_MARKDOWN_LENGTH, RenderedImage, plain_text, render_markdown, render_plain
from incidents.snapshot import Section

_BLOCKS = re.compile(r"<(?:ul|ol|pre|blockquote|table|hr|h[1-6])\b")
_BREAK = "<br />"


@lru_cache(maxsize=2_000)  # lists repeat the same fifty events at every change
def update_html(text: str) -> str:
    """An update as a fragment: `<br />` for line ends and between paragraphs, as readers of this format expect."""
    html = "\n".join(render_markdown(part) for part in _portions(text)).strip()
    html = html.replace("<br>\n", _BREAK).replace("<br>", _BREAK)
    if _BLOCKS.search(html):
        return html
    return html.replace("</p>\n<p>", _BREAK * 2).removeprefix("<p>").removesuffix("</p>")


@lru_cache(maxsize=500)
def update_words(text: str) -> str:
    """The same in one line, without HTML."""
    return " ".join(plain_text(part) for part in _portions(text))


def summary_html(publication: Publication) -> str:
    """What a list tells of a report: its summary, and where the rest is."""
    link = absolute(report_path(publication.public_id))
    summary = publication.snapshot.section("summary")
    told = section_html(publication, summary) if summary else ""
    return f'{told}\n<p><a href="{link}">Read the report</a></p>'.strip()


def report_html(publication: Publication) -> str:
    """All chapters of a report with their headings."""
    return "\n".join(
        f"<h2>{render_plain(section.heading)}</h2>\n{section_html(publication, section)}"
        for section in publication.snapshot.sections
    )


def section_html(publication: Publication, section: Section) -> str:
    images = {}
    for image in publication.snapshot.images:
        address = absolute(image_path(publication.public_id, image))
        images[image.key] = RenderedImage(address, image.width, image.height, image.alt)
    return render_markdown(section.markdown, images=images, heading_level=3).replace("<br>", _BREAK)


def _portions(text: str) -> list[str]:
    """An update may be longer than the renderer takes at once: cut between paragraphs, or lines, or anywhere."""
    portions = []
    while len(text) > MAX_MARKDOWN_LENGTH:
        head = text[:MAX_MARKDOWN_LENGTH]
        end = max(head.rfind("\n\n"), 0) or max(head.rfind("\n"), 0) or MAX_MARKDOWN_LENGTH
        portions.append(text[:end])
        text = text[end:]
    return [*portions, text]
