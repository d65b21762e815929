"""The status page from inside, in a real browser: accessible, on a phone, with the keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from incidents.models import EventUpdate, Incident, PublicEvent, UpdateTemplate
from incidents.status.operations import edit_update, plan_maintenance, tell_customers
from tests.browser.writing import signed_in
from tests.factories import make_component, make_incident, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("transactional_db")]

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def admin(transactional_db: None) -> User:
    return make_user("admin")


@pytest.fixture
def incident(admin: User) -> Incident:
    for name in ("Websites", "API"):
        make_component(name)
    UpdateTemplate.objects.create(name="Found", status="identified", text="We know the cause.")
    return make_incident(by=admin)


@pytest.fixture
def page(browser: Browser, live_server: Any, admin: User) -> Iterator[Page]:
    """A page of an admin on a phone; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    context = signed_in(browser, live_server.url, admin, **PHONE)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [text for text in complaints if "409" not in text and "422" not in text] == []


def at(live_server: Any, name: Any) -> str:
    return f"{live_server.url}/workspace/status/{name}/"


def told(incident: Incident, by: User) -> PublicEvent:
    then = timezone.now() - timedelta(hours=2)
    levels = dict.fromkeys([make_component("W" * 80), make_component("Mail", group="G" * 80)], "major_outage")
    first = {"title": "W" * 200, "status": "investigating", "text": "W" * 300, "levels": levels}
    update = tell_customers(incident, **first, next_update_by=then + timedelta(minutes=30), by=by, at=then)  # type: ignore[arg-type]
    edit_update(update, changes={"text": "V" * 300}, by=by, at=timezone.now())
    return update.event


@pytest.mark.parametrize("look", [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    page: Page, live_server: Any, incident: Incident, admin: User, look: Any
) -> None:
    scheme, width = look
    event, now = told(incident, admin), timezone.now()
    untold = make_incident(by=admin, title="W" * 30)
    work = plan_maintenance(
        title="Move",
        text="A.",
        components=[],
        start=now + timedelta(hours=1),
        end=now + timedelta(hours=2),
        by=admin,
        at=now,
    )
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    inside = f"{live_server.url}/workspace/"
    pages = [
        at(live_server, event.public_id),
        at(live_server, untold.number),
        at(live_server, work.public_id),
        at(live_server, f"{event.public_id}/updates/{event.updates.get().pk}"),
        at(live_server, f"{work.public_id}/maintenance"),
        at(live_server, "maintenance"),
        at(live_server, "templates"),
        f"{inside}status/",
        f"{inside}components/",
        f"{inside}site/",
        inside,
    ]
    for address in pages:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true })")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} is wide"


def test_an_update_is_posted_from_a_phone(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(f"{live_server.url}/workspace/")
    page.get_by_role("link", name=f"Tell customers of {incident.code}").click()
    preview = page.locator("#banner-preview")
    expect(preview).to_have_text("Customers will read: All systems operational.")

    page.get_by_label("Title for customers").fill("The API is down")
    page.get_by_label("Words for customers").fill("All calls fail. We are on it.")
    page.get_by_label("API").select_option("Major outage")
    expect(preview).to_have_text("Customers will read: API is down. Websites works.")
    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.get_by_text("Posted. Customers read it now.")).to_be_visible()
    page.get_by_role("button", name="Fill in").click()
    expect(page.get_by_label("Words for customers")).to_have_value("We know the cause.")
    expect(page.get_by_role("radio", name="Identified")).to_be_checked()
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".told > li")).to_have_count(2)
    assert PublicEvent.objects.get().status == "identified"


def test_the_keyboard_is_enough(page: Page, live_server: Any, incident: Incident) -> None:
    page.goto(at(live_server, incident.number))
    page.get_by_label("Title for customers").focus()
    page.keyboard.type("The API is down")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # identified
    page.keyboard.press("Tab")
    page.keyboard.type("We know the cause.")
    post = page.get_by_role("button", name="Post", exact=True)
    for _ in range(20):
        page.keyboard.press("Tab")
        if post.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_text("Posted. Customers read it now.")).to_be_visible()
    assert EventUpdate.objects.get().status == "identified"


def test_everything_works_without_javascript(
    browser: Browser, live_server: Any, incident: Incident, admin: User
) -> None:
    context = signed_in(browser, live_server.url, admin, java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.goto(at(live_server, incident.number))
    page.get_by_label("Title for customers").fill("The API is down")
    page.get_by_role("button", name="Fill in").click()
    expect(page.get_by_label("Words for customers")).to_have_value("We know the cause.")
    expect(page.get_by_label("Title for customers")).to_have_value("The API is down")
    page.get_by_label("API").select_option("Partial outage")
    page.get_by_text("It happened earlier").click()
    page.get_by_label("Time", exact=True).fill("00:00")
    page.get_by_label("Day", exact=True).fill("2026-01-01")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_text("Posted. Customers read it now.")).to_be_visible()
    expect(page.locator(".told time")).to_have_text("1 Jan 2026, 00:00 UTC")

    page.get_by_role("link", name="Edit the update").click()
    page.get_by_label("Words for customers").fill("We know it.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The update is changed.")).to_be_visible()
    page.get_by_text("Change the title").click()
    page.get_by_label("Title for customers").fill("Calls fail")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Calls fail")).to_be_visible()
    context.close()


def test_the_sketch_of_the_page_follows_what_is_typed(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/workspace/site/")
    sketch = page.get_by_role("img", name="Sketch of the page head, light")

    page.get_by_label("Colour on light paper").fill("#7b1fa2")
    page.get_by_label("Name", exact=True).fill("Northwind")

    expect(sketch.locator("rect.accent")).to_have_attribute("fill", "#7b1fa2")
    expect(sketch.locator(".shown-name")).to_have_text("Northwind")
