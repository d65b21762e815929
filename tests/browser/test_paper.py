"""The public report on paper: whole, in ink, nothing torn apart, nothing that only works on a screen."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Picture
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from incidents.milestones import MilestoneKind, Precision
from incidents.models.attachment import stored_path
from incidents.snapshot import Image, Section, Snapshot, TimelineRow
from tests.browser.paper import pages_of
from tests.public.samples import SEED, at, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINK = "https://supplier.example.com/reports/2023"
PRODUCTS = [f"Product number {number} with a name" for number in range(1, 41)]
ROWS = [f"Row {number} says that something happened, " + "and somebody looked at it again, " * (number % 4) + "and that was it." for number in range(30)]  # fmt: skip
CODE = [f"2023-03-06T05:00:{number:02}Z breaker trip" for number in range(40)]


def tall_image() -> Image:
    buffer = io.BytesIO()
    Picture.new("RGB", (400, 2_000), "navy").save(buffer, "PNG")
    sha256 = hashlib.sha256(buffer.getvalue()).hexdigest()
    default_storage.save(stored_path(sha256, "image/png"), ContentFile(buffer.getvalue()))
    return Image("imgaaa", sha256, "image/png", 400, 2_000, "The rack")


def long_report() -> Snapshot:
    table = "| Product | Failed |\n| --- | ---: |\n" + "\n".join(f"| {name} | {n} |" for n, name in enumerate(PRODUCTS))
    listing = "```\n" + "\n".join(CODE) + "\n```"
    return replace(
        SEED,
        images=(tall_image(),),
        sections=(
            Section("summary", f"Every request failed. See [what they say]({LINK})."),
            Section("impact", table),
            Section("root_cause", f"It was the breaker.\n\n{listing}\n\n![The rack](attachment:imgaaa)\n\nAfter it."),
        ),
        timeline=tuple(
            TimelineRow(
                f"row{number:03}",
                at(4, 34) + timedelta(minutes=7 * number, days=number // 25),
                Precision.EXACT,
                text,
                {4: MilestoneKind.IMPACT_STARTED, 20: MilestoneKind.RESOLVED}.get(number),
            )
            for number, text in enumerate(ROWS)
        ),
    )


@pytest.fixture
def page(browser: Browser, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Page]:
    settings.MEDIA_ROOT = tmp_path
    by = User.objects.create(email="publisher@northwind.example", name="Publisher", role="publisher")
    publication = publish(long_report(), by=by)
    context = browser.new_context(color_scheme="dark", timezone_id="America/Los_Angeles")
    page = context.new_page()
    page.goto(f"{live_server.url}/incidents/{publication.public_id}/", wait_until="networkidle")
    yield page
    context.close()


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_pdf_has_every_word_on_a_sane_number_of_pages(page: Page) -> None:
    pages = [squeezed(text) for text in pages_of(page.pdf(format="A4", prefer_css_page_size=True))]

    assert 5 <= len(pages) <= 8
    assert min(map(len, pages)) > 100
    whole = "".join(pages)
    for words in (
        SEED.title,
        "By the Infrastructure team",
        "3 h 20 min",
        "05:02 detected",
        f"what they say ({LINK})",
        *CODE,
        "After it.",
        "Review the power supply",
        "1 of 3 measures done",
        "All times are in UTC",
        "http://localhost:8000/incidents/",
    ):
        assert squeezed(words) in whole, words
    for number, text in enumerate(pages, start=1):
        assert text.startswith(f"{number}/{len(pages)}")
    for words in ("On this page", "Your time", "Skip to", "Feed", "All reports"):
        assert squeezed(words) not in whole, words


def test_no_row_is_torn_apart(page: Page) -> None:
    """On paper of many heights, so that every kind of row meets the foot of a page somewhere."""
    for height in range(100, 140, 4):
        pages = [squeezed(text) for text in pages_of(page.pdf(width="210mm", height=f"{height}mm"))]

        for number, name in enumerate(PRODUCTS):
            assert any(squeezed(f"{name}{number}") in text for text in pages), (height, name)
        for words in ROWS:
            assert any(squeezed(words) in text for text in pages), (height, words)
        # A table that goes on has its head again.
        with_head = [squeezed("Product Failed") in text for text in pages]
        assert with_head == ["Productnumber" in text for text in pages], height
        # A day, and how long nothing happened, stand above what happened then.
        [with_day] = [text for text in pages if squeezed("1 day 7 minutes later Tuesday 7 March 2023") in text]
        assert squeezed(ROWS[25]) in with_day, height


def test_paper_is_white_whatever_the_screen_shows(page: Page) -> None:
    assert style(page, "html", "backgroundColor") == "rgb(26, 28, 31)"
    page.emulate_media(media="print", color_scheme="dark")

    assert style(page, "html", "backgroundColor") == "rgb(255, 255, 255)"
    assert style(page, "body", "color") == "rgb(0, 0, 0)"
    assert style(page, ".chip.critical", "backgroundColor") == "rgb(249, 229, 226)"
    assert style(page, ".prose code", "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert style(page, ".prose pre", "backgroundColor") == "rgb(238, 237, 232)"
    assert style(page, ".zone-note", "display") == "block"


def test_the_phases_can_be_told_apart_in_greys(page: Page) -> None:
    page.emulate_media(media="print")
    shades = []
    for phase in ("undetected", "detected", "acknowledged", "mitigated", "recovered", "over"):
        page.evaluate("phase => document.querySelector('.bar rect').setAttribute('class', phase)", phase)
        red, green, blue = map(int, re.findall(r"\d+", style(page, ".bar rect", "fill")))
        shades.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)

    steps = [later - earlier for earlier, later in itertools.pairwise(shades)]
    assert min(steps[:3]) > 25
    assert min(steps) > 0
    assert style(page, ".bar rect", "stroke") == "rgb(255, 255, 255)"  # a gap between those that are alike


def test_an_image_is_no_taller_than_a_page(page: Page) -> None:
    image = page.locator(".prose img")
    image.scroll_into_view_if_needed()  # it is loaded when it is needed, or printed
    expect(image).to_have_js_property("naturalHeight", 2_000)
    page.emulate_media(media="print")

    box = image.bounding_box()

    assert box
    assert box["height"] <= 170 / 25.4 * 96 + 1
    assert abs(box["height"] / box["width"] - 5) < 0.05


def style(page: Page, selector: str, name: str) -> str:
    value: str = page.evaluate(
        "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]", [selector, name]
    )
    return value
