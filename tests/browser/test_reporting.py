"""From a pasted chat log to “ask for review”: with the keyboard alone, without JavaScript, on a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.roles import Role
from incidents.models import Incident, ReportStatus
from tests.browser.writing import arrived, signed_in
from tests.factories import make_component, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHAT = """05:02 nova: web-03 answers 500 to everything
05:04 looks like the deploy of last night
05:10 kim: acknowledged, rolling back
05:31 rollback done on all hosts
05:40 customers are fine again"""


@pytest.fixture
def engineer(transactional_db: None) -> Any:
    make_component("Websites")
    return make_user(Role.ENGINEER, name="On-call")


class Keyboard:
    """A person without a mouse: Tab until they are there, then type."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, target: Locator, tab: str = "Tab") -> None:
        expect(target).to_be_visible()
        for key in [tab] * 200:
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{target} can't be reached with Tab")

    def press(self, target: Locator, key: str = "Enter", *, tab: str = "Tab") -> None:
        self.go_to(target, tab)
        self.page.keyboard.press(key)

    def type(self, target: Locator, text: str) -> None:
        self.go_to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)


def test_with_the_keyboard_alone(browser: Browser, live_server: Any, engineer: Any) -> None:
    context = signed_in(browser, live_server.url, engineer, timezone_id="Europe/Berlin")
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    keys = Keyboard(page)

    page.goto(live_server.url + "/workspace/")
    keys.press(page.get_by_role("link", name="New incident"))
    keys.type(page.get_by_label("What happened?"), "Websites answer 500")
    keys.go_to(page.get_by_label("How bad?"))
    page.keyboard.type("Critical")
    keys.go_to(page.get_by_label("When did it start?"))
    page.keyboard.type("03062026")
    keys.type(page.locator("[name=started_time]"), "05:00")
    keys.press(page.get_by_label("Websites", exact=True), "Space")
    keys.go_to(page.get_by_label("How badly: Websites"))
    page.keyboard.type("Major")
    keys.press(page.get_by_role("button", name="Open the incident"))

    line = page.get_by_label("New row: time and what happened")
    keys.type(line, CHAT)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="5 rows")).to_be_visible()
    keys.press(page.get_by_role("button", name="UTC", exact=True))
    expect(page.get_by_role("heading", name="5 rows")).to_be_visible()
    keys.press(page.get_by_role("button", name="Keep the ticked rows"))
    expect(page.locator("form.entry [name$='-text']")).to_have_count(5)

    keys.type(line, "05:45 all hosts checked")
    page.keyboard.press("Enter")
    expect(page.locator("form.entry [name$='-text']")).to_have_count(6)
    expect(line).to_be_focused()
    keys.press(page.locator("#all-public summary"))
    keys.press(page.get_by_role("button", name="Make them public"))
    expect(page.locator("#timeline-rows .visibility-internal:visible")).to_have_count(0)
    keys.press(page.get_by_role("link", name="Facts"), tab="Shift+Tab")
    keys.type(page.get_by_label("Headline for customers"), "Our websites answered with errors for 40 minutes")
    keys.type(page.locator("#section-summary").get_by_label("For customers"), "A deploy was faulty. We took it back.")
    keys.type(page.get_by_label("New action item"), "Check a deploy on one host first")
    page.keyboard.press("Enter")
    expect(page.locator("#actions li")).to_have_count(1)
    arrived(page)
    page.keyboard.press("Control+Home")
    page.evaluate("document.activeElement.blur()")
    keys.press(page.get_by_role("link", name="Ask for review"))
    keys.press(page.get_by_role("button", name="Ask for review"))
    expect(page.locator("#editor-bar")).to_contain_text("In review")

    incident = Incident.objects.select_related("report").get()
    assert incident.report.status == ReportStatus.IN_REVIEW
    rows = list(incident.entries.in_order())
    assert [row.text for row in rows][-1] == "all hosts checked"
    assert rows[0].occurred_at == datetime(2026, 3, 6, 5, 2, tzinfo=UTC)
    assert all(row.public_text for row in rows)
    assert incident.milestones.get(kind="acknowledged").entry == rows[2]
    assert [impact.component.name for impact in incident.impacts.all()] == ["Websites"]
    context.close()


def report_it(page: Page, address: str, *, scripted: bool) -> None:
    """The same with a mouse or a finger; without the script every part has its button."""

    def settle(part: Locator, name: str) -> None:
        if scripted:
            page.evaluate("document.activeElement.blur()")
            arrived(page)
        else:
            part.get_by_role("button", name=name, exact=True).first.click()

    page.goto(address + "/workspace/new/")
    page.get_by_label("What happened?").fill("Websites answer 500")
    page.get_by_label("How bad?").select_option(label="Critical")
    page.get_by_label("When did it start?").fill("2026-03-06")
    page.locator("[name=started_time]").fill("05:00")
    page.get_by_role("button", name="Open the incident").click()
    page.get_by_role("link", name="Paste a chat log").click()
    page.get_by_label("A chat log, notes").fill(CHAT)
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="UTC", exact=True).click()
    page.locator("[name='rows-1-text']").fill("It looks like last night’s deploy")
    page.get_by_role("button", name="Keep the ticked rows").click()
    page.get_by_label("New row: time and what happened").fill("05:45 all hosts checked")
    page.get_by_role("button", name="Add row").click()
    expect(page.locator("form.entry [name$='-text']")).to_have_count(6)
    page.locator("form.entry").nth(5).get_by_role("button", name="make it public").click()
    expect(page.locator("form.entry").nth(5).locator(".visibility-public")).to_be_visible()
    page.locator("form.entry").nth(0).get_by_label("Time", exact=True).fill("05:01")
    settle(page.locator("form.entry").nth(0), "Save")
    summary = page.locator("#section-summary")
    summary.get_by_label("For customers").fill("A deploy was faulty. We took it back.")
    settle(summary, "Save")
    facts = page.locator("#facts")
    facts.get_by_label("Headline for customers").fill("Our websites answered with errors")
    settle(facts, "Save facts")
    page.get_by_role("link", name="Ask for review").click()
    page.get_by_role("button", name="Ask for review").click()
    expect(page.locator("#editor-bar")).to_contain_text("In review")


@pytest.mark.parametrize("scripted", [True, False], ids=["with the script", "without it"])
def test_on_a_phone_nothing_is_scrolled_sideways(
    browser: Browser, live_server: Any, engineer: Any, scripted: bool
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": scripted}
    context = signed_in(browser, live_server.url, engineer, **phone)
    page = context.new_page()

    report_it(page, live_server.url, scripted=scripted)

    incident = Incident.objects.select_related("report").get()
    rows = list(incident.entries.in_order())
    assert incident.report.status == ReportStatus.IN_REVIEW
    assert rows[0].occurred_at == datetime(2026, 3, 6, 5, 1, tzinfo=UTC)
    assert (rows[1].text, rows[5].public_text) == ("It looks like last night’s deploy", "all hosts checked")
    assert incident.report.public_title == "Our websites answered with errors"
    for path in ("", "history/", "timeline/paste/", "review/ask/", "comments/"):
        page.goto(f"{live_server.url}/workspace/{incident.number}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    context.close()
