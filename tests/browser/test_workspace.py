"""The workspace in a real browser: accessible in both schemes, fits a phone, loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.roles import Role
from incidents.models import Attachment, Incident
from incidents.review.operations import submit_for_review
from tests.factories import NOW, approve, make_component, make_draft, make_user, publish
from tests.import_export.test_import_pages import REPORT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def incident(transactional_db: None) -> Incident:
    make_component("Websites", group="Hosting")
    incident = make_draft(rows=3).incident
    Attachment.objects.create(incident=incident, source_url="https://example.test/room.jpg")
    return incident


def signed_in(context: BrowserContext, live_server: Any, role: str) -> None:
    """A session without the log-in form, which has tests of its own."""
    client = Client()
    client.force_login(make_user(role))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


@pytest.fixture
def page(browser: Browser, live_server: Any, incident: Incident) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(8_000)
    signed_in(context, live_server, Role.ADMIN)
    yield context.new_page()
    context.close()


def addresses(incident: Incident) -> list[str]:
    review = submit_for_review(make_draft(), by=incident.opened_by, at=NOW).incident
    approved = approve(make_draft()).incident
    published = publish(make_draft()).incident
    return [
        reverse("authoring:incident_list"),
        reverse("authoring:new_incident"),
        reverse("authoring:editor", args=[incident.number]),
        reverse("authoring:editor", args=[published.number]),
        reverse("authoring:history", args=[published.number]),
        reverse("authoring:paste", args=[incident.number]),
        reverse("publishing:preview", args=[incident.number]),
        reverse("review:review", args=[review.number]),
        reverse("publishing:publish", args=[approved.number]),
        reverse("publishing:withdraw", args=[published.number]),
        reverse("import_export:import"),
        reverse("status:component_list"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, live_server: Any, incident: Incident, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    for address in addresses(incident):
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address} {scheme}\n{found.generate_report()}"


def test_axe_finds_nothing_in_what_was_understood_and_refused(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + reverse("import_export:import"))
    page.get_by_label("Or paste the text").fill(REPORT)
    page.get_by_role("button", name="Read it").click()
    understood = Axe().run(page)
    assert understood.violations_count == 0, understood.generate_report()
    page.locator("[name=rows-0-clock]").fill("soon")
    page.get_by_role("button", name="Keep as a new incident").click()
    expect(page.get_by_text("Choose a severity").or_(page.get_by_text("This field is required."))).to_be_visible()
    refused = Axe().run(page)
    assert refused.violations_count == 0, refused.generate_report()


def test_everything_fits_a_phone(page: Page, live_server: Any, incident: Incident) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for address in addresses(incident):
        page.goto(live_server.url + address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{address} is {wide} wide"


def test_the_preview_follows_what_is_saved(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(live_server.url + reverse("authoring:editor", args=[incident.number]))

    page.get_by_label("Headline for customers").fill("A headline that just came in")
    page.get_by_label("Byline").focus()

    preview = page.frame_locator("#preview")
    expect(preview.get_by_role("heading", level=1)).to_have_text("A headline that just came in")


def test_axe_finds_nothing_in_a_paste_with_questions(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(live_server.url + reverse("authoring:paste", args=[incident.number]))
    page.get_by_label("A chat log, notes").fill(ODD_LOG)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="3 rows")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    page.get_by_role("button", name="Keep the ticked rows").click()

    expect(page.get_by_text("Say in which zone these times are.")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_each_wording_has_its_preview(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(live_server.url + reverse("authoring:editor", args=[incident.number]))
    summary = page.locator("#section-summary")
    summary.get_by_label("For customers").fill("**Nothing** was lost.")

    summary.get_by_role("button", name="Preview of the wording for customers").click()

    expect(summary.locator(".rendered strong")).to_have_text("Nothing")


ODD_LOG = "10:02 it broke\n03/10/2021 14:02 IST customers fine again\n14:20 resolved\n\nbye"
