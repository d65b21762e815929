"""The report in a real browser: calm on a phone, complete without JavaScript, from here only."""

from __future__ import annotations

import gzip
from itertools import combinations
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.public_site import REPORT, OpenAt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("path", [REPORT, "/incidents/longlonglong/"])
@pytest.mark.parametrize("fonts", ["ours", "others"])
def test_labels_of_the_bar_do_not_touch(open_at: OpenAt, path: str, fonts: str) -> None:
    page = open_at(path, has_our_fonts=fonts == "ours")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('1em Inter Variable'))") == (
        fonts == "ours"
    )
    for width in (768, 800, 1024, 1180, 1900):
        page.set_viewport_size({"width": width, "height": 800})
        assert_labels_apart(page)


def assert_labels_apart(page: Page) -> None:
    boxes = [box for text in page.locator(".labels text").all() if (box := text.bounding_box())]
    bar = page.locator(".phases .bar").bounding_box()
    assert bar
    assert boxes
    for box in boxes:
        assert bar["x"] - 1 <= box["x"]
        assert box["x"] + box["width"] <= bar["x"] + bar["width"] + 1
    for one, other in combinations(boxes, 2):
        apart = one["x"] + one["width"] < other["x"] or other["x"] + other["width"] < one["x"]
        assert apart or abs(one["y"] - other["y"]) >= one["height"] - 2


def test_a_phone_shows_the_moments_as_a_list(open_at: OpenAt) -> None:
    page = open_at(REPORT, viewport={"width": 390, "height": 800})
    expect(page.locator(".labels")).to_be_hidden()
    expect(page.locator(".stops")).to_contain_text("05:02 detected")
    page.get_by_text("On this page", exact=True).locator("visible=true").click()
    page.get_by_role("link", name="Timeline").click()
    expect(page.locator("#timeline-title")).to_be_in_viewport()


def test_everything_is_there_without_javascript(open_at: OpenAt) -> None:
    page = open_at(REPORT, java_script_enabled=False, viewport={"width": 1180, "height": 900})
    for words in ("3 h 20 min", "Pagers alert the on-call team.", "26 minutes later", "1 of 3 measures done"):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.get_by_text("Times in UTC")).to_be_visible()
    expect(page.get_by_role("button", name="Your time")).to_be_hidden()


def test_the_readers_time_stands_beside_utc(open_at: OpenAt) -> None:
    page = open_at(REPORT, timezone_id="America/Los_Angeles")
    row = page.locator("#t-rowbbb .at")
    expect(row).to_have_text("05:00", use_inner_text=True)
    page.get_by_role("button", name="Your time").click()
    expect(row).to_contain_text("05:00")
    expect(row).to_contain_text("21:00 −1 day")
    expect(page.get_by_role("button", name="Your time")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="UTC").click()
    expect(row).to_have_text("05:00", use_inner_text=True)


def test_who_lives_in_utc_is_offered_no_other_time(open_at: OpenAt) -> None:
    page = open_at(REPORT, timezone_id="UTC")
    expect(page.get_by_text("Times in UTC")).to_be_visible()
    expect(page.get_by_role("button", name="Your time")).to_be_hidden()


def test_the_skip_link_is_the_first_stop(open_at: OpenAt) -> None:
    page = open_at(REPORT)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert urlsplit(page.url).fragment == "main"


def test_contents_follow_the_reader(open_at: OpenAt) -> None:
    page = open_at(REPORT, viewport={"width": 1180, "height": 700}, reduced_motion="reduce")
    current = page.locator(".contents [aria-current]")
    expect(current).to_have_text("Summary")
    page.locator("#measures").evaluate("part => part.scrollIntoView()")
    expect(current).to_have_text("What we are doing about it")


def test_paper_has_the_report_and_no_controls(open_at: OpenAt) -> None:
    page = open_at(REPORT)
    page.emulate_media(media="print")
    for selector in (".contents", ".contents-small", ".zones", ".site nav", ".skip"):
        expect(page.locator(selector)).to_be_hidden()
    expect(page.locator(".labels")).to_be_visible()
    expect(page.locator(".address")).to_have_text(f"http://localhost:8000{REPORT}")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("path", [REPORT, "/", "/incidents/openopenopen/", "/history/"])
def test_few_requests_and_few_bytes(open_at: OpenAt, site: str, path: str) -> None:
    page = open_at("/robots.txt")
    asked: list[str] = []
    sizes: list[int] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.on("response", lambda response: sizes.append(on_the_wire(response)))
    page.goto(site + path, wait_until="networkidle")
    assert len(asked) == len(set(asked)) <= 12, asked
    assert sum(sizes) <= 150_000


def on_the_wire(response: Response) -> int:
    """As a server in front sends it: text compressed, fonts as they are."""
    body = response.body()
    return len(body) if response.url.endswith(".woff2") else len(gzip.compress(body))
