"""The list of mail that did not leave, in a real browser: accessible in both schemes, and it fits a phone."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.roles import Role
from outbox.models import ERASED_AFTER, Delivery
from outbox.operations import post
from tests.browser.writing import signed_in
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "a-very-long-mailbox-name-of-a-customer.with.dots@subdomain.of.a.long-company-name.example.test"


def fill_outbox() -> None:
    at = timezone.now()
    for number, (address, subject) in enumerate(
        [
            ("bela@example.test", "Reset your password"),
            (LONG, "Investigating: checkout fails for some customers in Europe and in the Americas"),
            ("old@example.test", "You are invited to write incident reports at Northwind Hosting"),
            ("cleo@example.test", "Resolved: checkout"),
            ("dora@example.test", "Reset your password"),
        ]
    ):
        post(kind="k", key=str(number), to=address, subject=subject, text="Hello.", at=at - timedelta(hours=2))
    dead = Delivery.objects.filter(key__in="012")
    words = (
        "550 5.1.1 The email account that you tried to reach does not exist. Please check it: https://a.example/errors/"
    )
    dead.update(state="dead", ended_at=at, attempts=1, failure=words)
    dead.filter(key="2").update(ended_at=at - ERASED_AFTER, text="")
    Delivery.objects.filter(key="3").update(
        due_at=at + timedelta(minutes=8), attempts=4, failure="451 4.7.1 Greylisted, come back later"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 390])
def test_it_is_accessible_and_fits(browser: Browser, live_server: Any, scheme: str, width: int) -> None:
    fill_outbox()
    size = {"width": width, "height": 900}
    context = signed_in(
        browser, live_server.url, make_user(Role.ADMIN, name="Ada Admin"), viewport=size, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(live_server.url + reverse("outbox:undelivered"))
    if os.environ.get("SHOTS"):
        page.screenshot(path=Path(os.environ["SHOTS"]) / f"{scheme}-{width}.png", full_page=True)
        page.emulate_media(media="print")
        page.screenshot(path=Path(os.environ["SHOTS"]) / f"print-{scheme}-{width}.png", full_page=True)
        page.emulate_media(media="screen")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []

    page.get_by_role("button", name="Discard the mail to old@example.test").click()
    expect(page.get_by_text("The mail to old@example.test is discarded.")).to_be_visible()
    page.get_by_role("button", name="Try all of them now").click()
    expect(page.get_by_text("3 mails are tried again now.")).to_be_visible()
    expect(page.get_by_role("heading", name="Waiting, 1")).to_be_visible()  # the one that nobody has tried yet
    context.close()
