"""The findings of the check in a real browser: accessible, on a phone, and accepted without a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from incidents.authoring.operations import revise_section
from incidents.models import AcceptedFinding, Report
from incidents.review.operations import approve_report, submit_for_review
from tests.browser.test_workspace import signed_in
from tests.factories import NOW, make_draft, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOUBTFUL = "It was web-03.int.northwind, see OPS-4411. The on-call engineer failed to notice for nine hours."


@pytest.fixture
def report(transactional_db: None) -> Report:
    """Approved, with doubts in one chapter."""
    publisher = make_user(Role.PUBLISHER)
    report = make_draft(by=publisher)
    say(report, DOUBTFUL)
    report = submit_for_review(report, by=publisher, at=NOW)
    return approve_report(report, seen=report.to_snapshot().checksum, by=publisher, at=NOW)


def say(report: Report, text: str) -> None:
    revise_section(report.incident, "impact", changes={"public_text": text}, by=make_user(), at=NOW)


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    context.set_default_timeout(8_000)
    signed_in(context, live_server, Role.PUBLISHER)
    yield context.new_page()
    context.close()


def accept_all(page: Page, reason: str = "It is on our status page.") -> None:
    """Give the same reason for every finding of the page that doesn't block."""
    doubts = page.locator(".check-card summary")
    expect(doubts.first).to_be_visible()  # a page that is still on its way has none
    for left in range(doubts.count(), 0, -1):
        doubts.first.click()
        card = page.locator(".check-card").filter(has=page.locator("details[open]"))
        card.get_by_label("Why is it fine?").fill(reason)
        card.get_by_role("button", name="Accept").click()
        expect(doubts).to_have_count(left - 1)


def test_a_report_goes_out_when_every_doubt_was_taken_on(page: Page, live_server: Any, report: Report) -> None:
    page.goto(live_server.url + reverse("publishing:publish", args=[report.incident.number]))
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    expect(page.get_by_text("“web-03.int.northwind” in “Impact” looks like an internal host name.")).to_be_visible()

    page.locator(".check-card summary").first.click()
    page.get_by_label("Why is it fine?").first.fill("no")
    page.get_by_role("button", name="Accept").first.click()
    expect(page.get_by_text("Say in a few words why it is fine.")).to_be_visible()
    expect(page.get_by_label("Why is it fine?").first).to_have_value("no")
    page.get_by_label("Why is it fine?").first.fill("Customers know that name.")
    page.get_by_role("button", name="Accept").first.click()
    accept_all(page)

    expect(page.get_by_text("Nothing is in the way.")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", name="Version 1 is public")).to_be_visible()
    assert AcceptedFinding.objects.filter(report=report, reason="Customers know that name.").exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_it_fits_a_phone(browser: Browser, live_server: Any, report: Report, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    signed_in(context, live_server, Role.PUBLISHER)
    page = context.new_page()
    say(report, f"{DOUBTFUL} TODO {'AKIA' + 'QX4ZN5T7WPLM3KDR'} {'a' * 90}-01 {'b' * 60}.lan")
    for name in ("review:review", "publishing:publish"):
        page.goto(live_server.url + reverse(name, args=[report.incident.number]))
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name} {scheme}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    expect(page.get_by_text("must be fixed")).to_have_count(2)
    context.close()
