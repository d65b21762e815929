"""The preview of a report: what is corrected there outlives its tab and its session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from incidents.models import Incident, UnsentText
from tests.browser.test_journey import REPORT
from tests.browser.writing import signed_in
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def preview(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[Page]:
    context = signed_in(browser, live_server.url, make_user(Role.ENGINEER, name="Anna"))
    page = context.new_page()
    page.goto(live_server.url + reverse("import_export:import"))
    page.get_by_label("Or paste the text").fill(REPORT)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="What was understood")).to_be_visible()
    yield page
    context.close()


def test_corrections_outlive_the_tab(preview: Page) -> None:
    preview.get_by_label("What happened").first.fill("A power overload begins")
    preview.get_by_label("Keep this row").nth(1).uncheck()
    preview.get_by_label("Severity").select_option(label="Critical")
    expect(preview.locator("form.is-dirty")).to_have_count(0)
    expect(preview.locator("#saved")).to_contain_text("Your words are kept")

    again = preview.context.new_page()
    again.goto(preview.url)
    preview.close()
    again.get_by_role("link", name="Server outage").click()

    expect(again.get_by_label("What happened").first).to_have_value("A power overload begins")
    expect(again.get_by_label("Keep this row").nth(1)).not_to_be_checked()
    again.get_by_role("button", name="Keep as a new incident").click()
    expect(again.get_by_role("heading", name="Server outage")).to_be_visible()
    assert Incident.objects.get().entries.in_order()[0].text == "A power overload begins"
    assert not UnsentText.objects.exists()


def test_corrections_outlive_the_session(preview: Page) -> None:
    preview.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    preview.get_by_label("What happened").first.fill("Typed while logged out")
    expect(preview.locator("#not-saved")).to_contain_text("You are logged out.")

    client = Client()
    client.force_login(User.objects.get(name="Anna"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    preview.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": preview.url}])

    expect(preview.locator("#not-saved")).to_be_empty(timeout=20_000)
    expect(preview.locator("form.is-dirty")).to_have_count(0)
    assert "Typed while logged out" in UnsentText.objects.get(name__endswith="-form").text
