"""Markdown and HTML marks inside a line: taking them off, and finding images and links.

Every pattern here is bounded or excludes its own opening character, so that a megabyte of `[` or `<`
costs no more than a megabyte of prose.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_TAG_NAMES: Final = (
    "a|abbr|article|aside|b|blockquote|body|br|caption|center|cite|code|col|colgroup|dd|del|details|div|dl|dt|em"
    "|figcaption|figure|font|footer|h[1-6]|head|header|hr|html|i|img|ins|kbd|label|li|main|mark|nav|ol|p|pre|s"
    "|samp|section|small|source|span|strike|strong|style|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr"
    "|tt|u|ul|var|video"
)
TAG: Final = re.compile(rf"<(?=[/a-zA-Z])/?(?:{_TAG_NAMES})(?:\s[^<>]{{0,600}})?/?>", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--[^<>]{0,2000}-->")
_IMAGE: Final = re.compile(r"!\[([^\[\]]{0,400})\]\(\s{0,3}<?([^()\s<>]{1,2000})>?([^()]{0,300})\)")
_LINK: Final = re.compile(
    r"\[([^\[\]]{0,600}(?:\[[^\[\]]{0,100}\][^\[\]]{0,200})?)\]\(\s{0,3}<?([^()\s<>]{0,2000}"
    r"(?:\([^()\s]{0,200}\)[^()\s<>]{0,500})?)>?(?:\s{1,3}[^()]{0,300})?\)"
)
_REFERENCE: Final = re.compile(r"\[([^\[\]\n]{1,300})\](?:\s?\[([^\[\]\n]{0,300})\])?(?![(:])")
_AUTOLINK: Final = re.compile(r"<(?=[hmf])((?:https?|mailto|ftp):[^<>\s]{1,2000})>")
_IMG_TAG: Final = re.compile(r"<img\s([^<>]{0,2000})/?>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""\b(src|alt)\s{0,3}=\s{0,3}(?:"([^"]{0,2000})"|'([^']{0,2000})')""", re.IGNORECASE)
_EMPHASIS_OPEN: Final = re.compile(r"(?<![\w*_])(?:\*{1,3}|_{1,3})(?=[^\s*_])")
_EMPHASIS_CLOSE: Final = re.compile(r"(?<=[^\s*_])(?:\*{1,3}|_{1,3})(?![\w*_])")
_STRONG: Final = re.compile(r"(?<!\*)\*{2,3}(?!\*)|~~")
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_SHORTCODE: Final = r":[a-z+\-][a-z0-9_+\-]{1,40}:"
SHORTCODE: Final = re.compile(_SHORTCODE)
# Arrows, dingbats, symbols and pictographs: what people put before a line to dress it up.
_EMOJI: Final = "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?"
DECORATION: Final = re.compile(rf"(?:\s|&(?:emsp|ensp|nbsp|thinsp);|\u200b|{_SHORTCODE}|{_EMOJI}){{1,12}}")
_PICTURE: Final = re.compile(_EMOJI)
_MARKED: Final = re.compile(r"[<\[*_~`\\&]|[^\S\n]\s|\n[^\S\n]|[^\S\n ]")
_SPACES: Final = re.compile(r"[^\S\n]+")
_MARKDOWN_ONLY: Final = re.compile(r"[\s*_`~#>\\|+=.,;:\-]*")


@dataclass(frozen=True, slots=True)
class Image:
    """An image named in the text: its address as written, and its alternative text (may be empty)."""

    url: str
    alt: str


def plain(text: str) -> str:
    """The words without Markdown and HTML marks: links become their label, entities their character.

    Line breaks stay, other white space is collapsed. `<words like these>` that are no HTML tag stay.
    """
    if _MARKED.search(text) is None:
        return text.strip()
    if "<" in text:
        text = _COMMENT.sub(" ", text) if "<!--" in text else text
        text = TAG.sub(" ", _AUTOLINK.sub(r"\1", text))
    if "](" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    if "*" in text or "_" in text or "~~" in text:
        text = _EMPHASIS_CLOSE.sub("", _EMPHASIS_OPEN.sub("", _STRONG.sub("", text)))
    text = text.replace("`", "")
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    if "&" in text:
        text = html.unescape(text)
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()


def one_line(text: str) -> str:
    """`plain`, with line breaks collapsed as well."""
    return " ".join(plain(text).split())


def heading_words(text: str) -> str:
    """A heading or a name as people would say it: without marks, emoji, or a closing colon, dot or semicolon."""
    words = SHORTCODE.sub(" ", one_line(text))
    words = _PICTURE.sub(" ", words)
    return " ".join(words.split()).strip().rstrip(":;.,\uff1a").strip()


def is_bare(text: str) -> bool:
    """Whether nothing but marks and white space is left of this text."""
    return not _MARKDOWN_ONLY.sub("", plain(text))


def images(text: str) -> Iterator[Image]:
    """Every image in Markdown or HTML, in order within each kind."""
    if "![" in text:
        for match in _IMAGE.finditer(text):
            title = match[3].strip(" \"'")
            yield Image(match[2], " ".join(f"{match[1]} {title}".split()))
    if "<img" in text.lower():
        yield from filter(None, map(_image_of_tag, _IMG_TAG.finditer(text)))


def _image_of_tag(tag: re.Match[str]) -> Image | None:
    found: dict[str, str] = {}
    for key, double, single in _ATTRIBUTE.findall(tag[1]):
        found[key.lower()] = f"{found.get(key.lower(), '')} {double or single}".strip()
    return Image(html.unescape(found["src"]), html.unescape(found.get("alt", ""))) if found.get("src") else None


def without_images(text: str) -> str:
    """The text with its images taken out; an image tag that names no address stays."""
    return _IMG_TAG.sub(lambda tag: "" if _image_of_tag(tag) else tag[1], _IMAGE.sub("", text))


def resolve_references(text: str, definitions: Mapping[str, str]) -> str:
    """`[label][name]` and `[name]` → `[label](address)`, for the names that the document defines.

    A section or a row is shown on its own, away from the definitions at the end of its file.
    """
    if not definitions or "[" not in text:
        return text

    def resolve(match: re.Match[str]) -> str:
        name = " ".join((match[2] or match[1]).casefold().split())
        address = definitions.get(name)
        return f"[{match[1]}]({address})" if address else match[0]

    return _REFERENCE.sub(resolve, text)
