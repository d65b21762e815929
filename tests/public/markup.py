"""A small reader of HTML: what a page holds, and what is wrong with it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


class Page(HTMLParser):
    """Elements in order, words, and `faults`: unbalanced tags, doubled ids, anything inline that a CSP refuses."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._words = ""
        self.title = ""
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._words += " "
        self._note(tag, attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._words += " "
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self._is_data:
            return
        self._words += data
        self.title += data if self._open[-1:] == ["title"] else ""
        if self._open and self._open[-1] in {"script", "style"} and data.strip():
            self.faults.append(f"inline <{self._open[-1]}>")

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if "id" in attributes and attributes["id"] in self.values("id"):
            self.faults.append(f"id {attributes['id']} twice")
        self.faults += [f"{name} on <{tag}>" for name in attributes if name == "style" or name.startswith("on")]
        self.elements.append((tag, attributes))

    @property
    def _is_data(self) -> bool:
        """In a script that holds data, which no browser runs and no CSP refuses."""
        return bool(self._open) and self.elements[-1] == ("script", {"type": "application/ld+json"})

    @property
    def text(self) -> str:
        """The words with single blanks; two elements never run together."""
        return " ".join(self._words.split())

    @property
    def sentences(self) -> str:
        """The same, where marks that follow an element stand close to it, as a reader sees them."""
        return re.sub(r" ([.,:])", r"\1", self.text)

    def values(self, name: str) -> list[str]:
        """That attribute of all elements that have it."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.elements if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()]
