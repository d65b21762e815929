"""A manager’s Monday and an engineer’s own list, from the mail to what customers read; every page looked at by axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from incidents.authoring.operations import revise_facts
from incidents.models import ActionItem, Publication, Team
from incidents.reminders.operations import remind, tell_the_week
from outbox.models import Delivery
from tests.browser.writing import PASSWORD, signed_in
from tests.factories import make_incident, make_user, publish, show_promises

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_limits")]

Open = Callable[..., Page]


@pytest.fixture
def published(transactional_db: None) -> Publication:
    """Its promise was due long ago."""
    show_promises()
    return publish()


@pytest.fixture
def open_as(browser: Browser, live_server: Any) -> Iterator[Open]:
    contexts = []

    def opened(user: User | None, path: str, **options: Any) -> Page:
        context = signed_in(browser, live_server.url, user, **options) if user else browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def path_in(mail: Delivery, pattern: str) -> str:
    found = re.search(rf"https?://[^/]+({pattern})", mail.text)
    assert found, mail.text
    return found[1]


def log_in(page: Page, user: User) -> None:
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_a_managers_monday(published: Publication, open_as: Open) -> None:
    """From the mail to the row, to the owner, to done, to the public page."""
    manager, ada = make_user(Role.MANAGER, name="Mara"), make_user(name="Ada")
    tell_the_week(timezone.now())
    mail = Delivery.objects.get(to=manager.email)

    page = open_as(None, path_in(mail, "/actions/"))
    log_in(page, manager)
    expect(page.get_by_role("heading", name="Did we do what we promised?")).to_be_visible()
    page.get_by_role("link", name="Late", exact=True).click()
    row = page.locator(".board-rows tbody tr", has_text="Fix the breaker")
    expect(row).to_contain_text("late")

    row.get_by_role("link", name="Edit").click()
    page.get_by_label("Owner", exact=True).and_(page.locator("#row_owner")).select_option(label="Ada")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Changed 1 item.")
    expect(row).to_contain_text("Ada")

    row.get_by_role("link", name="Edit").click()
    page.locator("#row_state").select_option("done")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("No item fits all of these filters")).to_be_visible()

    item = ActionItem.objects.get()
    assert (item.state, item.owner) == ("done", ada)
    customer = open_as(None, f"/incidents/{published.public_id}/")
    expect(customer.locator("#measures-done")).to_contain_text("1 of 1")
    customer.goto(customer.url.replace(f"/incidents/{published.public_id}/", "/promises/"))
    expect(customer.get_by_text("Review the power supply")).to_be_visible()
    expect(customer.locator(".chip", has_text="Done")).to_be_visible()


def test_an_engineers_own_list(published: Publication, open_as: Open) -> None:
    """From the mail to the own list on a phone, without a script; what is somebody else’s can’t be ticked."""
    ada, other = make_user(name="Ada"), make_user(name="Other")
    incident = make_incident(by=other)
    today = timezone.now().date()
    ActionItem.objects.create(incident=incident, text="Test the fuse", owner=ada, due_on=today)
    ActionItem.objects.create(incident=incident, text="Not hers", owner=other, due_on=today)
    remind(timezone.now())
    mail = Delivery.objects.get(to=ada.email)
    assert mail.subject == "Due today: Test the fuse"

    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
    page = open_as(None, path_in(mail, r"/actions/\?owner=me"), **phone)
    log_in(page, ada)
    expect(page.locator(".board-rows tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Edit").click()
    page.locator("#row_state").select_option("wont_do")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Say why these won’t be done.")).to_be_visible()
    page.locator("#row_reason").fill("It was replaced")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("No item fits all of these filters")).to_be_visible()

    page.goto(page.url.partition("/actions/")[0] + "/actions/")
    expect(page.locator(".board-rows tbody tr", has_text="Not hers")).to_be_visible()
    expect(page.locator("input[name=key]")).to_have_count(0)
    assert ActionItem.objects.get(owner=ada).reason == "It was replaced"


def test_a_reader_changes_nothing(published: Publication, open_as: Open) -> None:
    page = open_as(make_user(Role.READER), "/actions/")

    expect(page.locator(".board-rows tbody tr")).to_have_count(1)
    for absent in ("#bulk", "input[name=key]", ".row-edit", "details:has-text('New item')"):
        expect(page.locator(absent)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1180])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    published: Publication, open_as: Open, scheme: str, width: int
) -> None:
    admin = make_user(Role.ADMIN)
    team = Team.objects.create(name="Power", lead=admin)
    late = published.incident.action_items.get()
    ActionItem.objects.update(team=team)
    revise_facts(make_incident(by=admin), changes={"team": team}, by=admin, at=timezone.now())
    ActionItem.objects.create(
        incident=published.incident, text="x" * 200, owner=None, due_on=timezone.now().date() - timedelta(days=3)
    )
    page = open_as(admin, "/actions/", color_scheme=scheme, viewport={"width": width, "height": 800})
    address = page.url.partition("/actions/")[0]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    found = {}
    for path in (
        "/actions/",
        f"/actions/?edit={late.key}",
        "/actions/overview/",
        reverse("board:item", args=[late.key]),
        "/metrics/",
        "/metrics/?period=2023",
        "/workspace/teams/",
        reverse("teams:team", args=[team.pk]),
        "/workspace/reminders/",
    ):
        page.goto(address + path)
        page.evaluate("for (const folded of document.querySelectorAll('main details')) folded.open = true")
        results = Axe().run(page)
        if results.violations_count:
            found[path] = results.generate_report()
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found[f"{path} is {wide} wide"] = ""
    assert found == {}
    assert complaints == []
