"""Python-Markdown, with links, images and tables of our own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element  # builds a tree, parses nothing

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension, TableProcessor
from markdown.inlinepatterns import (
    InlineProcessor,
    SimpleTagInlineProcessor,
    SimpleTextInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from incidents.rendering.lines import LinesPreprocessor
from incidents.rendering.sanitiser import SAFE_LINK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class RenderedImage:
    """An attachment that the page may show: `![alt](attachment:KEY)`."""

    url: str
    width: int
    height: int
    alt: str = ""


def convert(text: str, images: Mapping[str, RenderedImage], heading_level: int) -> str:
    # One parser a text: it is no good to two threads at once, and is built in a fifth of a millisecond.
    md = Markdown(extensions=[TableExtension(use_align_attribute=True), SaneListExtension(), Nl2BrExtension()])
    _replace_processors(md)
    md.treeprocessors.register(_Tidy(md, images, heading_level), "tidy", -10)
    return md.convert(text)


_UNWANTED = ("reference", "image_reference", "short_reference", "short_image_ref", "automail", "html", "entity")


def _replace_processors(md: Markdown) -> None:
    md.preprocessors.deregister("html_block")
    md.preprocessors.register(LinesPreprocessor(md), "lines", 20)
    md.parser.blockprocessors.deregister("reference")
    md.parser.blockprocessors.register(_Table(md.parser, {"use_align_attribute": True}), "table", 75)
    md.parser.blockprocessors.register(_Heading(md.parser), "hashheader", 70)
    for name in _UNWANTED:
        md.inlinePatterns.deregister(name)
    md.inlinePatterns.register(_Link(_LINK, md), "link", 160)
    md.inlinePatterns.register(_Image(_IMAGE, md), "image_link", 150)
    md.inlinePatterns.register(_Address(_ADDRESS, md), "autolink", 120)
    md.inlinePatterns.register(SubstituteTagInlineProcessor(r"<br\s*/?>", "br"), "br", 105)
    md.inlinePatterns.register(SimpleTextInlineProcessor(_LONG_RUN), "long_run", 65)
    md.inlinePatterns.register(SimpleTagInlineProcessor(_STRUCK, "del"), "struck", 55)


# Every repetition is possessive or stops at the character that starts the next try: unclosed brackets cost
# nothing.
_LABEL = r"\[((?:[^\[\]]|\[[^\[\]]*\])*+)\]"
TARGET = (
    r"\(\s*+(?:<([^<>\n]*)>|((?:[^\s()<>]|\([^\s()]*\))*+))"
    r"""(?:\s++(?:"([^"]*)"|'([^']*)'))?\s*+\)"""
)
_LINK = r"(?<!!)" + _LABEL + TARGET
_IMAGE = r"!" + _LABEL + TARGET
_STASHED = r"\x02klzzwxh:\d+\x03"  # how an escaped character looks by then
_ADDRESS = (
    r"<((?:https?://|mailto:)[^\s<>]+)>"
    r"|<([^\s<>@:/]+@[^\s<>@]+)>"
    rf"""|(?<![A-Za-z0-9/])(https?://(?:[^\s<>"`*\x02\x03]|{_STASHED})+)"""
)
_STRUCK = r"()~~(?=\S)([^~]+)(?<=\S)~~"
# No emphasis, but "password: ********"; and what Python-Markdown's emphasis is slowest on.
_LONG_RUN = r"([*_]{4,})"

ATTACHMENT = "attachment:"


class _Link(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        link = Element("a", {"href": self.unescape(m[2] or m[3] or "")})
        if title := m[4] or m[5]:
            link.set("title", self.unescape(title))
        link.text = m[1]
        return link, m.start(0), m.end(0)


class _Image(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        alt = self.unescape(m[1]) or self.unescape(m[4] or m[5] or "")
        image = Element("img", {"src": self.unescape(m[2] or m[3] or ""), "alt": alt})
        return image, m.start(0), m.end(0)


class _Address(InlineProcessor):
    """`https://…` in text, and in `<>`, where a mail address may be too."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]  # noqa: N802
        address = m[1] or m[2] or _without_sentence_end(m[3])
        link = Element("a", {"href": "mailto:" + m[2] if m[2] else self.unescape(address)})
        link.text = AtomicString(self.unescape(address))
        return link, m.start(0), m.start(0) + len(address) if m[3] else m.end(0)


def _without_sentence_end(address: str) -> str:
    unopened = address.count(")") - address.count("(")
    end = len(address)
    while address[end - 1] in ".,;:!?'_~)]}":
        if address[end - 1] == ")":
            if unopened <= 0:
                break
            unopened -= 1
        end -= 1
    return address[:end]


class _Tidy(Treeprocessor):
    """Decide, when all is parsed, on headings, links and images."""

    def __init__(self, md: Markdown, images: Mapping[str, RenderedImage], heading_level: int) -> None:
        super().__init__(md)
        self.images = images
        self.heading_level = heading_level

    def run(self, root: Element) -> None:
        links = list(root.iter("a"))
        linked = {id(image) for link in links for image in link.iter("img")}
        for image in list(root.iter("img")):
            self._decide_image(image, linked=id(image) in linked)
        for link in links:
            _decide_link(link, link.get("href", ""))
        self._shift_headings(root)

    def _decide_image(self, element: Element, *, linked: bool) -> None:
        source, alt = element.get("src", ""), element.get("alt", "")
        image = self.images.get(source.removeprefix(ATTACHMENT)) if source.startswith(ATTACHMENT) else None
        element.attrib.clear()
        if image:
            element.set("src", image.url)
            element.set("alt", alt or image.alt)
            element.set("width", str(image.width))
            element.set("height", str(image.height))
            element.set("loading", "lazy")
            return
        # Showing it would load something from a third party.
        safe = SAFE_LINK.fullmatch(source)
        host = re.split(r"[/?#]", source)[2] if safe and "//" in source else ""
        element.text = AtomicString(alt or (f"image ({host})" if host else "image"))
        element.tag = "a"
        _decide_link(element, "" if linked else source)

    def _shift_headings(self, root: Element) -> None:
        headings = [element for element in root.iter() if re.fullmatch("h[1-6]", element.tag)]
        shift = self.heading_level - min((int(heading.tag[1]) for heading in headings), default=0)
        for heading in headings:
            heading.tag = f"h{min(int(heading.tag[1]) + shift, 6)}"


def _decide_link(link: Element, href: str) -> None:
    if SAFE_LINK.fullmatch(href):
        link.set("href", href)
    else:
        link.tag = "span"  # which the sanitiser takes away, keeping the text
        link.attrib.clear()


class _Heading(HashHeaderProcessor):
    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})(?= )(?P<header>[^\n]*+)(?:\n|$)")  # "#channel" is none


class _Table(TableProcessor):
    """Cells beyond the header's go to the last one, not away."""

    def _build_row(self, row: str, parent: Element, align: Sequence[str | None]) -> None:
        cells = self._split_row(row)  # type: ignore[attr-defined]  # the stubs leave it out
        last = len(align) - 1
        if len(cells) > len(align):
            cells[last:] = [r"\|".join(cells[last:])]
            row = "|".join(["", *cells, ""] if self.border else cells)
        super()._build_row(row, parent, align)  # type: ignore[misc]  # the stubs leave it out
