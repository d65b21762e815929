"""An incident in the editor, and people with browsers of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts.roles import Role
from incidents.models import Incident
from tests.browser.writing import open_editor, signed_in
from tests.factories import make_component, make_draft, make_user


@pytest.fixture
def incident(transactional_db: None) -> Incident:
    make_component("Websites")
    return make_draft(rows=3).incident


@pytest.fixture
def people(browser: Browser, live_server: Any, incident: Incident) -> Iterator[Callable[[str], Page]]:
    """By name, a person with a browser of their own, in the editor."""
    contexts = []

    def open_for(name: str) -> Page:
        context = signed_in(browser, live_server.url, make_user(Role.ENGINEER, name=name))
        contexts.append(context)
        page = context.new_page()
        open_editor(page, live_server.url, incident)
        return page

    yield open_for
    for context in contexts:
        context.close()
