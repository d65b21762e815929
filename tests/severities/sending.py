"""The form of a severity as a browser reads and sends it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from incidents.models import Severity, sections_for
from tests.public.markup import Page

LIST = "/workspace/severities/"
NEW = f"{LIST}new/"


def address(severity: Severity) -> str:
    return reverse("severities:severity", args=[severity.pk])


def asked_by(severity: Severity) -> list[tuple[str, str]]:
    """Key and prompt of each heading that a report of this severity is asked for."""
    return [(key, section.prompt) for key, section in sections_for(severity).items() if section.is_asked]


def sent(page: Form, **changes: Any) -> dict[str, str]:
    """What a browser sends of the form as it stands, with some fields changed; None unticks or empties."""
    fields = {}
    for each in page.all("input"):
        is_choice = each.get("type") in {"checkbox", "radio"}
        if each.get("name", "csrfmiddlewaretoken") != "csrfmiddlewaretoken" and (not is_choice or "checked" in each):
            fields[each["name"]] = each.get("value", "on" if is_choice else "")
    fields |= page.textareas()
    return {name: value for name, value in (fields | changes).items() if value is not None}


class Form(Page):
    """A page, and what stands in its text areas."""

    def __init__(self, html: str) -> None:
        self._areas: dict[str, str] = {}
        self._area = ""
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if tag == "textarea":
            self._area = dict(attrs)["name"] or ""
            self._areas[self._area] = ""

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        if self._area:
            self._areas[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag == "textarea":
            self._area = ""

    def textareas(self) -> dict[str, str]:
        """As they are sent: a browser leaves out the line break with which Django begins them."""
        return {name: text.removeprefix("\n").removeprefix("\r\n") for name, text in self._areas.items()}


def opened(client: Client, at: str) -> Form:
    return Form(client.get(at).content.decode())
