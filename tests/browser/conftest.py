"""An incident in the editor, and people with browsers of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from accounts.roles import Role
from incidents.models import Incident
from tests.browser.public_site import fill_site
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


@pytest.fixture
def site(live_server: Any) -> str:
    """Where a public site is that has one of everything."""
    fill_site()
    url: str = live_server.url
    return url


@pytest.fixture
def open_at(browser: Browser, site: str) -> Any:
    """Open an address in a context of its own; every request elsewhere, error and policy breach is collected."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str, *, has_our_fonts: bool = True, **context: Any) -> Page:
        contexts.append(browser.new_context(**context))
        page = contexts[-1].new_page()
        if not has_our_fonts:
            page.route("**/*.woff2", lambda route: route.fulfill(status=204))

        def check(response: Response) -> None:
            if not response.url.startswith(site) or (
                response.status >= 400 and urlsplit(response.url).path != urlsplit(path).path
            ):
                complaints.append(f"{response.status} {response.url}")

        page.on("response", check)
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "olicy" in message.text else None)
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
