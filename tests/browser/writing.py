"""What the tests of the editor do in a browser."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from accounts.models import User
from incidents.models import Incident, ReportSection

PASSWORD = "correct horse battery"
BEATS = "**/pulse/"


def signed_in(browser: Browser, address: str, user: User, **options: Any) -> BrowserContext:
    """A browser with a session, without the log-in form, which has tests of its own."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    context.set_default_timeout(8_000)
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    # A beat that is still being answered when a test ends would stand in the way of emptying the database.
    context.route(BEATS, lambda route: route.abort())
    return context


def open_editor(page: Page, address: str, incident: Incident) -> None:
    page.goto(address + reverse("authoring:editor", args=[incident.number]))


def row(page: Page, number: int) -> Locator:
    return page.locator("#timeline-rows form.entry").nth(number)


def what_happened(page: Page, number: int) -> Locator:
    return row(page, number).get_by_label("What happened")


def leave(page: Page) -> None:
    """Out of whatever field the caret is in."""
    page.evaluate("document.activeElement.blur()")


def arrived(page: Page) -> None:
    """All that was typed is with the server, and the page says so in the server's words."""
    expect(page.locator("form.is-dirty")).to_have_count(0)
    expect(page.locator("#saved")).to_contain_text("Saved ")


def stored(incident: Incident, number: int = 0) -> str:
    return incident.entries.in_order()[number].text


def section(incident: Incident, key: str) -> ReportSection:
    return ReportSection.objects.get(report__incident=incident, key=key)
