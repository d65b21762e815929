"""The pages of severities in a real browser: accessible, fitting a phone, with a live view of what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from incidents.models import FIRST_PROMPTS, Severity, sections_for
from incidents.severities.operations import revise_severity
from tests.factories import NOW, make_incident, make_user
from tests.severities.sending import LIST, NEW, address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("transactional_db")]


def signed_in(browser: Browser, live_server: Any, **options: Any) -> Page:
    client = Client()
    client.force_login(make_user("admin"))
    context = browser.new_context(**({"viewport": {"width": 1500, "height": 900}} | options))
    context.set_default_timeout(8_000)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page of an admin; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page = signed_in(browser, live_server)
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.context.close()
    # A refusal on purpose is no complaint.
    assert [text for text in complaints if "409" not in text and "422" not in text] == []


def low() -> Severity:
    return Severity.objects.get(name="Low")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1500), ("dark", 1500), ("light", 390), ("dark", 390)])
def test_axe_finds_nothing_and_nothing_is_too_wide(page: Page, live_server: Any, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    revise_severity(low(), changes={"name": "W" * 40, "summary_prompt": "W" * 300}, by=make_user("admin"), at=NOW)
    severity = Severity.objects.get(name="W" * 40)
    make_incident(severity=severity)

    def well_made(where: str) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{where} is wide"

    for at in (LIST, NEW, address(severity)):
        page.goto(live_server.url + at)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")
        well_made(at)
    page.get_by_role("button", name=f"Delete {'W' * 40}").click()
    well_made("a refused deletion")
    page.goto(live_server.url + NEW)
    page.get_by_role("button", name="Add").first.click()
    expect(page.get_by_text("Choose one of the colours.")).to_be_visible()
    well_made("a refused form")
    page.goto(live_server.url + address(severity))
    revise_severity(severity, changes={"impact_prompt": "Theirs"}, by=make_user("admin"), at=NOW)
    page.get_by_label("Question under “Impact”").fill("Mine")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Somebody changed this meanwhile.")).to_be_visible()
    well_made("a conflict")


def test_the_sentence_and_the_view_follow_what_is_typed(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + address(low()))
    sentence, impact = page.get_by_role("status"), page.locator("#seen-impact")
    expect(sentence).to_have_text("A report of this severity asks 4 questions.")

    page.get_by_label("Detection", exact=True).check()
    expect(sentence).to_have_text("A report of this severity asks 5 questions.")
    page.get_by_label("Question under “Impact”").fill("Who <b>noticed</b>?")
    expect(impact).to_contain_text("Who <b>noticed</b>?")
    for heading in ("Impact", "Detection", "Root cause", "Resolution"):
        page.get_by_label(heading, exact=True).uncheck()
    expect(sentence).to_have_text("A report of this severity asks 1 question.")
    expect(impact).to_have_text("Impact folded away Who <b>noticed</b>?")
    expect(impact.get_by_text("Who")).not_to_be_visible()
    page.get_by_label("Summary", exact=True).uncheck()
    expect(sentence).to_have_text("A report of this severity asks no questions.")


def test_the_first_wording_comes_back_at_once(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + address(low()))
    prompt, reset = page.get_by_label("Question under “Summary”"), page.locator("#section-summary [name=reset]")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)

    reset.click()

    expect(prompt).to_have_value(FIRST_PROMPTS["summary"])
    expect(prompt).to_be_focused()
    expect(reset).not_to_be_visible()
    expect(page.locator("#seen-summary")).to_contain_text(FIRST_PROMPTS["summary"])
    assert posts == []
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Low is saved.")).to_be_visible()
    assert sections_for(low())["summary"].prompt == FIRST_PROMPTS["summary"]


def test_enter_in_the_name_saves(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + address(low()))

    page.get_by_label("Name").fill("Minor")
    page.get_by_label("Name").press("Enter")

    expect(page.get_by_text("Minor is saved.")).to_be_visible()


def test_the_order_is_changed_with_the_keyboard(page: Page, live_server: Any) -> None:
    """After a move the next Tab is in the row that moved."""
    page.goto(live_server.url + LIST)
    page.get_by_role("button", name="Move Low up").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LIST}#severity-*")
    expect(page.locator("tbody .chip")).to_have_text(["Critical", "High", "Low", "Medium"])

    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Move Low up")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("tbody .chip")).to_have_text(["Critical", "Low", "High", "Medium"])


def test_everything_works_without_javascript(browser: Browser, live_server: Any) -> None:
    page = signed_in(browser, live_server, java_script_enabled=False)
    page.goto(live_server.url + address(low()))
    page.get_by_label("Name").fill("Minor")
    page.get_by_label("Detection", exact=True).check()

    page.locator("#section-summary [name=reset]").click()

    page.wait_for_url("**#section-summary")
    expect(page.get_by_label("Question under “Summary”")).to_have_value(FIRST_PROMPTS["summary"])
    expect(page.get_by_label("Name")).to_have_value("Minor")
    expect(page.get_by_role("status")).to_have_text("A report of this severity asks 5 questions.")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("button", name="Move Minor up").click()
    page.get_by_role("link", name="Edit Medium").click()
    page.get_by_text("Delete this severity").click()
    page.get_by_role("button", name="Delete Medium").click()
    expect(page.locator("tbody .chip")).to_have_text(["Critical", "High", "Minor"])
    page.get_by_role("link", name="Add a severity").click()
    page.get_by_label("Name").fill("Security")
    page.get_by_label("Red").check()
    page.get_by_role("button", name="Add").last.click()
    expect(page.locator("tbody .chip")).to_have_text(["Critical", "High", "Minor", "Security"])
    page.context.close()
