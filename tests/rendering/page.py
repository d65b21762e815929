"""A second opinion on HTML: the standard library's parser and a list of what may be there."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BARE = "h1 h2 h3 h4 h5 h6 p blockquote pre hr br ul li table thead tbody tr del em strong"
ALLOWED: dict[str, set[str]] = {element: set() for element in re.findall(r"\w+", _BARE)} | {
    "a": {"href", "title", "rel"},
    "img": {"src", "alt", "width", "height", "loading"},
    "code": {"class"},
    "ol": {"start"},
    "th": {"align", "scope"},
    "td": {"align"},
}
_VALUES = {
    "href": r"(?i:https?://[^\s@\\/?#]+([/?#][^\s\\]*)?|mailto:[^\s@\\]+@[^\s@\\]+)",
    "rel": "noopener nofollow ugc",
    "src": re.escape("/media/chart.png"),
    "width|height": r"\d{1,5}",
    "loading": "lazy",
    "class": r"language-[a-z0-9+#-]+",
    "start": r"\d+",
    "scope": "col",
    "align": "left|center|right",
    "title|alt": r"(?s:.*)",
}
_VOID = {"br", "hr", "img"}
_DECEIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            self.faults.append(f"not closed: {self._open}")
        if _DECEIVING.search(html):
            self.faults.append("a character that deceives or breaks")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.faults.append(f"element {tag}")
        for name, value in attrs:
            self._judge(tag, name, value or "")
        if tag not in _VOID:
            self._open.append(tag)

    def _judge(self, tag: str, name: str, value: str) -> None:
        pattern = next((pattern for names, pattern in _VALUES.items() if name in names.split("|")), None)
        if name not in ALLOWED.get(tag, set()) or pattern is None or not re.fullmatch(pattern, value):
            self.faults.append(f"{tag} {name}={value!r}")
        if _DECEIVING.search(value):
            self.faults.append(f"a character that deceives in {name}")
        if name == "href":
            self.links.append(value)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"closes {tag}")

    def handle_data(self, data: str) -> None:
        self.text += data
        if _DECEIVING.search(data):
            self.faults.append("a character that deceives")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"declaration {data!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data!r}")
