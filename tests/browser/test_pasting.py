"""The page of a paste: what is typed there outlives its tab and its session."""

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
from tests.browser.writing import signed_in
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOG = "05:10 UTC web-03 answers 500\n05:12 UTC rolling back"


@pytest.fixture
def pasted(browser: Browser, live_server: Any, incident: Incident) -> Iterator[Page]:
    context = signed_in(browser, live_server.url, make_user(Role.ENGINEER, name="Anna"))
    page = context.new_page()
    page.goto(live_server.url + reverse("authoring:paste", args=[incident.number]))
    page.get_by_label("A chat log, notes").fill(LOG)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="2 rows")).to_be_visible()
    yield page
    context.close()


def test_corrections_outlive_the_tab(pasted: Page) -> None:
    pasted.get_by_label("What happened").first.fill("The third web server answers 500")
    pasted.get_by_label("Keep this row").nth(1).uncheck()
    pasted.get_by_label("Milestone").first.select_option("detected")
    expect(pasted.locator("form.is-dirty")).to_have_count(0)
    expect(pasted.locator("#saved")).to_contain_text("Your words are kept")

    again = pasted.context.new_page()
    again.goto(pasted.url)
    pasted.close()

    expect(again.get_by_label("What happened").first).to_have_value("The third web server answers 500")
    expect(again.get_by_label("Milestone").first).to_have_value("detected")
    expect(again.get_by_label("Keep this row").nth(1)).not_to_be_checked()
    again.get_by_role("button", name="Keep the ticked rows").click()
    expect(again.get_by_text("Kept 1 row of what you pasted.")).to_be_visible()
    assert not UnsentText.objects.exists()


def test_corrections_outlive_the_session(pasted: Page) -> None:
    pasted.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    pasted.get_by_label("What happened").first.fill("Typed while logged out")
    expect(pasted.locator("#not-saved")).to_contain_text("You are logged out.")

    client = Client()
    client.force_login(User.objects.get(name="Anna"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    pasted.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": pasted.url}])

    expect(pasted.locator("#not-saved")).to_be_empty(timeout=20_000)
    expect(pasted.locator("form.is-dirty")).to_have_count(0)
    assert "Typed while logged out" in UnsentText.objects.get(name="paste-form").text
