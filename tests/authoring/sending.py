"""What a browser sends from the editor: forms are read off the page, so that hidden inputs come along."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from incidents.models import Incident

SCRIPT = {"HX-Request": "true"}


def url(name: str, *args: Any) -> str:
    return reverse(f"authoring:{name}", args=args)


class Forms(HTMLParser):
    """The inputs of each form of a page, by the form's id: name → value as a browser would send it untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] = {}
        self._select = self._text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._form = self.found.setdefault(given.get("id", given.get("action", "")), {})
        elif tag == "input" and name and given.get("type") not in {"file", "checkbox", "radio", "submit"}:
            self._form[name] = given.get("value", "")
        elif tag == "input" and given.get("type") in {"checkbox", "radio"} and "checked" in given:
            self._form[name] = given.get("value", "on")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self._form):
            self._form[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._text = name
            self._form[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            value = self._form[self._text] + data
            self._form[self._text] = value.removeprefix("\n") if not self._form[self._text] else value


def forms_of(page: str) -> dict[str, dict[str, str]]:
    return Forms(page).found


def form_on(client: Client, incident: Incident, form_id: str) -> dict[str, str]:
    """One form of the editor as it stands."""
    return forms_of(client.get(url("editor", incident.number)).content.decode())[form_id]


def row_on(client: Client, incident: Incident, key: str) -> dict[str, str]:
    return form_on(client, incident, f"entry-{key}-form")


def line(text: str, **hidden: str) -> dict[str, str]:
    """The quick row."""
    return {"row-new-line": text, "row-new-after": "", **hidden}
