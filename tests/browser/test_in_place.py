"""Whatever one does in the editor, one stays where one is, and sees what it did."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.roles import Role
from incidents.authoring.operations import add_action_items, revise_section
from incidents.models import AcceptedFinding, Incident
from tests.browser.writing import BEATS, arrived, leave, open_editor, row, signed_in
from tests.factories import NOW, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOUBTS = "It was web-03.int.northwind, see OPS-4411."
LIST = "- Alert sooner\n  - at 80 %\n- Test the restore"


@pytest.fixture
def doubtful(incident: Incident) -> Incident:
    revise_section(incident, "impact", changes={"public_text": DOUBTS}, by=make_user(), at=NOW)
    add_action_items(incident, ["First", "Second"], by=make_user(), at=NOW)
    return incident


@pytest.fixture
def page(doubtful: Incident, people: Callable[[str], Page]) -> Page:
    page = people("Anna")
    page.context.unroute(BEATS)
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def quiet(page: Page) -> None:
    """No beat is being answered when the test ends."""
    page.context.route(BEATS, lambda route: route.abort())
    page.wait_for_timeout(500)


def item(page: Page, text: str) -> Locator:
    return page.locator("li.action").filter(has=page.locator("textarea", has_text=text))


def delete(page: Page, text: str) -> None:
    item(page, text).locator(".entry-more > summary").click()
    with page.expect_response(BEATS):
        item(page, text).get_by_role("button", name="Delete item").click()


def test_deleting_keeps_the_place_and_what_is_open_elsewhere(page: Page) -> None:
    box = page.locator(".check-card").filter(has_text="internal host name")
    box.locator("summary").click()
    box.get_by_label("Why is it fine?").fill("Customers know th")
    other = page.locator(".check-card").filter(has_text="OPS-4411")
    other.locator("summary").click()

    delete(page, "First")

    expect(item(page, "First")).to_have_count(0)
    second = item(page, "Second").get_by_label("What we will do")
    expect(second).to_be_focused()
    expect(second).to_be_in_viewport()
    expect(box.get_by_label("Why is it fine?")).to_have_value("Customers know th")
    expect(other.get_by_label("Why is it fine?")).to_be_visible()

    delete(page, "Second")
    add = page.get_by_label("New action item")
    expect(add).to_be_focused()
    expect(add).to_be_in_viewport()
    quiet(page)


def test_accepting_changes_the_cards_the_list_and_the_mark_at_once(page: Page, doubtful: Incident) -> None:
    page.context.route(BEATS, lambda route: route.abort())
    mark, left = page.locator("#mark-section-impact"), page.locator("#things-left")
    expect(mark).to_have_attribute("title", "Two things left")
    other = page.locator(".check-card").filter(has_text="OPS-4411")
    other.locator("summary").click()
    other.get_by_label("Why is it fine?").fill("Half a rea")

    box = page.locator(".check-card").filter(has_text="internal host name")
    box.locator("summary").click()
    box.get_by_label("Why is it fine?").fill("no")
    box.get_by_role("button", name="Accept").click()
    expect(box).to_contain_text("Say in a few words why it is fine.")
    expect(page.locator("#saved")).to_have_text("Not done yet. Something is asked first.")
    box.get_by_label("Why is it fine?").fill("Customers know that name.")
    box.get_by_role("button", name="Accept").click()

    expect(box).to_have_count(0)
    expect(page.locator("#saved")).to_contain_text("Saved ")
    expect(mark).to_have_attribute("title", "One thing left")
    expect(left.get_by_role("link", name="Internal host name")).to_have_count(0)
    expect(other.get_by_label("Why is it fine?")).to_have_value("Half a rea")
    assert AcceptedFinding.objects.filter(reason="Customers know that name.").exists()

    page.locator("#accepted-findings summary").click()
    page.get_by_role("button", name=re.compile("Take back *: Internal host name")).click()
    expect(mark).to_have_attribute("title", "Two things left")
    expect(left.get_by_role("link", name="Internal host name")).to_be_visible()


def test_the_cards_change_below_a_reason_that_is_being_typed(page: Page, doubtful: Incident) -> None:
    box = page.locator(".check-card").filter(has_text="internal host name")
    box.locator("summary").click()
    reason = box.get_by_label("Why is it fine?")
    reason.press_sequentially("Cust")
    reason.press("ArrowLeft")
    revise_section(doubtful, "resolution", changes={"public_text": "TODO"}, by=make_user(), at=NOW)

    with page.expect_response(BEATS, timeout=15_000):
        pass

    expect(page.locator(".check-card").filter(has_text="TODO")).to_be_visible()
    expect(reason).to_be_focused()
    page.keyboard.type("om")
    expect(reason).to_have_value("Cusomt")
    quiet(page)


def test_a_pasted_list_becomes_items_and_half_a_word_elsewhere_stays(page: Page, doubtful: Incident) -> None:
    page.context.route(BEATS, lambda route: route.abort())
    page.route("**/actions/*/", lambda route: route.abort())
    item(page, "First").get_by_label("What we will do").fill("First, and half a tho")

    add = page.get_by_label("New action item")
    add.fill(LIST)
    add.press("Enter")

    expect(page.locator("li.action")).to_have_count(5)
    expect(item(page, "half a tho")).to_have_count(0)  # it was typed, so it is no text of the page
    expect(page.locator("li.action").nth(1).get_by_label("What we will do")).to_have_value("First, and half a tho")
    expect(page.locator("li.action").nth(3).get_by_label("What we will do")).to_have_value("Alert sooner\n- at 80 %")
    expect(add).to_be_focused()
    expect(add).to_have_value("")
    page.unroute("**/actions/*/")
    arrived(page)


def test_a_row_made_public_shows_what_customers_read_ready_to_correct(page: Page, doubtful: Incident) -> None:
    page.context.route(BEATS, lambda route: route.abort())
    row(page, 0).get_by_role("button", name=re.compile("make it internal")).click()
    expect(row(page, 0).get_by_label("Customers read")).to_be_hidden()
    page.locator("#all-public summary").click()
    expect(page.locator("#all-public strong")).to_have_text("1 of 3 rows")

    row(page, 0).get_by_role("button", name=re.compile("make it public")).click()

    wording = row(page, 0).get_by_label("Customers read")
    expect(wording).to_be_focused()
    expect(row(page, 0).get_by_text("Customers read the words for colleagues.")).to_be_visible()
    page.keyboard.type("We saw it.")
    expect(row(page, 0).get_by_text("Customers read the words for colleagues.")).to_be_hidden()
    leave(page)
    arrived(page)
    assert doubtful.entries.in_order()[0].public_text == "We saw it."


def test_all_rows_become_public_around_half_a_line(page: Page, doubtful: Incident) -> None:
    page.context.route(BEATS, lambda route: route.abort())
    doubtful.entries.update(public_text="")
    page.reload()
    page.get_by_label("New row: time and what happened").fill("06:15 half a li")

    page.locator("#all-public summary").click()
    expect(page.locator("#all-public strong")).to_have_text("3 of 3 rows")
    page.get_by_role("button", name="Make them public").click()

    expect(page.locator("form.entry-same")).to_have_count(3)
    expect(page.locator("#all-public strong")).to_be_hidden()
    expect(page.get_by_label("New row: time and what happened")).to_have_value("06:15 half a li")


def top_of(page: Page, part: str) -> float:
    frame = page.frame_locator("#preview")
    box = frame.locator(f"#{part}").bounding_box()
    outer = page.locator("#preview").bounding_box()
    assert box
    assert outer
    return float(box["y"] - outer["y"])


def test_the_preview_shows_the_part_that_is_edited_and_stays_while_one_types(page: Page) -> None:
    page.context.route(BEATS, lambda route: route.abort())
    page.emulate_media(reduced_motion="reduce")
    page.frame_locator("#preview").locator("#impact").wait_for()
    stood = page.evaluate("scrollY")

    page.locator("#section-impact").get_by_label("For customers").focus()

    assert abs(top_of(page, "impact")) < 60
    expect(page.locator(".editor-nav a[aria-current]")).to_contain_text("Impact")
    with page.expect_response("**/preview/", timeout=8_000):
        page.keyboard.type("More. ")
    page.wait_for_timeout(500)
    assert abs(top_of(page, "impact")) < 60
    expect(page.locator("#section-impact").get_by_label("For customers")).to_be_focused()
    assert page.evaluate("scrollY") >= stood
    page.locator("#facts").get_by_label("Byline").focus()
    assert page.frame_locator("#preview").locator("body").evaluate("() => scrollY") == 0


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_was_said_is_seen_where_the_page_opens(
    browser: Browser, live_server: Any, doubtful: Incident, script: bool
) -> None:
    context = signed_in(browser, live_server.url, make_user(Role.ENGINEER), java_script_enabled=script)
    page = context.new_page()
    page.goto(live_server.url + reverse("authoring:paste", args=[doubtful.number]))
    page.get_by_label("A chat log, notes").fill("05:20 UTC something\n05:21 UTC something else")
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Keep the ticked rows").click()

    said = page.get_by_role("status").filter(has_text="Kept 2 rows")
    expect(said).to_be_in_viewport()
    assert page.url.endswith("#timeline")
    top = page.locator("#timeline-heading").bounding_box()
    bar = said.bounding_box()
    assert top
    assert bar
    assert top["y"] >= bar["y"] + bar["height"] - 1
    context.close()


@pytest.mark.parametrize("width", [1500, 390])
def test_findings_stand_once_as_cards(browser: Browser, live_server: Any, doubtful: Incident, width: int) -> None:
    context = signed_in(browser, live_server.url, make_user(Role.ENGINEER), viewport={"width": width, "height": 900})
    page = context.new_page()
    open_editor(page, live_server.url, doubtful)

    expect(page.locator(".check-card").first).to_be_visible()
    expect(page.locator("#things-left .things-count")).to_be_visible()
    expect(page.locator("#things-left li").first).to_be_visible(visible=width > 1000)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_how_badly_is_asked_where_a_component_is_ticked(
    browser: Browser, live_server: Any, incident: Incident, script: bool
) -> None:
    context = signed_in(browser, live_server.url, make_user(Role.ENGINEER), java_script_enabled=script)
    page = context.new_page()
    page.goto(live_server.url + reverse("authoring:new_incident"))
    page.get_by_label("What happened?").fill("Websites answer 500")
    page.get_by_label("How bad?").select_option(label="Critical")
    page.get_by_label("When did it start?").fill("2026-03-06")
    page.locator("[name=started_time]").fill("05:00")
    page.get_by_label("Websites", exact=True).check()
    level = page.get_by_label("How badly: Websites")
    expect(level).to_have_value("")
    page.get_by_role("button", name="Open the incident").click()
    expect(page.get_by_text("Say how badly.")).to_be_visible()
    level.select_option(label="Partial outage")
    page.get_by_role("button", name="Open the incident").click()

    expect(page.locator("#editor-title")).to_contain_text("Websites answer 500")
    assert Incident.objects.newest_first()[0].impacts.get().level == "partial_outage"
    context.close()
