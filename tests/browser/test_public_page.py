"""The public pages in a real browser: accessible, calm on a phone, complete without JavaScript, from here only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from accounts.models import User
from incidents.milestones import Milestone, MilestoneKind, Precision
from incidents.models import Component
from incidents.snapshot import ComponentImpact, Section, TimelineRow
from tests.public.samples import PUBLIC_ID, PUBLISHED_AT, SEED, at, publish, withdraw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPORT = f"/incidents/{PUBLIC_ID}/"
PATHS = {
    "index": "/",
    "report": REPORT,
    "long report": "/incidents/longlonglong/",
    "old version": f"{REPORT}versions/1/",
    "changes": f"{REPORT}versions/2/changes/",
    "tombstone": "/incidents/gonegonegone/",
    "not found": "/incidents/nothinghere/",
}
LONG = replace(
    SEED,
    public_id="longlonglong",
    title="Mail was delayed, because " + "a-very-long-word-without-a-place-to-break" * 3,
    milestones=(
        Milestone(MilestoneKind.IMPACT_STARTED, at(22, 40, day=1), Precision.ABOUT),
        Milestone(MilestoneKind.DETECTED, at(1, 5, day=2)),
        Milestone(MilestoneKind.ACKNOWLEDGED, at(1, 20, day=2)),
        Milestone(MilestoneKind.MITIGATED, at(9, day=3)),
        Milestone(MilestoneKind.RECOVERED, at(17, day=3)),
        Milestone(MilestoneKind.RESOLVED, at(8, day=4)),
    ),
    components=tuple(ComponentImpact(name, "partial_outage", at(1), at(3)) for name in ("API", "E-mail" * 12, "Web")),
    sections=(
        Section("summary", "Words. " * 200),
        Section(
            "impact", "| " + " | ".join(["A heading"] * 9) + " |\n" + "| --- " * 9 + "|\n" + "| 12,345 kW " * 9 + "|"
        ),
        Section(
            "root_cause",
            "```\n" + "no_place_to_break" * 20 + "\n```\n\n`" + "x" * 200 + "`\n\n# A heading\n\n1. One\n2. Two",
        ),
    ),
    timeline=(
        TimelineRow("longaa", at(22, 40, day=1), Precision.ABOUT, "It begins.", MilestoneKind.IMPACT_STARTED),
        TimelineRow(
            "longbb", at(9, day=3), Precision.BEFORE, "https://example.com/" + "x" * 150, MilestoneKind.MITIGATED
        ),
        TimelineRow("longcc", at(8, day=4), Precision.EXACT, "It ends. " * 40, MilestoneKind.RESOLVED),
    ),
)

OpenAt = Callable[..., Page]


@pytest.fixture
def site(live_server: Any) -> str:
    by = User.objects.create(email="publisher@northwind.example", name="Publisher", role="publisher")
    publish(replace(SEED, title="A power overload took some servers offline", promises=()), by=by)
    publish(by=by, note="The title was wrong.", at=PUBLISHED_AT + timedelta(days=3))
    publish(LONG, by=by)
    withdraw(publish(replace(SEED, public_id="gonegonegone"), by=by), by=by)
    for position, status in enumerate(
        ("operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
    ):
        Component.objects.create(
            name=f"Part {position}", status=status, position=position, group="Parts"[: position * 5]
        )
    url: str = live_server.url
    return url


@pytest.fixture
def open_at(browser: Browser, site: str) -> Any:
    """Open an address in a context of its own; every request elsewhere, error and policy breach is collected."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str, *, has_our_fonts: bool = True, **context: Any) -> Page:
        contexts.append(browser.new_context(**context))
        page = contexts[-1].new_page()
        if not has_our_fonts:
            page.route("**/*.woff2", lambda route: route.fulfill(status=204))

        def check(response: Response) -> None:
            if not response.url.startswith(site) or (response.status >= 400 and urlsplit(response.url).path != path):
                complaints.append(f"{response.status} {response.url}")

        page.on("response", check)
        page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "olicy" in message.text else None)
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing(open_at: OpenAt, name: str, scheme: str) -> None:
    page = open_at(PATHS[name], color_scheme=scheme)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", PATHS)
def test_nothing_is_wider_than_the_window(open_at: OpenAt, name: str) -> None:
    page = open_at(PATHS[name])
    for width in (320, 390, 767, 1180):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width


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


def test_few_requests(open_at: OpenAt, site: str) -> None:
    page = open_at("/robots.txt")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(site + REPORT, wait_until="networkidle")
    assert len(asked) == len(set(asked)) <= 7, asked
