"""A reader's paths: during an outage on a phone, by keyboard, without JavaScript, in another zone, a year later."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from incidents.models import Component
from tests.browser.public_site import REPORT, OpenAt
from tests.public.happenings import happening, hit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 800}


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_during_an_outage_on_a_phone_the_first_screen_says_it(open_at: OpenAt) -> None:
    page = open_at("/", viewport=PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Part 3 is down")
    expect(page.get_by_role("heading", name="It is slow")).to_be_in_viewport()
    page.get_by_role("link", name="It is slow").click()
    expect(page.get_by_text("Newest first, times in UTC")).to_be_visible()
    expect(page.locator(".promise-next")).to_be_in_viewport()


def test_without_javascript_all_of_it_can_be_read(open_at: OpenAt) -> None:
    page = open_at("/", java_script_enabled=False)
    expect(page.get_by_text("As of ")).to_be_visible()
    page.locator("li", has_text="Part 3").locator(".bad-days summary").click()
    expect(page.get_by_role("row", name=re.compile("6 March 2026|Major outage")).first).to_be_visible()
    page.get_by_text("How uptime is counted").click()
    expect(page.get_by_text("Uptime = 1 − (time affected × weight)")).to_be_visible()
    page.goto(page.url + REPORT[1:])
    expect(
        page.get_by_role("row", name=re.compile("All services Major outage 6 March 2023, 05:00 UTC"))
    ).to_be_visible()
    expect(page.get_by_role("button", name="Ask")).to_be_hidden()


def test_a_bar_is_one_stop_and_arrow_keys_go_from_day_to_day(open_at: OpenAt) -> None:
    event = happening("Yesterday it was", started_at=timezone.now() - timedelta(days=1, minutes=1))
    event.resolved_at = event.started_at + timedelta(minutes=1)
    hit(event, Component.objects.get(name="Part 0"), "partial_outage")
    page = open_at("/")
    row = page.locator("li", has_text="Part 0")
    row.get_by_role("link", name="Part 0").focus()
    page.keyboard.press("Tab")
    expect(row.locator(".stop")).to_be_focused()
    said = row.locator(".picked")
    expect(said).to_contain_text("No problems")
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("Partial outage 1 min")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    first = timezone.now().date() - timedelta(days=89)
    expect(said).to_contain_text(f"{first.day} {first:%B} {first.year}: No problems")
    page.keyboard.press("Tab")
    expect(said).to_be_empty()


def test_an_old_page_says_so(open_at: OpenAt) -> None:
    page = open_at("/")
    page.route("**/api/v2/status.json", lambda route: route.fulfill(body="{}"))
    warning = page.get_by_text("This page was written more than ten minutes ago.")
    expect(warning).to_be_hidden()
    page.clock.install()
    page.reload()
    expect(warning).to_be_hidden()
    page.clock.fast_forward("11:00")
    expect(warning).to_be_visible()


@pytest.mark.parametrize("is_reading", [False, True])
def test_a_change_is_loaded_unless_somebody_is_reading(open_at: OpenAt, is_reading: bool) -> None:
    page = open_at("/robots.txt")
    said: list[str] = []

    def answer(route: Route) -> None:
        said.append(route.request.url)
        route.fulfill(body=f'{{"n": {min(len(said), 2)}}}')

    page.route("**/api/v2/status.json", answer)
    page.clock.install()
    page.goto(page.url.replace("robots.txt", ""))
    page.evaluate("window.wasThere = true")
    if is_reading:
        page.get_by_text("How uptime is counted").click()
    for asked in (1, 2):
        with page.expect_response("**/api/v2/status.json"):
            page.clock.run_for(91_000)
        assert len(said) == asked
    if is_reading:
        page.wait_for_timeout(100)
        assert page.evaluate("window.wasThere") is True
    else:
        page.wait_for_function("window.wasThere === undefined")


def test_another_zone_stands_beside_utc_and_stays_in_the_address(open_at: OpenAt) -> None:
    page = open_at(f"{REPORT}?tz=Europe/Berlin", timezone_id="America/New_York")
    expect(page.locator("#t-rowbbb .at")).to_contain_text("06:00")
    expect(page.locator(".impacts")).to_contain_text("6 March 2023, 05:00 UTC (06:00 Berlin)")
    page.get_by_role("link", name="History", exact=True).click()
    assert query(page) == {"tz": ["Europe/Berlin"]}
    expect(page.locator(".entries")).to_contain_text("Berlin")

    page.get_by_label("Also show").select_option(label="your time (America/New_York)")
    assert query(page) == {"tz": ["America/New_York"]}
    expect(page.locator(".entries")).to_contain_text("New York")
    page.get_by_label("Also show").select_option("UTC")
    assert query(page) == {}
    expect(page.locator(".local")).to_have_count(0)


def test_a_zone_that_is_none_changes_nothing(open_at: OpenAt) -> None:
    page = open_at(f"{REPORT}?tz=Mars/Olympus", timezone_id="America/New_York")
    expect(page.locator(".local")).to_have_count(0)


def test_was_i_affected_is_answered_and_the_answer_can_be_handed_on(open_at: OpenAt) -> None:
    page = open_at(REPORT)
    page.get_by_label("I used").select_option("All services")
    page.get_by_label("at this time, in UTC").fill("2023-03-06T05:30")
    page.get_by_role("button", name="Ask").click()
    verdict = page.get_by_role("status").filter(has_text="All services")
    expect(verdict).to_have_text(
        "Yes. All services had a major outage from 6 March 2023, 05:00 UTC until 6 March 2023, 08:20 UTC."
    )
    assert query(page) == {"component": ["All services"], "at": ["2023-03-06T05:30"]}

    page.reload()
    expect(verdict).to_contain_text("Yes.")
    page.get_by_label("at this time, in UTC").fill("2023-03-06T08:20")
    page.keyboard.press("Enter")
    expect(verdict).to_have_text("No. All services was not affected by this on 6 March 2023, 08:20 UTC.")


def test_a_reader_asks_in_their_own_time(open_at: OpenAt) -> None:
    page = open_at(f"{REPORT}?tz=Asia/Kathmandu&component=All+services&at=2023-03-06T10:45")
    expect(page.locator(".verdict")).to_contain_text("Yes.")  # 05:00 UTC, the first minute
    page = open_at(f"{REPORT}?tz=Asia/Kathmandu&component=All+services&at=2023-03-06T10:44")
    expect(page.locator(".verdict")).to_contain_text("No. All services was not affected by this on 6 March 2023, 04:59")
    expect(page.get_by_label("at this time, in Kathmandu")).to_have_value("2023-03-06T10:44")


def test_a_share_makes_it_probable_and_an_open_end_is_said(open_at: OpenAt) -> None:
    page = open_at("/incidents/openopenopen/?component=Part+4&at=2030-01-01T00:00")
    expect(page.locator(".verdict")).to_contain_text("About 40 % of it was affected")
    page = open_at("/incidents/openopenopen/?component=Part+4&at=2020-01-01T00:00")
    expect(page.locator(".verdict")).to_contain_text("Not as far as we know yet.")
    page = open_at("/incidents/openopenopen/?component=%3Cb%3E&at=x")
    expect(page.locator(".verdict")).to_be_empty()


def test_a_year_later_from_a_search(open_at: OpenAt) -> None:
    page = open_at("/history/")
    page.get_by_role("searchbox").fill("power feed")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="A power overload took every server offline").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A power overload took every server offline")
    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_role("navigation", name="All months").get_by_role("link", name="March 2023").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("March 2023")


def test_paper_has_no_forms_and_bars_keep_their_colours(open_at: OpenAt) -> None:
    page = open_at("/")
    page.emulate_media(media="print")
    for selector in (".site nav", ".zone-choice label", ".stale"):
        expect(page.locator(selector)).to_be_hidden()
    assert page.locator(".days").first.evaluate("bar => getComputedStyle(bar).printColorAdjust") == "exact"
    page.goto(page.url + REPORT[1:])
    expect(page.locator(".ask")).to_be_hidden()
    expect(page.locator(".impacts")).to_be_visible()
